//! `shp conformance`.

use std::{fmt::Write as _, io::Read as _, path::PathBuf};

use anyhow::Context as _;
use shp::{conformance, transport::Uri};

use super::{device, exit::Refusal, input, stdout};

/// Runs test vectors of SPEC.md's form through the software, or through a device
///
/// A line tells what is wrong with each vector that failed; the last line counts.
#[derive(clap::Args)]
pub(super) struct Args {
    /// The vectors, a JSON list; - is stdin
    vectors: PathBuf,
    /// The device, instead of software: vfio:ADDRESS or vfio-user:PATH; what it cannot do is skipped
    #[arg(long, value_name = "URI")]
    device: Option<Uri>,
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
        let report = match self.device {
            None => conformance::run(&json),
            Some(uri) => {
                let (device, _monitor) = device::open(&uri)?;
                conformance::run_on(&json, &device)
            }
        };
        let report = report.with_context(|| format!("reading {name}"))?;

        let mut text = String::new();
        for failure in &report.failures {
            writeln!(text, "{failure}")?;
        }
        writeln!(text, "{report}")?;
        stdout::print(text.as_bytes())?;
        if !report.failures.is_empty() {
            return Err(Refusal::Failed.into());
        }
        if report.passed == 0 {
            return Err(Refusal::Nothing.into());
        }
        Ok(())
    }
}
