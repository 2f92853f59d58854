//! Verilates every top module and compiles it with a shim that Rust can call.
//!
//! A top is a Verilog file whose stem is the name of its top module: the generated cores in `hdl/verilog`, their units
//! in `hdl/verilog/units`, and the small circuits in `testdata` on which the binding and the driver are tested.

mod bindings;
mod bundle;
mod ports;
mod store;
mod verilator;

use std::env;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use anyhow::{Context, Result, anyhow, ensure};

use ports::Top;
use store::Stored;
use verilator::Verilator;

/// Where tops are, seen from this package.
const FOLDERS: [&str; 3] = ["../hdl/verilog", UNITS, "testdata"];
/// The units; `cargo xtask faults` has others, in a folder of its own.
const UNITS: &str = "../hdl/verilog/units";

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
    let mut wanted_sources = Vec::new();
    for source in sources(&package)? {
        let name = stem(&source)?;
        let is_wanted = |list: &String| list.split(',').any(|wanted| wanted == name);
        if wanted.as_ref().is_none_or(is_wanted) {
            wanted_sources.push(source);
        }
    }
    let mut models = all(&verilator, &wanted_sources, &store(&out)?)?;
    models.sort_by(|a, b| a.name.cmp(&b.name));
    for pair in models.windows(2) {
        ensure!(
            pair[0].name != pair[1].name,
            "two Verilog files are called {}.v",
            pair[0].name
        );
    }

    let mut tops = Vec::new();
    let mut includes = vec![package.join("shim")];
    for Stored { name, folder } in models {
        tops.push(Top::read(&name, &folder)?);
        println!("cargo::rustc-link-search=native={}", folder.display());
        println!("cargo::rustc-link-lib=static={name}");
        includes.push(folder);
    }
    let (mut cpp, mut rust) = (String::new(), String::new());
    bindings::cpp(&mut cpp, &tops)?;
    bindings::rust(&mut rust, &tops)?;
    let shim = out.join("tops.cpp");
    fs::write(&shim, cpp)?;
    fs::write(out.join("tops.rs"), rust)?;
    verilator.link(&shim, &includes)
}

/// Where models are stored: `target/models`, seen from `target/PROFILE/build/PACKAGE/out`.
fn store(out: &Path) -> Result<PathBuf> {
    let target = out.ancestors().nth(4);
    Ok(target.context("OUT_DIR is too short")?.join("models"))
}

/// The models of all `sources`, several at a time: Verilator itself keeps one processor busy.
fn all(verilator: &Verilator, sources: &[PathBuf], store: &Path) -> Result<Vec<Stored>> {
    let next = AtomicUsize::new(0);
    let worker = || {
        let mut models = Vec::new();
        while let Some(source) = sources.get(next.fetch_add(1, Ordering::Relaxed)) {
            models.push(Stored::get(verilator, source, store)?);
        }
        Ok(models)
    };
    let mut models = Vec::new();
    thread::scope(|scope| {
        let workers = thread::available_parallelism().map_or(1, usize::from);
        let workers: Vec<_> = (0..workers).map(|_| scope.spawn(worker)).collect();
        for worker in workers {
            let made: Result<_> = worker.join().map_err(|_| anyhow!("a worker panicked"))?;
            models.extend(made?);
        }
        Ok(models)
    })
}

/// The Verilog file of every top; a folder that is not there yet has none.
fn sources(package: &Path) -> Result<Vec<PathBuf>> {
    let mut sources = Vec::new();
    println!("cargo::rerun-if-env-changed=SHP_SIM_UNITS");
    for folder in FOLDERS {
        let other = env::var_os("SHP_SIM_UNITS").filter(|_| folder == UNITS);
        let folder = other.map_or_else(|| package.join(folder), PathBuf::from);
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
