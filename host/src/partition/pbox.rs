//! The P-box without a branch or an index that hangs on its keystream: what is drawn becomes numbers and masks. Nothing
//! overflows here, but its arithmetic wraps: a debug build's check would be such a branch.

use std::slice;

use super::{
    simd::{DIGITS, Simd, Sliced, TILE, Task, choose},
    strip::STRIP,
};

/// What each of SPEC.md's steps for k paths chooses: j of step i in place i.
#[inline(always)]
pub(super) fn choices(paths: usize, mut number: u64) -> [u32; 16] {
    let mut choices = [0; 16];
    for i in (1..paths.min(16)).rev() {
        let t = u128::from(number).wrapping_mul(i as u128 + 1);
        (number, choices[i]) = (t as u64, (t >> 64) as u32);
    }
    choices
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

/// A number for each block of a strip, tile by tile.
pub(super) type OfStrip = [Sliced; 2];

/// All zero.
pub(super) const NONE: OfStrip = [Sliced([0; TILE]); 2];

/// Which ports the last two shares take, for each block of a strip.
///
/// Bit 30 tells of port 0 whether M - r leaves by it, bit 29 whether r - sum does; the next two bits tell of port 1, and so
/// on. What was there before moves to port k-1 and k-2. At port k-2, bit 30 says that those two change places in the end.
pub(super) struct Turns(pub(super) OfStrip);

/// How a strip's shares leave, when the units that make R have been given out so that most of them need not move.
///
/// The draw's first two steps say where the last two shares go, M - r and r - sum; all other steps only permute the
/// shares of R among the ports that are left. So slot s, for s in 0..k-2, makes the share that leaves by port s. Only
/// where one of the last two shares takes that port does it move, to port k-2 or k-1.
pub(super) struct Plan {
    /// What SPEC.md's step i chose.
    choices: [OfStrip; 16],
    /// The unit that fills each slot, tile by tile: four bits a slot, the first eight slots in one word.
    units: [[Sliced; 2]; 2],
    /// Tile by tile, who takes each port.
    pub(super) takers: [[Takers; 15]; 2],
}

/// Who takes a port, for each block of a tile.
#[derive(Clone, Copy)]
#[repr(align(64))]
pub(super) struct Takers {
    /// All ones where the draw's first step chose it: M - r leaves by it.
    pub(super) first: Sliced,
    /// All ones where its second step chose it. Unless the first did too, r - sum leaves by it, and its slot by port k-2.
    pub(super) second: Sliced,
}

impl Takers {
    const NONE: Self = Self {
        first: NONE[0],
        second: NONE[0],
    };
}

impl Plan {
    /// Nothing drawn.
    pub(super) const NONE: Self = Self {
        choices: [NONE; 16],
        units: [NONE; 2],
        takers: [[Takers::NONE; 15]; 2],
    };

    /// Whether nothing can be seen of a draw.
    #[cfg(test)]
    pub(super) fn is_none(&self) -> bool {
        let words = self.choices.iter().chain(&self.units).flatten();
        let takers = self.takers.as_flattened().iter();
        let takers = takers.flat_map(|Takers { first, second }| [first, second]);
        words.chain(takers).all(|words| words.0 == [0; TILE])
    }

    /// Forgets what was drawn for so many units.
    #[inline(always)]
    pub(super) fn wipe<S: Simd>(&mut self, simd: S, units: usize) {
        wipe(simd, self.choices[..=units].as_flattened_mut());
        wipe(simd, self.units.as_flattened_mut());
        for takers in &mut self.takers {
            for Takers { first, second } in &mut takers[..units] {
                wipe(simd, slice::from_mut(first));
                wipe(simd, slice::from_mut(second));
            }
        }
    }

    /// Makes the plan for k paths from a number for each block.
    #[inline(always)]
    pub(super) fn make<S: Simd>(&mut self, simd: S, paths: usize, numbers: &[[u8; 8]; STRIP]) {
        if paths == 2 {
            return self.toss(numbers);
        }
        simd.narrow().run(Draw {
            paths,
            numbers,
            choices: &mut self.choices,
        });
        self.order(simd, paths - 2);
    }

    /// Makes the masks for k paths of what is planned.
    #[inline(always)]
    pub(super) fn masks<S: Simd>(&mut self, simd: S, paths: usize) {
        if paths == 2 {
            return;
        }
        for t in 0..2 {
            for at in (0..TILE).step_by(S::WIDTH) {
                let [first, second] = self.last_two(simd, paths, t, at);
                for (takers, port) in self.takers[t].iter_mut().zip(0..paths as u32 - 1) {
                    let port = simd.splat(port);
                    simd.store(simd.equal(first, port), &mut takers.first, at);
                    simd.store(simd.equal(second, port), &mut takers.second, at);
                }
            }
        }
    }

    /// Makes the turns for k paths, more than two, of what is planned.
    #[inline(always)]
    pub(super) fn turns<S: Simd>(&self, simd: S, paths: usize, turns: &mut Turns) {
        let bit = |bit: u32, port| simd.right(simd.splat(1 << bit), simd.add(port, port));
        let exchanged = bit(30, simd.splat(paths as u32 - 2));
        for t in 0..2 {
            for at in (0..TILE).step_by(S::WIDTH) {
                let [first, second] = self.last_two(simd, paths, t, at);
                // Where both chose the same port, r - sum moves to port k-1.
                let same = simd.equal(first, second);
                let second = choose(simd, same, exchanged, bit(29, second));
                let first = bit(30, first);
                let either = choose(simd, first, first, second);
                simd.store(either, &mut turns.0[t], at);
            }
        }
    }

    /// What the first two steps chose for `WIDTH` blocks of a tile.
    #[inline(always)]
    fn last_two<S: Simd>(&self, simd: S, paths: usize, tile: usize, at: usize) -> [S::Words; 2] {
        [
            simd.load(&self.choices[paths - 1][tile], at),
            simd.load(&self.choices[paths - 2][tile], at),
        ]
    }

    /// For two paths: where M - r leaves by the first of them. SPEC.md's only step takes the highest bit of a number.
    #[inline(always)]
    fn toss(&mut self, numbers: &[[u8; 8]; STRIP]) {
        let (numbers, _) = numbers.as_chunks::<TILE>();
        for ([takers, ..], numbers) in self.takers.iter_mut().zip(numbers) {
            // By way of an array, or the compiler takes word by word, and who reads the vector waits for all of them.
            let high = numbers.map(|number| u64::from_le_bytes(number) >> 32);
            for (coin, high) in takers.first.0.iter_mut().zip(high) {
                *coin = (high as u32 >> 31).wrapping_sub(1);
            }
        }
    }

    /// The order of the first `count` shares. SPEC.md's swaps in the opposite order find it; the two tiles' side by side, for
    /// each swap waits for the one before.
    #[inline(always)]
    fn order<S: Simd>(&mut self, simd: S, count: usize) {
        let eight = simd.splat(0u32.wrapping_sub(32));
        for at in (0..TILE).step_by(S::WIDTH) {
            let mut low = [simd.splat(0x7654_3210); 2];
            let mut high = [simd.splat(0xfedc_ba98); 2];
            // Port i still has its own share.
            for (i, choice) in (0..).zip(&self.choices[..count]).skip(1) {
                let here = simd.splat(4 * (i % 8));
                for ((low, high), choice) in low.iter_mut().zip(&mut high).zip(choice) {
                    let there = simd.left(simd.load(choice, at), simd.splat(2));
                    // Shifts by 32 bits and more leave 0, and so do those by less than none.
                    let above = simd.add(there, eight);
                    let mut theirs = simd.right(*low, there);
                    if i >= 8 {
                        theirs = simd.xor(theirs, simd.right(*high, above));
                    }
                    let differ = simd.xor(theirs, simd.splat(i));
                    let differ = simd.and(differ, simd.splat(15));
                    *low = simd.xor(*low, simd.left(differ, there));
                    if i < 8 {
                        *low = simd.xor(*low, simd.left(differ, here));
                    } else {
                        *high = simd.xor(*high, simd.left(differ, above));
                        *high = simd.xor(*high, simd.left(differ, here));
                    }
                }
            }
            for t in 0..2 {
                simd.store(low[t], &mut self.units[t][0], at);
                simd.store(high[t], &mut self.units[t][1], at);
            }
        }
    }

    /// The units of `WIDTH` blocks of a slot, in the low four bits.
    #[inline(always)]
    pub(super) fn units<S: Simd>(&self, simd: S, slot: usize, from: usize) -> S::Words {
        let words = simd.load(&self.units[from / TILE][slot / 8], from % TILE);
        simd.right(words, simd.splat(4 * (slot as u32 % 8)))
    }

    /// For each slot, the unit of the block beside it, of a tile.
    #[inline(always)]
    pub(super) fn pick<S: Simd>(
        &self,
        simd: S,
        tile: usize,
        block: S::Words,
        slot: S::Words,
    ) -> S::Words {
        pick(simd, simd.lookup(&self.units[tile], block), slot)
    }
}

/// Finds what each of SPEC.md's steps for k paths chooses for each block of a strip.
struct Draw<'a> {
    paths: usize,
    numbers: &'a [[u8; 8]; STRIP],
    choices: &'a mut [OfStrip; 16],
}

