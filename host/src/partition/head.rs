//! What comes before a strip's shares: the P-box's numbers, many strips' at once, and r.

use super::{
    BLOCK,
    chacha::{Meanwhile, PBOX, Seats, Stream, write},
    simd::{Simd, choose, count},
    strip::{STRIP, Strip},
};

/// Rows of the P-box's numbers, 8 bytes a block, and behind them of r.
pub(super) type Rows = [[u8; BLOCK]; 2 * STRIP];

/// What the rows hold.
pub(super) struct Head<'a> {
    rows: &'a mut Rows,
    pbox: bool,
    /// How many rows of numbers there are.
    numbers: usize,
    /// The block of the P-box's keystream in the first one.
    first: u64,
    /// How many rows were written.
    used: usize,
}

impl<'a> Head<'a> {
    pub(super) fn new(rows: &'a mut Rows, pbox: bool) -> Self {
        Self {
            rows,
            pbox,
            numbers: 0,
            first: 0,
            used: 0,
        }
    }

    /// Makes a strip's numbers, unless they are there, and so many blocks of its r.
    #[inline(always)]
    pub(super) fn make<S: Simd>(
        &mut self,
        simd: S,
        stream: &Stream<'_>,
        r_unit: usize,
        strip: Strip<'_>,
        r: usize,
        meanwhile: &mut impl Meanwhile<S>,
    ) {
        let end = strip.block + strip.blocks() as u64;
        if self.pbox && end > (self.first + self.numbers as u64) * 8 {
            self.both(simd, stream, r_unit, strip, r, meanwhile);
            return;
        }
        let key = stream.key(simd, r_unit);
        let batches = r.div_ceil(S::WIDTH);
        stream.batches(
            simd,
            batches,
            #[inline(always)]
            |i| Seats {
                key,
                counters: strip.counters(simd, i * S::WIDTH),
            },
            #[inline(always)]
            |i, words| {
                let rows = &mut self.rows[self.numbers + i * S::WIDTH..];
                write(simd, words, rows.as_flattened_mut());
            },
            meanwhile,
        );
        self.used = self.used.max(self.numbers + batches * S::WIDTH);
    }

    /// Both, side by side in the same batches: few places of a short message's stay empty.
    #[inline(always)]
    fn both<S: Simd>(
        &mut self,
        simd: S,
        stream: &Stream<'_>,
        r_unit: usize,
        strip: Strip<'_>,
        r: usize,
        meanwhile: &mut impl Meanwhile<S>,
    ) {
        let all = (strip.block + strip.left() as u64).div_ceil(8);
        self.first = strip.block / 8;
        self.numbers = (all - self.first).min(STRIP as u64) as usize;
        let numbers = simd.splat(self.numbers as u32);
        let first_number = simd.splat(self.first as u32);
        let first_r = simd.splat((strip.block as u32).wrapping_sub(self.numbers as u32));
        let (pbox, r_unit) = (simd.splat(PBOX), simd.splat(r_unit as u32));
        let batches = (self.numbers + r).div_ceil(S::WIDTH);
        stream.batches(
            simd,
            batches,
            #[inline(always)]
            |i| {
                let row = count(simd, i * S::WIDTH);
                let is_number = simd.less(row, numbers);
                let start = choose(simd, is_number, first_number, first_r);
                Seats {
                    key: stream.keys(simd, choose(simd, is_number, pbox, r_unit)),
                    counters: [simd.add(start, row), simd.splat(0)],
                }
            },
            #[inline(always)]
            |i, words| {
                let rows = &mut self.rows[i * S::WIDTH..];
                write(simd, words, rows.as_flattened_mut());
            },
            meanwhile,
        );
        self.used = self.used.max(batches * S::WIDTH);
    }

    /// A strip's numbers.
    #[inline(always)]
    pub(super) fn numbers(&self, strip: Strip<'_>) -> &[[u8; 8]; STRIP] {
        let from = (strip.block - self.first * 8) as usize;
        let (numbers, _) = self.rows.as_flattened().as_chunks();
        numbers[from..].first_chunk().expect("r's rows follow")
    }

    /// The rows of r, of which so many blocks are a strip's.
    #[inline(always)]
    pub(super) fn r(&mut self, blocks: usize) -> &mut [[u8; BLOCK]; STRIP] {
        self.used = self.used.max(self.numbers + blocks);
        let rows = self.rows[self.numbers..].first_chunk_mut();
        rows.expect("no more numbers than a strip has blocks")
    }

    /// Forgets r and the numbers.
    #[inline(always)]
    pub(super) fn wipe<S: Simd>(&mut self, simd: S) {
        for row in &mut self.rows[..self.used] {
            simd.write(simd.read(&[0; BLOCK]), row);
        }
    }
}
