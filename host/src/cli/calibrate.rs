//! `shp bench --calibrate`: from which length of message on a device is worth its way.

use std::{fmt::Write as _, time::Duration};

use serde_json::json;
use shp::{
    backend::{
        Backend,
        calibrate::{Times, calibrate, threshold},
    },
    partition::{Params, Paths},
};

use super::stdout;

/// Measures for each number of paths that the device has.
pub(super) fn run(
    device: &dyn Backend,
    software: &dyn Backend,
    paths: &[usize],
    json: bool,
) -> anyhow::Result<()> {
    if !json {
        let [device, software] = [device, software].map(|by| &by.capabilities().identity);
        let head = format!(
            "one message alone; {device}, and {software}\n{:>5} {:>10} {:>12} {:>12}\n",
            "paths", "bytes", "device/us", "software/us"
        );
        stdout::print(head.as_bytes())?;
    }
    for &k in paths {
        let params = Params::new(Paths::new(k)?);
        if !device.capabilities().allow(&params) {
            continue;
        }
        let times = calibrate(device, software, params)?;
        let text = if json {
            object(k, &times)
        } else {
            table(k, &times)
        };
        stdout::print(text.as_bytes())?;
    }
    Ok(())
}

fn table(k: usize, times: &[Times]) -> String {
    let us = |time: Duration| time.as_secs_f64() * 1e6;
    let mut text = String::new();
    for times in times {
        let (device, software) = (us(times.device), us(times.software));
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "{k:>5} {:>10} {device:>12.2} {software:>12.2}",
            times.bytes
        );
    }
    let _ = match threshold(times) {
        Some(bytes) => writeln!(
            text,
            "{k:>5} paths: the device is sooner from {bytes} bytes on"
        ),
        None => writeln!(text, "{k:>5} paths: software is always sooner"),
    };
    text
}

fn object(k: usize, times: &[Times]) -> String {
    let rows = times.iter().map(|times| {
        json!({
            "bytes": times.bytes,
            "device_seconds": times.device.as_secs_f64(),
            "software_seconds": times.software.as_secs_f64(),
        })
    });
    let rows: Vec<_> = rows.collect();
    let object = json!({ "k": k, "threshold_bytes": threshold(times), "times": rows });
    format!("{object}\n")
}
