//! Where keystream waits to be combined. One for each thread, wiped after each split.

use std::{cell::RefCell, hint};

use super::{
    BLOCK,
    pbox::{Choices, Plan},
    simd::{TILE, Tile},
};

/// Keystream on its way.
pub(super) struct Scratch {
    /// Two tiles of every unit: one is filled while the other is combined.
    pub(super) tiles: [Filled; 2],
    /// Packed blocks of every unit, and behind them the P-box's.
    pub(super) tail: [Tile; 16],
    /// The P-box's numbers, 8 bytes a block; two rows more than can be used, so that a whole tile's can be read anywhere.
    pub(super) numbers: [[u8; BLOCK]; TILE + 2],
    /// What they drew, for one tile.
    pub(super) choices: Choices,
}

/// A tile of each unit, and how it leaves.
pub(super) struct Filled {
    pub(super) rows: [Tile; 15],
    pub(super) plan: Plan,
}

const EMPTY: Tile = Tile([[0; BLOCK]; TILE]);

impl Scratch {
    /// Lends this thread's scratch to `f`, which must wipe what it used.
    pub(super) fn with<R>(f: impl FnOnce(&mut Self) -> R) -> R {
        thread_local! {
            static SCRATCH: RefCell<Scratch> = const {
                RefCell::new(Scratch {
                    tiles: [const { Filled { rows: [EMPTY; 15], plan: Plan::NONE } }; 2],
                    tail: [EMPTY; 16],
                    numbers: [[0; BLOCK]; TILE + 2],
                    choices: Choices::NONE,
                })
            };
        }
        SCRATCH.with_borrow_mut(f)
    }

    /// Wipes what a split of so many units, whole tiles and packed blocks has used.
    pub(super) fn wipe(&mut self, units: usize, tiles: u64, packed: usize, pbox: bool) {
        for filled in self.tiles.iter_mut().take(tiles.min(2) as usize) {
            filled.rows[..units].fill(EMPTY);
            if pbox {
                filled.plan.wipe(units);
            }
        }
        if pbox {
            self.choices.wipe(units + 1);
        }
        let (whole, rest) = (packed / TILE, packed % TILE);
        self.tail[..whole].fill(EMPTY);
        if rest > 0 {
            self.tail[whole].0[..rest].fill([0; BLOCK]);
        }
        self.numbers[..packed.min(TILE)].fill([0; BLOCK]);
        // Nobody reads these zeros; the compiler must write them nevertheless.
        hint::black_box(self);
    }
}
