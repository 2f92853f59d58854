//! The kernel for every machine: plain arrays, which the compiler turns into what vectors there are.
//!
//! Where it must choose by a secret, it does arithmetic; tests/secrets.rs looks whether the compiler makes a branch of that.

use std::hint::black_box;

use super::{
    BLOCK,
    simd::{Simd, Sliced, TILE, Task, Way, if_zero},
};

/// Blocks at once: what fits the registers of most machines.
const WIDTH: usize = 4;

/// Every machine can do this.
#[derive(Clone, Copy)]
pub(super) struct Portable;

impl Simd for Portable {
    #[inline(never)]
    fn run<T: Task<Self>>(self, task: T) -> T::Output {
        task.run(self)
    }

    type Words = [u32; WIDTH];
    const WIDTH: usize = WIDTH;
    const WAY: Way = Way::Apart;

    type Narrow = Self;
    fn narrow(self) -> Self {
        self
    }

    #[inline(always)]
    fn load(self, words: &Sliced, at: usize) -> [u32; WIDTH] {
        [
            words.0[at],
            words.0[at + 1],
            words.0[at + 2],
            words.0[at + 3],
        ]
    }

    #[inline(always)]
    fn splat(self, word: u32) -> [u32; WIDTH] {
        [word; WIDTH]
    }

    #[inline(always)]
    fn lookup<const N: usize>(
        self,
        tables: &[Sliced; N],
        index: [u32; WIDTH],
    ) -> [[u32; WIDTH]; N] {
        // Every entry is looked at, so that the time does not tell which was taken. Knew the compiler what the masks are, it
        // would branch on them.
        let mut masks = [[0; WIDTH]; TILE];
        for (masks, at) in masks.iter_mut().zip(0..) {
            *masks = index.map(|index| if_zero(index & 15 ^ at));
        }
        let masks = black_box(masks);
        let mut found = [[0; WIDTH]; N];
        for (found, table) in found.iter_mut().zip(tables) {
            for (entry, masks) in table.0.iter().zip(masks) {
                for (found, mask) in found.iter_mut().zip(masks) {
                    *found |= entry & mask;
                }
            }
        }
        found
    }

    #[inline(always)]
    fn store(self, words: [u32; WIDTH], out: &mut Sliced, at: usize) {
        out.0[at..at + WIDTH].copy_from_slice(&words);
    }

    #[inline(always)]
    fn add(self, a: [u32; WIDTH], b: [u32; WIDTH]) -> [u32; WIDTH] {
        words(a, b, u32::wrapping_add)
    }

    #[inline(always)]
    fn multiply(self, a: [u32; WIDTH], b: [u32; WIDTH]) -> [u32; WIDTH] {
        words(a, b, u32::wrapping_mul)
    }

    #[inline(always)]
    fn xor(self, a: [u32; WIDTH], b: [u32; WIDTH]) -> [u32; WIDTH] {
        words(a, b, |a, b| a ^ b)
    }

    #[inline(always)]
    fn and(self, a: [u32; WIDTH], b: [u32; WIDTH]) -> [u32; WIDTH] {
        words(a, b, |a, b| a & b)
    }

    #[inline(always)]
    fn left(self, a: [u32; WIDTH], bits: [u32; WIDTH]) -> [u32; WIDTH] {
        words(a, bits, |a, bits| a.wrapping_shl(bits) & if_zero(bits >> 5))
    }

    #[inline(always)]
    fn right(self, a: [u32; WIDTH], bits: [u32; WIDTH]) -> [u32; WIDTH] {
        words(a, bits, |a, bits| a.wrapping_shr(bits) & if_zero(bits >> 5))
    }

    #[inline(always)]
    fn equal(self, a: [u32; WIDTH], b: [u32; WIDTH]) -> [u32; WIDTH] {
        words(a, b, |a, b| if_zero(a ^ b))
    }

    #[inline(always)]
    fn less(self, a: [u32; WIDTH], b: [u32; WIDTH]) -> [u32; WIDTH] {
        words(a, b, |a, b| {
            (a.wrapping_sub(b).cast_signed() >> 31).cast_unsigned()
        })
    }

