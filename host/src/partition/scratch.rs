//! Where keystream waits to be combined. One for each thread, wiped after each split.

use std::{cell::RefCell, hint};

use super::{
    BLOCK,
    pbox::{Plan, wipe},
    simd::{Simd, Sliced, TILE, Tile},
};

/// Keystream on its way.
#[repr(align(64))]
pub(super) struct Scratch {
    /// Two tiles of every unit: one is filled while the other is combined.
    pub(super) tiles: [Filled; 2],
    /// The P-box's numbers, 8 bytes a block; two rows more than are made, so that a whole tile's can be read anywhere.
    pub(super) numbers: Numbers,
    pub(super) small: Small,
}

/// What a small message needs.
#[repr(align(64))]
pub(super) struct Small {
    /// A batch, sliced.
    pub(super) words: [Sliced; 16],
    /// The same as rows.
    pub(super) tile: Tile,
}

/// A batch of the P-box's keystream.
pub(super) type Numbers = [[u8; BLOCK]; TILE + 2];

/// A tile of each unit, and how it leaves.
#[repr(align(64))]
pub(super) struct Filled {
    /// Unit by unit, as many rows of each as the tile has blocks.
    pub(super) rows: Rows,
    pub(super) plan: Plan,
}

/// At most a tile of each of 15 units.
pub(super) type Rows = [[u8; BLOCK]; 15 * TILE];

impl Scratch {
    /// Lends this thread's scratch to `f`, which must wipe what it used.
    pub(super) fn with<R>(f: impl FnOnce(&mut Self) -> R) -> R {
        thread_local! {
            static SCRATCH: RefCell<Scratch> = const {
                RefCell::new(Scratch {
                    tiles: [const { Filled { rows: [[0; BLOCK]; 15 * TILE], plan: Plan::NONE } }; 2],
                    numbers: [[0; BLOCK]; TILE + 2],
                    small: Small {
                        words: [Sliced([0; TILE]); 16],
                        tile: [[0; BLOCK]; TILE],
                    },
                })
            };
        }
        SCRATCH.with_borrow_mut(f)
    }

    /// Wipes what a split of so many units and blocks has used.
    #[inline(always)]
    pub(super) fn wipe<S: Simd>(&mut self, simd: S, units: usize, blocks: usize, pbox: bool) {
        let zero = simd.read(&[0; BLOCK]);
        for (i, filled) in self.tiles.iter_mut().enumerate() {
            let used = blocks.saturating_sub(i * TILE).min(TILE);
            // Batches are whole: the last one may have made more than was asked for.
            let rows = (used * units).next_multiple_of(TILE);
            for row in &mut filled.rows[..rows] {
                simd.write(zero, row);
            }
            if pbox && used > 0 {
                filled.plan.wipe(simd, units);
            }
        }
        if pbox {
            for row in &mut self.numbers[..TILE] {
                simd.write(zero, row);
            }
        }
        // Nobody reads these zeros; the compiler must write them nevertheless.
        hint::black_box(self);
    }
}

impl Small {
    #[inline(always)]
    pub(super) fn wipe<S: Simd>(&mut self, simd: S) {
        let zero = simd.read(&[0; BLOCK]);
        for row in &mut self.tile {
            simd.write(zero, row);
        }
        wipe(simd, &mut self.words);
        hint::black_box(self);
    }
}
