//! `cargo xtask coverage`: what of the cores and their units the tests run, into docs/coverage.md.
//!
//! A model that counts is slow to make and to run, so this has a target folder of its own and few cases a property, and CI leaves it out.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use xtask::root;

use crate::shell::{cargo, name, run, say};
use crate::tools;

/// The tests of the cores and of each unit alone.
const TESTS: [&str; 3] = ["core", "latency", "units"];
/// Cases a property.
const CASES: &str = "8";
/// What has to be met of lines and of bits in each file, in percent.
const LEAST: f64 = 95.0;
/// The report.
const REPORT: &str = "docs/coverage.md";
/// Why points are not met: on each line a part of the point's text, then ` : `, then the reason.
const REASONS: &str = "tests/coverage-reasons.txt";

/// Counts, and writes the report; fails if less is met than has to be, or a point that is not has no reason.
pub(crate) fn coverage() -> Result<()> {
    tools::verilator()?;
    let target = root().join("target/coverage");
    let counts = target.join("counts");
    if counts.exists() {
        fs::remove_dir_all(&counts)?;
    }
    fs::create_dir_all(&counts)?;

    say("the tests, on models that count");
    let mut tests = cargo(&[
        "test",
        "--quiet",
        "-p",
        "shp-tests",
        "--features",
        "shp-sim/coverage",
    ]);
    tests
        .args(TESTS.iter().flat_map(|test| ["--test", test]))
        .env("CARGO_TARGET_DIR", &target)
        .env("SHP_SIM_COVERAGE", &counts)
        .env("SHP_SIM_TOPS", tops()?)
        .env("PROPTEST_CASES", CASES);
    run(&mut tests)?;

    let mut list = cargo(&[
        "run", "--quiet", "-p", "shp-sim", "--", "coverage", "--missed",
    ]);
    list.arg(&counts);
    let said = output(&mut list)?;
    let report = Report::read(&said, &fs::read_to_string(root().join(REASONS))?)?;
    fs::write(root().join(REPORT), report.text()?)?;
    report.judge()
}

/// The names of the cores and the units; devices are other tests' matter.
fn tops() -> Result<String> {
    let mut names = Vec::new();
    for folder in ["hdl/verilog", "hdl/verilog/units"] {
        for entry in fs::read_dir(root().join(folder))? {
            let path = entry?.path();
            let name = path.file_stem().unwrap_or_default().to_string_lossy();
            if path.extension().is_some_and(|extension| extension == "v")
                && !name.ends_with("_device")
            {
                names.push(name.into_owned());
            }
        }
    }
    Ok(names.join(","))
}

/// What a command wrote.
fn output(command: &mut Command) -> Result<String> {
    let output = command
        .output()
        .with_context(|| format!("cannot start {}", name(command)))?;
    ensure!(
        output.status.success(),
        "{}: {}",
        name(command),
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(String::from_utf8(output.stdout)?)
}

/// What was met and what was not.
#[derive(Default)]
struct Report {
    /// For each file its lines and bits: how many were met, and how many there are.
    files: BTreeMap<String, [(u64, u64); 2]>,
    /// Points never met, by the reason.
    missed: BTreeMap<String, Vec<String>>,
    /// Points never met that have none.
    unexplained: Vec<String>,
}

impl Report {
    /// From the list of `shp-sim coverage --missed`.
    fn read(list: &str, reasons: &str) -> Result<Self> {
        let reasons: Vec<(&str, &str)> = reasons
            .lines()
            .filter(|line| !line.starts_with('#') && !line.is_empty())
            .map(|line| {
                line.split_once(" : ")
                    .with_context(|| format!("{REASONS}: {line}"))
            })
            .collect::<Result<_>>()?;
        let mut report = Self::default();
        for line in list.lines() {
            if let Some((file, kind, met, all)) = sum(line) {
                report.files.entry(file.to_owned()).or_default()[usize::from(kind == "bits")] =
                    (met, all);
            } else if let Some((_, reason)) = reasons.iter().find(|(part, _)| line.contains(part)) {
                report
                    .missed
                    .entry((*reason).to_owned())
                    .or_default()
                    .push(line.to_owned());
            } else {
                report.unexplained.push(line.to_owned());
            }
        }
        ensure!(!report.files.is_empty(), "nothing was counted");
        Ok(report)
    }

    fn text(&self) -> Result<String> {
        let mut text = format!(
            "# Coverage

Written by `cargo xtask coverage`; not edited by hand. Lines and branches, and rises and falls of each bit, that Verilator counted over the tests
{} of shp-tests, {CASES} cases a property, all instances of a module together. What is not met stands below, by its reason.

| file | lines met | of | % | bits met | of | % |
|---|---|---|---|---|---|---|
",
            TESTS.map(|test| format!("`{test}`")).join(", ")
        );
        for (file, [lines, bits]) in &self.files {
            writeln!(
                text,
                "| `{file}` | {} | {} | {:.2} | {} | {} | {:.2} |",
                lines.0,
                lines.1,
                percent(*lines),
                bits.0,
                bits.1,
                percent(*bits)
            )?;
        }
        for (reason, points) in &self.missed {
            write!(text, "\n## {reason}\n")?;
            for point in points {
                writeln!(text, "- `{point}`")?;
            }
        }
        Ok(text)
    }

    fn judge(&self) -> Result<()> {
        for point in &self.unexplained {
            println!("never met, and {REASONS} says nothing of it: {point}");
        }
        for (file, kinds) in &self.files {
            for kind in kinds {
                ensure!(
                    percent(*kind) >= LEAST,
                    "{file}: {} of {} met",
                    kind.0,
                    kind.1
                );
            }
        }
        ensure!(
            self.unexplained.is_empty(),
            "{} points without a reason",
            self.unexplained.len()
        );
        println!(
            "{} files, each with {LEAST} % of its lines and bits met",
            self.files.len()
        );
        Ok(())
    }
}

/// Reads `FILE, KIND: MET of ALL, PERCENT %`.
fn sum(line: &str) -> Option<(&str, &str, u64, u64)> {
    let (file, rest) = line.split_once(", ")?;
    let (kind, rest) = rest.split_once(": ")?;
    let (met, rest) = rest.split_once(" of ")?;
    let (all, _) = rest.split_once(", ")?;
    Some((file, kind, met.parse().ok()?, all.parse().ok()?))
}

#[expect(clippy::cast_precision_loss, reason = "no file has 2^52 points")]
fn percent((met, all): (u64, u64)) -> f64 {
    if all == 0 {
        100.0
    } else {
        100.0 * met as f64 / all as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_go_to_their_reason_and_few_met_are_a_failure() -> Result<()> {
        let list = "a.v:3:4: x[1]:0->1\na.v:9:4: else\na.v, lines: 19 of 20, 95.00 %\na.v, bits: 99 of 100, 99.00 %\n";
        let reasons = "# why\nx[1] : always zero\nelse : cannot be\n";
        let report = Report::read(list, reasons)?;
        assert_eq!(report.files["a.v"], [(19, 20), (99, 100)]);
        assert_eq!(report.missed["always zero"], ["a.v:3:4: x[1]:0->1"]);
        report.judge()?;
        assert!(Report::read(list, "x[1] : always zero\n")?.judge().is_err());
        assert!(
            Report::read(&list.replace("19 of", "18 of"), reasons)?
                .judge()
                .is_err()
        );
        assert!(Report::read("", reasons).is_err());
        Ok(())
    }
}
