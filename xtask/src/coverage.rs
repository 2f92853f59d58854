//! `cargo xtask coverage`: what of the cores and their units the tests run, into docs/coverage.md.
//!
//! A model that counts is slow to make and to run, so this has a target folder of its own and few cases a property, and CI leaves it out.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use xtask::root;

use crate::shell::{cargo, name, run, say};
use crate::{tools, verilog};

/// The tests of the cores and of each unit alone.
const TESTS: [&str; 3] = ["core", "latency", "units"];
/// Cases a property.
const CASES: &str = "8";
/// What has to be met of all lines and of all bits, in percent.
const LEAST: f64 = 95.0;
/// The report.
const REPORT: &str = "docs/coverage.md";
/// Why points are not met: on each line a part of the point's text, then ` : `, then the reason.
const REASONS: &str = "tests/coverage-reasons.txt";

/// What is counted.
const KINDS: [&str; 3] = ["lines", "branches", "bits"];
/// Where the counts are, and the models that count.
const TARGET: &str = "target/coverage";

/// Counts, and writes the report.
pub(crate) fn coverage() -> Result<()> {
    tools::verilator()?;
    let target = root().join(TARGET);
    let counts = target.join("counts");
    if counts.exists() {
        fs::remove_dir_all(&counts)?;
    }
    fs::create_dir_all(&counts)?;

    say("the tests, on models that count");
    let names: Vec<String> = tops()?.iter().map(|path| stem(path)).collect();
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
        .env("SHP_SIM_TOPS", names.join(","))
        .env("PROPTEST_CASES", CASES);
    run(&mut tests)?;
    report()
}

/// Writes the report; fails if less was met than has to be, or a point that was not has no reason.
pub(crate) fn report() -> Result<()> {
    let mut list = cargo(&[
        "run", "--quiet", "-p", "shp-sim", "--", "coverage", "--missed",
    ]);
    list.arg(root().join(TARGET).join("counts"));
    let said = output(&mut list)?;
    let report = Report::read(&said, &fs::read_to_string(root().join(REASONS))?)?;
    fs::write(root().join(REPORT), report.text(&source()?)?)?;
    report.judge()
}

/// Says so if the report belongs to other Verilog than the committed one.
pub(crate) fn report_stale() -> Result<()> {
    if !belongs(&fs::read_to_string(root().join(REPORT))?, &source()?) {
        say(&format!("{REPORT} is stale; run: cargo xtask coverage"));
    }
    Ok(())
}

/// Whether a report is of this source.
fn belongs(report: &str, source: &str) -> bool {
    report.contains(&format!("begins with {source};"))
}

/// What the report belongs to.
fn source() -> Result<String> {
    xtask::source(tops()?)
}

/// The Verilog of the cores and the units; devices are other tests' matter.
fn tops() -> Result<Vec<PathBuf>> {
    let mut files = verilog::files()?;
    files.retain(|file| !stem(file).ends_with("_device"));
    Ok(files)
}

/// A file's name, which is its top module's.
fn stem(path: &Path) -> String {
    let stem = path.file_stem().unwrap_or_default();
    stem.to_string_lossy().into_owned()
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
    /// For each file its lines, branches and bits: how many were met, and how many there are.
    files: BTreeMap<String, [(u64, u64); 3]>,
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
                let kind = KINDS.iter().position(|known| *known == kind);
                let kind = kind.with_context(|| line.to_owned())?;
                report.files.entry(file.to_owned()).or_default()[kind] = (met, all);
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

    /// Lines, branches and bits of all files.
    fn all(&self) -> [(u64, u64); 3] {
        [0, 1, 2].map(|kind| {
            self.files
                .values()
                .map(|kinds| kinds[kind])
                .fold((0, 0), |sum, file| (sum.0 + file.0, sum.1 + file.1))
        })
    }

    fn text(&self, source: &str) -> Result<String> {
        let mut text = format!(
            "# Coverage

Written by `cargo xtask coverage`; not edited by hand. Lines, branches, and rises and falls of each bit, that Verilator counted over the tests
{} of shp-tests, {CASES} cases a property, all instances of a module together; a module that a unit alone and cores have in the same words stands in the
first of their files. What is not met stands below, by its reason. The SHA-256 of that Verilog begins with {source}; `cargo xtask lint` says
when there is another.

| file | lines met | of | % | branches met | of | % | bits met | of | % |
|---|---|---|---|---|---|---|---|---|---|
",
            TESTS.map(|test| format!("`{test}`")).join(", ")
        );
        let files = self
            .files
            .iter()
            .map(|(file, kinds)| (file.as_str(), *kinds));
        for (file, kinds) in files.chain([("all", self.all())]) {
            write!(text, "| `{file}` |")?;
            for kind in kinds {
                write!(text, " {} | {} | {:.2} |", kind.0, kind.1, percent(kind))?;
            }
            writeln!(text)?;
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
        let [lines, branches, bits] = self.all().map(percent);
        ensure!(
            lines >= LEAST && bits >= LEAST,
            "{lines:.2} % of the lines and {bits:.2} % of the bits met, not {LEAST} %"
        );
        ensure!(
            self.unexplained.is_empty(),
            "{} points without a reason",
            self.unexplained.len()
        );
        println!(
            "{lines:.2} % of the lines, {branches:.2} % of the branches and {bits:.2} % of the bits met"
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
        assert_eq!(report.files["a.v"], [(19, 20), (0, 0), (99, 100)]);
        assert_eq!(report.missed["always zero"], ["a.v:3:4: x[1]:0->1"]);
        report.judge()?;
        let text = report.text("0123456789abcdef")?;
        assert!(belongs(&text, "0123456789abcdef"));
        assert!(!belongs(&text, "0123456789abcdee"));
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
