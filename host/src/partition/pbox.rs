//! The P-box without a branch or an index that hangs on its keystream: what is drawn becomes numbers and masks. Nothing
//! overflows here, but its arithmetic wraps: a debug build's check would be such a branch.

use super::simd::{Simd, Sliced, TILE};

/// What SPEC.md's step i chose, for the blocks of a tile.
pub(super) type Choices = [Sliced; 16];

/// Draws for k paths from a number for each block.
#[inline(always)]
pub(super) fn draw(paths: usize, numbers: &[u8; TILE * 8], choices: &mut Choices) {
    const LOW: u64 = u32::MAX as u64;
    let (mut low, mut high) = ([0; TILE], [0; TILE]);
    for ((low, high), number) in low.iter_mut().zip(&mut high).zip(numbers.as_chunks().0) {
        let number = u64::from_le_bytes(*number);
        (*low, *high) = (number, number >> 32);
    }
    for (i, choice) in choices[..paths].iter_mut().enumerate().skip(1).rev() {
        // Halves of 32 bits, so that no product overflows; what is above them is left to be ignored.
        let ways = u64::from(i as u32 + 1);
        for b in 0..TILE {
            low[b] = (low[b] & LOW).wrapping_mul(ways);
            high[b] = (high[b] & LOW)
                .wrapping_mul(ways)
                .wrapping_add(low[b] >> 32);
            choice.0[b] = (high[b] >> 32) as u32;
        }
    }
}

/// By what a number has been multiplied before SPEC.md's step i for k paths, in row k: so no step waits for another.
const MULTIPLIED: [[u64; 16]; 17] = {
    let mut multiplied = [[1; 16]; 17];
    let mut k = 2;
    while k <= 16 {
        let mut i = k - 1;
        while i > 0 {
            multiplied[k][i - 1] = multiplied[k][i] * (i as u64 + 1);
            i -= 1;
        }
        k += 1;
    }
    multiplied
};

/// Which share leaves by each of k ports, for one block: four bits a port. SPEC.md's swaps in the opposite order find it.
#[inline(never)] // It has the registers for itself then.
pub(super) fn order_of(paths: usize, number: u64) -> u64 {
    let mut order: u64 = 0xfedc_ba98_7654_3210;
    let multiplied = &MULTIPLIED[paths];
    #[expect(clippy::needless_range_loop, reason = "an iterator is slower")]
    for i in 1..paths.min(16) {
        let number = u128::from(number.wrapping_mul(multiplied[i]));
        let choice = (number.wrapping_mul(i as u128 + 1) >> 64) as u32;
        // Port i still has its own share, so that all but the last line is known before the order is.
        let (here, there) = (4 * i as u32, choice.wrapping_mul(4));
        let both = 15u64.wrapping_shl(here) | 15u64.wrapping_shl(there);
        let mine = (i as u64).wrapping_shl(there);
        order = order & !both | mine | (order.wrapping_shr(there) & 15).wrapping_shl(here);
    }
    order
}

/// The share that leaves by each port, of an order's low and high half.
#[inline(always)]
pub(super) fn pick<S: Simd>(simd: S, [low, high]: [S::Words; 2], port: S::Words) -> S::Words {
    let place = simd.left(port, simd.splat(2));
    let above = simd.add(place, simd.splat(0u32.wrapping_sub(32)));
    // Shifts by 32 bits and more leave 0, and so do those by less than none.
    let share = simd.xor(simd.right(low, place), simd.right(high, above));
    simd.and(share, simd.splat(15))
}

/// Which of the first shares leaves by each of as many ports, for the blocks of a tile: four bits a port, eight ports in
/// a word.
pub(super) struct Order([Sliced; 2]);

impl Order {
    /// Nothing drawn.
    pub(super) const NONE: Self = Self([Sliced([0; TILE]); 2]);

    #[inline(always)]
    pub(super) fn wipe<S: Simd>(&mut self, simd: S) {
        wipe(simd, &mut self.0);
    }

