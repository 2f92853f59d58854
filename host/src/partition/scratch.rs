//! What a split remembers while it runs. One for each thread, wiped after each split.

use std::{cell::RefCell, hint};

use super::{
    BLOCK,
    head::Rows,
    pbox::{NONE, Plan, Turns, wipe},
    redraw::Words,
    simd::{Simd, Sliced, TILE, Tile},
    strip::STRIP,
};

/// All of it.
#[repr(align(64))]
pub(super) struct Scratch {
    pub(super) head: Rows,
    pub(super) plan: Plan,
    pub(super) turns: Turns,
    /// What the policy `definition` needs.
    pub(super) redraw: Words,
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

impl Scratch {
    /// Lends this thread's scratch to `f`, which must wipe what it used.
    pub(super) fn with<R>(f: impl FnOnce(&mut Self) -> R) -> R {
        thread_local! {
            static SCRATCH: RefCell<Scratch> = const {
                RefCell::new(Scratch {
                    head: [[0; BLOCK]; 2 * STRIP],
                    plan: Plan::NONE,
                    turns: Turns(NONE),
                    redraw: [0; 2 * STRIP * BLOCK],
                    small: Small {
                        words: [Sliced([0; TILE]); 16],
                        tile: [[0; BLOCK]; TILE],
                    },
                })
            };
        }
        SCRATCH.with_borrow_mut(f)
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
                            let rows = scratch.head.into_iter().chain(scratch.small.tile);
                            let bytes = rows.flatten().chain(scratch.redraw);
                            bytes.into_iter().any(|byte| byte != 0)
                                || !scratch.plan.is_none()
                                || scratch.turns.0.iter().any(|turns| turns.0 != [0; TILE])
                        });
                        assert!(!left, "{kernel:?} {params:?} {length}");
                    }
                }
            }
        }
    }
}
