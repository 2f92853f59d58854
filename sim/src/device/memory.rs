//! What is at the other end of the bus.

use std::ops::Range;

/// Host memory, as a device sees it.
pub trait Memory {
    /// Fills `bytes` from `address` on. False is a bus error.
    fn read(&mut self, address: u64, bytes: &mut [u8]) -> bool;

    /// Writes those of `bytes` whose bit in `strobes` is set, the lowest bit for the first byte. False is a bus error.
    fn write(&mut self, address: u64, bytes: &[u8], strobes: u64) -> bool;
}

/// A memory of one piece, with addresses that fail.
#[derive(Clone, Debug, Default)]
pub struct Plain {
    /// Where it begins.
    pub base: u64,
    /// What it holds.
    pub bytes: Vec<u8>,
    /// Reading here is a bus error.
    pub unreadable: Vec<Range<u64>>,
    /// Writing here is a bus error.
    pub unwritable: Vec<Range<u64>>,
}

impl Plain {
    /// So many zero bytes from `base` on.
    pub fn new(base: u64, length: usize) -> Self {
        Self {
            base,
            bytes: vec![0; length],
            ..Self::default()
        }
    }

    /// The bytes from `address` on.
    ///
    /// # Panics
    /// If they are not all here.
    pub fn at(&mut self, address: u64, length: usize) -> &mut [u8] {
        let place = self.place(address, length).expect("it is in this memory");
        &mut self.bytes[place]
    }

    fn place(&self, address: u64, length: usize) -> Option<Range<usize>> {
        let start = usize::try_from(address.checked_sub(self.base)?).ok()?;
        let end = start.checked_add(length)?;
        (end <= self.bytes.len()).then_some(start..end)
    }
}

fn meets(bad: &[Range<u64>], address: u64, length: usize) -> bool {
    bad.iter()
        .any(|bad| bad.start < address.saturating_add(length as u64) && address < bad.end)
}

impl Memory for Plain {
    fn read(&mut self, address: u64, bytes: &mut [u8]) -> bool {
        let Some(place) = self.place(address, bytes.len()) else {
            return false;
        };
        bytes.copy_from_slice(&self.bytes[place]);
        !meets(&self.unreadable, address, bytes.len())
    }

    fn write(&mut self, address: u64, bytes: &[u8], strobes: u64) -> bool {
        let Some(place) = self.place(address, bytes.len()) else {
            return false;
        };
        if meets(&self.unwritable, address, bytes.len()) {
            return false;
        }
        for (byte, (to, from)) in self.bytes[place].iter_mut().zip(bytes).enumerate() {
            if strobes >> byte & 1 == 1 {
                *to = *from;
            }
        }
        true
    }
}
