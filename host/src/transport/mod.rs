//! Ways to a device: registers, memory that it can reach, interrupts, a reset. No way waits for ever.

mod memory;
mod vfio_user;

use std::{fmt, path::PathBuf, str::FromStr, time::Duration};

pub use memory::Memory;
pub use vfio_user::VfioUser;

/// What a device that is gone reads as.
pub const GONE: u32 = u32::MAX;

/// Why a device could not be reached.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// It is no device's address.
    #[error("{0:?} is no device: give vfio-user:PATH")]
    Uri(String),
    /// Nobody answers there.
    #[error("no device at {0}: {1}")]
    Connect(String, String),
    /// The connection broke, or nothing came in time.
    #[error("the connection to the device broke: {0}")]
    Broken(String),
    /// What came is no answer to what was asked.
    #[error("the device's server said something else than was asked: {0}")]
    Protocol(&'static str),
    /// The server refused.
    #[error("the device's server refused to {0}")]
    Refused(&'static str),
    /// This machine had no memory for the device.
    #[error("no memory for the device: {0}")]
    Memory(String),
}

/// A way to one device.
pub trait Transport: Send {
    /// Reads a register.
    ///
    /// # Errors
    /// When the device cannot be reached.
    fn read(&mut self, at: u16) -> Result<u32, Error>;

    /// Writes a register. It may arrive later, and then a failure shows at the next call.
    ///
    /// # Errors
    /// When the device cannot be reached.
    fn write(&mut self, at: u16, value: u32) -> Result<(), Error>;

    /// Memory of so many bytes that the device can reach too, at [`Memory::address`]. It stays until the transport is dropped.
    ///
    /// # Errors
    /// [`Error::Memory`], and when the device cannot be reached.
    fn memory(&mut self, bytes: usize) -> Result<Memory, Error>;

    /// Waits for an interrupt, and says whether one came.
    ///
    /// # Errors
    /// When the device cannot be reached.
    fn wait(&mut self, timeout: Duration) -> Result<bool, Error>;

    /// Puts the device back to how it was at first: nothing is under way, and no key is left.
    ///
    /// # Errors
    /// When the device cannot be reached.
    fn reset(&mut self) -> Result<(), Error>;
}

/// Where a device is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Uri {
    /// `vfio-user:PATH`, a socket.
    VfioUser(PathBuf),
}

impl Uri {
    /// A way there.
    ///
    /// # Errors
    /// [`Error::Connect`] when nobody answers.
    pub fn connect(&self) -> Result<Box<dyn Transport>, Error> {
        match self {
            Self::VfioUser(path) => Ok(Box::new(VfioUser::connect(path)?)),
        }
    }
}

impl FromStr for Uri {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        match text.split_once(':') {
            Some(("vfio-user", path)) if !path.is_empty() => Ok(Self::VfioUser(path.into())),
            _ => Err(Error::Uri(text.to_owned())),
        }
    }
}

impl fmt::Display for Uri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::VfioUser(path) => write!(f, "vfio-user:{}", path.display()),
        }
    }
}
