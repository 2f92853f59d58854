//! Running the project's own programs, as a user would.

use std::env;
use std::path::PathBuf;
use std::process::{Child, Command};
use std::time::Duration;
use std::{fs, thread};

use anyhow::{Context, Result, ensure};

/// A program that lies beside this one.
pub(super) fn command(name: &str) -> Result<Command> {
    let this = env::current_exe()?;
    let file = this.with_file_name(name);
    ensure!(file.exists(), "{} has not been built", file.display());
    Ok(Command::new(file))
}

/// How many of a file's vectors a program says it passed: the first number of its last line.
pub(super) fn vectors_passed(name: &str) -> Result<f64> {
    let output = command(name)?.arg("conformance").arg(vectors()).output()?;
    let text = String::from_utf8(output.stdout)?;
    let passed = text
        .lines()
        .last()
        .and_then(|line| line.split_once(" passed"))
        .map(|(number, _)| number);
    Ok(passed
        .with_context(|| format!("{name} said {text:?}"))?
        .parse()?)
}

/// The vectors of SPEC.md.
pub(super) fn vectors() -> PathBuf {
    xtask::root().join("tests/vectors/shp-v1.json")
}

/// Runs a command, and gives the largest amount of memory that it ever held, in MiB.
pub(super) fn peak_memory(command: &mut Command) -> Result<f64> {
    let mut child = command.spawn()?;
    let mut peak = 0;
    loop {
        // The mark only rises, so the last look before the end has it, but for what the last milliseconds added.
        peak = high_water(&child).unwrap_or(peak).max(peak);
        if let Some(status) = child.try_wait()? {
            ensure!(status.success(), "ended with {status}");
            ensure!(peak > 0, "its memory could not be watched here");
            return Ok(f64::from(peak) / 1024.0);
        }
        thread::sleep(Duration::from_millis(5));
    }
}

/// The high-water mark of a running process, in KiB, as Linux keeps it.
fn high_water(child: &Child) -> Option<u32> {
    let status = fs::read_to_string(format!("/proc/{}/status", child.id())).ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix(" kB")?.parse().ok()
}
