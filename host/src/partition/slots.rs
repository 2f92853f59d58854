//! The shares of R, each written where it leaves, unless r - sum or M - r takes its place. So most never move.

use super::{
    BLOCK,
    chacha::{Meanwhile, Nothing, Seats, Stream, write},
    pbox::Plan,
    simd::{Runs, Simd, TILE},
    strip::Strip,
};

/// Which unit makes which row of a strip.
pub(super) struct Slots<'a> {
    pub(super) stream: &'a Stream<'a>,
    /// None when the P-box is off.
    pub(super) plan: Option<&'a Plan>,
    pub(super) strip: Strip<'a>,
}

impl Slots<'_> {
    /// Fills the strip's part of each port but the last two.
    #[inline(always)]
    pub(super) fn fill<S: Simd>(
        self,
        simd: S,
        ports: &mut [&mut [u8]],
        meanwhile: &mut impl Meanwhile<S>,
    ) {
        let tiles = self.strip.tiles();
        self.tiles(simd, tiles, ports, meanwhile);
        if tiles * TILE < self.strip.blocks() {
            self.rest(simd, tiles, ports);
        }
    }

    /// The whole tiles, by batches of one slot each.
    #[inline(always)]
    fn tiles<S: Simd>(
        &self,
        simd: S,
        tiles: usize,
        ports: &mut [&mut [u8]],
        meanwhile: &mut impl Meanwhile<S>,
    ) {
        let each = tiles * TILE / S::WIDTH;
        self.stream.batches(
            simd,
            ports.len() * each,
            #[inline(always)]
            |i| {
                let (slot, from) = (i / each, i % each * S::WIDTH);
                Seats {
                    key: match self.plan {
                        Some(plan) => self.stream.keys(simd, plan.units(simd, slot, from)),
                        None => self.stream.key(simd, slot),
                    },
                    counters: self.strip.counters(simd, from),
                }
            },
            #[inline(always)]
            |i, words| {
                let (slot, from) = (i / each, i % each * S::WIDTH);
                write(simd, words, &mut ports[slot][from * BLOCK..]);
            },
            meanwhile,
        );
    }

    /// The blocks behind them, by as few batches as hold those of all slots.
    #[inline(always)]
    fn rest<S: Simd>(&self, simd: S, tiles: usize, ports: &mut [&mut [u8]]) {
        let first = tiles * TILE;
        let blocks = self.strip.blocks() - first;
        let runs = Runs::new(blocks);
        self.stream.batches(
            simd,
            (ports.len() * blocks).div_ceil(S::WIDTH),
            #[inline(always)]
            |i| {
                let [slot, b] = runs.find(simd, i * S::WIDTH);
                let units = match self.plan {
                    Some(plan) => plan.pick(simd, tiles, b, slot),
                    None => slot,
                };
                let block = simd.splat(self.strip.block as u32 + first as u32);
                Seats {
                    key: self.stream.keys(simd, units),
                    counters: [simd.add(block, b), simd.splat(0)],
                }
            },
            #[inline(always)]
            |i, words| {
                simd.rows(
                    words,
                    #[inline(always)]
                    |place, row| {
                        let (slot, b) = runs.at(i * S::WIDTH + place);
                        if let Some(port) = ports.get_mut(slot) {
                            simd.write_part(row, &mut port[(first + b) * BLOCK..]);
                        }
                    },
                );
            },
            &mut Nothing,
        );
    }
}
