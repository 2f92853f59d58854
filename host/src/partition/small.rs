//! Splitting a message whose shares are no more than a batch has blocks: one batch makes all, the P-box's numbers too.
//!
//! So the permutation is known only when the blocks are there. But they lie side by side then, a share in each place of
//! the sliced words, and one lookup moves a word of all of them.

use super::{
    BLOCK,
    chacha::{PBOX, Seats},
    pbox::{order_of, pick},
    scratch::Small,
    simd::{Runs, Simd, Sliced, TILE, choose},
    split::Split,
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
        let runs = Runs::new(blocks);
        let (before_last, last) = (simd.splat(k as u32 - 2), simd.splat(k as u32 - 1));
        for at in (0..blocks * k).step_by(S::WIDTH) {
            let [share, b] = runs.find(simd, at);
            let is_pbox = simd.equal(share, last);
            let (first, eighth) = (self.first as u32, (self.first / 8) as u32);
            let start = choose(simd, is_pbox, simd.splat(eighth), simd.splat(first));
            let seats = Seats {
                units: choose(simd, is_pbox, simd.splat(PBOX), share),
                counters: simd.add(start, b),
            };
            let made = self.stream.sliced(simd, seats);
            for (words, made) in words.iter_mut().zip(made) {
                simd.store(made, words, at);
            }
            let rows = &mut tile[at..][..S::WIDTH];
            simd.rows(
                made,
                #[inline(always)]
                |place, row| simd.write(row, &mut rows[place]),
            );
        }

        let mut orders = [0; TILE / 2];
        for (b, order) in orders[..blocks].iter_mut().enumerate() {
            let number = self.first as usize % 8 + b;
            let place = (k - 1) * blocks + number / 8;
            let half = |at: usize| u64::from(words[number % 8 * 2 + at].0[place]);
            *order = order_of(k, half(0) | half(1) << 32);
        }

        let zero = simd.read(&[0; BLOCK]);
        let (mut differences, mut rests) = ([zero; TILE / 2], [zero; TILE / 2]);
        let sums = differences.iter_mut().zip(&mut rests);
        for ((b, part), (difference, rest)) in self.message.chunks(BLOCK).enumerate().zip(sums) {
            let r = simd.read(&tile[(k - 2) * blocks + b]);
            *difference = simd.minus::<LANE>(simd.read_part(part), r);
            let mut left = r;
            for i in 0..k - 2 {
                left = simd.minus::<LANE>(left, simd.read(&tile[i * blocks + b]));
            }
            *rest = left;
        }

        // The shares are put into the places of their ports. Where the last two belong, they are put in the end.
        let (mut is_rest, mut is_difference) = (Sliced([0; TILE]), Sliced([0; TILE]));
        for at in (0..blocks * k).step_by(S::WIDTH) {
            let [port, b] = runs.find(simd, at);
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
            let from = simd.add(simd.multiply(share, simd.splat(blocks as u32)), b);
            let mut moved = [from; 16];
            for (moved, words) in moved.iter_mut().zip(&*words) {
                *moved = simd.lookup(words, from);
            }
            simd.rows(
                moved,
                #[inline(always)]
                |place, share| {
                    let place = at + place;
                    let [p, b] = runs.find_one(place);
                    if let Some(port) = self.ports.get_mut(p) {
                        let share = simd.select(is_rest.0[place], rests[b], share);
                        let share = simd.select(is_difference.0[place], differences[b], share);
                        simd.write_part(share, &mut port[b * BLOCK..]);
                    }
                },
            );
        }
        self.scratch.small.wipe(simd);
    }
}