impl<S: Simd> Task<S> for Draw<'_> {
    type Output = ();

    /// Above its low 64 bits, a number's product with the ways of several steps holds the choices of all of them, as the
    /// digits of one number. The last step's is the lowest.
    #[inline(always)]
    fn run(self, simd: S) {
        const LOW: u64 = u32::MAX as u64;
        for (tile, numbers) in self.numbers.as_chunks::<TILE>().0.iter().enumerate() {
            let (mut low, mut high) = ([0; TILE], [0; TILE]);
            for ((low, high), number) in low.iter_mut().zip(&mut high).zip(numbers) {
                let number = u64::from_le_bytes(*number);
                (*low, *high) = (number, number >> 32);
            }
            let mut end = self.paths;
            while end > 1 {
                let (mut start, mut ways) = (end, 1);
                while start > 1 && ways * start as u32 <= DIGITS {
                    ways *= start as u32;
                    start -= 1;
                }
                let ways = u64::from(ways);
                // Halves of 32 bits, so that no product overflows; what is above them is left to be ignored.
                let mut digits = [0; TILE];
                for b in 0..TILE {
                    low[b] = (low[b] & LOW).wrapping_mul(ways);
                    high[b] = (high[b] & LOW)
                        .wrapping_mul(ways)
                        .wrapping_add(low[b] >> 32);
                    digits[b] = (high[b] >> 32) as u16;
                }
                for (i, choice) in self.choices[..end].iter_mut().enumerate().skip(start) {
                    digits = simd.digit(digits, i + 1, &mut choice[tile]);
                }
                end = start;
            }
        }
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
