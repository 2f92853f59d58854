//! `shp bench`.

use std::{fmt::Write as _, time::Duration};

use anyhow::Context as _;
use serde_json::json;
use shp::{
    backend::{Backend, software::Software},
    bench::{self, Measurement},
    partition::{Params, Paths},
};

use super::{exit::Refusal, stdout};

/// Bytes of the messages: a key, a packet, a segment and more than caches hold among them.
const LENGTHS: [usize; 5] = [32, 256, 1500, 64 << 10, 16 << 20];

const PATHS: [usize; 4] = [2, 4, 8, 16];

/// How long each of both is measured.
const TIME: Duration = Duration::from_millis(150);

/// Measures how fast this machine splits
///
/// For each length of message and number of paths: the throughput of bursts over all cores, the latency of one message
/// alone, and whether the shares add up again.
#[derive(clap::Args)]
pub(super) struct Args {
    /// One JSON object a measurement, each on its line
    #[arg(long)]
    json: bool,
}

impl Args {
    pub(super) fn run(self) -> anyhow::Result<()> {
        let backend = Software::default();
        let identity = &backend.capabilities().identity;
        if !self.json {
            let head = format!(
                "{identity}\n{:>10} {:>5} {:>12} {:>12}  verify\n",
                "bytes", "paths", "MB/s", "latency/us"
            );
            stdout::print(head.as_bytes())?;
        }
        let mut verified = true;
        for bytes in LENGTHS {
            for k in PATHS {
                let params = Params::new(Paths::new(k)?);
                let measured = bench::measure(&backend, params, bytes, TIME)
                    .with_context(|| format!("splitting {bytes} bytes over {k} paths"))?;
                verified &= measured.verified;
                let line = if self.json {
                    json(identity, &measured)
                } else {
                    text(&measured)
                };
                stdout::print(line.as_bytes())?;
            }
        }
        if verified {
            Ok(())
        } else {
            Err(Refusal::Sum.into())
        }
    }
}

fn text(measured: &Measurement) -> String {
    let mut line = String::new();
    // Writing to a string cannot fail.
    let _ = writeln!(
        line,
        "{:>10} {:>5} {:>12.1} {:>12.2}  {}",
        measured.bytes,
        measured.paths,
        measured.throughput / 1e6,
        measured.latency.as_secs_f64() * 1e6,
        if measured.verified { "ok" } else { "WRONG" }
    );
    line
}

fn json(identity: &str, measured: &Measurement) -> String {
    let object = json!({
        "backend": identity,
        "bytes": measured.bytes,
        "k": measured.paths,
        "bytes_per_second": measured.throughput,
        "latency_seconds": measured.latency.as_secs_f64(),
        "verified": measured.verified,
    });
    format!("{object}\n")
}
