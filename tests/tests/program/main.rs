//! The program `shp` with a virtual board.

mod look;
mod split;

use std::{
    ffi::OsStr,
    path::PathBuf,
    process::{Command, Output, Stdio},
    sync::LazyLock,
};

use anyhow::{Context as _, Result};
use shp_sim::board::Options;
use shp_tests::{programs, socket::Socket};
use tempfile::TempDir;

static SHP: LazyLock<Result<PathBuf, String>> = LazyLock::new(|| program("shp"));
static SIM: LazyLock<Result<PathBuf, String>> = LazyLock::new(|| program("shp-sim"));

fn program(name: &str) -> Result<PathBuf, String> {
    programs::build(name).map_err(|error| format!("{error:#}"))
}

/// A board and a folder in which `shp` uses it. Both vanish with the test.
struct Desk {
    folder: TempDir,
    board: Socket,
}

impl Desk {
    fn new(core: &str) -> Result<Self> {
        let board = Socket::new(core, Options::default());
        Ok(Self {
            folder: tempfile::tempdir()?,
            board: board.map_err(|error| anyhow::anyhow!("{error}"))?,
        })
    }

    fn device(&self) -> String {
        self.board.uri.to_string()
    }

    fn shp(&self) -> Result<Command> {
        command(&SHP, &self.folder)
    }

    fn run(&self, arguments: &[impl AsRef<OsStr>]) -> Result<Output> {
        Ok(self.shp()?.args(arguments).output()?)
    }

    /// Runs what must succeed in silence, and gives its stdout.
    fn done(&self, arguments: &[impl AsRef<OsStr>]) -> Result<String> {
        let output = self.run(arguments)?;
        let said = String::from_utf8(output.stderr)?;
        assert!(output.status.success() && said.is_empty(), "{said}");
        Ok(String::from_utf8(output.stdout)?)
    }
}

fn command(program: &Result<PathBuf, String>, folder: &TempDir) -> Result<Command> {
    let program = program.as_ref().map_err(|error| anyhow::anyhow!("{error}"));
    let mut command = Command::new(program.context("building it")?);
    command
        .current_dir(folder.path())
        .env_remove("RUST_LOG")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    Ok(command)
}

/// Bytes in which no two stretches are alike.
fn message(length: usize) -> Vec<u8> {
    let mut state = 1_u64;
    let mut next = || {
        // xorshift64: every state but 0 comes once.
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state as u8
    };
    (0..length).map(|_| next()).collect()
}
