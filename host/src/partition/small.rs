//! Splitting a message whose shares are no more than a batch has blocks: one batch makes all, the P-box's numbers too.
//!
//! So the permutation is known only when the blocks are there. But they lie side by side then, a share in each place of
//! the sliced words, and one lookup moves a word of all of them.

use std::array;

use super::{
    BLOCK,
    chacha::{Nothing, PBOX, Seats},
    pbox::{order_of, pick},
    scratch::Small,
    simd::{Simd, Sliced, TILE, choose},
    split::Split,
};

/// The places of a batch, in runs of as many as there are blocks. Computed ahead: all that follows waits for them.
#[derive(Clone, Copy)]
struct Places {
    /// The run of each.
    run: Sliced,
    /// Which of its run each is.
    block: Sliced,
    /// Where each run begins.
    start: Sliced,
}

/// By the number of blocks, from 1 on. There are two paths at least.
const PLACES: [Places; TILE / 2] = {
    let none = Sliced([0; TILE]);
    let none = Places {
        run: none,
        block: none,
        start: none,
    };
    let mut all = [none; TILE / 2];
    let mut blocks = 1;
    while blocks <= TILE / 2 {
        let places = &mut all[blocks - 1];
        let mut place = 0;
        while place < TILE {
            places.run.0[place] = (place / blocks) as u32;
            places.block.0[place] = (place % blocks) as u32;
            places.start.0[place] = (place * blocks) as u32;
            place += 1;
        }
        blocks += 1;
    }
    all
};

impl Split<'_, '_> {
    /// Whether the message is so short.
    #[inline(always)]
    pub(super) fn is_small(&self) -> bool {
        let blocks = self.message.len().div_ceil(BLOCK);
        self.pbox && !self.redraw && blocks * self.paths <= TILE
    }

    #[inline(always)]
    pub(super) fn small<S: Simd, const LANE: usize>(self, simd: S) {
        let (k, blocks) = (self.paths, self.message.len().div_ceil(BLOCK));
        let Small { words, tile } = &mut self.scratch.small;

        // Place i * blocks + b is for block b of share i. The last share needs no unit: the P-box has its places.
        let places = &PLACES[blocks - 1];
        let (before_last, last) = (simd.splat(k as u32 - 2), simd.splat(k as u32 - 1));
        for at in (0..blocks * k).step_by(S::WIDTH) {
            let share = simd.load(&places.run, at);
            let b = simd.load(&places.block, at);
            let is_pbox = simd.equal(share, last);
            let (first, eighth) = (self.first as u32, (self.first / 8) as u32);
            let start = choose(simd, is_pbox, simd.splat(eighth), simd.splat(first));
            let units = choose(simd, is_pbox, simd.splat(PBOX), share);
            let seats = Seats {
                key: self.stream.keys(simd, units),
                counters: [simd.add(start, b), simd.splat(0)],
            };
            let made = self.stream.batch(simd, seats, &mut Nothing);
            for (words, made) in words.iter_mut().zip(made) {
                simd.store(made, words, at);
            }
        }

        let mut orders = [0; TILE / 2];
        for (b, order) in orders[..blocks].iter_mut().enumerate() {
            let number = self.first as usize % 8 + b;
            let place = (k - 1) * blocks + number / 8;
            let half = |at: usize| u64::from(words[number % 8 * 2 + at].0[place]);
            *order = order_of(k, half(0) | half(1) << 32);
        }

        // The shares are put into the places of their ports. Where the last two belong, r and the P-box's numbers are.
        let (mut is_rest, mut is_difference) = (Sliced([0; TILE]), Sliced([0; TILE]));
        for at in (0..blocks * k).step_by(S::WIDTH) {
            let port = simd.load(&places.run, at);
            let b = simd.load(&places.block, at);
            let mut order = [simd.splat(0); 2];
            for (own, number) in orders[..blocks].iter().zip(0..) {
                let here = simd.equal(b, simd.splat(number));
                let halves = [*own as u32, (*own >> 32) as u32];
                for (order, own) in order.iter_mut().zip(halves) {
                    *order = simd.xor(*order, simd.and(here, simd.splat(own)));
                }
            }
            let share = pick(simd, order, port);
            simd.store(simd.equal(share, before_last), &mut is_rest, at);
            simd.store(simd.equal(share, last), &mut is_difference, at);
            let [start] = simd.lookup(array::from_ref(&places.start), share);
            let from = simd.add(start, b);
            let moved = simd.lookup(words, from);
            let rows = &mut tile[at..][..S::WIDTH];
            simd.rows(
                moved,
                #[inline(always)]
                |place, row| simd.write(row, &mut rows[place]),
            );
        }

        let zero = simd.read(&[0; BLOCK]);
        for (b, part) in self.message.chunks(BLOCK).enumerate() {
            // r, and the sum of it and R.
            let (mut r, mut sum) = (zero, zero);
            for p in 0..k {
                let place = p * blocks + b;
                let row = simd.read(&tile[place]);
                r = simd.select(is_rest.0[place], row, r);
                let other = simd.select(is_difference.0[place], zero, row);
                sum = simd.plus::<LANE>(sum, other);
            }
            let rest = simd.minus::<LANE>(simd.plus::<LANE>(r, r), sum);
            let difference = simd.minus::<LANE>(simd.read_part(part), r);
            for (p, port) in self.ports.iter_mut().enumerate() {
                let place = p * blocks + b;
                let share = simd.read(&tile[place]);
                let share = simd.select(is_rest.0[place], rest, share);
                let share = simd.select(is_difference.0[place], difference, share);
                simd.write_part(share, &mut port[b * BLOCK..][..part.len()]);
            }
        }
        self.scratch.small.wipe(simd);
    }
}
