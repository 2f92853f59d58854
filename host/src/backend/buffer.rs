//! Bytes that begin at a block's boundary.

use std::{
    fmt,
    ops::{Deref, DerefMut},
};

use zeroize::Zeroizing;

use crate::partition::BLOCK;

/// Bytes on their way to or from a backend. They are shares or a message: `Debug` shows only how many there are, and they are wiped when
/// dropped.
pub struct Buffer {
    /// With room to begin at a boundary; it never grows, so it never moves.
    storage: Zeroizing<Vec<u8>>,
    start: usize,
    length: usize,
}

impl Buffer {
    /// So many zeros.
    pub fn new(length: usize) -> Self {
        let storage = Zeroizing::new(vec![0; length + BLOCK]);
        let start = storage.as_ptr().align_offset(BLOCK).min(BLOCK);
        Self {
            storage,
            start,
            length,
        }
    }
}

impl From<&[u8]> for Buffer {
    fn from(bytes: &[u8]) -> Self {
        let mut buffer = Self::new(bytes.len());
        buffer.copy_from_slice(bytes);
        buffer
    }
}

impl Deref for Buffer {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.storage[self.start..][..self.length]
    }
}

impl DerefMut for Buffer {
    fn deref_mut(&mut self) -> &mut [u8] {
        &mut self.storage[self.start..][..self.length]
    }
}

impl fmt::Debug for Buffer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Buffer({} bytes)", self.length)
    }
}
