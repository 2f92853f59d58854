//! Packages of Debian's archive, unpacked into a folder: no root, no chroot, and nothing of the machine's own packages.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::shell::{name, run};

/// What signs the archive.
const KEYRING: &str = "/usr/share/keyrings/debian-archive-keyring.gpg";

/// Unpacks packages, `NAME=VERSION` each, and all that they lean on. The last suite's packages are preferred.
pub(crate) fn fetch(suites: &[String], packages: &[String], folder: &Path) -> Result<()> {
    let state = folder.join(".apt");
    for part in ["lists/partial", "archives/partial"] {
        fs::create_dir_all(state.join(part))?;
    }
    // No package is installed here.
    fs::write(state.join("status"), "")?;
    let sources = state.join("sources.list");
    let mirror = mirror()?;
    let lines = suites
        .iter()
        .map(|suite| format!("deb [signed-by={KEYRING}] {mirror} {suite} main\n"));
    fs::write(&sources, lines.collect::<String>())?;

    run(apt(&state)?.arg("update"))?;
    let mut install = apt(&state)?;
    install.args([
        "install",
        "--yes",
        "--download-only",
        "--no-install-recommends",
    ]);
    if let Some(preferred) = suites.last() {
        install.args(["--target-release", preferred]);
    }
    run(install.args(packages))?;
    for package in fs::read_dir(state.join("archives"))? {
        let package = package?.path();
        if package.extension().is_some_and(|kind| kind == "deb") {
            run(Command::new("dpkg-deb")
                .arg("--extract")
                .args([&package, folder]))?;
        }
    }
    fs::remove_dir_all(state)?;
    Ok(())
}

/// `apt-get` with a state of its own.
fn apt(state: &Path) -> Result<Command> {
    let state = state.to_str().context("a folder whose name is no text")?;
    let mut command = Command::new("apt-get");
    for option in [
        format!("Dir::State={state}"),
        format!("Dir::State::status={state}/status"),
        format!("Dir::Cache={state}"),
        format!("Dir::Etc::sourcelist={state}/sources.list"),
        "Dir::Etc::sourceparts=/dev/null".to_owned(),
        "Dir::Etc::preferencesparts=/dev/null".to_owned(),
        "APT::Architecture=amd64".to_owned(),
        "APT::Sandbox::User=root".to_owned(),
        "Acquire::Languages=none".to_owned(),
    ] {
        command.args(["-o", &option]);
    }
    command.arg("--quiet=2");
    Ok(command)
}

/// Where this machine's own packages of Debian's archive come from.
fn mirror() -> Result<String> {
    let mut command = Command::new("apt-get");
    command.args(["indextargets", "--format", "$(REPO_URI)"]);
    let output = command.output().with_context(|| name(&command))?;
    ensure!(output.status.success(), "{} failed", name(&command));
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let mirror = said
        .lines()
        .find(|uri| uri.trim_end_matches('/').ends_with("/debian"));
    mirror
        .map(str::to_owned)
        .context("this machine's sources of packages name no mirror of Debian's archive")
}
