//! What the project's commands share with the programs that read their results.

pub mod area;

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

/// The root of the workspace.
///
/// # Panics
/// Never: this package lies in a folder of the workspace.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("xtask lies in the workspace")
}

/// What a report belongs to: the beginning of the SHA-256 of the files that it was made of, given from the root on.
///
/// # Errors
/// If one cannot be read.
pub fn source(files: impl IntoIterator<Item = impl AsRef<Path>>) -> Result<String> {
    let mut hash = Sha256::new();
    for file in files {
        let file = root().join(file);
        hash.update(fs::read(&file).with_context(|| file.display().to_string())?);
    }
    let digest: [u8; 32] = hash.finalize().into();
    let beginning = digest
        .first_chunk()
        .map_or(0, |bytes| u64::from_be_bytes(*bytes));
    Ok(format!("{beginning:016x}"))
}
