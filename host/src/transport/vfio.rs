//! A device behind Linux' VFIO: the kernel's driver vfio-pci and the IOMMU stand between it and this process.
//!
//! Registers are read and written through the device's file, a system call each. A burst costs one such write, too little for a mapped BAR to be
//! worth its unsafe code.

use std::{
    fs::File,
    io::{self, ErrorKind},
    os::{
        fd::{AsRawFd as _, BorrowedFd},
        unix::fs::FileExt as _,
    },
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
    sync::Arc,
    time::Duration,
};

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use vfio_bindings::bindings::vfio as numbers;
use vfio_ioctls::{VfioDevice, VfioOps};
use vmm_sys_util::eventfd::{EFD_CLOEXEC, EFD_NONBLOCK, EventFd};

use super::{
    BUS, COMMAND, ENABLE, Error, FIRST, Memory, PciAddress, Transport,
    memory::PAGE,
    vfio_open::{connect, open},
};

mod request {
    use super::numbers::{VFIO_BASE, VFIO_TYPE};
    // `VfioDevice::reset` does not say how it went.
    nix::ioctl_none_bad!(reset, nix::request_code_none!(VFIO_TYPE, VFIO_BASE + 11));
}

/// A large page: the IOMMU maps memory by these where both addresses begin with one.
const LARGE: usize = 2 << 20;

/// A device that this process has to itself.
pub struct Vfio {
    address: PciAddress,
    /// The device's own file once more, as that of `device` says nothing of failures. Closed before it.
    file: Option<File>,
    device: Option<VfioDevice>,
    map: Arc<dyn VfioOps>,
    interrupt: EventFd,
    /// Where the next memory goes.
    free: u64,
}

impl Vfio {
    /// Takes a device over, and enables it: memory, bus master, its one interrupt.
    ///
    /// # Errors
    /// [`Error::NoDevice`], [`Error::NotBound`], [`Error::NoIommu`], [`Error::Permission`], [`Error::Busy`] and, for what else the kernel may
    /// say, [`Error::Connect`].
    pub fn connect(address: PciAddress) -> Result<Self, Error> {
        Self::connect_in(Path::new(BUS), Path::new("/dev"), address)
    }

    /// The same where the kernel shows its PCI bus and its devices in other folders. IOMMU groups are opened in `/dev/vfio` all the same.
    ///
    /// # Errors
    /// As [`Vfio::connect`].
    pub fn connect_in(bus: &Path, dev: &Path, address: PciAddress) -> Result<Self, Error> {
        let (device, map) = open(bus, dev, address)?;
        let failed = |error: io::Error| connect(address, &error);
        // SAFETY: the descriptor is that of `device`, which lives through this statement.
        let file = unsafe { BorrowedFd::borrow_raw(device.as_raw_fd()) }.try_clone_to_owned();
        let device = Self {
            address,
            file: Some(file.map_err(failed)?.into()),
            device: Some(device),
            map,
            interrupt: EventFd::new(EFD_CLOEXEC | EFD_NONBLOCK).map_err(failed)?,
            free: FIRST,
        };
        device.enable()?;
        Ok(device)
    }

    /// What the device needs after a reset.
    fn enable(&self) -> Result<(), Error> {
        let config = numbers::VFIO_PCI_CONFIG_REGION_INDEX;
        let at = self.place(config, COMMAND, 2)?;
        let written = self.file().write_all_at(&ENABLE.to_le_bytes(), at);
        written.map_err(broken)?;
        self.device()
            .enable_msix(vec![&self.interrupt])
            .map_err(|error| connect(self.address, &error))
    }

    fn file(&self) -> &File {
        self.file.as_ref().expect("it is there until the drop")
    }

    fn device(&self) -> &VfioDevice {
        self.device.as_ref().expect("it is there until the drop")
    }

    /// Where bytes of a region are in the device's file, if they are.
    fn place(&self, region: u32, at: u64, length: u64) -> Result<u64, Error> {
        let device = self.device();
        if !at.is_multiple_of(length) || at + length > device.get_region_size(region) {
            return Err(Error::Protocol("its registers end before this one"));
        }
        Ok(device.get_region_offset(region) + at)
    }

    fn register(&self, at: u16) -> Result<u64, Error> {
        self.place(numbers::VFIO_PCI_BAR0_REGION_INDEX, at.into(), 4)
    }
}

impl Transport for Vfio {
    fn read(&mut self, at: u16) -> Result<u32, Error> {
        let mut value = [0; 4];
        let at = self.register(at)?;
        self.file().read_exact_at(&mut value, at).map_err(broken)?;
        Ok(u32::from_le_bytes(value))
    }

    fn write(&mut self, at: u16, value: u32) -> Result<(), Error> {
        let at = self.register(at)?;
        let written = self.file().write_all_at(&value.to_le_bytes(), at);
        written.map_err(broken)
    }

    fn memory(&mut self, bytes: usize) -> Result<Memory, Error> {
        if bytes >= LARGE {
            self.free = self.free.next_multiple_of(LARGE as u64);
        }
        let (memory, _file) = Memory::new(bytes, self.free)?;
        // SAFETY: `Memory` has its pages to itself and makes no reference into them. When it is unmapped here, the kernel keeps the pages for the
        // device until that is closed.
        let mapped = unsafe {
            self.map
                .vfio_dma_map(memory.address(), memory.len(), memory.start())
        };
        mapped.map_err(|error| {
            Error::Memory(format!(
                "{error}: raise the limit of locked memory (ulimit -l), {} bytes more are needed",
                memory.len()
            ))
        })?;
        // A page between two pieces: running over the end of one is not running into another.
        self.free += (memory.len() + PAGE) as u64;
        Ok(memory)
    }

    fn wait(&mut self, timeout: Duration) -> Result<bool, Error> {
        let timeout = PollTimeout::try_from(timeout).unwrap_or(PollTimeout::MAX);
        // SAFETY: the descriptor is open as long as `self`.
        let interrupt = unsafe { BorrowedFd::borrow_raw(self.interrupt.as_raw_fd()) };
        match poll(&mut [PollFd::new(interrupt, PollFlags::POLLIN)], timeout) {
            Ok(_) | Err(nix::Error::EINTR) => {}
            Err(error) => return Err(broken(error)),
        }
        match self.interrupt.read() {
            Ok(_) => Ok(true),
            Err(error) if error.kind() == ErrorKind::WouldBlock => Ok(false),
            Err(error) => Err(broken(error)),
        }
    }

    fn reset(&mut self) -> Result<(), Error> {
        // SAFETY: the descriptor is the device's, and the request takes no argument.
        unsafe { request::reset(self.file().as_raw_fd()) }.map_err(broken)?;
        self.enable()
    }
}

impl Drop for Vfio {
    fn drop(&mut self) {
        // What is under way must not write to memory that is about to be somebody else's, and keys must not stay. It may be out of reach; then
        // it has lost them.
        // SAFETY: as in `reset`.
        let _ = unsafe { request::reset(self.file().as_raw_fd()) };
        self.file = None;
        let device = self.device.take();
        // It panics if the device was pulled out a moment ago.
        let _ = catch_unwind(AssertUnwindSafe(|| drop(device)));
    }
}

#[expect(clippy::needless_pass_by_value, reason = "for map_err")]
fn broken(error: impl ToString) -> Error {
    Error::Broken(error.to_string())
}
