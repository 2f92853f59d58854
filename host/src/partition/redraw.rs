//! The policy `definition`: r is redrawn while a lane of it equals M's. Here, and only here, time depends on M and r.

use super::{
    BLOCK,
    chacha::{Meanwhile, Stream, counters},
    simd::{Simd, TILE},
};

/// Bytes that one batch makes.
const BATCH: usize = TILE * BLOCK;

/// The words of unit k - 2, in turn. Words thrown away shift all that follow, so it must start at block 0.
pub(super) struct Redraw<'a> {
    stream: Stream<'a>,
    unit: usize,
    /// The next block of the keystream.
    block: u64,
    /// What is left of the batch before, and a batch.
    bytes: [u8; 2 * BATCH],
    /// The first unused byte.
    at: usize,
}

impl<'a> Redraw<'a> {
    pub(super) fn new(stream: Stream<'a>, unit: usize) -> Self {
        Self {
            stream,
            unit,
            block: 0,
            bytes: [0; 2 * BATCH],
            at: 2 * BATCH,
        }
    }

    /// A row of r that differs from `m` in every lane.
    #[inline(always)]
    pub(super) fn row<S: Simd, const LANE: usize>(
        &mut self,
        simd: S,
        m: &[u8; BLOCK],
        r: &mut [u8; BLOCK],
        meanwhile: &mut impl Meanwhile<S>,
    ) {
        self.ensure(simd, BLOCK, meanwhile);
        let whole = simd.read(self.bytes[self.at..].first_chunk().expect("refilled"));
        if !simd.any_equal::<LANE>(whole, simd.read(m)) {
            simd.write(whole, r);
            self.at += BLOCK;
            return;
        }
        let word = LANE.max(4);
        for (r, m) in r.chunks_exact_mut(word).zip(m.chunks_exact(word)) {
            loop {
                self.ensure(simd, word, meanwhile);
                r.copy_from_slice(&self.bytes[self.at..][..word]);
                self.at += word;
                let (r, m) = (r.as_chunks::<LANE>().0, m.as_chunks::<LANE>().0);
                if r.iter().zip(m).all(|(r, m)| r != m) {
                    break;
                }
            }
        }
    }

    /// Sees to it that there are so many bytes, at most a batch. Who asks long before it reads need not wait for them.
    #[inline(always)]
    pub(super) fn ensure<S: Simd>(
        &mut self,
        simd: S,
        bytes: usize,
        meanwhile: &mut impl Meanwhile<S>,
    ) {
        let left = self.bytes.len() - self.at;
        if left < bytes {
            self.bytes.copy_within(self.at.., BATCH - left);
            self.at = BATCH - left;
            let (blocks, _) = self.bytes[BATCH..].as_chunks_mut();
            let tile = blocks.first_chunk_mut().expect("a batch is a tile");
            self.stream
                .unit(simd, self.unit, &counters(self.block), tile, meanwhile);
            self.block += TILE as u64;
        }
    }
}

impl Drop for Redraw<'_> {
    fn drop(&mut self) {
        self.bytes.fill(0);
        std::hint::black_box(&self.bytes);
    }
}