    /// The order of the first `count` shares. SPEC.md's swaps in the opposite order find it.
    #[inline(always)]
    pub(super) fn find<S: Simd>(&mut self, simd: S, count: usize, choices: &Choices) {
        for at in (0..TILE).step_by(S::WIDTH) {
            let (mut low, mut high) = (simd.splat(0x7654_3210), simd.splat(0xfedc_ba98));
            // Port i still has its own share.
            for (i, choice) in (0..).zip(&choices[..count]).skip(1) {
                let here = simd.splat(4 * (i % 8));
                let there = simd.left(simd.load(choice, at), simd.splat(2));
                if i < 8 {
                    let differ = simd.xor(simd.right(low, there), simd.splat(i));
                    let differ = simd.and(differ, simd.splat(15));
                    low = simd.xor(low, simd.left(differ, there));
                    low = simd.xor(low, simd.left(differ, here));
                } else {
                    // Shifts by 32 bits and more leave 0, and so do those by less than none.
                    let above = simd.add(there, simd.splat(0u32.wrapping_sub(32)));
                    let theirs = simd.xor(simd.right(low, there), simd.right(high, above));
                    let differ = simd.xor(theirs, simd.splat(i));
                    let differ = simd.and(differ, simd.splat(15));
                    low = simd.xor(low, simd.left(differ, there));
                    high = simd.xor(high, simd.left(differ, above));
                    high = simd.xor(high, simd.left(differ, here));
                }
            }
            simd.store(low, &mut self.0[0], at);
            simd.store(high, &mut self.0[1], at);
        }
    }

    /// For each port, the share of the block beside it. Ports that are not ordered keep the share of their own number.
    #[inline(always)]
    pub(super) fn pick<S: Simd>(&self, simd: S, block: S::Words, port: S::Words) -> S::Words {
        let [low, high] = &self.0;
        let order = [simd.lookup(low, block), simd.lookup(high, block)];
        pick(simd, order, port)
    }

    /// `WIDTH` blocks' shares for port p, in the low four bits.
    #[inline(always)]
    pub(super) fn shares<S: Simd>(&self, simd: S, p: usize, at: usize) -> S::Words {
        let words = simd.load(&self.0[p / 8], at);
        simd.right(words, simd.splat(4 * (p as u32 % 8)))
    }
}

/// Writes zeros. Who calls it must see to it that the compiler takes them for read.
#[inline(always)]
pub(super) fn wipe<S: Simd>(simd: S, words: &mut [Sliced]) {
    for words in words {
        for at in (0..TILE).step_by(S::WIDTH) {
            simd.store(simd.splat(0), words, at);
        }
    }
}

/// How a tile's shares leave, when the units that make R have been given out so that most of them need not move.
///
/// The draw's first two steps say where the last two shares go, M - r and r - sum; all other steps only permute the
/// shares of R among the ports that are left. So slot s, for s in 0..k-2, makes the share that leaves by port s. Only
/// where one of the last two shares takes that port does it move, to port k-2 or k-1.
pub(super) struct Plan {
    choices: Choices,
    /// The unit that fills each slot.
    pub(super) units: Order,
    /// All ones where the draw's first step chose port p: M - r leaves by it.
    pub(super) first: [Sliced; 15],
    /// All ones where its second step chose port p. Unless the first did too, r - sum leaves by it, and slot p by port
    /// k-2.
    pub(super) second: [Sliced; 15],
}

impl Plan {
    /// Nothing drawn.
    pub(super) const NONE: Self = {
        let none = Sliced([0; TILE]);
        Self {
            choices: [none; 16],
            units: Order::NONE,
            first: [none; 15],
            second: [none; 15],
        }
    };

    /// Forgets what was drawn for so many units.
    #[inline(always)]
    pub(super) fn wipe<S: Simd>(&mut self, simd: S, units: usize) {
        wipe(simd, &mut self.choices[..=units]);
        wipe(simd, &mut self.first[..units]);
        wipe(simd, &mut self.second[..units]);
        self.units.wipe(simd);
    }

    /// Makes the plan for k paths from a number for each block.
    #[inline(always)]
    pub(super) fn make<S: Simd>(&mut self, simd: S, paths: usize, numbers: &[u8; TILE * 8]) {
        draw(paths, numbers, &mut self.choices);
        self.units.find(simd, paths - 2, &self.choices);
        for at in (0..TILE).step_by(S::WIDTH) {
            let first = simd.load(&self.choices[paths - 1], at);
            let second = simd.load(&self.choices[paths - 2], at);
            let masks = self.first.iter_mut().zip(&mut self.second);
            for ((first_here, second_here), port) in masks.zip(0..paths as u32 - 1) {
                let port = simd.splat(port);
                simd.store(simd.equal(first, port), first_here, at);
                simd.store(simd.equal(second, port), second_here, at);
            }
        }
    }
}
