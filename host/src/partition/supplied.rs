//! Splitting with random words that the caller supplies, block by block.

use std::hint::black_box;

use super::{
    BLOCK, Lane, Random,
    pbox::choices,
    simd::{Simd, Task, if_zero},
};

/// One such split, its arguments checked.
pub(super) struct Supplied<'a, 'b> {
    pub(super) lane: Lane,
    pub(super) pbox: bool,
    pub(super) random: Random<'a>,
    pub(super) message: &'a [u8],
    pub(super) ports: &'a mut [&'b mut [u8]],
}

impl<S: Simd> Task<S> for Supplied<'_, '_> {
    type Output = ();

    #[inline(always)]
    fn run(self, simd: S) {
        match self.lane {
            Lane::Bits8 => self.tiles::<S, 1>(simd),
            Lane::Bits16 => self.tiles::<S, 2>(simd),
            Lane::Bits32 => self.tiles::<S, 4>(simd),
            Lane::Bits64 => self.tiles::<S, 8>(simd),
        }
    }
}

impl Supplied<'_, '_> {
    #[inline(always)]
    fn tiles<S: Simd, const LANE: usize>(self, simd: S) {
        let k = self.ports.len();
        let (units, _) = self.random.units.split_at(k - 2);
        for (b, part) in self.message.chunks(BLOCK).enumerate() {
            let at = b * BLOCK;
            let row = |unit: &[u8]| simd.read_part(&unit[at..at + BLOCK]);
            let r = row(self.random.units[k - 2]);
            let mut rest = r;
            let mut shares = [r; 16];
            for (share, unit) in shares.iter_mut().zip(units) {
                *share = row(unit);
                rest = simd.minus::<LANE>(rest, *share);
            }
            shares[k - 2] = rest;
            shares[k - 1] = simd.minus::<LANE>(simd.read_part(part), r);
            if self.pbox {
                let number = self.random.pbox.as_chunks().0[b];
                permute(simd, &mut shares[..k], u64::from_le_bytes(number));
            }
            for (share, port) in shares.into_iter().zip(self.ports.iter_mut()) {
                simd.write_part(share, &mut port[at..at + part.len()]);
            }
        }
    }
}

/// Puts a block's shares into the order of their ports. SPEC.md's swaps in the opposite order do that; each is tried,
/// and done where the mask says so.
#[inline(always)]
fn permute<S: Simd>(simd: S, shares: &mut [S::Row], number: u64) {
    let choices = choices(shares.len(), number);
    for (i, chosen) in choices.into_iter().enumerate().take(shares.len()).skip(1) {
        let (before, from) = shares.split_at_mut(i);
        let mut moving = from[0];
        for (old, j) in before.iter_mut().zip(0..) {
            // Knew the compiler what the mask is, it would branch on it.
            let mask = black_box(if_zero(chosen ^ j));
            (*old, moving) = (
                simd.select(mask, moving, *old),
                simd.select(mask, *old, moving),
            );
        }
        from[0] = moving;
    }
}
