//! What the project's commands share with the programs that read their results.

pub mod area;

use std::path::Path;

/// The root of the workspace.
///
/// # Panics
/// Never: this package lies in a folder of the workspace.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("xtask lies in the workspace")
}
