//! How long `.ci/run` takes. It cannot be run from within itself, so the last run from clean is read.

use std::fs;

use anyhow::{Context, Result};

use super::Figure;

pub(super) fn figures() -> Vec<Figure> {
    vec![Figure::at_most(20.0, "ci.from-clean", "minutes", minutes)]
}

fn minutes() -> Result<f64> {
    let file = xtask::root().join("target/ci-seconds");
    let seconds =
        fs::read_to_string(file).context("run .ci/run in a clone without target/ first")?;
    Ok(seconds.trim().parse::<f64>()? / 60.0)
}
