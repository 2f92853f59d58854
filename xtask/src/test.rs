//! `cargo xtask test`: every test there is, and an honest account of them.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, bail};

use crate::shell::{cargo, name, say};
use crate::{alone, tools};

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
