//! The P-box without a branch or an index that hangs on its keystream: what is drawn becomes numbers and masks.

use super::simd::{Simd, Sliced, TILE};

/// What each step i of SPEC.md's draw chose, for some blocks of a tile.
#[inline(always)]
fn draw<S: Simd>(simd: S, paths: usize, numbers: &[u8; TILE * 8], at: usize) -> [S::Words; 16] {
    // The number in 16-bit limbs, each in a word: no product overflows.
    let limb = simd.splat(0xffff);
    let [low, high] = simd.halves(numbers, at);
    let mut limbs = [
        simd.and(low, limb),
        simd.upper(low),
        simd.and(high, limb),
        simd.upper(high),
    ];
    let mut chosen = [simd.splat(0); 16];
    for i in (1..paths).rev() {
        let choices = simd.splat(i as u32 + 1);
        let mut carry = simd.splat(0);
        for part in &mut limbs {
            let product = simd.add(simd.times(*part, choices), carry);
            *part = simd.and(product, limb);
            carry = simd.upper(product);
        }
        chosen[i] = carry;
    }
    chosen
}

/// What each step i of the draw chose, for the blocks of a tile.
pub(super) struct Choices([Sliced; 16]);

impl Choices {
    #[inline(always)]
    pub(super) fn draw<S: Simd>(simd: S, paths: usize, numbers: &[u8; TILE * 8]) -> Self {
        let mut choices = Self([Sliced([0; TILE]); 16]);
        for at in (0..TILE).step_by(S::WIDTH) {
            let chosen = draw(simd, paths, numbers, at);
            for (out, chosen) in choices.0.iter_mut().zip(chosen).take(paths) {
                simd.store(chosen, out, at);
            }
        }
        choices
    }

    /// All ones where step i chose j for block b, else zero.
    #[inline(always)]
    pub(super) fn mask(&self, b: usize, i: usize, j: usize) -> u32 {
        // Only 0 - 1 reaches down to the sign: what is compared is below 16.
        let difference = self.0[i].0[b] ^ j as u32;
        (difference.wrapping_sub(1).cast_signed() >> 31).cast_unsigned()
    }
}

/// How a tile's shares leave, when the units that make R have been given out so that most of them need not move.
///
/// The draw's first two steps say where the last two shares go, M - r and r - sum; all other steps only permute the
/// shares of R among the ports that are left. So slot s, for s in 0..k-2, makes the share that leaves by port s. Only
/// where one of the last two shares takes that port does it move, to port k-2 or k-1.
pub(super) struct Plan {
    /// Which unit fills slot s.
    pub(super) units: [Sliced; 14],
    /// Where M - r leaves by port p.
    pub(super) difference: [Sliced; 15],
    /// Where r - sum leaves by port p.
    pub(super) rest: [Sliced; 15],
    /// Where slot s leaves by port k-2.
    pub(super) moved: [Sliced; 15],
}

impl Plan {
    /// Nothing drawn.
    pub(super) const NONE: Self = {
        let none = Sliced([0; TILE]);
        Self {
            units: [none; 14],
            difference: [none; 15],
            rest: [none; 15],
            moved: [none; 15],
        }
    };

    /// Forgets what was drawn for so many units.
    pub(super) fn wipe(&mut self, units: usize) {
        for words in [
            &mut self.units[..units - 1],
            &mut self.difference[..units],
            &mut self.rest[..units],
            &mut self.moved[..units],
        ] {
            words.fill(Sliced([0; TILE]));
        }
    }

    #[inline(always)]
    pub(super) fn draw<S: Simd>(&mut self, simd: S, paths: usize, numbers: &[u8; TILE * 8]) {
        for at in (0..TILE).step_by(S::WIDTH) {
            let chosen = draw(simd, paths, numbers, at);
            let (first, second) = (chosen[paths - 1], chosen[paths - 2]);
            let zero = simd.splat(0);
            let difference_at_k2 = simd.equal(first, simd.splat(paths as u32 - 2));
            for p in 0..paths - 1 {
                let port = simd.splat(p as u32);
                let [difference, second] = [simd.equal(first, port), simd.equal(second, port)];
                simd.store(difference, &mut self.difference[p], at);
                simd.store(simd.choose(difference, zero, second), &mut self.rest[p], at);
                simd.store(
                    simd.choose(difference_at_k2, zero, second),
                    &mut self.moved[p],
                    at,
                );
            }
            // The inverse of what the other steps make of 0..k-2: the same swaps in the opposite order.
            let mut units = [zero; 14];
            for i in 1..(paths - 2).max(1) {
                let mut new = simd.splat(i as u32);
                for (old, j) in units[..i].iter_mut().zip(0..) {
                    let swap = simd.equal(chosen[i], simd.splat(j));
                    (*old, new) = (simd.choose(swap, new, *old), simd.choose(swap, *old, new));
                }
                units[i] = new;
            }
            for (words, out) in units.into_iter().zip(&mut self.units).take(paths - 2) {
                simd.store(words, out, at);
            }
        }
    }
}
