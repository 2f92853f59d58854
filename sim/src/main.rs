//! The program `shp-sim`: the SHP core in simulation, from the command line.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::{Parser, Subcommand};
use shp_regs::cores::CORES;
use shp_sim::board::{Board, Options};
use shp_sim::conformance::{self, Verdict};
use shp_sim::coverage::{Coverage, Kind};
use shp_sim::{Core, tops};

/// The Verilated SHP core. Exit code 0: all is well; 1: not, and stderr says why; 2: wrong usage.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Drive the vectors of SPEC.md through the cores, pin by pin.
    ///
    /// Each vector goes through each core that can do it; one that no core can do counts as skipped. It is a failure if nothing ran.
    Conformance {
        /// The vectors, in the form of SPEC.md.
        vectors: PathBuf,
        /// This core only.
        #[arg(long, value_name = "TOP")]
        core: Option<String>,
        /// Write every signal of every cycle to a VCD file.
        #[arg(long, value_name = "FILE", requires = "core")]
        trace: Option<PathBuf>,
        /// Pause every stream at random.
        #[arg(long, value_name = "SEED")]
        stalls: Option<u64>,
    },
    /// Be a board: a device as a PCI function on a vfio-user socket, for one client after another, until it is killed.
    Serve {
        /// The socket; one that nobody listens on is replaced.
        #[arg(long, value_name = "PATH")]
        socket: PathBuf,
        /// The device around this core.
        #[arg(long, value_name = "NAME", default_value = "k4w32")]
        core: String,
        /// Cycles that memory takes to answer.
        #[arg(long, value_name = "CYCLES", default_value_t = 0)]
        latency: u64,
        /// Pause every channel of the buses at random.
        #[arg(long, value_name = "SEED")]
        stalls: Option<u64>,
        /// Write every signal of every cycle to a VCD file.
        #[arg(long, value_name = "FILE")]
        trace: Option<PathBuf>,
    },
    /// Merge what the models of a build with the feature `coverage` counted.
    Coverage {
        /// The folder that was in `$SHP_SIM_COVERAGE`.
        folder: PathBuf,
        /// List every point that was never met.
        #[arg(long)]
        missed: bool,
    },
}

fn main() -> ExitCode {
    let result = match Arguments::parse().command {
        Command::Conformance {
            vectors,
            core,
            trace,
            stalls,
        } => conformance(&vectors, core.as_deref(), trace.as_deref(), stalls),
        Command::Serve {
            socket,
            core,
            latency,
            stalls,
            trace,
        } => {
            let options = Options {
                latency,
                stalls,
                trace,
            };
            serve(&socket, &core, options)
        }
        Command::Coverage { folder, missed } => coverage(&folder, missed).map(|()| true),
    };
    match result {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("shp-sim: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Serves clients for ever. Whoever waits for the board may wait for its line on stdout.
fn serve(socket: &Path, core: &str, options: Options) -> Result<bool> {
    let top = tops::find(&format!("{core}_device"))?;
    let mut board = Board::listen(top, socket, options)?;
    writeln!(io::stdout(), "{core} at {}", socket.display())?;
    loop {
        board.serve();
    }
}

/// Runs the vectors, and says whether some passed and none failed.
fn conformance(
    vectors: &Path,
    core: Option<&str>,
    trace: Option<&Path>,
    stalls: Option<u64>,
) -> Result<bool> {
    let text =
        fs::read_to_string(vectors).with_context(|| format!("reading {}", vectors.display()))?;
    let list = conformance::parse(&text)
        .with_context(|| format!("{} is no list of vectors", vectors.display()))?;
    let names: Vec<&str> = core.map_or_else(
        || CORES.iter().map(|core| core.name).collect(),
        |name| vec![name],
    );
    let mut cores = Vec::new();
    for name in names {
        let mut core = Core::new(tops::find(name)?)?;
        core.stall(stalls);
        if let Some(file) = trace {
            core.trace(file)?;
        }
        cores.push((name, core));
    }

    let mut out = io::stdout().lock();
    let (mut passed, mut failed, mut skipped) = (0, 0, BTreeMap::<_, u32>::new());
    for (index, vector) in list.iter().enumerate() {
        let (mut ran, mut wrong, mut refusal) = (false, false, "no core");
        for (name, core) in &mut cores {
            match conformance::check(core, vector) {
                Verdict::Passed => ran = true,
                Verdict::Skipped(reason) => refusal = reason,
                Verdict::Failed(reason) => {
                    writeln!(out, "vector {index} failed on {name}: {reason}")?;
                    wrong = true;
                }
            }
        }
        *match (wrong, ran) {
            (true, _) => &mut failed,
            (false, true) => &mut passed,
            (false, false) => skipped.entry(refusal).or_default(),
        } += 1;
    }
    for (reason, count) in &skipped {
        writeln!(out, "{count} skipped: {reason}")?;
    }
    writeln!(
        out,
        "{passed} passed, {failed} failed, {} skipped",
        skipped.values().sum::<u32>()
    )?;
    Ok(passed > 0 && failed == 0)
}

/// Prints how many lines, branches and bits of each file were met, and which were not.
fn coverage(folder: &Path, missed: bool) -> Result<()> {
    let mut out = io::stdout().lock();
    let coverage = Coverage::read(folder)?;
    if missed {
        for point in coverage.missed() {
            writeln!(out, "{point}")?;
        }
    }
    for (kind, name) in [
        (Kind::Line, "lines"),
        (Kind::Branch, "branches"),
        (Kind::Toggle, "bits"),
    ] {
        for (file, (met, all)) in coverage.files(kind) {
            let hundredths = met * 10_000 / all;
            let (whole, part) = (hundredths / 100, hundredths % 100);
            writeln!(
                out,
                "{}, {name}: {met} of {all}, {whole}.{part:02} %",
                file.display()
            )?;
        }
    }
    Ok(())
}
