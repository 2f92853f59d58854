//! The policy `definition`: r is redrawn while a lane of it equals M's. Here, and only here, time depends on M and r.

use super::{
    BLOCK,
    chacha::{Fill, Stream},
    simd::Simd,
    strip::STRIP,
};

/// Bytes that are made at once.
const BATCH: usize = STRIP * BLOCK;

/// What is left of the words made before, and those made last.
pub(super) type Words = [u8; 2 * BATCH];

/// The words of unit k - 2, in turn. Words thrown away shift all that follow, so it must start at block 0.
pub(super) struct Redraw<'a> {
    stream: Stream<'a>,
    unit: usize,
    /// The next block of the keystream.
    block: u64,
    bytes: &'a mut Words,
    /// The first unused byte.
    at: usize,
}

impl<'a> Redraw<'a> {
    pub(super) fn new(stream: Stream<'a>, unit: usize, bytes: &'a mut Words) -> Self {
        Self {
            stream,
            unit,
            block: 0,
            bytes,
            at: 2 * BATCH,
        }
    }

    /// A row of r for each block of a message. The last one may be shorter.
    #[inline(always)]
    pub(super) fn fill<S: Simd, const LANE: usize>(
        &mut self,
        simd: S,
        message: &[u8],
        r: &mut [[u8; BLOCK]],
    ) {
        let (blocks, part) = message.as_chunks();
        let mut b = 0;
        while b < blocks.len() {
            self.ensure(simd, BLOCK);
            let words = self.bytes[self.at..].as_chunks().0;
            let rows = words.iter().zip(&blocks[b..]).zip(&mut r[b..]);
            let mut differ = 0;
            for ((words, m), r) in rows {
                let row = simd.read(words);
                if simd.any_equal::<LANE>(row, simd.read(m)) {
                    break;
                }
                simd.write(row, r);
                differ += 1;
            }
            self.at += differ * BLOCK;
            b += differ;
            // A lane was equal there, or the words were used up.
            if let Some(m) = blocks.get(b) {
                self.row::<S, LANE>(simd, m, &mut r[b]);
                b += 1;
            }
        }
        if !part.is_empty() {
            let mut m = [0; BLOCK];
            m[..part.len()].copy_from_slice(part);
            self.row::<S, LANE>(simd, &m, &mut r[blocks.len()]);
        }
    }

    /// A row of r that differs from `m` in every lane.
    #[inline(always)]
    fn row<S: Simd, const LANE: usize>(&mut self, simd: S, m: &[u8; BLOCK], r: &mut [u8; BLOCK]) {
        self.ensure(simd, BLOCK);
        let whole = simd.read(self.bytes[self.at..].first_chunk().expect("refilled"));
        if !simd.any_equal::<LANE>(whole, simd.read(m)) {
            simd.write(whole, r);
            self.at += BLOCK;
            return;
        }
        let word = LANE.max(4);
        for (r, m) in r.chunks_exact_mut(word).zip(m.chunks_exact(word)) {
            loop {
                self.ensure(simd, word);
                r.copy_from_slice(&self.bytes[self.at..][..word]);
                self.at += word;
                let (r, m) = (r.as_chunks::<LANE>().0, m.as_chunks::<LANE>().0);
                if r.iter().zip(m).all(|(r, m)| r != m) {
                    break;
                }
            }
        }
    }

    /// Forgets the words.
    #[inline(always)]
    pub(super) fn wipe(&mut self) {
        self.bytes.fill(0);
    }

    /// Sees to it that there are so many bytes, at most a batch.
    #[inline(always)]
    fn ensure<S: Simd>(&mut self, simd: S, bytes: usize) {
        let left = self.bytes.len() - self.at;
        if left < bytes {
            self.bytes.copy_within(self.at.., BATCH - left);
            self.at = BATCH - left;
            simd.run(Fill {
                stream: self.stream,
                unit: self.unit,
                block: self.block,
                out: &mut self.bytes[BATCH..],
            });
            self.block += STRIP as u64;
        }
    }
}
