//! `cargo xtask demo [FILE]`: one file through the Verilated core and through the software, to look at.

use std::env;
use std::io::stdout;
use std::path::PathBuf;
use std::process::ExitCode;

fn main() -> ExitCode {
    let file = env::args_os()
        .nth(1)
        .map_or_else(|| xtask::root().join("docs/picture.png"), PathBuf::from);
    match shp_tests::demo::run(&file, &xtask::root().join("out"), &mut stdout()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("demo: {error:#}");
            ExitCode::FAILURE
        }
    }
}
