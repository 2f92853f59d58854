//! The Verilator program: where it is, and how it is run.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

use crate::bundle::Bundles;

/// The oldest release that the flags below and the shim are known to work with.
const OLDEST: (u32, u32) = (5, 6);

/// What the runtime wants to be told, each as 0 or 1.
const SWITCHES: [&str; 7] = [
    "VM_COVERAGE",
    "VM_SC",
    "VM_TIMING",
    "VM_TRACE",
    "VM_TRACE_FST",
    "VM_TRACE_SAIF",
    "VM_TRACE_VCD",
];

/// The level of optimisation of what runs in every cycle.
const FAST: u32 = 3;

/// The files of the C++ runtime that a model needs.
const RUNTIME: [&str; 3] = [
    "verilated.cpp",
    "verilated_cov.cpp",
    "verilated_threads.cpp",
];

/// The one more that a model with waveforms needs.
const WAVES: &str = "verilated_vcd_c.cpp";

/// Counts each line, and each bit's rises and falls, of signals of any width.
const COVERAGE: [&str; 4] = [
    "--coverage-line",
    "--coverage-toggle",
    "--coverage-max-width",
    "1024",
];

/// A Verilator that runs.
pub(crate) struct Verilator {
    program: PathBuf,
    /// What it says of itself.
    version: String,
    /// The folder that holds `include` with the C++ runtime.
    root: PathBuf,
    /// Whether models count what of them runs.
    coverage: bool,
    /// Whether models can write waveforms, which costs them a quarter of their speed even while they write none.
    waves: bool,
}

impl Verilator {
    /// Looks at `$VERILATOR` (the program), `$VERILATOR_ROOT` (its folder), `tools` where
    /// `cargo xtask tools` puts the pinned one, and the search path, in this order.
    pub(crate) fn find(tools: &Path) -> Result<Self> {
        let pinned = tools.join("verilator");
        println!("cargo::rerun-if-env-changed=VERILATOR");
        println!("cargo::rerun-if-env-changed=VERILATOR_ROOT");
        if let Some(program) = env::var_os("VERILATOR") {
            return Self::check(program.as_ref(), None);
        }
        let root = env::var_os("VERILATOR_ROOT").map_or(pinned, PathBuf::from);
        let program = root.join("bin/verilator");
        if program.exists() {
            println!("cargo::rerun-if-changed={}", program.display());
            return Self::check(&program, Some(root));
        }
        Self::check(Path::new("verilator"), None).context(
            "no Verilator: run `cargo xtask tools`, or set VERILATOR to the program of your own",
        )
    }

    /// Runs the program once to see that it works, that it is not too old, and what its folder is.
    fn check(program: &Path, root: Option<PathBuf>) -> Result<Self> {
        let ask = |question: &[&str]| -> Result<String> {
            let mut command = Command::new(program);
            if let Some(root) = &root {
                command.env("VERILATOR_ROOT", root);
            }
            let answer = command.args(question).output();
            let answer = answer.with_context(|| format!("running {}", program.display()))?;
            let complaint = String::from_utf8_lossy(&answer.stderr);
            ensure!(
                answer.status.success(),
                "{} {question:?}: {complaint}",
                program.display()
            );
            Ok(String::from_utf8_lossy(&answer.stdout).trim().to_owned())
        };
        let version = ask(&["--version"])?;
        // The pinned wheel states no number, and needs no check.
        if let Some(found) = number(&version) {
            let (major, minor) = OLDEST;
            ensure!(
                found >= OLDEST,
                "{version} is older than {major}.{minor:03}: run `cargo xtask tools`"
            );
        }
        let root = match root {
            Some(root) => root.canonicalize()?,
            None => PathBuf::from(ask(&["--getenv", "VERILATOR_ROOT"])?),
        };
        let program = program.to_owned();
        // Cargo's way to tell a build script of a feature.
        let feature = |name: &str| env::var_os(format!("CARGO_FEATURE_{name}")).is_some();
        Ok(Self {
            program,
            version,
            root,
            coverage: feature("COVERAGE"),
            waves: feature("WAVES"),
        })
    }

    /// What it says of itself.
    pub(crate) fn version(&self) -> &str {
        &self.version
    }

