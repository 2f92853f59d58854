//! The project's programs, as they are now.

use std::{
    env,
    path::PathBuf,
    process::{Command, Stdio},
};

use anyhow::{Context as _, Result, ensure};

/// Builds a package's program beside this one, in the same profile and with the same models, and says where it is.
///
/// # Errors
/// If it cannot be built.
pub fn build(package: &str) -> Result<PathBuf> {
    let this = env::current_exe()?;
    // Tests lie one folder deeper than programs.
    let folder = this
        .ancestors()
        .skip(1)
        .find(|folder| !folder.ends_with("deps"));
    let folder = folder.context("this program lies in a folder")?;
    let (target, name) = folder
        .parent()
        .zip(folder.file_name())
        .context("its folder lies in the target's")?;
    let profile = if name == "debug" {
        "dev".as_ref()
    } else {
        name
    };
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo
        .args(["build", "--quiet", "--package", package, "--target-dir"])
        .arg(target)
        .arg("--profile")
        .arg(profile)
        .current_dir(xtask::root())
        .stdin(Stdio::null());
    if !shp_sim::WAVES {
        cargo.arg("--no-default-features");
    }
    ensure!(cargo.status()?.success(), "{package} does not build");
    Ok(folder.join(package))
}
