//! The two shares that no unit makes, M - r and r - sum: they take their places among the others.

use std::ops::Range;

use super::{
    BLOCK,
    pbox::Plan,
    simd::{Simd, TILE, Task, Tile, Way},
    strip::{Each, STRIP},
};

/// Blocks of a message or a port. All of a port are equally long.
pub(super) trait Blocks {
    fn read<S: Simd>(&self, simd: S, b: usize) -> S::Row;
    fn write<S: Simd>(&mut self, simd: S, b: usize, row: S::Row);
}

/// A whole tile.
impl Blocks for Tile {
    #[inline(always)]
    fn read<S: Simd>(&self, simd: S, b: usize) -> S::Row {
        simd.read(&self[b])
    }

    #[inline(always)]
    fn write<S: Simd>(&mut self, simd: S, b: usize, row: S::Row) {
        simd.write(row, &mut self[b]);
    }
}

/// Whole blocks.
impl Blocks for [[u8; BLOCK]] {
    #[inline(always)]
    fn read<S: Simd>(&self, simd: S, b: usize) -> S::Row {
        simd.read(&self[b])
    }

    #[inline(always)]
    fn write<S: Simd>(&mut self, simd: S, b: usize, row: S::Row) {
        simd.write(row, &mut self[b]);
    }
}

/// Blocks of which the last may be shorter.
impl Blocks for [u8] {
    #[inline(always)]
    fn read<S: Simd>(&self, simd: S, b: usize) -> S::Row {
        simd.read_part(&self[b * BLOCK..])
    }

    #[inline(always)]
    fn write<S: Simd>(&mut self, simd: S, b: usize, row: S::Row) {
        simd.write_part(row, &mut self[b * BLOCK..]);
    }
}

/// Settles a whole tile of a strip, in whose ports but the last two the shares of R are.
#[inline(always)]
pub(super) fn settle<S: Simd, const LANE: usize>(
    simd: S,
    half: usize,
    r: &[[u8; BLOCK]; STRIP],
    plan: Option<&Plan>,
    message: &[u8],
    ports: &mut [&mut [u8]],
) {
    let (paths, from) = (ports.len(), half * TILE * BLOCK);
    let r = &r.as_chunks().0[half];
    let Some(message) = message[from..].as_chunks().0.first_chunk::<TILE>() else {
        return;
    };
    let mut tiles = Each::<Option<&mut Tile>>::default();
    for (tile, port) in tiles.0.iter_mut().zip(ports) {
        *tile = port[from..].as_chunks_mut().0.first_chunk_mut();
    }
    let tiles = &mut tiles.0[..paths];
    if S::WAY == Way::Pairs {
        blocks::<S, LANE, 4, Tile>(simd, 0..TILE, half, r, plan, message, tiles);
    } else {
        blocks::<S, LANE, 1, Tile>(simd, 0..TILE, half, r, plan, message, tiles);
    }
}

/// The blocks behind the whole tiles of a strip, to settle likewise.
pub(super) struct Rest<'x, 'a, const LANE: usize> {
    /// Whole tiles before them.
    pub(super) tiles: usize,
    pub(super) r: &'x [[u8; BLOCK]; STRIP],
    pub(super) plan: Option<&'x Plan>,
    /// The strip's part of the message.
    pub(super) message: &'x [u8],
    pub(super) ports: &'x mut [&'a mut [u8]],
}

impl<S: Simd, const LANE: usize> Task<S> for Rest<'_, '_, LANE> {
    type Output = ();

