//! The committed Verilog is what the `RustHDL` says today.

use std::error::Error;
use std::fs;
use std::path::Path;

#[test]
fn the_committed_verilog_is_fresh() -> Result<(), Box<dyn Error>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("verilog");
    let designs = shp_hdl::designs::all()?;
    for design in &designs {
        let file = folder.join(design.name).with_extension("v");
        let committed = fs::read_to_string(&file)?;
        assert!(
            committed == design.text,
            "{} is stale: run `cargo xtask gen`",
            file.display()
        );
    }
    assert_eq!(
        fs::read_dir(&folder)?.count(),
        designs.len(),
        "a file in {} belongs to no design",
        folder.display()
    );
    Ok(())
}
