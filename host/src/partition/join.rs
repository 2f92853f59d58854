//! Joining: the sum of all shares, lane by lane.

use super::{
    BLOCK, Lane,
    ahead::FAR,
    simd::{Simd, Task},
};

/// Rows summed at once: enough that no addition waits for the one before.
const ROWS: usize = 8;

/// One join, its arguments checked.
pub(super) struct Join<'a, 'b> {
    pub(super) lane: Lane,
    pub(super) shares: &'a [&'b [u8]],
    pub(super) message: &'a mut [u8],
}

impl<S: Simd> Task<S> for Join<'_, '_> {
    type Output = ();

    #[inline(always)]
    fn run(self, simd: S) {
        match self.lane {
            Lane::Bits8 => self.sum::<S, 1>(simd),
            Lane::Bits16 => self.sum::<S, 2>(simd),
            Lane::Bits32 => self.sum::<S, 4>(simd),
            Lane::Bits64 => self.sum::<S, 8>(simd),
        }
    }
}

impl Join<'_, '_> {
    #[inline(always)]
    fn sum<S: Simd, const LANE: usize>(self, simd: S) {
        let zero = simd.read(&[0; BLOCK]);
        let (whole, rest) = self.message.as_chunks_mut::<{ ROWS * BLOCK }>();
        // Beyond the caches' size, what is written there would be gone before it is read.
        let past = self.shares.len() * (whole.len() + 1) * ROWS * BLOCK > FAR;
        let mut at = 0;
        for out in whole {
            let mut sums = [zero; ROWS];
            for share in self.shares {
                let rows: &[u8; ROWS * BLOCK] = share[at..]
                    .first_chunk()
                    .expect("shares are as long as the message");
                for (sum, row) in sums.iter_mut().zip(rows.as_chunks().0) {
                    *sum = simd.plus::<LANE>(*sum, simd.read(row));
                }
            }
            for (sum, row) in sums.into_iter().zip(out.as_chunks_mut().0) {
                if past {
                    simd.write_past(sum, row);
                } else {
                    simd.write(sum, row);
                }
            }
            at += ROWS * BLOCK;
        }
        for out in rest.chunks_mut(BLOCK) {
            let mut sum = zero;
            let mut bytes = [0; BLOCK];
            for share in self.shares {
                bytes[..out.len()].copy_from_slice(&share[at..at + out.len()]);
                sum = simd.plus::<LANE>(sum, simd.read(&bytes));
            }
            simd.write(sum, &mut bytes);
            out.copy_from_slice(&bytes[..out.len()]);
            at += out.len();
        }
        simd.fence();
    }
}
