//! Two paths: r and M - r are all there is, and they leave as they are made.

use super::{
    BLOCK,
    chacha::{Meanwhile, Seats, Stream},
    settle::exchange,
    simd::{Simd, Sliced, TILE},
    strip::Strip,
};

/// Splits a strip of whole tiles. The coins say where M - r leaves by the first port: all ones, else zero.
#[inline(always)]
pub(super) fn pair<S: Simd, const LANE: usize>(
    simd: S,
    stream: &Stream<'_>,
    strip: Strip<'_>,
    coins: &[Sliced; 2],
    [one, other]: [&mut [u8]; 2],
    meanwhile: &mut impl Meanwhile<S>,
) {
    let key = stream.key(simd, 0);
    let message = strip.part().as_chunks::<BLOCK>().0;
    let (one, other) = (one.as_chunks_mut().0, other.as_chunks_mut().0);
    stream.batches(
        simd,
        strip.blocks() / S::WIDTH,
        #[inline(always)]
        |i| Seats {
            key,
            counters: strip.counters(simd, i * S::WIDTH),
        },
        #[inline(always)]
        |i, words| {
            let blocks = i * S::WIDTH..(i + 1) * S::WIDTH;
            let message = &message[blocks.clone()];
            let (one, other) = (&mut one[blocks.clone()], &mut other[blocks.clone()]);
            let coins = &coins[blocks.start / TILE].0[blocks.start % TILE..][..S::WIDTH];
            simd.rows(
                words,
                #[inline(always)]
                |b, r| {
                    let difference = simd.minus::<LANE>(simd.read(&message[b]), r);
                    let (share, moved) = exchange(simd, coins[b], r, difference);
                    simd.write(share, &mut one[b]);
                    simd.write(moved, &mut other[b]);
                },
            );
        },
        meanwhile,
    );
}
