//! Memory that the next strip needs, asked for between the rounds of this one: else its writes would wait for it all at once.

use super::{BLOCK, chacha::Meanwhile, simd::Simd, strip::STRIP};

/// Bytes read and written beyond which the caches do not hold what was there before.
pub(super) const FAR: usize = 24 << 20;

/// A strip's part of the message and of each port. Aligned for the reason that [`Each`](super::strip::Each) is.
#[repr(align(64))]
pub(super) struct Ahead<'a> {
    buffers: [&'a [[u8; BLOCK]]; 17],
    count: usize,
    /// What is left to be asked for of the one before.
    blocks: &'a [[u8; BLOCK]],
    /// Blocks a double round.
    pace: usize,
}

impl<'a> Ahead<'a> {
    /// Nothing to be asked for.
    #[inline(always)]
    pub(super) fn nothing() -> Self {
        Self {
            buffers: [&[]; 17],
            count: 0,
            blocks: &[],
            pace: 0,
        }
    }

    /// Adds what follows in a buffer.
    #[inline(always)]
    pub(super) fn push(&mut self, buffer: &'a [u8]) {
        if let Some(place) = self.buffers.get_mut(self.count) {
            let blocks = buffer.as_chunks().0;
            *place = &blocks[..blocks.len().min(STRIP)];
            self.count += 1;
        }
    }

    /// Spreads all over so many double rounds.
    #[inline(always)]
    pub(super) fn spread(&mut self, double_rounds: usize) {
        self.pace = (self.count * STRIP).div_ceil(double_rounds);
    }
}

impl<S: Simd> Meanwhile<S> for Ahead<'_> {
    #[inline(always)]
    fn step(&mut self, simd: S, half: usize) {
        if half == 0 {
            return;
        }
        if self.blocks.is_empty() {
            if self.count == 0 {
                return;
            }
            self.count -= 1;
            self.blocks = self.buffers[self.count];
        }
        let (now, later) = self.blocks.split_at(self.pace.min(self.blocks.len()));
        self.blocks = later;
        for block in now {
            simd.fetch(block);
        }
    }
}
