//! `cargo xtask soak [ROUNDS] [--seed SEED]`: resets and kills of the device in the middle of bursts.

use std::env;
use std::process::ExitCode;

fn main() -> ExitCode {
    let mut arguments = env::args().skip(1).map(|argument| argument.parse::<u32>());
    let (Some(Ok(rounds)), Some(Ok(seed))) = (arguments.next(), arguments.next()) else {
        eprintln!("usage: soak ROUNDS SEED");
        return ExitCode::FAILURE;
    };
    match shp_tests::soak::run(rounds, u64::from(seed)) {
        Ok(report) => {
            println!("{report}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("soak: {error:#}");
            ExitCode::FAILURE
        }
    }
}
