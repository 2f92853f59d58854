//! Bytes that begin at a block's boundary.

use std::{
    fmt,
    ops::{Deref, DerefMut},
    ptr::NonNull,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use nix::sys::mman::{MmapAdvise, madvise};
use zeroize::Zeroizing;

use crate::{
    partition::BLOCK,
    transport::{PAGE, Piece, Pieces},
};

/// Bytes from which on buffers begin at different places of a page: the first cache has room for few blocks of the same
/// place, and the memory that is asked for begins at one.
const LONG: usize = 64 << 10;

/// Bytes from which on huge pages are asked for: else a sixth of a split's time goes into finding small ones.
const HUGE: usize = 2 << 20;

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
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let (boundary, place) = if length < LONG {
            (BLOCK, 0)
        } else {
            // Odd steps come to each block of a page.
            let count = COUNT.fetch_add(1, Ordering::Relaxed);
            (PAGE, count.wrapping_mul(17 * BLOCK) % PAGE)
        };
        let bytes = Zeroizing::new(vec![0; length + boundary + place]);
        if length >= HUGE {
            ask_for_huge_pages(&bytes);
        }
        let start = place + bytes.as_ptr().align_offset(boundary).min(boundary);
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

/// Whoever does not grant it is only slower.
fn ask_for_huge_pages(bytes: &[u8]) {
    let from = bytes.as_ptr().align_offset(PAGE).min(bytes.len());
    let pages = &bytes[from..];
    // SAFETY: whole pages of `bytes`; how they are backed changes nothing that is in them.
    let _ = unsafe {
        madvise(
            NonNull::from(pages).cast(),
            pages.len() / PAGE * PAGE,
            MmapAdvise::MADV_HUGEPAGE,
        )
    };
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_length_begins_at_a_boundary_and_is_all_zeros() {
        for length in [0, 1, LONG - 1, LONG, LONG + 1, HUGE, HUGE + 1] {
            for _ in 0..3 {
                let mut buffer = Buffer::new(length);
                assert!(buffer.as_ptr().addr().is_multiple_of(BLOCK), "{length}");
                assert_eq!(buffer.len(), length);
                assert!(buffer.iter().all(|byte| *byte == 0), "{length}");
                buffer.fill(1);
            }
        }
    }

    #[test]
    fn long_ones_begin_at_different_places_of_a_page() {
        let buffers = [(); 3].map(|()| Buffer::new(LONG));
        let [a, b, c] = buffers.map(|buffer| buffer.as_ptr().addr() % PAGE);
        assert!(a != b && b != c && c != a, "{a} {b} {c}");
    }
}
