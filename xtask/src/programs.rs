//! The programs that stand on the Verilated core: `demo`, `figures` and `soak`, built for speed.

use std::ffi::OsStr;
use std::path::Path;

use anyhow::Result;

use crate::shell::{cargo, run, say};
use crate::tools;
use xtask::root;

/// Splits a file through the core and in software, and shows both.
pub(crate) fn demo(file: Option<&Path>) -> Result<()> {
    program("demo", file.map(Path::as_os_str).as_slice())
}

/// Measures the figures whose names begin with a prefix.
pub(crate) fn figures(prefix: &str) -> Result<()> {
    tools::verilator()?;
    say("building what is measured");
    let build = ["build", "--quiet", "--release", "--bins", "--package"];
    run(cargo(&build).args(["shp", "--package", "shp-benches"]))?;
    // Without waveforms.
    run(cargo(&build).args(["shp-sim", "--no-default-features"]))?;
    program("figures", &[OsStr::new(prefix)])?;
    if AVX512.starts_with(prefix) {
        against_avx512()?;
    }
    Ok(())
}

/// The one figure that needs a build of its own: the chacha20 crate has its AVX-512 path only when built for it.
const AVX512: &str = "software.keystream.avx512.chacha20";

/// Measures it.
fn against_avx512() -> Result<()> {
    say("building what is measured against the chacha20 crate's AVX-512 path");
    let figures = ["--package", "shp-benches", "--bin", "figures-software"];
    run(
        cargo(&["run", "--quiet", "--release", "--no-default-features"])
            .args(figures)
            .args(["--", AVX512])
            .env("RUSTFLAGS", "--cfg chacha20_avx512")
            // Another flag is another build: it must not push the first one out.
            .env("CARGO_TARGET_DIR", root().join("target/chacha20-avx512")),
    )
}

/// Harms the virtual board so many times.
pub(crate) fn soak(rounds: u32, seed: u64) -> Result<()> {
    let [rounds, seed] = [rounds.to_string(), seed.to_string()];
    program("soak", &[rounds.as_ref(), seed.as_ref()])
}

fn program(name: &str, arguments: &[&OsStr]) -> Result<()> {
    tools::verilator()?;
    say(&format!("building {name}"));
    let build = [
        "build",
        "--quiet",
        "--release",
        "--package",
        "shp-tests",
        "--bin",
        name,
    ];
    run(&mut cargo(&build))?;
    let start = [
        "run",
        "--quiet",
        "--release",
        "--package",
        "shp-tests",
        "--bin",
        name,
        "--",
    ];
    run(cargo(&start).args(arguments))
}
