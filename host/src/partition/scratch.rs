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

    /// Wipes what the P-box needed for so many units and tiles.
    #[inline(always)]
    pub(super) fn wipe<S: Simd>(&mut self, simd: S, units: usize, tiles: usize) {
        for filled in self.tiles.iter_mut().take(tiles) {
            filled.plan.wipe(simd, units);
        }
        let zero = simd.read(&[0; BLOCK]);
        for row in &mut self.numbers[..TILE] {
            simd.write(zero, row);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::partition::{Kernel, Keys, Params, Paths, Policy};

    #[test]
    fn nothing_is_left_of_a_split() {
        for kernel in Kernel::all() {
            for k in [2, 3, 16] {
                let paths = Paths::new(k).expect("k is in range");
                let keys = Keys::derive(&[1; 32], paths);
                for length in [1, 64, 1000, 1024, 1500, 2048, 3000, 3072, 9000] {
                    for (pbox, policy) in [
                        (true, Policy::Uniform),
                        (false, Policy::Uniform),
                        (true, Policy::Definition),
                    ] {
                        let params = Params {
                            policy,
                            pbox,
                            ..Params::new(paths)
                        };
                        let mut ports = vec![vec![0; length]; k];
                        let mut ports: Vec<&mut [u8]> =
                            ports.iter_mut().map(Vec::as_mut_slice).collect();
                        kernel
                            .split(&params, &keys, 7, &vec![5; length], &mut ports)
                            .expect("the split fits");
                        let left = Scratch::with(|scratch| {
                            let rows = scratch.tiles.iter().flat_map(|filled| filled.rows);
                            let plans = scratch.tiles.iter().flat_map(|filled| {
                                let Plan { first, second, .. } = &filled.plan;
                                first.iter().chain(second).flat_map(|words| words.0)
                            });
                            rows.chain(scratch.numbers)
                                .chain(scratch.small.tile)
                                .flatten()
                                .any(|byte| byte != 0)
                                || plans.into_iter().any(|word| word != 0)
                        });
                        assert!(!left, "{kernel:?} {params:?} {length}");
                    }
                }
            }
        }
    }
}
