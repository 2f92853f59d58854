//! Output files that appear under their names when all of them are complete, or not at all.

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};

use anyhow::Context as _;
use tempfile::NamedTempFile;

use super::{
    exit::Refusal,
    interrupt::{self, Unfinished},
};

/// Files in the making. They have other names until [`Self::publish`]; dropped before, they vanish.
pub(super) struct Outputs {
    files: Vec<(NamedTempFile, PathBuf)>,
    force: bool,
}

impl Outputs {
    /// Begins the files that are to have these names. None of them may exist unless `force` says so.
    pub(super) fn begin(targets: &[PathBuf], force: bool) -> anyhow::Result<Self> {
        for target in targets {
            vacant(target, force)?;
        }
        interrupt::watch()?;
        let mut outputs = Self {
            files: Vec::new(),
            force,
        };
        for target in targets {
            let folder = folder(target);
            let mut unfinished = Unfinished::lock();
            if !folder.exists() {
                fs::create_dir(folder).with_context(|| format!("making {}", folder.display()))?;
                unfinished.add(folder);
            }
            // In the folder of its target: only there it can be renamed without copying.
            let file = tempfile::Builder::new()
                .prefix(".shp-")
                .tempfile_in(folder)
                .with_context(|| format!("writing to {}", folder.display()))?;
            unfinished.add(file.path());
            drop(unfinished);
            outputs.files.push((file, target.clone()));
        }
        Ok(outputs)
    }

    /// The files with the names they will have.
    pub(super) fn files(&self) -> impl Iterator<Item = (&Path, &File)> {
        self.files
            .iter()
            .map(|(file, target)| (target.as_path(), file.as_file()))
    }

    /// Puts all of them on the disk and then under their names.
    pub(super) fn publish(mut self) -> anyhow::Result<()> {
        for (target, file) in self.files() {
            // A disk may have accepted more than it has room for.
            file.sync_all()
                .with_context(|| format!("writing {}", target.display()))?;
        }
        let mut folders: Vec<PathBuf> = Vec::new();
        let mut unfinished = Unfinished::lock();
        for (file, target) in self.files.drain(..) {
            let placed = if self.force {
                file.persist(&target)
            } else {
                file.persist_noclobber(&target)
            };
            placed.map_err(|error| refused(error.error, &target))?;
            // If a later one fails, this one is of no use.
            unfinished.add(&target);
            let folder = folder(&target).to_owned();
            if !folders.contains(&folder) {
                folders.push(folder);
            }
        }
        unfinished.keep();
        drop(unfinished);
        for folder in folders {
            // So that the names survive a power cut. Not every system lets a folder be opened.
            if let Ok(folder) = File::open(folder) {
                folder.sync_all().ok();
            }
        }
        Ok(())
    }
}

impl Drop for Outputs {
    fn drop(&mut self) {
        Unfinished::lock().remove();
    }
}

/// Refuses a name that is taken before any work is done for it.
fn vacant(target: &Path, force: bool) -> anyhow::Result<()> {
    match fs::symlink_metadata(target) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error).with_context(|| format!("writing {}", target.display())),
        // Replacing a device or a pipe by a file is never what was meant.
        Ok(found) if !found.is_file() && !found.is_symlink() => Err(Refusal::Usage(format!(
            "{} is no regular file: give - to write to stdout",
            target.display()
        ))
        .into()),
        Ok(_) if force => Ok(()),
        Ok(_) => Err(Refusal::Exists(target.display().to_string()).into()),
    }
}

fn refused(error: io::Error, target: &Path) -> anyhow::Error {
    if error.kind() == io::ErrorKind::AlreadyExists {
        return Refusal::Exists(target.display().to_string()).into();
    }
    anyhow::Error::from(error).context(format!("writing {}", target.display()))
}

fn folder(target: &Path) -> &Path {
    match target.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    }
}
