//! Shares that wait for none of the others: with two paths r and M - r are all there is, and with the P-box off every share
//! has its port. They leave as they are made.

use super::{
    BLOCK,
    chacha::Nothing,
    fill::{Place, Source},
    pbox::Plan,
    scratch::Filled,
    simd::{Simd, Sliced, TILE, Tile},
};

impl Source<'_> {
    /// Splits a whole tile over two paths, into tile number `t` of the ports.
    #[inline(always)]
    pub(super) fn pair<S: Simd, const LANE: usize>(
        &mut self,
        simd: S,
        place: Place<'_>,
        plan: &mut Plan,
        ports: &mut [&mut [Tile]],
        t: usize,
    ) {
        let coins = &mut plan.first[0];
        match &mut self.pbox {
            Some(head) => head.coins::<S, LANE>(simd, &self.stream, place, coins),
            None => *coins = Sliced([0; TILE]),
        }
        let [one, other] = ports.first_chunk_mut().expect("two ports");
        let (one, other) = (&mut one[t], &mut other[t]);
        let (message, key) = (place.tile(), self.stream.key(simd, 0));
        for from in (0..TILE).step_by(S::WIDTH) {
            let counters = place.counters(simd, from);
            let words = self.stream.rounds(simd, key, counters, &mut Nothing);
            simd.rows(
                words,
                #[inline(always)]
                |b, r| {
                    let b = from + b;
                    let difference = simd.minus::<LANE>(simd.read(&message[b]), r);
                    simd.write(simd.select(coins.0[b], difference, r), &mut one[b]);
                    simd.write(simd.select(coins.0[b], r, difference), &mut other[b]);
                },
            );
        }
    }

    /// Splits a whole tile with the P-box off, into tile number `t` of the ports.
    #[inline(always)]
    pub(super) fn direct<S: Simd, const LANE: usize>(
        &mut self,
        simd: S,
        place: Place<'_>,
        filled: &mut Filled,
        ports: &mut [&mut [Tile]],
        t: usize,
        put: impl Fn(S::Row, &mut [u8; BLOCK]) + Copy,
    ) {
        let r_unit = ports.len() - 2;
        let message = place.tile();
        // What is left of r: its batch comes first, and each other takes its share away.
        let rest: &mut Tile = filled.rows.first_chunk_mut().expect("a tile");
        for turn in 0..=r_unit {
            let unit = turn.checked_sub(1).unwrap_or(r_unit);
            for from in (0..TILE).step_by(S::WIDTH) {
                let key = self.stream.key(simd, unit);
                let counters = place.counters(simd, from);
                let words = self.stream.rounds(simd, key, counters, &mut Nothing);
                if unit == r_unit {
                    let last = &mut ports[r_unit + 1][t];
                    simd.rows(
                        words,
                        #[inline(always)]
                        |b, r| {
                            let b = from + b;
                            let m = simd.read(&message[b]);
                            put(simd.minus::<LANE>(m, r), &mut last[b]);
                            simd.write(r, &mut rest[b]);
                        },
                    );
                } else {
                    let port = &mut ports[unit][t];
                    simd.rows(
                        words,
                        #[inline(always)]
                        |b, share| {
                            let b = from + b;
                            put(share, &mut port[b]);
                            let left = simd.minus::<LANE>(simd.read(&rest[b]), share);
                            simd.write(left, &mut rest[b]);
                        },
                    );
                }
            }
        }
        for (left, out) in rest.iter_mut().zip(&mut ports[r_unit][t]) {
            put(simd.read(left), out);
            simd.write(simd.read(&[0; BLOCK]), left);
        }
    }
}
