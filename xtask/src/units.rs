//! `cargo xtask faults`: that each unit's tests notice the faults planted in it.
//!
//! A unit's test file names them, in lines `// Fault: in MODULE, OLD => NEW`. The first fault of every unit is planted at once, then the second, so that a build
//! serves them all.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use xtask::root;

use crate::fault::Fault;
use crate::models;
use crate::shell::{cargo, say};
use crate::tools;

/// Where the units are, and their tests.
const UNITS: &str = "hdl/verilog/units";
const TESTS: &str = "tests/tests/units";

/// Plants them all, and stops at one that was not noticed.
pub(crate) fn faults() -> Result<()> {
    tools::verilator()?;
    let tests = tests()?;
    let mut units = BTreeMap::new();
    for (unit, text) in &tests {
        let faults = Fault::list(text).with_context(|| unit.clone())?;
        ensure!(!faults.is_empty(), "the tests of {unit} name no fault");
        units.insert(unit, faults);
    }
    // What is no unit has no fault.
    let is_unit = |top: &str| root().join(UNITS).join(format!("{top}.v")).exists();
    models::share(&root().join("target/faults"), |top| !is_unit(top))?;
    let planted = root().join("target/faults/units");
    let most = units.values().map(Vec::len).max().unwrap_or(0);
    for round in 0..most {
        say(&format!("each unit with its fault {} of {most}", round + 1));
        copy(&root().join(UNITS), &planted)?;
        let now = || {
            units
                .iter()
                .filter_map(|(unit, faults)| Some((unit, faults.get(round)?)))
        };
        for (unit, fault) in now() {
            plant(fault, unit, &planted)?;
        }
        let failed = failures(&planted)?;
        for (unit, fault) in now() {
            let noticed = failed
                .iter()
                .any(|test| test.starts_with(&format!("{unit}::")));
            ensure!(noticed, "no test of {unit} noticed {fault:?}");
            println!("noticed in {unit}: {} => {}", fault.old, fault.new);
        }
    }
    Ok(())
}

/// The units that have tests, with their tests' text.
fn tests() -> Result<BTreeMap<String, String>> {
    let mut tests = BTreeMap::new();
    for entry in fs::read_dir(root().join(TESTS))? {
        let path = entry?.path();
        let unit = path
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        if root().join(UNITS).join(format!("{unit}.v")).exists() {
            tests.insert(unit, fs::read_to_string(&path)?);
        }
    }
    Ok(tests)
}

/// Changes the file of the module, if there is one, for a unit can stand there in other widths too; else the unit's.
fn plant(fault: &Fault, unit: &str, folder: &Path) -> Result<()> {
    let own = folder.join(format!("{}.v", fault.module));
    let file = if own.exists() {
        own
    } else {
        folder.join(format!("{unit}.v"))
    };
    Ok(fs::write(&file, fault.plant(&fs::read_to_string(&file)?)?)?)
}

/// The units' tests that fail on the Verilog in this folder.
fn failures(units: &Path) -> Result<Vec<String>> {
    let mut tests = cargo(&[
        "test",
        "--quiet",
        "-p",
        "shp-tests",
        "--test",
        "units",
        "--no-fail-fast",
    ]);
    tests
        .args(["--", "--format", "pretty"])
        .env("CARGO_TARGET_DIR", root().join("target/faults"))
        .env("SHP_SIM_UNITS", units)
        .env("PROPTEST_DISABLE_FAILURE_PERSISTENCE", "1")
        .env("PROPTEST_MAX_SHRINK_ITERS", "0");
    let output = tests.output().context("cargo test")?;
    let said = String::from_utf8_lossy(&output.stdout);
    ensure!(
        said.contains("test result:"),
        "the tests did not run: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    let failed = said
        .lines()
        .filter_map(|line| line.strip_prefix("test ")?.strip_suffix(" ... FAILED"));
    Ok(failed.map(str::to_owned).collect())
}

/// The files of one folder to another, which loses what it had.
fn copy(from: &Path, to: &Path) -> Result<()> {
    if to.exists() {
        fs::remove_dir_all(to)?;
    }
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let file = entry?;
        fs::copy(file.path(), to.join(file.file_name()))?;
    }
    Ok(())
}
