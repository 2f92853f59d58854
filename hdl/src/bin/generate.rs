//! Writes the Verilog of every design: `generate FOLDER`.

use std::error::Error;
use std::path::PathBuf;

fn main() -> Result<(), Box<dyn Error>> {
    let folder: PathBuf = std::env::args_os()
        .nth(1)
        .ok_or("which folder? usage: generate FOLDER")?
        .into();
    std::fs::create_dir_all(&folder)?;
    for design in shp_hdl::designs::all()? {
        std::fs::write(folder.join(design.name).with_extension("v"), design.text)?;
    }
    Ok(())
}
