//! `cargo xtask figures [PREFIX]`: a line a figure: name, value, unit, target, ok or short.

use std::env;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use shp_tests::figures;

fn main() -> Result<()> {
    let prefix = env::args().nth(1).unwrap_or_default();
    for figure in figures::all() {
        if figure.name().starts_with(&prefix) {
            println!("{}", figure.line());
        }
    }
    // The benches have their own program for the speed of software, and its lines have the same form.
    if prefix.starts_with("software") || prefix.is_empty() {
        let program = env::current_exe()?.with_file_name("figures-software");
        let status = Command::new(&program)
            .arg(&prefix)
            .status()
            .with_context(|| program.display().to_string())?;
        ensure!(
            status.success(),
            "{} ended with {status}",
            program.display()
        );
    }
    Ok(())
}
