//! `shp` builds with Rust alone: no Python, no C++, no Verilator.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use anyhow::{Context, Result};

use crate::shell::{cargo, cargo_path, find, run};
use xtask::root;

/// What Rust itself calls to link, and an archiver for C.
const LINKER: [&str; 4] = ["cc", "ld", "as", "ar"];

/// Builds `shp` with a PATH that holds Rust and its linker, nothing else.
pub(crate) fn check() -> Result<()> {
    let target = root().join("target/alone");
    let folder = target.join("path");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;
    for program in LINKER {
        if let Some(file) = find(program) {
            symlink(file, folder.join(program))?;
        }
    }
    let cargo_path = cargo_path();
    let rust = cargo_path
        .parent()
        .filter(|folder| *folder != Path::new(""))
        .context("where is cargo?")?;
    let path = std::env::join_paths([folder.as_path(), rust])?;
    // What is built here only has to build; not optimising it is faster.
    let plain = [
        "--config",
        "profile.dev.opt-level=0",
        "--config",
        "profile.dev.package.\"*\".opt-level=0",
    ];
    run(cargo(&["build", "--quiet", "--package", "shp"])
        .args(plain)
        .arg("--target-dir")
        .arg(&target)
        .env("PATH", path))
}
