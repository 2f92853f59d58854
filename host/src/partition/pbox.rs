//! The P-box without a branch or an index that hangs on its keystream: what is drawn becomes numbers and masks.

use super::simd::{Simd, Sliced, TILE};

/// What each step i of SPEC.md's draw chose, for the blocks of a tile.
pub(super) struct Choices([Sliced; 16]);

impl Choices {
    /// Nothing drawn.
    pub(super) const NONE: Self = Self([Sliced([0; TILE]); 16]);

    /// Draws for k paths from a number for each block.
    #[inline(always)]
    pub(super) fn draw<S: Simd>(&mut self, simd: S, paths: usize, numbers: &[u8; TILE * 8]) {
        // The numbers in 16-bit limbs, each in a word: no product overflows.
        let limb = simd.splat(0xffff);
        for at in (0..TILE).step_by(S::WIDTH) {
            let [low, high] = simd.halves(numbers, at);
            let mut limbs = [
                simd.and(low, limb),
                simd.upper(low),
                simd.and(high, limb),
                simd.upper(high),
            ];
            for (i, chosen) in self.0[..paths].iter_mut().enumerate().rev() {
                let choices = simd.splat(i as u32 + 1);
                let mut carry = simd.splat(0);
                for part in &mut limbs {
                    let product = simd.add(simd.times(*part, choices), carry);
                    *part = simd.and(product, limb);
                    carry = simd.upper(product);
                }
                simd.store(carry, chosen, at);
            }
        }
    }

    /// What step i chose for block b.
    #[inline(always)]
    pub(super) fn of(&self, i: usize, b: usize) -> u32 {
        self.0[i].0[b]
    }

    /// Forgets what was drawn for k paths.
    pub(super) fn wipe(&mut self, paths: usize) {
        self.0[..paths].fill(Sliced([0; TILE]));
    }
}

/// All ones where two numbers below 2^31 are equal, else zero. No branch.
#[inline(always)]
pub(super) fn equal(a: u32, b: u32) -> u32 {
    // Only 0 - 1 reaches down to the sign.
    ((a ^ b).wrapping_sub(1).cast_signed() >> 31).cast_unsigned()
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

    /// Makes the plan of what was drawn for k paths.
    #[inline(always)]
    pub(super) fn make<S: Simd>(&mut self, simd: S, paths: usize, choices: &Choices) {
        let zero = simd.splat(0);
        for at in (0..TILE).step_by(S::WIDTH) {
            let first = simd.load(&choices.0[paths - 1], at);
            let second = simd.load(&choices.0[paths - 2], at);
            let taken = simd.equal(first, simd.splat(paths as u32 - 2));
            let ports = self
                .difference
                .iter_mut()
                .zip(&mut self.rest)
                .zip(&mut self.moved);
            for (((difference, rest), moved), port) in ports.zip(0..paths as u32 - 1) {
                let port = simd.splat(port);
                let [here, second] = [simd.equal(first, port), simd.equal(second, port)];
                simd.store(here, difference, at);
                simd.store(simd.choose(here, zero, second), rest, at);
                simd.store(simd.choose(taken, zero, second), moved, at);
            }
            // The inverse of what the other steps make of 0..k-2: the same swaps in the opposite order.
            for i in 0..paths - 2 {
                let chosen = simd.load(&choices.0[i], at);
                let mut new = simd.splat(i as u32);
                for (unit, j) in self.units[..i].iter_mut().zip(0..) {
                    let swap = simd.equal(chosen, simd.splat(j));
                    let old = simd.load(unit, at);
                    simd.store(simd.choose(swap, new, old), unit, at);
                    new = simd.choose(swap, old, new);
                }
                simd.store(new, &mut self.units[i], at);
            }
        }
    }
}
