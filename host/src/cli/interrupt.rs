//! What must not outlive an interrupted run.
//!
//! A blocking read cannot be asked to stop, so the signal's own thread clears up and ends the process. Whoever makes or
//! places a file holds the lock meanwhile: the signal comes before or after, never between.

use std::{
    fs,
    path::{Path, PathBuf},
    process,
    sync::{Mutex, MutexGuard, PoisonError},
};

use anyhow::Context as _;

use super::exit;

static UNFINISHED: Mutex<Unfinished> = Mutex::new(Unfinished(Vec::new()));

/// Files and folders that go unless their work is finished, in the order they were made.
pub(super) struct Unfinished(Vec<PathBuf>);

impl Unfinished {
    /// Locks the list. A signal waits.
    pub(super) fn lock() -> MutexGuard<'static, Self> {
        UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn add(&mut self, path: &Path) {
        self.0.push(path.to_owned());
    }

    /// The work is finished: all stays.
    pub(super) fn keep(&mut self) {
        self.0.clear();
    }

    /// Removes all of it, the last made first. A folder goes only if nothing else is in it.
    pub(super) fn remove(&mut self) {
        for path in self.0.drain(..).rev() {
            if let Err(error) = fs::remove_file(&path).or_else(|_| fs::remove_dir(&path)) {
                tracing::debug!("{} stays: {error}", path.display());
            }
        }
    }
}

/// From here on SIGINT, SIGTERM and SIGHUP clear up first.
pub(super) fn watch() -> anyhow::Result<()> {
    ctrlc::set_handler(|| {
        Unfinished::lock().remove();
        exit::line("interrupted");
        process::exit(exit::INTERRUPTED);
    })
    .context("watching for signals")
}
