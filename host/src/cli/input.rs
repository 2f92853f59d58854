//! Input streams: files, and `-` for stdin.

use std::{
    fs::File,
    io::{self, Read},
    path::Path,
};

use anyhow::Context as _;
use shp::container::Named;

/// Whether a path stands for stdin or stdout.
pub(super) fn is_dash(path: &Path) -> bool {
    path == Path::new("-")
}

/// Opens a file or stdin.
pub(super) fn open(path: &Path) -> anyhow::Result<Named<Box<dyn Read>>> {
    let name = if is_dash(path) {
        "stdin".into()
    } else {
        path.display().to_string()
    };
    let stream: Box<dyn Read> = if is_dash(path) {
        Box::new(io::stdin().lock())
    } else {
        Box::new(File::open(path).with_context(|| format!("reading {name}"))?)
    };
    Ok(Named { name, stream })
}
