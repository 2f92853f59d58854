//! What the engine asks of a kernel: vectors of words, and rows of one block.

use super::BLOCK;

/// Blocks of a tile: what is computed at once, 1 KiB.
pub(super) const TILE: usize = 16;

/// One number for each block of a tile.
#[derive(Clone, Copy)]
#[repr(align(64))]
pub(super) struct Sliced(pub(super) [u32; TILE]);

/// A tile of one unit, of a message or of a port.
pub(super) type Tile = [[u8; BLOCK]; TILE];

/// How batches are made.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// Two side by side, so that the rotations of one leave no unit idle. There must be registers for both states.
    Pairs,
    /// One after the other.
    Singles,
    /// Each by a call. What is around it would keep the compiler from finding vectors in it.
    Apart,
}

/// A vector unit. A value of an implementor is the proof that the machine has it.
///
/// All of it but `run` is `inline(always)`: it becomes part of functions that are compiled for that unit.
pub(super) trait Simd: Copy {
    /// Runs `task` in a function of its own, compiled for this unit.
    fn run<T: Task<Self>>(self, task: T) -> T::Output;

    /// One word of each of `WIDTH` blocks, side by side.
    type Words: Copy;
    /// How many; it divides [`TILE`].
    const WIDTH: usize;

    /// How batches are made fastest.
    const WAY: Way;

    /// Whether a strip's last exchanges are made [between the rounds](super::late) of the next one.
    #[inline(always)]
    fn is_late(self) -> bool {
        false
    }

    /// A unit that multiplies at no cost for what follows.
    type Narrow: Simd;
    fn narrow(self) -> Self::Narrow;

    /// `WIDTH` words from `at` on.
    fn load(self, words: &Sliced, at: usize) -> Self::Words;
    fn splat(self, word: u32) -> Self::Words;
    /// `table[index]` of each table, for the low four bits of each index, in the same time for all.
    fn lookup<const N: usize>(self, tables: &[Sliced; N], index: Self::Words) -> [Self::Words; N];
    fn add(self, a: Self::Words, b: Self::Words) -> Self::Words;
    /// The low halves of the products.
    fn multiply(self, a: Self::Words, b: Self::Words) -> Self::Words;
    /// The quotients of numbers below [`DIGITS`] by 2 to 16, and the remainders.
    #[inline(always)]
    fn digit(self, numbers: [u16; TILE], divisor: usize, remainders: &mut Sliced) -> [u16; TILE] {
        let mut quotients = [0; TILE];
        for b in 0..TILE {
            let product = u32::from(numbers[b]).wrapping_mul(u32::from(RECIPROCALS[divisor]));
            quotients[b] = (product >> 16) as u16;
            let taken = quotients[b].wrapping_mul(divisor as u16);
            remainders.0[b] = u32::from(numbers[b].wrapping_sub(taken));
        }
        quotients
    }
    fn xor(self, a: Self::Words, b: Self::Words) -> Self::Words;
    fn and(self, a: Self::Words, b: Self::Words) -> Self::Words;
    /// Each word shifted by bits of its own; by 32 and more, it is 0.
    fn left(self, a: Self::Words, bits: Self::Words) -> Self::Words;
    /// Likewise.
    fn right(self, a: Self::Words, bits: Self::Words) -> Self::Words;
    /// All ones where the words are equal, else zero.
    fn equal(self, a: Self::Words, b: Self::Words) -> Self::Words;
    /// All ones where a is the smaller, else zero; both are below 2^31.
    fn less(self, a: Self::Words, b: Self::Words) -> Self::Words;
    fn store(self, words: Self::Words, out: &mut Sliced, at: usize);
    /// A step of a quarter round: x + y, and z ^ that, rotated left by `N` bits.
    fn mix<const N: i32>(self, x: Self::Words, y: Self::Words, z: Self::Words) -> [Self::Words; 2];
    /// Turns 16 words of `WIDTH` blocks into `WIDTH` blocks of 16 words, and hands each to `put` with its number.
    /// `put` must be `inline(always)`.
    fn rows(self, words: [Self::Words; 16], put: impl FnMut(usize, Self::Row));

    /// One block.
    type Row: Copy;

