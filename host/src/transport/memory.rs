//! Memory that this process and a device share: the place of the driver's unsafe code.

use std::{
    fmt,
    num::NonZero,
    os::fd::OwnedFd,
    ptr::{self, NonNull},
    sync::atomic::{AtomicU32, Ordering},
};

use nix::sys::{
    memfd::{MFdFlags, memfd_create},
    mman::{MapFlags, ProtFlags, mmap, munmap},
};
use zeroize::Zeroize as _;

use super::Error;

/// A page, of which a [`Memory`] has a whole number.
pub(crate) const PAGE: usize = 4096;

/// Bytes that the device may write at any time: they are copied in and out, and never borrowed, but for [`Pieces`](super::Pieces). Wiped when
/// dropped.
pub struct Memory {
    start: NonNull<u8>,
    length: usize,
    address: u64,
}

// SAFETY: the mapping belongs to this value alone, and is not bound to a thread.
unsafe impl Send for Memory {}

impl Memory {
    /// Zeros that other processes can map by the descriptor, and that the device will see at `address`.
    pub(super) fn new(bytes: usize, address: u64) -> Result<(Self, OwnedFd), Error> {
        let wrong = |error: nix::Error| Error::Memory(error.to_string());
        let length = bytes.max(1).next_multiple_of(PAGE);
        let file = memfd_create(c"shp", MFdFlags::MFD_CLOEXEC).map_err(wrong)?;
        let size = i64::try_from(length).map_err(|error| Error::Memory(error.to_string()))?;
        nix::unistd::ftruncate(&file, size).map_err(wrong)?;
        let whole = NonZero::new(length).expect("at least a page");
        let rights = ProtFlags::PROT_READ | ProtFlags::PROT_WRITE;
        // SAFETY: a new mapping at a place of the kernel's choice touches nothing that exists.
        let start = unsafe { mmap(None, whole, rights, MapFlags::MAP_SHARED, &file, 0) };
        let memory = Self {
            start: start.map_err(wrong)?.cast(),
            length,
            address,
        };
        Ok((memory, file))
    }

    /// Where this process sees it. Only [`Pieces`](super::Pieces) make references of it.
    pub(super) fn start(&self) -> *mut u8 {
        self.start.as_ptr()
    }

    /// Where the device sees it.
    pub fn address(&self) -> u64 {
        self.address
    }

    /// Its bytes.
    #[expect(clippy::len_without_is_empty, reason = "it has at least a page")]
    pub fn len(&self) -> usize {
        self.length
    }

    /// A pointer to so many bytes from `at` on.
    pub(super) fn place(&self, at: usize, length: usize) -> *mut u8 {
        let inside = at.checked_add(length).is_some_and(|end| end <= self.length);
        assert!(inside, "{length} bytes at {at} of {}", self.length);
        // SAFETY: it was checked that `at` is within the mapping.
        unsafe { self.start.as_ptr().add(at) }
    }

    /// Copies `bytes` to `at`.
    ///
    /// # Panics
    /// If they do not fit.
    pub fn write(&mut self, at: usize, bytes: &[u8]) {
        let to = self.place(at, bytes.len());
        // SAFETY: the range is within the mapping, which no reference of this process points into. Should the device write there at the same
        // time, bytes may mix; any bytes are valid.
        unsafe { ptr::copy_nonoverlapping(bytes.as_ptr(), to, bytes.len()) }
    }

    /// Fills `bytes` from `at`.
    ///
    /// # Panics
    /// If there are not so many.
    pub fn read(&self, at: usize, bytes: &mut [u8]) {
        let from = self.place(at, bytes.len());
        // SAFETY: as in `write`.
        unsafe { ptr::copy_nonoverlapping(from, bytes.as_mut_ptr(), bytes.len()) }
    }

    /// Reads a number that the device writes last: what it wrote before can be read after this.
    ///
    /// # Panics
    /// If it is not inside, or `at` is no multiple of 4.
    #[expect(clippy::cast_ptr_alignment, reason = "the alignment is asserted")]
    pub fn flag(&self, at: usize) -> u32 {
        assert_eq!(at % 4, 0, "a flag is aligned");
        let place = self.place(at, 4).cast::<AtomicU32>();
        // SAFETY: within the mapping and aligned, as it begins with a page; the device writes it whole.
        let value = unsafe { &*place }.load(Ordering::Acquire);
        u32::from_le(value)
    }

    /// What was written until now is seen by the device before what is written to its registers afterwards.
    pub fn publish(&self) {
        std::sync::atomic::fence(Ordering::SeqCst);
    }

    /// Overwrites all with zeros.
    pub fn wipe(&mut self) {
        // SAFETY: the whole mapping, which no other reference points into; see `write` for the device.
        unsafe { std::slice::from_raw_parts_mut(self.start.as_ptr(), self.length) }.zeroize();
    }
}

impl Drop for Memory {
    fn drop(&mut self) {
        self.wipe();
        // SAFETY: the mapping is this value's, and nobody uses it any more. A failure would leave it mapped.
        let _ = unsafe { munmap(self.start.cast(), self.length) };
    }
}

impl fmt::Debug for Memory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Memory({} bytes at {:#x})", self.length, self.address)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let (mut memory, _file) = Memory::new(5000, 0x1000).expect("there is memory");
        assert_eq!((memory.len(), memory.address()), (8192, 0x1000));
        memory.write(8188, &[1, 2, 3, 4]);
        let mut bytes = [9; 6];
        memory.read(8186, &mut bytes);
        assert_eq!(bytes, [0, 0, 1, 2, 3, 4]);
        assert_eq!(memory.flag(8188), 0x0403_0201);
        memory.wipe();
        assert_eq!(memory.flag(8188), 0);
        assert_eq!(
            format!("{memory:?}"),
            "Memory(8192 bytes at 0x1000)",
            "no content is shown"
        );
    }

    #[test]
    #[should_panic(expected = "2 bytes at 4095 of 4096")]
    fn nothing_outside_is_touched() {
        let (memory, _file) = Memory::new(1, 0).expect("there is memory");
        memory.read(4095, &mut [0; 2]);
    }
}
