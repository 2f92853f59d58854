//! A virtual board behind a socket, for as long as the process lives.

use std::{error::Error, path::PathBuf, thread, time::Duration};

use shp::{backend::device::Hardware, transport::Uri};
use shp_sim::{
    board::{Board, Options},
    tops,
};
use tempfile::TempDir;

/// A board in a thread of its own; it ends with the process.
pub struct Socket {
    _folder: TempDir,
    /// How it is reached.
    pub uri: Uri,
}

impl Socket {
    /// The device around a core.
    ///
    /// # Errors
    /// If this build has no such core.
    pub fn new(core: &str, options: Options) -> Result<Self, Box<dyn Error>> {
        let folder = tempfile::tempdir()?;
        let path: PathBuf = folder.path().join("board");
        let mut board = Board::listen(tops::find(&format!("{core}_device"))?, &path, options)?;
        thread::spawn(move || {
            loop {
                board.serve();
            }
        });
        Ok(Self {
            _folder: folder,
            uri: Uri::VfioUser(path),
        })
    }

    /// Takes the device over.
    ///
    /// # Errors
    /// If it is not well.
    pub fn hardware(&self, patience: Duration) -> Result<Hardware, Box<dyn Error>> {
        Ok(Hardware::open(self.uri.connect()?, patience)?)
    }
}
