//! Memory cut into pieces, each with one owner at a time: buffers that a device reads and writes where they are.

use std::{
    fmt,
    ops::{Deref, DerefMut},
    ptr, slice,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use super::Memory;

/// What a piece begins at a multiple of. As much lies between two, so that those of one job do not meet in the same places of a cache.
const LINE: usize = 64;

/// Bytes from one piece to the next.
fn stride(longest: usize) -> usize {
    longest.next_multiple_of(LINE) + LINE
}

/// Memory in pieces of up to so many bytes.
pub struct Pieces {
    memory: Memory,
    longest: usize,
    /// Where the pieces without an owner begin.
    free: Mutex<Vec<usize>>,
}

// SAFETY: `memory` is touched through its pieces only; they do not overlap, and each has one owner.
unsafe impl Sync for Pieces {}

/// Bytes that belong to whoever has this value. A device writes to them only while a descriptor that names them is under way, and then their owner is
/// the driver, which does not look. Zeros at first; wiped when dropped.
pub struct Piece {
    pieces: Arc<Pieces>,
    at: usize,
    length: usize,
}

impl Pieces {
    /// How much memory so many pieces take.
    pub fn bytes(count: usize, longest: usize) -> usize {
        count * stride(longest)
    }

    /// Cuts memory up. It has been read and written by nobody yet.
    pub fn new(memory: Memory, longest: usize) -> Arc<Self> {
        let stride = stride(longest);
        let free = (0..memory.len() / stride).map(|piece| piece * stride);
        let free = Mutex::new(free.collect());
        Arc::new(Self {
            memory,
            longest,
            free,
        })
    }

    /// A piece of so many bytes, if there is one left and it is as long.
    pub fn take(self: &Arc<Self>, length: usize) -> Option<Piece> {
        if length > self.longest {
            return None;
        }
        let at = self.free().pop()?;
        Some(Piece {
            pieces: Arc::clone(self),
            at,
            length,
        })
    }

    fn free(&self) -> MutexGuard<'_, Vec<usize>> {
        self.free.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Piece {
    /// Where the device sees it.
    pub fn address(&self) -> u64 {
        self.pieces.memory.address() + self.at as u64
    }

    /// Whether it is one of these.
    pub fn is_of(&self, pieces: &Arc<Pieces>) -> bool {
        Arc::ptr_eq(&self.pieces, pieces)
    }
}

impl Deref for Piece {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        let start = self.pieces.memory.place(self.at, self.length);
        // SAFETY: the range is within the mapping, is this value's alone, and stays mapped as long as `pieces`. Should a device break its promise and
        // write there, bytes may be other bytes, as with all memory that a device can reach.
        unsafe { slice::from_raw_parts(start, self.length) }
    }
}

impl DerefMut for Piece {
    fn deref_mut(&mut self) -> &mut [u8] {
        let start = self.pieces.memory.place(self.at, self.length);
        // SAFETY: as in `deref`.
        unsafe { slice::from_raw_parts_mut(start, self.length) }
    }
}

impl Drop for Piece {
    fn drop(&mut self) {
        let start = self.pieces.memory.place(self.at, self.length);
        // SAFETY: as in `deref`. Others map these pages too, so the zeros cannot be left out.
        unsafe { ptr::write_bytes(start, 0, self.length) };
        self.pieces.free().push(self.at);
    }
}

impl fmt::Debug for Piece {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Piece({} bytes at {:#x})", self.length, self.address())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_are_apart_and_come_back_as_zeros() {
        let (memory, _file) =
            Memory::new(Pieces::bytes(3, 5000), 1 << 32).expect("there is memory");
        let pieces = Pieces::new(memory, 5000);
        assert!(pieces.take(5001).is_none());
        let mut taken: Vec<Piece> = (1..=3).filter_map(|n| pieces.take(n * 1000)).collect();
        assert_eq!(taken.len(), 3);
        for (piece, n) in taken.iter_mut().zip(1..) {
            piece.fill(n);
        }
        for (piece, n) in taken.iter().zip(1..) {
            assert_eq!(piece.len(), usize::from(n) * 1000);
            assert!(piece.iter().all(|byte| *byte == n));
            assert_eq!(piece.address() % 64, 0);
        }
        let mut all: Vec<Piece> = std::iter::from_fn(|| pieces.take(5000)).collect();
        taken.append(&mut all);
        let (places, count) = (
            taken.iter().map(Piece::address).collect::<Vec<_>>(),
            taken.len(),
        );
        drop(taken);
        let again: Vec<Piece> = std::iter::from_fn(|| pieces.take(5000)).collect();
        assert_eq!(again.len(), count);
        for piece in again {
            assert!(piece.is_of(&pieces) && piece.iter().all(|byte| *byte == 0));
            assert!(places.contains(&piece.address()));
        }
    }
}
