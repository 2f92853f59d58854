//! The committed Verilog is what the `RustHDL` says today.

use std::error::Error;
use std::fs;
use std::path::Path;

use shp_hdl::designs::{self, Design};

/// Whether `folder` of this package has these files of Verilog, and no others.
fn check(folder: &str, designs: &[Design]) -> Result<(), Box<dyn Error>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    for design in designs {
        let file = folder.join(design.name).with_extension("v");
        let committed = fs::read_to_string(&file)?;
        assert!(
            committed == design.text,
            "{} is stale: run `cargo xtask gen`",
            file.display()
        );
    }
    let mut files = 0;
    for entry in fs::read_dir(&folder)? {
        files += usize::from(entry?.file_type()?.is_file());
    }
    assert_eq!(
        files,
        designs.len(),
        "a file in {} belongs to no design",
        folder.display()
    );
    Ok(())
}

#[test]
fn the_committed_cores_are_fresh() -> Result<(), Box<dyn Error>> {
    check("verilog", &designs::all()?)
}

#[test]
fn the_committed_units_are_fresh() -> Result<(), Box<dyn Error>> {
    check("verilog/units", &designs::units()?)
}
