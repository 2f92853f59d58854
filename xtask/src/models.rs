//! Verilated models, which a build in a folder of its own need not make again.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use anyhow::Result;
use xtask::root;

/// Lets a build in `target` use the models that every other build has of the tops that are `wanted`.
pub(crate) fn share(target: &Path, wanted: impl Fn(&str) -> bool) -> Result<()> {
    let (models, ours) = (root().join("target/models"), target.join("models"));
    for folder in [&models, &ours] {
        fs::create_dir_all(folder)?;
    }
    for entry in fs::read_dir(&models)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        let link = ours.join(&name);
        // What follows a dash is the kind of model. A name with a dot is of one that is being made.
        let top = name.split('-').next().unwrap_or_default();
        if wanted(top) && !name.contains('.') && !link.exists() {
            symlink(models.join(&name), link)?;
        }
    }
    Ok(())
}
