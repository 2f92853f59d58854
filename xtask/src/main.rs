//! The project's commands: `cargo xtask COMMAND`.
//!
//! Each one fetches the tools that it needs and builds what it runs, so that a fresh clone needs no other step.

mod alone;
mod coverage;
mod debian;
mod fault;
mod full_system;
mod fuzz;
mod lint;
mod models;
mod programs;
mod prove;
mod shell;
mod synth;
mod test;
mod tools;
mod units;
mod verilog;
mod yowasp;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::Parser;

/// The project's commands.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", max_term_width = 100)]
enum Command {
    /// Fetch the pinned tools that demo and test need into .tools/ (the others come when a command needs them)
    Tools,
    /// Split a file through the Verilated core and in software, compare, join, and show the cycles
    Demo {
        /// The file to split [default: the picture in docs/]
        file: Option<PathBuf>,
    },
    /// Run every test, and say what ran and what could not run here
    Test,
    /// Check format, lints, documentation, and that the generated Verilog is fresh and lint-clean
    Lint,
    /// Write the Verilog in hdl/verilog, docs/registers.md and the C header anew from their source
    Gen,
    /// Prove what hdl/proofs says of the core's units, and that each proof notices its planted faults
    Prove,
    /// Count which lines and bits of the Verilog the tests of cores and units meet, and write docs/coverage.md; half an hour
    Coverage {
        /// Only write the report anew, from what was counted last
        #[arg(long)]
        report: bool,
    },
    /// Plant faults in the units' Verilog, and see that each unit's tests notice them; some minutes
    Faults,
    /// Boot a guest in QEMU whose Linux drives the virtual board, and run the device suite there
    FullSystem {
        /// Only the board with this core [default: each of k4w32, k16w32, k4w128]
        core: Option<String>,
    },
    /// Reset and kill the virtual board in the middle of burst after burst: no job may be lost, doubled or wrong
    Soak {
        /// Resets and kills
        #[arg(default_value_t = 10_000)]
        rounds: u32,
        /// Decides what happens when
        #[arg(long, default_value_t = 1)]
        seed: u64,
    },
    /// Run the fuzz targets, side by side
    Fuzz {
        /// For so long
        #[arg(default_value_t = 60)]
        seconds: u32,
    },
    /// Place and route on an ECP5-85F, and write docs/area.md; from minutes to an hour a design
    Synth {
        /// The core out of context, not a board's bitstream
        #[arg(long, required = true)]
        core_only: bool,
        /// Only this design [default: every one whose row in docs/area.md is stale]
        design: Option<String>,
    },
    /// Measure, and print a line a figure: name, value, unit, target, ok or short
    Figures {
        /// Measure only the figures whose names begin so
        #[arg(default_value = "")]
        prefix: String,
    },
}

fn main() -> ExitCode {
    match run(Command::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> Result<()> {
    match command {
        Command::Tools => tools::verilator().map(drop),
        Command::Demo { file } => programs::demo(file.as_deref()),
        Command::Test => test::test(),
        Command::Lint => lint::lint(),
        Command::Gen => verilog::generate(),
        Command::Prove => prove::prove(),
        Command::Coverage { report: true } => coverage::report(),
        Command::Coverage { report: false } => coverage::coverage(),
        Command::Faults => units::faults(),
        Command::Soak { rounds, seed } => programs::soak(rounds, seed),
        Command::Fuzz { seconds } => fuzz::fuzz(seconds).map(drop),
        Command::FullSystem { core } => full_system::full_system(core.as_deref()),
        Command::Synth {
            core_only: _,
            design,
        } => synth::core(design.as_deref()),
        Command::Figures { prefix } => programs::figures(&prefix),
    }
}
