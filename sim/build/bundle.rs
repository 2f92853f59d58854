//! Bundles the C++ files of a model into few, each of a size that is worth a compiler.
//!
//! A Verilated file takes a second for its headers alone, and the smallest model has eight; a large model in one file
//! would keep one processor busy and let the others wait.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Result;

/// A bundle is full at so many bytes.
const FULL: u64 = 400_000;

/// The bundles of one model.
#[derive(Default)]
pub(crate) struct Bundles {
    /// What runs in every cycle.
    pub(crate) fast: Vec<PathBuf>,
    /// What runs once: constructors, names, the first evaluation.
    pub(crate) slow: Vec<PathBuf>,
}

impl Bundles {
    /// Writes bundles of Verilator's `files` into `folder`.
    pub(crate) fn write(folder: &Path, files: Vec<PathBuf>) -> Result<Self> {
        // Verilator marks the files by their names.
        let (slow, fast) = files
            .into_iter()
            .partition(|file: &PathBuf| file.to_string_lossy().ends_with("__Slow.cpp"));
        Ok(Self {
            fast: bundle(folder, "fast", fast)?,
            slow: bundle(folder, "slow", slow)?,
        })
    }
}

fn bundle(folder: &Path, name: &str, files: Vec<PathBuf>) -> Result<Vec<PathBuf>> {
    let mut texts: Vec<String> = Vec::new();
    let mut size = FULL;
    for file in files {
        if size >= FULL {
            texts.push(String::new());
            size = 0;
        }
        size += fs::metadata(&file)?.len();
        if let Some(text) = texts.last_mut() {
            writeln!(text, "#include \"{}\"", file.display())?;
        }
    }
    let mut bundles = Vec::new();
    for (index, text) in texts.iter().enumerate() {
        let bundle = folder.join(format!("{name}_{index}.cc"));
        fs::write(&bundle, text)?;
        bundles.push(bundle);
    }
    Ok(bundles)
}
