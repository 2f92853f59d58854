//! The command line: what may be said, and who does it.

mod bench;
mod bind;
mod calibrate;
mod conformance;
mod device;
mod devices;
mod exit;
mod input;
mod inspect;
mod interrupt;
mod join;
mod output;
mod pages;
mod progress;
mod projection;
mod selftest;
mod split;
mod stats;
mod stdout;

use std::{
    io::{self, IsTerminal as _},
    process::ExitCode,
};

use clap::{Parser, Subcommand};
use tracing_subscriber::EnvFilter;

/// Splits data into k shares: all k together give it back, fewer tell nothing of it
///
/// A file is split into k shares, each as long as the file. All k of them are needed to join it again: losing one share
/// loses the file, for the keys exist only while `shp` runs. Whoever holds k - 1 shares, in whatever way they were
/// brought together, learns the file's length and nothing else (policy `uniform`). Keep the shares where no one
/// reaches all of them: two shares that pass through the same hands count as one.
///
/// Shares are tamper-evident: one that was changed, cut, swapped or doubled, or that belongs to another file, is found
/// when they are joined.
#[derive(Parser)]
#[command(name = "shp", version, after_help = exit::HELP, arg_required_else_help = true)]
pub(crate) struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Split(split::Args),
    Join(join::Args),
    Inspect(inspect::Args),
    Conformance(conformance::Args),
    Bench(bench::Args),
    Devices(devices::Args),
    Bind(bind::Args),
    Selftest(selftest::Args),
    Stats(stats::Args),
    Completions(pages::Completions),
    Man(pages::Man),
}

/// Runs the program on this process' arguments.
pub(crate) fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return exit::usage(&error),
    };
    tracing_subscriber::fmt()
        .with_env_filter(
            EnvFilter::builder()
                .with_default_directive(tracing::Level::WARN.into())
                .from_env_lossy(),
        )
        .with_writer(io::stderr)
        .with_ansi(io::stderr().is_terminal())
        .init();
    match cli.run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => exit::failure(&error),
    }
}

impl Cli {
    fn run(self) -> anyhow::Result<()> {
        match self.command {
            Command::Split(args) => args.run(),
            Command::Join(args) => args.run(),
            Command::Inspect(args) => args.run(),
            Command::Conformance(args) => args.run(),
            Command::Bench(args) => args.run(),
            Command::Devices(args) => args.run(),
            Command::Bind(args) => args.run(),
            Command::Selftest(args) => args.run(),
            Command::Stats(args) => args.run(),
            Command::Completions(args) => args.run(),
            Command::Man(args) => args.run(),
        }
    }
}
