//! The program `shp-sim`: the SHP core in simulation, from the command line.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::{Parser, Subcommand};
use shp_sim::conformance::{self, Verdict};
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
    /// Drive the vectors of SPEC.md through a core, pin by pin.
    ///
    /// What the core cannot do yet is counted as skipped. It is a failure if nothing ran.
    Conformance {
        /// The vectors, in the form of SPEC.md.
        vectors: PathBuf,
        /// The core's top module.
        #[arg(long, value_name = "TOP", default_value = "k4w32")]
        core: String,
        /// Write every signal of every cycle to a VCD file.
        #[arg(long, value_name = "FILE")]
        trace: Option<PathBuf>,
        /// Pause every stream at random.
        #[arg(long, value_name = "SEED")]
        stalls: Option<u64>,
    },
}

fn main() -> ExitCode {
    let Command::Conformance {
        vectors,
        core,
        trace,
        stalls,
    } = Arguments::parse().command;
    match conformance(&vectors, &core, trace.as_deref(), stalls) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("shp-sim: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Runs the vectors, and says whether some passed and none failed.
fn conformance(
    vectors: &Path,
    core: &str,
    trace: Option<&Path>,
    stalls: Option<u64>,
) -> Result<bool> {
    let text =
        fs::read_to_string(vectors).with_context(|| format!("reading {}", vectors.display()))?;
    let list = conformance::parse(&text)
        .with_context(|| format!("{} is no list of vectors", vectors.display()))?;
    let mut core = Core::new(tops::find(core)?)?;
    core.stall(stalls);
    if let Some(file) = trace {
        core.trace(file)?;
    }

    let (mut passed, mut failed, mut skipped) = (0, 0, BTreeMap::<_, u32>::new());
    for (index, vector) in list.iter().enumerate() {
        match conformance::check(&mut core, vector) {
            Verdict::Passed => passed += 1,
            Verdict::Skipped(reason) => *skipped.entry(reason).or_default() += 1,
            Verdict::Failed(reason) => {
                println!("vector {index} failed: {reason}");
                failed += 1;
            }
        }
    }
    for (reason, count) in &skipped {
        println!("{count} skipped: {reason}");
    }
    println!(
        "{passed} passed, {failed} failed, {} skipped",
        skipped.values().sum::<u32>()
    );
    Ok(passed > 0 && failed == 0)
}
