//! `shp conformance`.

use std::{
    io::{self, Read as _, Write as _},
    path::PathBuf,
};

use anyhow::Context as _;
use shp::conformance;

use super::{exit::Refusal, input};

/// Runs test vectors of SPEC.md's form through the software
///
/// A line tells what is wrong with each vector that failed; the last line counts.
#[derive(clap::Args)]
pub(super) struct Args {
    /// The vectors, a JSON list; - is stdin
    vectors: PathBuf,
}

impl Args {
    pub(super) fn run(self) -> anyhow::Result<()> {
        let mut vectors = input::open(&self.vectors)?;
        let name = vectors.name;
        let mut json = Vec::new();
        vectors
            .stream
            .read_to_end(&mut json)
            .with_context(|| format!("reading {name}"))?;
        let report = conformance::run(&json).with_context(|| format!("reading {name}"))?;

        let mut stdout = io::stdout().lock();
        for failure in &report.failures {
            writeln!(stdout, "{failure}")?;
        }
        writeln!(stdout, "{report}")?;
        if !report.failures.is_empty() {
            return Err(Refusal::Failed.into());
        }
        if report.passed == 0 {
            return Err(Refusal::Nothing.into());
        }
        Ok(())
    }
}
