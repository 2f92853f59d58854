//! Writes what is generated from the map: `registers ROOT`, the project's folder.

use std::{env, error::Error, fs, path::PathBuf};

use shp_regs::text::{Header, Page};

fn main() -> Result<(), Box<dyn Error>> {
    let root: PathBuf = env::args_os()
        .nth(1)
        .ok_or("which folder? usage: registers ROOT")?
        .into();
    fs::write(root.join("docs/registers.md"), Page.to_string())?;
    fs::write(root.join("hdl/regs/shp_regs.h"), Header.to_string())?;
    Ok(())
}