    #[inline(always)]
    fn mix<const N: i32>(
        self,
        x: [u32; WIDTH],
        y: [u32; WIDTH],
        z: [u32; WIDTH],
    ) -> [[u32; WIDTH]; 2] {
        let x = self.add(x, y);
        let z = words(z, x, |z, x| (z ^ x).rotate_left(N.cast_unsigned()));
        [x, z]
    }

    #[inline(always)]
    fn rows(self, words: [[u32; WIDTH]; 16], mut put: impl FnMut(usize, [u8; BLOCK])) {
        for b in 0..WIDTH {
            let mut row = [0; BLOCK];
            for (bytes, word) in row.chunks_exact_mut(4).zip(words) {
                bytes.copy_from_slice(&word[b].to_le_bytes());
            }
            put(b, row);
        }
    }

    type Row = [u8; BLOCK];

    #[inline(always)]
    fn read(self, bytes: &[u8; BLOCK]) -> [u8; BLOCK] {
        *bytes
    }

    #[inline(always)]
    fn write(self, row: [u8; BLOCK], bytes: &mut [u8; BLOCK]) {
        *bytes = row;
    }

    #[inline(always)]
    fn write_past(self, row: [u8; BLOCK], bytes: &mut [u8; BLOCK]) {
        *bytes = row;
    }

    #[inline(always)]
    fn fence(self) {}

    #[inline(always)]
    fn plus<const LANE: usize>(self, a: [u8; BLOCK], b: [u8; BLOCK]) -> [u8; BLOCK] {
        match LANE {
            1 => lanes(a, b, |a: [u8; 1], b| [a[0].wrapping_add(b[0])]),
            2 => lanes(a, b, |a, b| {
                u16::from_le_bytes(a)
                    .wrapping_add(u16::from_le_bytes(b))
                    .to_le_bytes()
            }),
            4 => lanes(a, b, |a, b| {
                u32::from_le_bytes(a)
                    .wrapping_add(u32::from_le_bytes(b))
                    .to_le_bytes()
            }),
            _ => lanes(a, b, |a, b| {
                u64::from_le_bytes(a)
                    .wrapping_add(u64::from_le_bytes(b))
                    .to_le_bytes()
            }),
        }
    }

    #[inline(always)]
    fn minus<const LANE: usize>(self, a: [u8; BLOCK], b: [u8; BLOCK]) -> [u8; BLOCK] {
        match LANE {
            1 => lanes(a, b, |a: [u8; 1], b| [a[0].wrapping_sub(b[0])]),
            2 => lanes(a, b, |a, b| {
                u16::from_le_bytes(a)
                    .wrapping_sub(u16::from_le_bytes(b))
                    .to_le_bytes()
            }),
            4 => lanes(a, b, |a, b| {
                u32::from_le_bytes(a)
                    .wrapping_sub(u32::from_le_bytes(b))
                    .to_le_bytes()
            }),
            _ => lanes(a, b, |a, b| {
                u64::from_le_bytes(a)
                    .wrapping_sub(u64::from_le_bytes(b))
                    .to_le_bytes()
            }),
        }
    }

    #[inline(always)]
    fn any_equal<const LANE: usize>(self, a: [u8; BLOCK], b: [u8; BLOCK]) -> bool {
        let (a, b) = (a.as_chunks::<LANE>().0, b.as_chunks::<LANE>().0);
        a.iter().zip(b).any(|(a, b)| a == b)
    }

    #[inline(always)]
    fn select(self, mask: u32, yes: [u8; BLOCK], mut no: [u8; BLOCK]) -> [u8; BLOCK] {
        let mask = mask as u8;
        for (no, yes) in no.iter_mut().zip(yes) {
            *no ^= (*no ^ yes) & mask;
        }
        no
    }
}

#[inline(always)]
fn words(mut a: [u32; WIDTH], b: [u32; WIDTH], op: impl Fn(u32, u32) -> u32) -> [u32; WIDTH] {
    for (a, b) in a.iter_mut().zip(b) {
        *a = op(*a, b);
    }
    a
}

#[inline(always)]
fn lanes<const LANE: usize>(
    mut a: [u8; BLOCK],
    b: [u8; BLOCK],
    op: impl Fn([u8; LANE], [u8; LANE]) -> [u8; LANE],
) -> [u8; BLOCK] {
    for (a, b) in a.as_chunks_mut().0.iter_mut().zip(b.as_chunks().0) {
        *a = op(*a, *b);
    }
    a
}
