//! Bytes that begin at a block's boundary.

use std::{
    fmt,
    ops::{Deref, DerefMut},
    sync::Arc,
};

use zeroize::Zeroizing;

use crate::{
    partition::BLOCK,
    transport::{Piece, Pieces},
};

/// Bytes on their way to or from a backend. They are shares or a message: `Debug` shows only how many there are, and they are wiped when
/// dropped.
pub struct Buffer(Storage);

enum Storage {
    /// With room to begin at a boundary; it never grows, so it never moves.
    Own {
        bytes: Zeroizing<Vec<u8>>,
        start: usize,
        length: usize,
    },
    /// Where a device reads and writes it.
    Shared(Piece),
}

impl Buffer {
    /// So many zeros.
    pub fn new(length: usize) -> Self {
        let bytes = Zeroizing::new(vec![0; length + BLOCK]);
        let start = bytes.as_ptr().align_offset(BLOCK).min(BLOCK);
        Self(Storage::Own {
            bytes,
            start,
            length,
        })
    }

    /// Where the device of this memory sees it, if it does.
    pub(super) fn address(&self, memory: &Arc<Pieces>) -> Option<u64> {
        match &self.0 {
            Storage::Shared(piece) if piece.is_of(memory) => Some(piece.address()),
            _ => None,
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

impl From<Piece> for Buffer {
    fn from(piece: Piece) -> Self {
        Self(Storage::Shared(piece))
    }
}

impl Deref for Buffer {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match &self.0 {
            Storage::Own {
                bytes,
                start,
                length,
            } => &bytes[*start..][..*length],
            Storage::Shared(piece) => piece,
        }
    }
}

impl DerefMut for Buffer {
    fn deref_mut(&mut self) -> &mut [u8] {
        match &mut self.0 {
            Storage::Own {
                bytes,
                start,
                length,
            } => &mut bytes[*start..][..*length],
            Storage::Shared(piece) => piece,
        }
    }
}

impl fmt::Debug for Buffer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Buffer({} bytes)", self.len())
    }
}
