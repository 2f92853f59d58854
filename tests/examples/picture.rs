//! Draws `docs/picture.png`, the picture that the demo splits.

use std::path::Path;

use anyhow::Result;

fn main() -> Result<()> {
    let file = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/picture.png"));
    shp_tests::artwork::draw().write(file)
}
