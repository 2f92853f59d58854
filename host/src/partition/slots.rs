//! The shares of R, each written where it leaves, unless r - sum or M - r takes its place. So most never move.

use std::ops::Range;

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
    /// Makes whole tiles, by batches of one slot each.
    #[inline(always)]
    pub(super) fn tiles<S: Simd>(
        &self,
        simd: S,
        slots: Range<usize>,
        tiles: Range<usize>,
        ports: &mut [&mut [u8]],
        meanwhile: &mut impl Meanwhile<S>,
    ) {
        let (first, start) = (slots.start, tiles.start * TILE);
        let each = tiles.len() * TILE / S::WIDTH;
        self.stream.batches(
            simd,
            slots.len() * each,
            #[inline(always)]
            |i| {
                let (slot, from) = (first + i / each, start + i % each * S::WIDTH);
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
                let (slot, from) = (first + i / each, start + i % each * S::WIDTH);
                write(simd, words, &mut ports[slot][from * BLOCK..]);
            },
            meanwhile,
        );
    }

    /// Makes the blocks behind the whole tiles, by as few batches as hold those of all slots.
    #[inline(always)]
    pub(super) fn rest<S: Simd>(&self, simd: S, ports: &mut [&mut [u8]]) {
        let tiles = self.strip.tiles();
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
