//! `cargo xtask test`: every test there is, and an honest account of them.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, bail};

use crate::shell::{cargo, find, name, say};
use crate::{alone, full_system, fuzz, tools};
use xtask::root;

/// A test of `shp` that not every machine can run, and is ignored for that.
struct Conditional {
    /// Its name, or a part of it that no other test has.
    name: &'static str,
    /// The test program that holds it.
    program: &'static str,
    /// Whether this machine can run it.
    can_run: fn() -> bool,
    /// How it is built, each time it runs.
    builds: &'static [&'static [&'static str]],
}

const CONDITIONAL: [Conditional; 2] = [
    Conditional {
        name: "a_full_disk_leaves_nothing",
        program: "program",
        // It mounts, which in general only root may.
        can_run: || can("unshare", &["--mount", "true"]),
        builds: &[&[]],
    },
    Conditional {
        name: "valgrind_sees_no_branch_on_a_secret",
        program: "secrets",
        can_run: || find("valgrind").is_some(),
        // What is shipped has branches that the other build has not.
        builds: &[&[], &["--release"]],
    },
];

/// How long each target is fuzzed.
const FUZZ_SECONDS: u32 = 60;

/// What the test programs of the workspace said.
#[derive(Default)]
struct Account {
    passed: usize,
    failed: usize,
    /// Tests that cannot run here, with their reasons.
    ignored: Vec<String>,
}

/// Runs everything; fails if anything failed.
pub(crate) fn test() -> Result<()> {
    let start = Instant::now();
    tools::verilator()?;
    say("the library and its program build with Rust alone");
    alone::check()?;
    say("cargo test");
    let mut account = Account::default();
    let finished = watch(
        &mut cargo(&["test", "--workspace", "--no-fail-fast"]),
        &mut account,
    )?;
    let finished = finished && run_conditional(&mut account)?;
    say("the pool's hand-over, under loom");
    let mut loom = cargo(&["test", "-p", "shp", "--lib", "hand_over"]);
    // Another flag is another build: it must not push the first one out.
    loom.env("RUSTFLAGS", "--cfg loom")
        .env("CARGO_TARGET_DIR", root().join("target/loom"));
    let finished = finished & watch(&mut loom, &mut account)?;
    let finished = finished & run_in_guest(&mut account)? & run_fuzz(&mut account);

    println!(
        "\nin {} s: shp built with Rust alone; {} tests passed, {} failed, {} could not run here",
        start.elapsed().as_secs(),
        account.passed,
        account.failed,
        account.ignored.len()
    );
    for test in &account.ignored {
        println!("  not run: {test}");
    }
    if !finished || account.failed > 0 {
        bail!("tests failed");
    }
    if account.passed == 0 {
        bail!("no test ran");
    }
    Ok(())
}

/// Runs those ignored tests that this machine can run; says whether all succeeded.
fn run_conditional(account: &mut Account) -> Result<bool> {
    let mut finished = true;
    for test in &CONDITIONAL {
        let listed = account.ignored.len();
        if !(test.can_run)() {
            continue;
        }
        account.ignored.retain(|line| !line.contains(test.name));
        if account.ignored.len() == listed {
            bail!("no ignored test is called {}", test.name);
        }
        let program = ["test", "-p", "shp", "--test", test.program];
        let only = ["--", "--ignored", test.name];
        for build in test.builds {
            let mut command = cargo(&[&program[..], build, &only].concat());
            finished &= watch(&mut command, account)?;
        }
    }
    Ok(finished)
}

/// Runs the device suite in a guest, on one board, if there are a QEMU and a kernel to be had; says whether the guest reached its end.
fn run_in_guest(account: &mut Account) -> Result<bool> {
    let guest = match tools::guest() {
        Ok(guest) => guest,
        Err(error) => {
            let reason = format!("the device suite in a guest: {error:#}");
            account.ignored.push(reason);
            return Ok(true);
        }
    };
    let image = full_system::prepare(&guest)?;
    match full_system::boot(&guest, &image, full_system::CORES[0]) {
        Ok(said) => {
            account.passed += said.passed;
            account.failed += said.failed;
            Ok(true)
        }
        Err(error) => {
            eprintln!("error: {error:#}");
            Ok(false)
        }
    }
}

/// Fuzzes for a while, and takes each target for a test.
fn run_fuzz(account: &mut Account) -> bool {
    let outcome = fuzz::fuzz(FUZZ_SECONDS);
    match outcome {
        Ok(targets) => account.passed += targets,
        Err(ref error) => eprintln!("error: {error:#}"),
    }
    outcome.is_ok()
}

/// Whether a program is here and succeeds.
fn can(program: &str, arguments: &[&str]) -> bool {
    let mut command = Command::new(program);
    command.args(arguments).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

/// Runs a command and passes its lines on, while each one is taken into account. Says whether it succeeded.
fn watch(command: &mut Command, account: &mut Account) -> Result<bool> {
    let mut child = command
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| name(command))?;
    let output = child.stdout.take().context("the output is piped")?;
    for line in BufReader::new(output).lines() {
        let line = line?;
        println!("{line}");
        account.read(&line);
    }
    Ok(child.wait()?.success())
}

impl Account {
    /// Takes a line of a test program into account.
    fn read(&mut self, line: &str) {
        if let Some(result) = line.strip_prefix("test result: ") {
            self.passed += count(result, "passed");
            self.failed += count(result, "failed");
        } else if let Some((test, reason)) = line
            .strip_prefix("test ")
            .and_then(|test| test.split_once(" ... ignored"))
        {
            let reason = reason.strip_prefix(", ").unwrap_or("no reason given");
            self.ignored.push(format!("{test}: {reason}"));
        }
    }
}

/// The number before a word in `ok. 3 passed; 0 failed; ...`.
fn count(result: &str, word: &str) -> usize {
    let words: Vec<_> = result.split([' ', ';']).collect();
    let number = words
        .windows(2)
        .find(|pair| pair[1] == word)
        .and_then(|pair| pair[0].parse().ok());
    number.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_account_adds_up() {
        let mut account = Account::default();
        for line in [
            "running 4 tests",
            "test one ... ok",
            "test two ... ignored, needs a board",
            "test three ... ignored",
            "test result: FAILED. 12 passed; 1 failed; 2 ignored; 0 measured; 0 filtered out; finished in 0.00s",
            "test result: ok. 3 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s",
        ] {
            account.read(line);
        }
        assert_eq!((account.passed, account.failed), (15, 1));
        assert_eq!(
            account.ignored,
            ["two: needs a board", "three: no reason given"]
        );
    }
}
