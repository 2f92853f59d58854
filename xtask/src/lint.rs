//! `cargo xtask lint`: everything that can be seen without running the code.

use std::fs;
use std::process::Command;

use anyhow::{Context, Result};

use crate::shell::{cargo, run, say};
use crate::{coverage, synth, tools, verilog};
use xtask::root;

/// Past this many lines a file holds more than one idea.
const LONG: usize = 500;

/// Runs every check; the first that fails ends the run.
pub(crate) fn lint() -> Result<()> {
    let verilator = tools::verilator()?;

    say("cargo fmt");
    run(&mut cargo(&["fmt", "--all", "--", "--check"]))?;
    let fuzz = ["fmt", "--manifest-path", "fuzz/Cargo.toml"];
    run(cargo(&fuzz).args(["--", "--check"]))?;
    say("cargo clippy");
    run(&mut cargo(&[
        "clippy",
        "--quiet",
        "--workspace",
        "--all-targets",
        "--",
        "-D",
        "warnings",
    ]))?;
    say("cargo doc");
    run(cargo(&["doc", "--quiet", "--workspace", "--no-deps"]).env("RUSTDOCFLAGS", "-D warnings"))?;
    if root().join("hdl/verilog").exists() {
        say("is the generated Verilog fresh?");
        verilog::check_fresh()?;
        verilog::check_lint(&verilator)?;
        synth::report_stale()?;
        coverage::report_stale()?;
    } else {
        say("there is no generated Verilog yet");
    }
    report_long_files()
}

/// What generated pages say of themselves.
const GENERATED: &str = "; not edited by hand.";

/// Names the files that have grown too long. What is generated may be as long as it likes.
fn report_long_files() -> Result<()> {
    let output = Command::new("git")
        .args(["ls-files", "-z"])
        .current_dir(root())
        .output()
        .context("git ls-files")?;
    let listed = String::from_utf8(output.stdout)?;
    for file in listed.split_terminator('\0') {
        let written = [".rs", ".py", ".cpp", ".h", ".md", ".tcl", ".vh"]
            .iter()
            .any(|end| file.ends_with(end));
        let text = if written {
            fs::read_to_string(root().join(file)).unwrap_or_default()
        } else {
            String::new()
        };
        let lines = text.lines().count();
        if lines > LONG && !text.contains(GENERATED) {
            say(&format!("{file} has {lines} lines; split it"));
        }
    }
    Ok(())
}
