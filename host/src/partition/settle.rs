//! The two shares that no unit makes, M - r and r - sum: they take their places among the others.

use super::{
    BLOCK,
    pbox::Plan,
    simd::{Simd, TILE, Tile, Way},
    strip::STRIP,
};

/// A tile of a message or a port. All of a port are equally long.
pub(super) trait Blocks {
    fn read<S: Simd>(&self, simd: S, b: usize) -> S::Row;
    fn write<S: Simd>(&mut self, simd: S, b: usize, row: S::Row);
}

/// A whole one.
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

/// Its last block may be shorter.
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

/// Settles a tile of a strip, in whose ports but the last two the shares of R are.
#[inline(always)]
pub(super) fn settle<S: Simd, const LANE: usize>(
    simd: S,
    half: usize,
    r: &[[u8; BLOCK]; STRIP],
    plan: Option<&Plan>,
    message: &[u8],
    ports: &mut [&mut [u8]],
) {
    let paths = ports.len();
    let r = &r.as_chunks().0[half];
    let from = half * TILE * BLOCK;
    let part = &message[from..message.len().min(from + TILE * BLOCK)];
    let of_ports = ports
        .iter_mut()
        .map(|port| &mut port[from..from + part.len()]);
    if let Some(part) = part.as_chunks().0.first_chunk::<TILE>() {
        let mut tiles: [Option<&mut Tile>; 16] = Default::default();
        for (tile, port) in tiles.iter_mut().zip(of_ports) {
            *tile = port.as_chunks_mut().0.first_chunk_mut();
        }
        let tiles = &mut tiles[..paths];
        if S::WAY == Way::Pairs {
            tile::<S, LANE, 4, Tile>(simd, TILE, half, r, plan, part, tiles);
        } else {
            tile::<S, LANE, 2, Tile>(simd, TILE, half, r, plan, part, tiles);
        }
    } else {
        let mut tiles: [Option<&mut [u8]>; 16] = Default::default();
        for (tile, port) in tiles.iter_mut().zip(of_ports) {
            *tile = Some(port);
        }
        let blocks = part.len().div_ceil(BLOCK);
        tile::<S, LANE, 1, [u8]>(simd, blocks, half, r, plan, part, &mut tiles[..paths]);
    }
}

/// Settles so many blocks of it, `N` at once: as many as there are registers for.
#[inline(always)]
fn tile<S: Simd, const LANE: usize, const N: usize, B: Blocks + ?Sized>(
    simd: S,
    blocks: usize,
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
    for b in (0..blocks).step_by(N) {
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
            let masks = plan.first.iter().zip(&plan.second);
            let mut moved = movers;
            for (port, (first, second)) in slots.iter_mut().flatten().zip(masks) {
                // Not by way of the list, which might be taken to change with each write.
                let port = &mut **port;
                for (b, (movers, moved)) in (b..).zip(movers.iter().zip(&mut moved)) {
                    let masks = [first[half].0[b], second[half].0[b]];
                    let share = movers.serve(simd, masks, port.read(simd, b), moved);
                    port.write(simd, b, share);
                }
            }
            movers = moved;
            let last = &plan.first[slots.len()][half];
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
