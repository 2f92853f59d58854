//! `shp bench`.

use std::time::Duration;

use anyhow::Context as _;
use serde_json::json;
use shp::{
    backend::{Backend as _, device::Hardware, software::Software},
    bench::{self, Measurement},
    partition::{Params, Paths},
    transport::Uri,
};

use super::{calibrate, device, exit::Refusal, projection::Projection, stdout};

/// Bytes of the messages: a key, a packet, a segment and more than caches hold among them.
const LENGTHS: [usize; 5] = [32, 256, 1500, 64 << 10, 16 << 20];

const PATHS: [usize; 4] = [2, 4, 8, 16];

/// How long each of both is measured.
const TIME: Duration = Duration::from_millis(150);

/// Measures how fast this machine splits, and a device beside it
///
/// For each length of message and number of paths: the throughput of bursts over all cores, the latency of one message
/// alone, and whether the shares add up again. Of a device also the clocks a word of message, by its own counters: the
/// rest is as fast as the way to it, and behind a simulation it says nothing of a device. Beside them stand the
/// throughput that these clocks would give on a board, at the clock of its report, and what PCI Express lets through.
#[derive(clap::Args)]
pub(super) struct Args {
    /// One JSON object a measurement, each on its line
    #[arg(long)]
    json: bool,
    /// A device to measure beside software: vfio:ADDRESS or vfio-user:PATH
    #[arg(long, value_name = "URI")]
    device: Option<Uri>,
    /// Measure instead from which length of message on the device is worth its way
    #[arg(long, requires = "device")]
    calibrate: bool,
}

impl Args {
    pub(super) fn run(self) -> anyhow::Result<()> {
        let (device, _monitor) = self.device.as_ref().map(device::open).transpose()?.unzip();
        let software = Software::default();
        if self.calibrate
            && let Some(device) = &device
        {
            return calibrate::run(device, &software, &PATHS, self.json);
        }
        if !self.json {
            stdout::print(head(&software, device.as_ref()).as_bytes())?;
        }
        let mut verified = true;
        for bytes in LENGTHS {
            for k in PATHS {
                let params = Params::new(Paths::new(k)?);
                let context = || format!("splitting {bytes} bytes over {k} paths");
                let mut columns = vec![];
                let measured = bench::measure(&software, params, bytes, TIME);
                columns.push((software.capabilities(), measured.with_context(context)?));
                if let Some(device) = device.as_ref().filter(|device| can(device, params, bytes)) {
                    let measured = bench::measure_device(device, params, bytes, TIME);
                    columns.push((device.capabilities(), measured.with_context(context)?));
                }
                verified &= columns.iter().all(|(_, measured)| measured.verified);
                let text = if self.json {
                    let lines = columns
                        .iter()
                        .map(|(by, measured)| json(&by.identity, measured, device.as_ref()));
                    lines.collect()
                } else {
                    let cells: String = columns
                        .iter()
                        .map(|(_, measured)| cells(measured, device.as_ref()))
                        .collect();
                    format!("{bytes:>10} {k:>5}{cells}\n")
                };
                stdout::print(text.as_bytes())?;
            }
        }
        if verified {
            Ok(())
        } else {
            Err(Refusal::Sum.into())
        }
    }
}

/// Whether a device splits such messages.
fn can(device: &Hardware, params: Params, bytes: usize) -> bool {
    let capabilities = device.capabilities();
    capabilities.allow(&params) && bytes as u64 <= capabilities.longest
}

fn head(software: &Software, device: Option<&Hardware>) -> String {
    let names = &software.capabilities().identity;
    let columns = format!("{:>12} {:>12} {:>7}", "MB/s", "latency/us", "verify");
    let beside = device.map(|device| {
        let projection = Projection::of(device.info());
        (
            format!(
                "; beside it {}\n{projection}",
                device.capabilities().identity
            ),
            format!("{columns} {:>12}{}", "cycles/word", projection.head()),
        )
    });
    let (legend, more) = beside.unwrap_or_default();
    format!(
        "{names}{legend}\n{:>10} {:>5}{columns}{more}\n",
        "bytes", "paths"
    )
}

fn cells(measured: &Measurement, device: Option<&Hardware>) -> String {
    let more = measured.cycles.zip(device).map(|(cycles, device)| {
        let cells = Projection::of(device.info()).cells(cycles, measured.paths);
        format!(" {cycles:>12.3}{cells}")
    });
    format!(
        "{:>12.1} {:>12.2} {:>7}{}",
        measured.throughput / 1e6,
        measured.latency.as_secs_f64() * 1e6,
        if measured.verified { "ok" } else { "WRONG" },
        more.unwrap_or_default()
    )
}

fn json(identity: &str, measured: &Measurement, device: Option<&Hardware>) -> String {
    let mut object = json!({
        "backend": identity,
        "bytes": measured.bytes,
        "k": measured.paths,
        "bytes_per_second": measured.throughput,
        "latency_seconds": measured.latency.as_secs_f64(),
        "verified": measured.verified,
    });
    if let Some((cycles, device)) = measured.cycles.zip(device) {
        object["cycles_per_word"] = cycles.into();
        Projection::of(device.info()).add_to(&mut object, cycles, measured.paths);
    }
    format!("{object}\n")
}
