//! Splitting a message whose shares are no more than a batch has blocks: one batch makes all, the P-box's numbers too.
//!
//! So the permutation is known only when the blocks are there. But they lie side by side then, a share in each place of
//! the sliced words, and one lookup moves a word of all of them.

use super::{
    BLOCK,
    chacha::{Mix, PBOX},
    pbox::order_of,
    scratch::Small,
    simd::{Simd, Sliced, TILE},
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
        let (mut units, mut counters) = (Sliced([0; TILE]), [Sliced([0; TILE]); 2]);
        // Exact for so few places, and cheaper than a division.
        let reciprocal = 65536 / blocks as u32 + 1;
        for place in 0..TILE as u32 {
            let share = (place * reciprocal) >> 16;
            let is_pbox = share == k as u32 - 1;
            let start = if is_pbox { self.first / 8 } else { self.first };
            let counter = start + u64::from(place - share * blocks as u32);
            let place = place as usize;
            units.0[place] = if is_pbox { PBOX as u32 } else { share };
            counters[0].0[place] = counter as u32;
            counters[1].0[place] = (counter >> 32) as u32;
        }
        let mix = Mix {
            units: &units,
            counters: &counters,
            blocks: blocks * k,
        };
        self.stream.sliced(simd, mix, words);

        // Which place's share goes to which.
        let mut from = Sliced([0; TILE]);
        for b in 0..blocks {
            let number = self.first as usize % 8 + b;
            let place = (k - 1) * blocks + number / 8;
            let mut bytes = [0; 8];
            for (bytes, words) in bytes
                .as_chunks_mut()
                .0
                .iter_mut()
                .zip(&words[number % 8 * 2..])
            {
                *bytes = words.0[place].to_le_bytes();
            }
            let order = order_of(k, bytes);
            for p in 0..k {
                let share = (order >> (4 * p)) as u32 & 15;
                from.0[p * blocks + b] = share.wrapping_mul(blocks as u32).wrapping_add(b as u32);
            }
        }

        // R and r as rows, for what the last two shares are.
        let all = |words: &[Sliced; 16], at| {
            let mut all = [simd.load(&words[0], at); 16];
            for (to, words) in all.iter_mut().zip(words) {
                *to = simd.load(words, at);
            }
            all
        };
        for at in (0..blocks * k).step_by(S::WIDTH) {
            simd.rows(all(words, at), tile, at);
        }
        for (b, part) in self.message.chunks(BLOCK).enumerate() {
            let r = simd.read(&tile[(k - 2) * blocks + b]);
            let mut rest = r;
            for i in 0..k - 2 {
                rest = simd.minus::<LANE>(rest, simd.read(&tile[i * blocks + b]));
            }
            let difference = simd.minus::<LANE>(simd.read_part(part), r);
            for (share, row) in [(k - 2, rest), (k - 1, difference)] {
                let place = share * blocks + b;
                simd.write(row, &mut tile[place]);
                for (words, word) in words.iter_mut().zip(tile[place].as_chunks().0) {
                    words.0[place] = u32::from_le_bytes(*word);
                }
            }
        }

        for at in (0..blocks * k).step_by(S::WIDTH) {
            let from = simd.load(&from, at);
            let mut moved = [from; 16];
            for (moved, words) in moved.iter_mut().zip(&*words) {
                *moved = simd.lookup(words, from);
            }
            simd.rows(moved, tile, at);
        }
        for (p, port) in self.ports.iter_mut().enumerate() {
            for (b, part) in port.chunks_mut(BLOCK).enumerate() {
                simd.write_part(simd.read(&tile[p * blocks + b]), part);
            }
        }
        self.scratch.small.wipe(simd);
    }
}