    /// Tells models that count what of them runs, or write no waveforms, from those of the default.
    pub(crate) fn suffix(&self) -> &'static str {
        match (self.coverage, self.waves) {
            (true, true) => "-coverage",
            (true, false) => "-coverage-bare",
            (false, true) => "",
            (false, false) => "-bare",
        }
    }

    /// Turns `source` into C++ in `folder`.
    pub(crate) fn verilate(&self, source: &Path, top: &str, folder: &Path) -> Result<()> {
        let mut command = Command::new(&self.program);
        command.env("VERILATOR_ROOT", &self.root);
        command.args(["--cc", "-O3", "--no-timing"]);
        if self.waves {
            command.arg("--trace");
        }
        // What no reset and no initial value sets is random at the start, as in a circuit.
        command.args(["--x-initial", "unique"]);
        // `cargo xtask lint` judges the text; a model is made of what it lets pass.
        command.args(["-Wno-lint", "-Wno-style", "-Wno-fatal"]);
        // Several files, for several compilers.
        command.args(["--output-split", "5000"]);
        if self.coverage {
            command.args(COVERAGE);
        }
        command.args(["--top-module", top, "--prefix", &format!("V{top}")]);
        if let Some(beside) = source.parent() {
            command.arg(format!("-I{}", beside.display()));
        }
        command.arg("-Mdir").arg(folder).arg(source);
        let run = command.output().context("running Verilator")?;
        if !run.status.success() {
            bail!(
                "Verilator on {}:\n{}",
                source.display(),
                String::from_utf8_lossy(&run.stderr)
            );
        }
        Ok(())
    }

    /// Compiles a model's `bundles` into the static library `name` in `folder`.
    pub(crate) fn compile(&self, name: &str, folder: &Path, bundles: &Bundles) -> Result<()> {
        let mut objects = Vec::new();
        // What counts is many times the code, and a compiler's time grows faster than that.
        let fast = if self.coverage { 0 } else { FAST };
        for (files, level) in [(&bundles.fast, fast), (&bundles.slow, 0)] {
            let compiled = self
                .compiler(level)
                .out_dir(folder)
                .files(files)
                .try_compile_intermediates();
            objects.extend(compiled.with_context(|| complaint(name))?);
        }
        let mut archive = self.compiler(FAST);
        archive.out_dir(folder).cargo_metadata(false);
        archive.objects(&objects).try_compile(name)?;
        for object in objects {
            fs::remove_file(object)?;
        }
        Ok(())
    }

    /// Compiles the runtime and `shim`, which knows every model, into the library that Rust calls.
    pub(crate) fn link(&self, shim: &Path, includes: &[PathBuf]) -> Result<()> {
        let waves = self.waves.then_some(WAVES);
        let runtime = RUNTIME.into_iter().chain(waves);
        let mut build = self.compiler(FAST);
        build.file(shim).includes(includes);
        build.files(runtime.map(|file| self.root.join("include").join(file)));
        build
            .try_compile("shp_sim")
            .with_context(|| complaint("the shim"))
    }

    /// A compiler with the flags of every file.
    ///
    /// The level of optimisation is the same in every profile: a debug model would be a hundred
    /// times slower.
    fn compiler(&self, level: u32) -> cc::Build {
        let mut build = cc::Build::new();
        build
            .cpp(true)
            .std("c++17")
            .opt_level(level)
            .debug(false)
            .warnings(false)
            .cargo_warnings(false);
        for include in ["include", "include/vltstd"] {
            build.include(self.root.join(include));
        }
        for switch in SWITCHES {
            let on = match switch {
                "VM_TRACE" | "VM_TRACE_VCD" => self.waves,
                "VM_COVERAGE" => self.coverage,
                _ => false,
            };
            build.define(switch, if on { "1" } else { "0" });
        }
        build
    }
}

fn complaint(what: &str) -> String {
    format!("compiling {what} (is a C++ compiler installed?)")
}

/// The release number in `Verilator 5.006 2023-01-22 rev ..`.
fn number(version: &str) -> Option<(u32, u32)> {
    let (major, minor) = version
        .strip_prefix("Verilator ")?
        .split_whitespace()
        .next()?
        .split_once('.')?;
    Some((major.parse().ok()?, minor.parse().ok()?))
}
