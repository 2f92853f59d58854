//! A strip: as many blocks as are split at once.

use super::{
    BLOCK,
    simd::{Simd, TILE, count},
};

/// Blocks of a strip, two tiles. Only a message's last one may have fewer.
pub(super) const STRIP: usize = 2 * TILE;

/// A place for each path, in cache lines of their own: a vector register written across two pages takes Intel's cores a
/// hundred clocks, and where the stack lies is chance.
#[derive(Default)]
#[repr(align(64))]
pub(super) struct Each<T>(pub(super) [T; 16]);

/// A strip to split.
#[derive(Clone, Copy)]
pub(super) struct Strip<'a> {
    /// Its first block in the segment.
    pub(super) block: u64,
    /// The message from there to its end.
    pub(super) message: &'a [u8],
}

impl<'a> Strip<'a> {
    /// Blocks to the message's end.
    pub(super) fn left(self) -> usize {
        self.message.len().div_ceil(BLOCK)
    }

    pub(super) fn blocks(self) -> usize {
        self.left().min(STRIP)
    }

    /// The message's part.
    pub(super) fn part(self) -> &'a [u8] {
        &self.message[..self.message.len().min(STRIP * BLOCK)]
    }

    /// Its whole tiles.
    pub(super) fn tiles(self) -> usize {
        self.part().len() / (TILE * BLOCK)
    }

    /// Whether that is all of it.
    pub(super) fn is_whole(self) -> bool {
        self.part().len().is_multiple_of(TILE * BLOCK)
    }

    /// The counters of `WIDTH` of its blocks.
    #[inline(always)]
    pub(super) fn counters<S: Simd>(self, simd: S, from: usize) -> [S::Words; 2] {
        let low = simd.add(simd.splat(self.block as u32), count(simd, from));
        [low, simd.splat(0)]
    }
}
