//! Writes the Verilog of every design, and in `units` that of every unit: `generate FOLDER`.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::{fs, io};

use shp_hdl::designs::{self, Design};

fn main() -> Result<(), Box<dyn Error>> {
    let folder: PathBuf = std::env::args_os()
        .nth(1)
        .ok_or("which folder? usage: generate FOLDER")?
        .into();
    write(&folder, designs::all()?)?;
    write(&folder.join("units"), designs::units()?)?;
    Ok(())
}

fn write(folder: &Path, designs: Vec<Design>) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    for design in designs {
        fs::write(folder.join(design.name).with_extension("v"), design.text)?;
    }
    Ok(())
}
