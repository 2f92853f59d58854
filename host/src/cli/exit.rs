//! How the program ends: one line on stderr, and a code that says what kind of thing went wrong.

use std::{
    io::{self, IsTerminal as _, Write as _},
    process::ExitCode,
};

use anyhow::Context as _;
use shp::{backend, bench, container, device, monitor, pci, transport};

/// What stands under `--help`. docs/share-files.md repeats it.
pub(super) const HELP: &str = "\
Exit codes:
  0    done
  1    something cannot be read or written (a full disk, too)
  2    the command line is wrong
  3    the shares are not the k shares of one set: missing, doubled, foreign
  4    a share is damaged, was changed, or is no share file
  5    an output exists already
  6    a conformance vector failed, or there was none; or a measured split was wrong
  7    a device is not there, is not well, or nobody drives it
  130  interrupted
After a failure no output is left behind.";

const OTHER: u8 = 1;
const USAGE: u8 = 2;
const SET: u8 = 3;
const DAMAGE: u8 = 4;
const EXISTS: u8 = 5;
const VECTORS: u8 = 6;
const DEVICE: u8 = 7;
/// 128 and SIGINT's number, as shells have it.
pub(super) const INTERRUPTED: i32 = 130;

/// What the program itself refuses; the library has its own errors.
#[derive(Debug, thiserror::Error)]
pub(super) enum Refusal {
    #[error("{0}")]
    Usage(String),
    #[error("{0} exists already: give --force to replace it")]
    Exists(String),
    #[error("not every vector passed")]
    Failed,
    #[error("there was no vector to run")]
    Nothing,
    #[error("the shares of a message do not add up to it: this machine or build cannot be trusted")]
    Sum,
    #[error("the device failed what it was tried with")]
    Device,
}

/// Ends with a library's or the program's own error.
pub(super) fn failure(error: &anyhow::Error) -> ExitCode {
    line(&format!("{error:#}"));
    let code = if let Some(refusal) = error.downcast_ref::<Refusal>() {
        match refusal {
            Refusal::Usage(_) => USAGE,
            Refusal::Exists(_) => EXISTS,
            Refusal::Failed | Refusal::Nothing | Refusal::Sum => VECTORS,
            Refusal::Device => DEVICE,
        }
    } else if let Some(error) = error.downcast_ref::<container::Error>() {
        share(error)
    } else if is_of_a_device(error) {
        DEVICE
    } else {
        OTHER
    };
    ExitCode::from(code)
}

/// The program opens devices at several heights.
fn is_of_a_device(error: &anyhow::Error) -> bool {
    use backend::Error::Device;
    error.is::<transport::Error>()
        || error.is::<device::Error>()
        || error.is::<monitor::Error>()
        || error.is::<pci::Error>()
        || matches!(error.downcast_ref(), Some(Device(_)))
        || matches!(
            error.downcast_ref(),
            Some(bench::Failure::Backend(Device(_)))
        )
}

fn share(error: &container::Error) -> u8 {
    use container::Error as E;
    match error {
        E::Foreign { .. } | E::Doubled { .. } | E::Missing { .. } | E::Surplus { .. } => SET,
        E::Magic(_)
        | E::Version { .. }
        | E::Header(_)
        | E::Field { .. }
        | E::SegmentBytes { .. }
        | E::Differ { .. }
        | E::Key
        | E::Cut { .. }
        | E::Length { .. }
        | E::Tag { .. }
        | E::Trailing(_) => DAMAGE,
        _ => OTHER,
    }
}

/// Ends with what clap has to say: help on stdout, or what is wrong as one line.
pub(super) fn usage(error: &clap::Error) -> ExitCode {
    if !error.use_stderr() {
        let printed = error.print().and_then(|()| io::stdout().flush());
        return match printed.context("writing to stdout") {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => failure(&error),
        };
    }
    if error.kind() == clap::error::ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        line("no command given: shp --help lists them");
        return ExitCode::from(USAGE);
    }
    let text = error.to_string();
    // The first paragraph says what is wrong; the rest repeats the usage.
    let what = text.split("\n\n").next().unwrap_or_default();
    let what: Vec<&str> = what.lines().map(str::trim).collect();
    line(what.join(" ").trim_start_matches("error: "));
    ExitCode::from(USAGE)
}

/// Says what went wrong, on one line whatever a file name contains.
pub(super) fn line(what: &str) {
    let what: String = what
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    let mut stderr = io::stderr().lock();
    // A progress bar may stand on the line.
    let clear = if stderr.is_terminal() { "\r\x1b[K" } else { "" };
    // Who closed stderr wants to hear nothing.
    writeln!(stderr, "{clear}error: {what}").ok();
}