    fn read(self, bytes: &[u8; BLOCK]) -> Self::Row;
    fn write(self, row: Self::Row, bytes: &mut [u8; BLOCK]);
    /// The same past the caches; `bytes` must be aligned to a block, or it is written through them.
    fn write_past(self, row: Self::Row, bytes: &mut [u8; BLOCK]);
    /// Asks for memory that is needed soon.
    #[inline(always)]
    fn fetch(self, _: &[u8; BLOCK]) {}
    /// Orders all that was written past the caches before all that follows.
    fn fence(self);
    /// A row of at most a block's bytes, padded with zeros.
    #[inline(always)]
    fn read_part(self, part: &[u8]) -> Self::Row {
        if let Some(whole) = part.first_chunk() {
            return self.read(whole);
        }
        let mut block = [0; BLOCK];
        block[..part.len()].copy_from_slice(part);
        self.read(&block)
    }
    /// As much of a row as there is room for.
    #[inline(always)]
    fn write_part(self, row: Self::Row, out: &mut [u8]) {
        if let Some(whole) = out.first_chunk_mut() {
            return self.write(row, whole);
        }
        let mut block = [0; BLOCK];
        self.write(row, &mut block);
        out.copy_from_slice(&block[..out.len()]);
    }
    /// Lane by lane, in lanes of `LANE` bytes.
    fn plus<const LANE: usize>(self, a: Self::Row, b: Self::Row) -> Self::Row;
    /// Lane by lane, in lanes of `LANE` bytes.
    fn minus<const LANE: usize>(self, a: Self::Row, b: Self::Row) -> Self::Row;
    /// Whether any lanes of `LANE` bytes are equal.
    fn any_equal<const LANE: usize>(self, a: Self::Row, b: Self::Row) -> bool;
    /// `yes` where `mask` is all ones, `no` where it is zero. No branch.
    fn select(self, mask: u32, yes: Self::Row, no: Self::Row) -> Self::Row;
}

/// More than any number of which [`Simd::digit`] takes a digit.
pub(super) const DIGITS: u32 = 1 << 12;

/// 2^16 / d for each divisor d, rounded up: a number below [`DIGITS`] times what that adds is less than 2^16 / d, and so the
/// high half of its product with this is the quotient.
pub(super) const RECIPROCALS: [u16; 17] = {
    let mut reciprocals = [0; 17];
    let mut divisor = 2;
    while divisor <= 16 {
        reciprocals[divisor] = u16::MAX / divisor as u16 + 1;
        divisor += 1;
    }
    reciprocals
};

/// What a kernel can run. `run` must be `inline(always)`, or it is not compiled for the kernel's vector unit.
pub(super) trait Task<S: Simd> {
    type Output;
    fn run(self, simd: S) -> Self::Output;
}

/// 0, 1, 2 and so on.
const COUNT: Sliced = {
    let mut count = [0; TILE];
    let mut place = 0;
    while place < TILE {
        count[place] = place as u32;
        place += 1;
    }
    Sliced(count)
};

/// `WIDTH` numbers from the first on.
#[inline(always)]
pub(super) fn count<S: Simd>(simd: S, first: usize) -> S::Words {
    simd.add(simd.load(&COUNT, 0), simd.splat(first as u32))
}

/// `yes` where the mask is all ones, `no` where it is zero. No branch.
#[inline(always)]
pub(super) fn choose<S: Simd>(simd: S, mask: S::Words, yes: S::Words, no: S::Words) -> S::Words {
    simd.xor(no, simd.and(mask, simd.xor(yes, no)))
}

/// All ones for zero, else zero. No branch.
#[inline(always)]
pub(super) fn if_zero(word: u32) -> u32 {
    ((word | word.wrapping_neg()) >> 31).wrapping_sub(1)
}

/// Places that lie in runs, one behind the other.
#[derive(Clone, Copy)]
pub(super) struct Runs {
    length: u32,
    reciprocal: u32,
}

impl Runs {
    /// Of so many places each, at most 32.
    #[inline(always)]
    pub(super) fn new(length: usize) -> Self {
        let length = length as u32;
        // Exact below place 2048, and cheaper than a division for each.
        let reciprocal = (1 << 16) / length + 1;
        Self { length, reciprocal }
    }

    /// The run of each of `WIDTH` places from the first on, and where in it they are.
    #[inline(always)]
    pub(super) fn find<S: Simd>(self, simd: S, first: usize) -> [S::Words; 2] {
        let place = count(simd, first);
        let run = simd.multiply(place, simd.splat(self.reciprocal));
        let run = simd.right(run, simd.splat(16));
        let back = simd.multiply(run, simd.splat(self.length.wrapping_neg()));
        [run, simd.add(place, back)]
    }

    /// The same of one place.
    #[inline(always)]
    pub(super) fn at(self, place: usize) -> (usize, usize) {
        let run = (place as u32 * self.reciprocal) >> 16;
        (run as usize, place - (run * self.length) as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::partition::portable::Portable;

    struct Digits;

    impl<S: Simd> Task<S> for Digits {
        type Output = ();

        #[inline(always)]
        fn run(self, simd: S) {
            for divisor in 2..=16 {
                for first in (0..DIGITS as u16).step_by(TILE) {
                    let numbers: [u16; TILE] = std::array::from_fn(|place| first + place as u16);
                    let mut remainders = Sliced([0; TILE]);
                    let quotients = simd.digit(numbers, divisor, &mut remainders);
                    for ((number, quotient), remainder) in
                        numbers.into_iter().zip(quotients).zip(remainders.0)
                    {
                        let by = divisor as u16;
                        let expected = (number / by, u32::from(number % by));
                        assert_eq!((quotient, remainder), expected, "{number} / {divisor}");
                    }
                }
            }
        }
    }

    #[test]
    fn every_number_gives_its_digit() {
        Portable.run(Digits);
        #[cfg(target_arch = "x86_64")]
        if let Some(simd) = crate::partition::avx2::Avx2::detect() {
            simd.run(Digits);
        }
    }
}
