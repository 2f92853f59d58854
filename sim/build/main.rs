//! Verilates every top module and compiles it with a shim that Rust can call.
//!
//! A top is a Verilog file whose stem is the name of its top module: the generated cores in `hdl/verilog`, their units
//! in `hdl/verilog/units`, and the small circuits in `testdata` on which the binding and the driver are tested.

mod bindings;
mod bundle;
mod ports;
mod verilator;

use std::env;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

use bundle::Bundles;
use ports::Top;
use verilator::Verilator;

/// Where tops are, seen from this package.
const FOLDERS: [&str; 3] = ["../hdl/verilog", "../hdl/verilog/units", "testdata"];

fn main() {
    if let Err(error) = run() {
        // Cargo shows such lines as its own, and fails.
        for line in format!("{error:#}").lines() {
            println!("cargo::error={line}");
        }
    }
}

fn run() -> Result<()> {
    let package = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?);
    let out = PathBuf::from(env::var("OUT_DIR")?);
    // Of folders, cargo watches all that is in them.
    for watched in ["build", "shim", "testdata", "../hdl/verilog"] {
        println!("cargo::rerun-if-changed={watched}");
    }
    // For a developer who needs few models today: names, with commas between.
    println!("cargo::rerun-if-env-changed=SHP_SIM_TOPS");
    let wanted = env::var("SHP_SIM_TOPS").ok();

    let verilator = Verilator::find(&package.join("../.tools"))?;
    let mut tops = Vec::new();
    let mut fast = Vec::new();
    let mut slow = Vec::new();
    for source in sources(&package)? {
        let name = stem(&source)?;
        let is_wanted = |list: &String| list.split(',').any(|wanted| wanted == name);
        if !wanted.as_ref().is_none_or(is_wanted) {
            continue;
        }
        let folder = out.join(&name);
        verilator.verilate(&source, &name, &folder)?;
        let bundles = Bundles::write(&folder, files(&folder, "cpp")?)?;
        fast.extend(bundles.fast);
        slow.extend(bundles.slow);
        tops.push(Top::read(&name, &folder)?);
    }
    tops.sort_by(|a, b| a.name.cmp(&b.name));
    for pair in tops.windows(2) {
        ensure!(
            pair[0].name != pair[1].name,
            "two Verilog files are called {}.v",
            pair[0].name
        );
    }

    let (mut cpp, mut rust) = (String::new(), String::new());
    bindings::cpp(&mut cpp, &tops)?;
    bindings::rust(&mut rust, &tops)?;
    let shim = out.join("tops.cpp");
    fs::write(&shim, cpp)?;
    fs::write(out.join("tops.rs"), rust)?;
    fast.push(shim);
    fast.extend(verilator.runtime());

    let includes = [out.clone(), package.join("shim")];
    verilator.compile("shp_sim_slow", &slow, &includes, 0)?;
    verilator.compile("shp_sim", &fast, &includes, 2)
}

/// The Verilog file of every top; a folder that is not there yet has none.
fn sources(package: &Path) -> Result<Vec<PathBuf>> {
    let mut sources = Vec::new();
    for folder in FOLDERS.map(|folder| package.join(folder)) {
        if folder.is_dir() {
            sources.extend(files(&folder, "v")?);
        }
    }
    Ok(sources)
}

/// The files of `folder` that end with `extension`, in the order of their names.
fn files(folder: &Path, extension: &str) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| format!("reading {}", folder.display()))? {
        let path = entry?.path();
        if path.extension() == Some(OsStr::new(extension)) {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// A file's name without its folder and extension.
fn stem(path: &Path) -> Result<String> {
    let stem = path.file_stem().and_then(OsStr::to_str);
    Ok(stem
        .with_context(|| format!("{} is not UTF-8", path.display()))?
        .to_owned())
}
