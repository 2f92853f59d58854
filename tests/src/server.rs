//! A virtual board that can be killed: a process of its own.

use std::{
    io::{BufRead as _, BufReader},
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::LazyLock,
};

use anyhow::{Context as _, Result, anyhow, ensure};
use shp::transport::Uri;
use tempfile::TempDir;

use crate::programs;

static PROGRAM: LazyLock<Result<PathBuf, String>> =
    LazyLock::new(|| programs::build("shp-sim").map_err(|error| format!("{error:#}")));

/// `shp-sim serve`. It is killed when this is dropped.
pub struct Server {
    folder: TempDir,
    process: Child,
}

impl Server {
    /// Starts a board, and waits until it listens.
    ///
    /// # Errors
    /// If it does not start.
    pub fn start(core: &str) -> Result<Self> {
        let program = PROGRAM.as_ref().map_err(|error| anyhow!("{error}"))?;
        let folder = tempfile::tempdir()?;
        let mut process = Command::new(program)
            .args(["serve", "--core", core, "--socket"])
            .arg(folder.path().join("board"))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()?;
        let told = process.stdout.take().context("its stdout is piped")?;
        let mut line = String::new();
        BufReader::new(told).read_line(&mut line)?;
        ensure!(!line.is_empty(), "the board did not start");
        Ok(Self { folder, process })
    }

    /// How it is reached.
    pub fn uri(&self) -> Uri {
        Uri::VfioUser(self.folder.path().join("board"))
    }

    /// Its process.
    pub fn id(&self) -> u32 {
        self.process.id()
    }

    /// Ends it at once, as it stands.
    pub fn kill(&mut self) {
        // One that is dead already is fine too.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}
