//! Splitting with random words that the caller supplies: they are put where the keystream would be.

use super::{
    BLOCK, Lane, Random,
    scratch::Scratch,
    simd::{Simd, TILE, Task},
    tail::{Packed, combine},
};

/// One such split, its arguments checked.
pub(super) struct Supplied<'a, 'b> {
    pub(super) lane: Lane,
    pub(super) pbox: bool,
    pub(super) random: Random<'a>,
    pub(super) message: &'a [u8],
    pub(super) ports: &'a mut [&'b mut [u8]],
    pub(super) scratch: &'a mut Scratch,
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
        let units = self.random.units.len();
        for (t, part) in self.message.chunks(TILE * BLOCK).enumerate() {
            let at = t * TILE * BLOCK;
            let blocks = part.len().div_ceil(BLOCK);
            for (i, unit) in self.random.units.iter().enumerate() {
                for b in 0..blocks {
                    let packed = i * blocks + b;
                    self.scratch.tail[packed / TILE].0[packed % TILE]
                        .copy_from_slice(&unit[at + b * BLOCK..][..BLOCK]);
                }
            }
            let mut numbers = [0; TILE * 8];
            if self.pbox {
                numbers[..blocks * 8].copy_from_slice(&self.random.pbox[at / 8..][..blocks * 8]);
            }
            let numbers = self.pbox.then_some(&numbers);
            let Scratch {
                tail: rows,
                choices,
                ..
            } = &mut *self.scratch;
            combine::<S, LANE>(
                simd,
                Packed {
                    rows,
                    blocks,
                    numbers,
                    choices,
                },
                part,
                self.ports,
                at,
            );
        }
        self.scratch.wipe(units, 0, units * TILE, self.pbox);
    }
}