    #[inline(always)]
    fn run(self, simd: S) {
        /// Blocks at once.
        const N: usize = 2;
        let (half, plan, paths) = (self.tiles, self.plan, self.ports.len());
        let r = &self.r.as_chunks().0[half];
        let from = half * TILE * BLOCK;
        let message = &self.message[from..];
        let whole = message.as_chunks().0;
        let mut tiles = Each::<Option<&mut [[u8; BLOCK]]>>::default();
        for (tile, port) in tiles.0.iter_mut().zip(&mut *self.ports) {
            *tile = Some(port[from..].as_chunks_mut().0);
        }
        let tiles = &mut tiles.0[..paths];
        let (mut even, end) = (0, message.len().div_ceil(BLOCK));
        if S::WAY == Way::Pairs {
            even = whole.len() / N * N;
            blocks::<S, LANE, N, _>(simd, 0..even, half, r, plan, whole, tiles);
        }
        blocks::<S, LANE, 1, _>(simd, even..whole.len(), half, r, plan, whole, tiles);
        let mut tiles = Each::<Option<&mut [u8]>>::default();
        for (tile, port) in tiles.0.iter_mut().zip(self.ports) {
            *tile = Some(&mut port[from..]);
        }
        let tiles = &mut tiles.0[..paths];
        blocks::<S, LANE, 1, _>(simd, whole.len()..end, half, r, plan, message, tiles);
    }
}

/// Settles some blocks of a tile, `N` at once: as many as there are registers for.
#[inline(always)]
fn blocks<S: Simd, const LANE: usize, const N: usize, B: Blocks + ?Sized>(
    simd: S,
    blocks: Range<usize>,
    half: usize,
    r: &Tile,
    plan: Option<&Plan>,
    message: &B,
    ports: &mut [Option<&mut B>],
) {
    let Some((slots, [Some(one), Some(other)])) = ports.split_last_chunk_mut() else {
        return;
    };
    let zero = simd.read(&[0; BLOCK]);
    for b in blocks.step_by(N) {
        let mut movers = [Movers::<S> {
            difference: zero,
            rest: zero,
        }; N];
        for (b, movers) in (b..).zip(&mut movers) {
            movers.rest = simd.read(&r[b]);
            movers.difference = simd.minus::<LANE>(message.read(simd, b), movers.rest);
        }
        for port in slots.iter().flatten() {
            for (b, movers) in (b..).zip(&mut movers) {
                movers.rest = simd.minus::<LANE>(movers.rest, port.read(simd, b));
            }
        }
        if let Some(plan) = plan {
            let takers = &plan.takers[half];
            let mut moved = movers;
            for (port, takers) in slots.iter_mut().flatten().zip(takers) {
                // Not by way of the list, which might be taken to change with each write.
                let port = &mut **port;
                for (b, (movers, moved)) in (b..).zip(movers.iter().zip(&mut moved)) {
                    let masks = [takers.first.0[b], takers.second.0[b]];
                    let share = movers.serve(simd, masks, port.read(simd, b), moved);
                    port.write(simd, b, share);
                }
            }
            movers = moved;
            let last = &takers[slots.len()].first;
            for (b, movers) in (b..).zip(&mut movers) {
                let Movers { rest, difference } = movers;
                (*rest, *difference) = exchange(simd, last.0[b], *rest, *difference);
            }
        }
        for (b, movers) in (b..).zip(movers) {
            one.write(simd, b, movers.rest);
            other.write(simd, b, movers.difference);
        }
    }
}

/// A block's two shares that no unit makes.
#[derive(Clone, Copy)]
struct Movers<S: Simd> {
    /// M - r.
    difference: S::Row,
    /// r - sum, once all shares are taken from r.
    rest: S::Row,
}

impl<S: Simd> Movers<S> {
    /// The share that leaves by a port: its own, unless one of these takes its place. Then that is what `moved` on.
    #[inline(always)]
    fn serve(&self, simd: S, [first, second]: [u32; 2], share: S::Row, moved: &mut Self) -> S::Row {
        moved.rest = simd.select(second, share, moved.rest);
        let share = simd.select(second, self.rest, share);
        moved.difference = simd.select(first, share, moved.difference);
        simd.select(first, self.difference, share)
    }
}

/// Both, the other way round where `mask` is all ones and not where it is zero. No branch.
#[inline(always)]
pub(super) fn exchange<S: Simd>(simd: S, mask: u32, a: S::Row, b: S::Row) -> (S::Row, S::Row) {
    (simd.select(mask, b, a), simd.select(mask, a, b))
}
