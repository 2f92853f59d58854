//! `shp stats`.

use std::{fmt::Write as _, thread, time::Duration};

use shp::{
    monitor::{self, Error, Report},
    transport::Uri,
};

use super::stdout;

/// Between two looks.
const SECOND: Duration = Duration::from_secs(1);

/// Shows what a device counted that another shp drives
///
/// A device belongs to one process at a time, and counts from when that one opened it: looking at it from outside would
/// end what it does. So the shp that drives it is asked, which takes nothing from it but a few reads of registers.
#[derive(clap::Args)]
pub(super) struct Args {
    /// The device: vfio:ADDRESS or vfio-user:PATH
    #[arg(long, value_name = "URI")]
    device: Uri,
    /// A JSON object, on a line
    #[arg(long)]
    json: bool,
    /// Ask every second until interrupted, whoever drives the device; without --json, a line of what that second brought
    #[arg(long)]
    watch: bool,
}

impl Args {
    pub(super) fn run(self) -> anyhow::Result<()> {
        if !self.watch {
            let report = monitor::ask(&self.device)?;
            let text = if self.json {
                serde_json::to_string(&report)? + "\n"
            } else {
                text(&self.device, &report)
            };
            return stdout::print(text.as_bytes());
        }
        let mut last: Option<Report> = None;
        if !self.json {
            stdout::print(HEAD.as_bytes())?;
        }
        loop {
            let report = match monitor::ask(&self.device) {
                Ok(report) => Some(report),
                Err(Error::Idle(_)) => None,
                Err(error) => return Err(error.into()),
            };
            if let Some(report) = &report {
                let line = if self.json {
                    Some(serde_json::to_string(report)? + "\n")
                } else {
                    last.as_ref().and_then(|last| between(last, report))
                };
                stdout::print(line.unwrap_or_default().as_bytes())?;
            }
            last = report;
            thread::sleep(SECOND);
        }
    }
}

fn text(uri: &Uri, report: &Report) -> String {
    let Report {
        identity,
        process,
        seconds,
        failure,
        counted,
    } = report;
    let health = failure.as_deref().unwrap_or("well");
    let mut text =
        format!("{identity}\n{uri}, driven by process {process} for {seconds:.1} s: {health}\n");
    for (name, count) in [
        ("clocks", counted.clocks),
        ("busy, a job under way", counted.busy),
        ("words of message", counted.words),
        ("starved, for the message", counted.starved),
        ("blocked, by the bus", counted.blocked),
        ("waiting, for the core", counted.waiting),
        ("segments", counted.segments),
        ("descriptors refused", counted.bad),
        ("bus errors", counted.bus_errors),
    ] {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "  {name:<26} {count:>20}");
    }
    text
}

const HEAD: &str =
    "   segments/s      words/s  clocks/word  busy/%  starved/%  blocked/%  waiting/%  errors\n";

/// What came between two looks, if they are of one opening of the device.
fn between(last: &Report, report: &Report) -> Option<String> {
    let (before, after) = (&last.counted, &report.counted);
    let clocks = after.clocks.checked_sub(before.clocks)?;
    let seconds = report.seconds - last.seconds;
    if last.process != report.process || seconds <= 0.0 {
        return None;
    }
    let busy = after.busy.saturating_sub(before.busy);
    let words = after.words.saturating_sub(before.words);
    let segments = after.segments.saturating_sub(before.segments);
    let share = |after: u64, before: u64, of: u64| {
        // The counters are read one after the other.
        (100.0 * float(after.saturating_sub(before)) / float(of.max(1))).min(100.0)
    };
    Some(format!(
        "{:>13.0} {:>12.0} {:>12.3} {:>7.1} {:>10.1} {:>10.1} {:>10.1} {:>7}\n",
        float(segments) / seconds,
        float(words) / seconds,
        float(busy) / float(words.max(1)),
        share(after.busy, before.busy, clocks),
        share(after.starved, before.starved, busy),
        share(after.blocked, before.blocked, busy),
        share(after.waiting, before.waiting, busy),
        (after.bad + after.bus_errors).saturating_sub(before.bad + before.bus_errors),
    ))
}

#[expect(clippy::cast_precision_loss, reason = "for people to read")]
fn float(count: u64) -> f64 {
    count as f64
}
