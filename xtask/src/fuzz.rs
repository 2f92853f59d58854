//! `cargo xtask fuzz`: the targets in fuzz/, each for so many seconds, side by side.
//!
//! What libFuzzer needs of the compiler is instrumentation that the stable one has; cargo-fuzz itself is not needed.

use std::fs;
use std::process::{Command, Stdio};
use std::thread;

use anyhow::{Context, Result, ensure};

use crate::models;
use crate::shell::{cargo, name, run, say};
use crate::tools;
use xtask::root;

/// The targets; each has a file in `fuzz/fuzz_targets` and a folder in `fuzz/corpus`.
const TARGETS: [&str; 3] = ["descriptors", "map", "messages"];

/// What cargo-fuzz gives the compiler, but for the sanitizer of memory, which the stable one has not.
const FLAGS: [&str; 6] = [
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
    "--cfg=fuzzing",
];

/// The instrumented code is not for the programs that build it.
const TARGET: &str = "x86_64-unknown-linux-gnu";
const BUILT: &str = "target/fuzz";

/// Runs every target; says how many inputs each one had, and fails if any of them failed.
pub(crate) fn fuzz(seconds: u32) -> Result<usize> {
    tools::verilator()?;
    say("building the fuzz targets");
    // The Verilated models are not instrumented.
    models::share(&root().join(BUILT).join(TARGET), |_| true)?;
    let manifest = ["--manifest-path", "fuzz/Cargo.toml", "--target", TARGET];
    run(cargo(&["build", "--quiet", "--bins"])
        .args(manifest)
        .env("RUSTFLAGS", FLAGS.join(" "))
        .env("CARGO_TARGET_DIR", root().join(BUILT)))?;
    say(&format!("fuzzing for {seconds} s"));
    let runs = TARGETS.map(|target| (target, thread::spawn(move || one(target, seconds))));
    let mut failed = Vec::new();
    for (target, run) in runs {
        match run.join().expect("it returns its errors") {
            Ok(inputs) => println!("fuzz {target} ... ok, {inputs} inputs"),
            Err(error) => {
                println!("fuzz {target} ... FAILED: {error:#}");
                failed.push(target);
            }
        }
    }
    ensure!(failed.is_empty(), "failed: {}", failed.join(", "));
    Ok(TARGETS.len())
}

/// Runs one target, and says how many inputs it had.
fn one(target: &str, seconds: u32) -> Result<u64> {
    let folder = root().join(BUILT).join(target);
    // What is found goes to the first; what is kept is the second.
    let (found, kept) = (
        folder.join("found"),
        root().join("fuzz/corpus").join(target),
    );
    fs::create_dir_all(&found)?;
    let program = root().join(BUILT).join(TARGET).join("debug").join(target);
    let mut command = Command::new(program);
    command
        .args([&found, &kept])
        .arg(format!("-artifact_prefix={}/", folder.display()))
        .arg(format!("-max_total_time={seconds}"))
        // A message may announce 4 GiB, which nobody touches.
        .args([
            "-timeout=30",
            "-malloc_limit_mb=8192",
            "-print_final_stats=1",
        ])
        .stdin(Stdio::null());
    let output = command.output().with_context(|| name(&command))?;
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    if !output.status.success() {
        let log = folder.join("log");
        fs::write(&log, &said)?;
        anyhow::bail!("{}; all of it is in {}", finding(&said), log.display());
    }
    inputs(&said).context("it did not say how many inputs it had")
}

/// What was wrong, and the input: where this ran may be gone when somebody reads it.
fn finding(said: &str) -> String {
    let panic = said.lines().skip_while(|line| !line.contains("panicked"));
    let input = said.lines().filter(|line| line.starts_with("Base64: "));
    let lines: Vec<&str> = panic.take(2).chain(input).collect();
    if lines.is_empty() {
        return "it crashed".into();
    }
    lines.join(" ")
}

/// The number in the closing statistics.
fn inputs(said: &str) -> Option<u64> {
    let line = said
        .lines()
        .find_map(|line| line.strip_prefix("stat::number_of_executed_units:"));
    line?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_target_is_built_and_has_a_corpus() {
        let manifest = fs::read_to_string(root().join("fuzz/Cargo.toml")).expect("it is there");
        assert_eq!(manifest.matches("[[bin]]").count(), TARGETS.len());
        for target in TARGETS {
            assert!(manifest.contains(&format!("name = \"{target}\"")));
            let corpus = fs::read_dir(root().join("fuzz/corpus").join(target));
            assert!(corpus.expect("a folder").count() > 0, "{target}");
        }
    }

    #[test]
    fn a_finding_has_its_reason_and_its_input() {
        let said =
            "#7 NEW\nthread 'a' panicked at map.rs:1:2:\nwrong\nstack backtrace:\nBase64: AAE=\n";
        assert_eq!(
            finding(said),
            "thread 'a' panicked at map.rs:1:2: wrong Base64: AAE="
        );
        assert_eq!(finding("killed"), "it crashed");
    }

    #[test]
    fn the_count_is_read() {
        let said = "Done 7 runs\nstat::number_of_executed_units: 1234\nstat::peak_rss_mb: 50\n";
        assert_eq!(inputs(said), Some(1234));
        assert_eq!(inputs("killed"), None);
    }
}
