//! Ways to a device: registers, memory that it can reach, interrupts, a reset. No way waits for ever.

mod address;
mod memory;
mod pieces;
mod sysfs;
mod vfio;
mod vfio_open;
mod vfio_user;

use std::{fmt, path::PathBuf, str::FromStr, time::Duration};

pub use address::PciAddress;
pub use memory::Memory;
pub(crate) use memory::PAGE;
pub use pieces::{Piece, Pieces};
pub use sysfs::BUS;
pub(crate) use sysfs::{DRIVER, Links, folder};
pub use vfio::Vfio;
pub use vfio_user::VfioUser;

/// What a device that is gone reads as.
pub const GONE: u32 = u32::MAX;

/// Where a device sees the first of our memory: above all that a PC keeps for itself.
const FIRST: u64 = 1 << 32;

/// In the configuration space: the command register.
const COMMAND: u64 = 4;
/// In it: memory and bus master.
const ENABLE: u16 = 0b110;

/// Why a device could not be reached.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// It is no device's address.
    #[error("{0:?} is no device: give vfio:ADDRESS or vfio-user:PATH")]
    Uri(String),
    /// It is no PCI function's address.
    #[error("{0:?} is no PCI address: they look like 0000:01:00.0, and `lspci -D` lists them")]
    Address(String),
    /// No PCI function has this address.
    #[error("there is no PCI device {0}: `lspci -D` lists them")]
    NoDevice(PciAddress),
    /// Another driver has it, or none.
    #[error("{1} has the device {0}: give it to vfio-pci with `shp bind {0}`")]
    NotBound(PciAddress, String),
    /// The device could reach all of this machine's memory.
    #[error(
        "no IOMMU stands before the device {0}: switch it on in the firmware's settings and on the kernel's command line (intel_iommu=on)"
    )]
    NoIommu(PciAddress),
    /// The IOMMU cannot tell it from other devices, which are in use.
    #[error(
        "the IOMMU cannot tell the device {0} from others, and one of them is in use: give vfio-pci all in /sys/bus/pci/devices/{0}/iommu_group/devices"
    )]
    Neighbours(PciAddress),
    /// This user may not open a file.
    #[error("no permission to open {0}: a udev rule gives it to a group of users")]
    Permission(String),
    /// Another process has it.
    #[error("another process uses the device at {0}: one at a time can")]
    Busy(String),
    /// Nobody answers there.
    #[error("no device at {0}: {1}")]
    Connect(String, String),
    /// The connection broke.
    #[error("the connection to the device broke: {0}")]
    Broken(String),
    /// Nothing came in time.
    #[error("the device's server did not answer in time")]
    Silent,
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
    /// When the device cannot be reached. One that was pulled out may read as [`GONE`] instead.
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
    /// `vfio:0000:01:00.0`, a PCI function that the kernel's vfio-pci has.
    Vfio(PciAddress),
    /// `vfio-user:PATH`, a socket.
    VfioUser(PathBuf),
}

impl Uri {
    /// A way there.
    ///
    /// # Errors
    /// [`Error::Connect`] when nobody answers, and those of [`Vfio::connect`].
    pub fn connect(&self) -> Result<Box<dyn Transport>, Error> {
        match self {
            Self::Vfio(address) => Ok(Box::new(Vfio::connect(*address)?)),
            Self::VfioUser(path) => Ok(Box::new(VfioUser::connect(path)?)),
        }
    }
}

impl FromStr for Uri {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        match text.split_once(':') {
            Some(("vfio", address)) => Ok(Self::Vfio(address.parse()?)),
            Some(("vfio-user", path)) if !path.is_empty() => Ok(Self::VfioUser(path.into())),
            _ => Err(Error::Uri(text.to_owned())),
        }
    }
}

impl fmt::Display for Uri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Vfio(address) => write!(f, "vfio:{address}"),
            Self::VfioUser(path) => write!(f, "vfio-user:{}", path.display()),
        }
    }
}
