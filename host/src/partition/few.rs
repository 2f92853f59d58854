//! Two to four paths: r's batches come last, and r - sum and M - r are written as r is made, so that r never is. With more
//! paths, [`settle`](super::settle) reads the shares of R faster.

use super::{
    BLOCK,
    chacha::{Meanwhile, Seats, Stream},
    settle::exchange,
    simd::{Simd, Sliced, TILE, Task},
    strip::Strip,
};

/// The end of a strip of whole tiles, in whose `SLOTS` ports before the last two the shares of R are. The other two
/// take these ports. Of two paths, they do so as the coins say; of more, they find their places later, or the P-box is off.
pub(super) struct Few<'x, 'a, M, const LANE: usize, const SLOTS: usize> {
    stream: &'x Stream<'x>,
    strip: Strip<'x>,
    /// Where M - r leaves by the first of two paths: all ones, else zero.
    coins: [&'x Sliced; 2],
    ports: &'x mut [&'a mut [u8]],
    meanwhile: &'x mut M,
}

impl<'x, 'a, M, const LANE: usize, const SLOTS: usize> Few<'x, 'a, M, LANE, SLOTS> {
    #[inline(always)]
    pub(super) fn new(
        stream: &'x Stream<'x>,
        strip: Strip<'x>,
        coins: [&'x Sliced; 2],
        ports: &'x mut [&'a mut [u8]],
        meanwhile: &'x mut M,
    ) -> Self {
        Self {
            stream,
            strip,
            coins,
            ports,
            meanwhile,
        }
    }
}

impl<S, M, const LANE: usize, const SLOTS: usize> Task<S> for Few<'_, '_, M, LANE, SLOTS>
where
    S: Simd,
    M: Meanwhile<S>,
{
    type Output = ();

    #[inline(always)]
    fn run(self, simd: S) {
        let Self {
            stream,
            strip,
            coins,
            ports,
            meanwhile,
        } = self;
        let Some((slots, [one, other])) = ports.split_last_chunk_mut() else {
            return;
        };
        let Some(slots) = slots.first_chunk::<SLOTS>() else {
            return;
        };
        let slots = slots.each_ref().map(|slot| slot.as_chunks().0);
        let (one, other) = (one.as_chunks_mut().0, other.as_chunks_mut().0);
        let message = strip.part().as_chunks::<BLOCK>().0;
        let key = stream.key(simd, SLOTS);
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
                let slots = slots.map(|slot| &slot[blocks.clone()]);
                let (one, other) = (&mut one[blocks.clone()], &mut other[blocks.clone()]);
                let coins = &coins[blocks.start / TILE].0[blocks.start % TILE..][..S::WIDTH];
                simd.rows(
                    words,
                    #[inline(always)]
                    |b, r| {
                        let mut rest = r;
                        for slot in slots {
                            rest = simd.minus::<LANE>(rest, simd.read(&slot[b]));
                        }
                        let mut difference = simd.minus::<LANE>(simd.read(&message[b]), r);
                        if SLOTS == 0 {
                            (rest, difference) = exchange(simd, coins[b], rest, difference);
                        }
                        simd.write(rest, &mut one[b]);
                        simd.write(difference, &mut other[b]);
                    },
                );
            },
            meanwhile,
        );
    }
}
