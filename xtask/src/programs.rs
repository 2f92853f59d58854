//! The programs that stand on the Verilated core: `demo` and `figures`, built for speed.

use std::ffi::OsStr;
use std::path::Path;

use anyhow::Result;

use crate::shell::{cargo, run, say};
use crate::tools;

/// Splits a file through the core and in software, and shows both.
pub(crate) fn demo(file: Option<&Path>) -> Result<()> {
    program("demo", file.map(Path::as_os_str))
}

/// Measures the figures whose names begin with a prefix.
pub(crate) fn figures(prefix: &str) -> Result<()> {
    tools::verilator()?;
    say("building what is measured");
    let programs = ["shp", "shp-sim", "shp-benches"].map(|package| ["--package", package]);
    run(cargo(&["build", "--quiet", "--release", "--bins"]).args(programs.as_flattened()))?;
    program("figures", Some(OsStr::new(prefix)))
}

fn program(name: &str, argument: Option<&OsStr>) -> Result<()> {
    tools::verilator()?;
    say(&format!("building {name}"));
    let build = [
        "build",
        "--quiet",
        "--release",
        "--package",
        "shp-tests",
        "--bin",
        name,
    ];
    run(&mut cargo(&build))?;
    let start = [
        "run",
        "--quiet",
        "--release",
        "--package",
        "shp-tests",
        "--bin",
        name,
        "--",
    ];
    run(cargo(&start).args(argument))
}
