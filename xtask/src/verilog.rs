//! The generated Verilog: writing it, and checking what is committed.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::shell::{cargo, run, say};
use xtask::root;

/// Every Verilog file in a folder and in its folder `units`, by its path in there.
type Files = BTreeMap<String, Vec<u8>>;

/// Writes the committed Verilog, and the register map's page and header, anew from their source.
pub(crate) fn generate() -> Result<()> {
    run(cargo(&[
        "run",
        "--quiet",
        "--package",
        "shp-regs",
        "--bin",
        "registers",
        "--",
    ])
    .arg(root()))?;
    generate_into(&committed())
}

/// Refuses committed Verilog that differs from what the source says.
pub(crate) fn check_fresh() -> Result<()> {
    let folder = root().join("target/verilog");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;
    generate_into(&folder)?;
    let stale = differing(&read(&folder)?, &read(&committed())?);
    if !stale.is_empty() {
        bail!(
            "not what the source says: {}; run: cargo xtask gen",
            stale.join(", ")
        );
    }
    Ok(())
}

/// Runs Verilator's lint over each committed core and unit; `hdl/lint.vlt` says what it may say.
pub(crate) fn check_lint(verilator: &Path) -> Result<()> {
    let waivers = root().join("hdl/lint.vlt");
    let folder = root().join("target/lint");
    fs::create_dir_all(folder.join(UNITS))?;
    for (name, text) in read(&committed())? {
        say(&format!("verilator --lint-only {name}"));
        let copy = folder.join(&name);
        fs::write(&copy, narrow(str::from_utf8(&text)?))?;
        let top = copy.file_stem().unwrap_or_default();
        run(Command::new(verilator.join("bin/verilator"))
            .env("VERILATOR_ROOT", verilator)
            .args(["--lint-only", "-Wall", "--top-module"])
            .arg(top)
            // A device names its core, whose copy stands beside it.
            .arg(format!("-I{}", folder.display()))
            .args([&waivers, &copy]))?;
    }
    Ok(())
}

/// Makes each literal as wide as its value. `RustHDL` writes all of them 32 bits wide, and behind the warnings of those nobody
/// would see the mismatch that matters. Lines stay where they are.
fn narrow(verilog: &str) -> String {
    let narrowed = |part: &str| {
        let digits = part
            .find(|digit: char| !digit.is_ascii_hexdigit())
            .unwrap_or(part.len());
        let value = u64::from_str_radix(&part[..digits], 16).unwrap_or(u64::MAX);
        let width = (u64::BITS - value.leading_zeros()).max(1);
        format!("{width}'h{part}")
    };
    let mut parts = verilog.split("32'h");
    let head = parts.next().map(str::to_owned);
    head.into_iter().chain(parts.map(narrowed)).collect()
}

/// Where the units' files are, seen from the cores'.
const UNITS: &str = "units";

/// The committed Verilog, seen from the root.
const COMMITTED: &str = "hdl/verilog";

fn committed() -> PathBuf {
    root().join(COMMITTED)
}

/// Every committed file, given from the root on.
pub(crate) fn files() -> Result<Vec<PathBuf>> {
    let names = read(&committed())?.into_keys();
    Ok(names.map(|name| Path::new(COMMITTED).join(name)).collect())
}

fn generate_into(folder: &Path) -> Result<()> {
    run(cargo(&[
        "run",
        "--quiet",
        "--package",
        "shp-hdl",
        "--bin",
        "generate",
        "--",
    ])
    .arg(folder))
}

fn read(folder: &Path) -> Result<Files> {
    let mut files = Files::new();
    for place in [folder.to_owned(), folder.join(UNITS)] {
        for entry in fs::read_dir(&place).with_context(|| place.display().to_string())? {
            let path = entry?.path();
            if path.extension().is_some_and(|extension| extension == "v") {
                let name = path.strip_prefix(folder)?.to_string_lossy().into_owned();
                files.insert(name, fs::read(&path)?);
            }
        }
    }
    Ok(files)
}

/// The names of the files that are not the same in both folders.
fn differing(generated: &Files, committed: &Files) -> Vec<String> {
    let mut names: Vec<_> = generated.keys().chain(committed.keys()).collect();
    names.sort();
    names.dedup();
    names
        .into_iter()
        .filter(|name| generated.get(*name) != committed.get(*name))
        .cloned()
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_become_as_wide_as_their_value() {
        assert_eq!(
            narrow("a = 32'h0; b = c + 32'h1f;"),
            "a = 1'h0; b = c + 5'h1f;"
        );
        assert_eq!(narrow("a == 32'hffffffff"), "a == 32'hffffffff");
        assert_eq!(narrow("a = 4'h0"), "a = 4'h0");
    }

    #[test]
    fn a_changed_a_missing_and_a_surplus_file_differ() {
        let files = |list: &[(&str, &str)]| {
            list.iter()
                .map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec()))
                .collect::<Files>()
        };
        let generated = files(&[("same.v", "a"), ("changed.v", "b"), ("missing.v", "c")]);
        let committed = files(&[("same.v", "a"), ("changed.v", "B"), ("surplus.v", "d")]);
        assert_eq!(
            differing(&generated, &committed),
            ["changed.v", "missing.v", "surplus.v"]
        );
        assert!(differing(&generated, &generated).is_empty());
    }
}
