//! Writes docs/performance.md and its plots.

use std::{io, path::Path};

fn main() -> io::Result<()> {
    shp_benches::report::write(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs"))
}
