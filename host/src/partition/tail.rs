//! What fills no tile: the blocks of all units packed into as few batches as hold them.

use super::{
    BLOCK,
    chacha::{Nothing, PBOX, counters},
    pbox::{Choices, equal},
    redraw::Redraw,
    scratch::Scratch,
    simd::{Simd, Sliced, TILE, Tile},
    split::{Split, of_tile},
};

impl Split<'_, '_> {
    /// Fills blocks `tail..stop` of every unit, and the P-box's numbers for blocks `block..stop`. Says how many blocks
    /// that took.
    #[inline(always)]
    pub(super) fn pack<S: Simd>(&mut self, simd: S, block: u64, tail: u64, stop: u64) -> usize {
        let blocks = (stop - tail) as usize;
        let unit_blocks = blocks * (self.paths - 1);
        let number_blocks = if self.pbox {
            block / 8..stop.div_ceil(8)
        } else {
            0..0
        };
        let mut numbers = number_blocks.clone();
        let all = unit_blocks + (number_blocks.end - number_blocks.start) as usize;

        let (mut unit, mut next) = (0, tail);
        for (tile, start) in self.scratch.tail.iter_mut().zip((0..all).step_by(TILE)) {
            let mut units = Sliced([PBOX as u32; TILE]);
            let mut places = counters(0);
            for lane in 0..TILE {
                let place = if start + lane < unit_blocks {
                    units.0[lane] = unit;
                    let place = next;
                    next += 1;
                    if next == stop {
                        (unit, next) = (unit + 1, tail);
                    }
                    place
                } else {
                    // Behind the last number there are lanes to spare: what they make is not looked at.
                    numbers.next().unwrap_or_default()
                };
                (places[0].0[lane], places[1].0[lane]) = (place as u32, (place >> 32) as u32);
            }
            self.stream
                .mixed(simd, &units, &places, &mut tile.0, &mut Nothing);
        }
        let Scratch {
            tail: rows,
            numbers,
            ..
        } = &mut *self.scratch;
        for (i, number) in (unit_blocks..all).zip(numbers) {
            *number = *packed(rows, i);
        }
        all
    }

    /// Combines the packed blocks with the message from byte `at` on. `number` is the first block's P-box number.
    #[inline(always)]
    pub(super) fn tail<S: Simd, const LANE: usize>(
        &mut self,
        simd: S,
        at: usize,
        blocks: usize,
        number: usize,
        redraw: Option<&mut Redraw<'_>>,
    ) {
        let Scratch {
            tail: rows,
            numbers,
            choices,
            ..
        } = &mut *self.scratch;
        if let Some(redraw) = redraw {
            for b in 0..blocks {
                let mut m = [0; BLOCK];
                simd.write(simd.read_part(&self.message[at + b * BLOCK..]), &mut m);
                redraw.row::<S, LANE>(simd, &m, packed_mut(rows, (self.paths - 2) * blocks + b));
            }
        }
        let numbers = self.pbox.then(|| of_tile(numbers, number));
        let packed = Packed {
            rows,
            blocks,
            numbers,
            choices,
        };
        combine::<S, LANE>(simd, packed, &self.message[at..], self.ports, at);
    }
}

/// Blocks of all units, unit by unit, with no room between them.
pub(super) struct Packed<'a> {
    pub(super) rows: &'a [Tile; 16],
    /// How many of each unit; no more than a tile has.
    pub(super) blocks: usize,
    /// The P-box's numbers for them; None when it is off.
    pub(super) numbers: Option<&'a [u8; TILE * 8]>,
    /// Where the draw is kept.
    pub(super) choices: &'a mut Choices,
}

/// Combines packed blocks with as much of a message, into the ports from byte `at` on.
#[inline(always)]
pub(super) fn combine<S: Simd, const LANE: usize>(
    simd: S,
    Packed {
        rows,
        blocks,
        numbers,
        choices,
    }: Packed<'_>,
    message: &[u8],
    ports: &mut [&mut [u8]],
    at: usize,
) {
    let k = ports.len();
    if let Some(numbers) = numbers {
        choices.draw(simd, k, numbers);
    }
    for (b, part) in message.chunks(BLOCK).take(blocks).enumerate() {
        let m = simd.read_part(part);
        let r = simd.read(packed(rows, (k - 2) * blocks + b));
        let mut rest = r;
        let mut shares = [r; 16];
        for (s, share) in shares[..k - 2].iter_mut().enumerate() {
            *share = simd.read(packed(rows, s * blocks + b));
            rest = simd.minus::<LANE>(rest, *share);
        }
        shares[k - 2] = rest;
        shares[k - 1] = simd.minus::<LANE>(m, r);
        if numbers.is_some() {
            permute(simd, &mut shares[..k], choices, b);
        }
        for (share, port) in shares.into_iter().zip(ports.iter_mut()) {
            simd.write_part(share, &mut port[at + b * BLOCK..]);
        }
    }
}

/// Puts block b's shares into the order of their ports. SPEC.md's swaps in the opposite order do that; each is tried,
/// and done where the mask says so.
#[inline(always)]
fn permute<S: Simd>(simd: S, shares: &mut [S::Row], choices: &Choices, b: usize) {
    for i in 1..shares.len() {
        let (before, from) = shares.split_at_mut(i);
        let chosen = choices.of(i, b);
        let mut moving = from[0];
        for (old, j) in before.iter_mut().zip(0..) {
            let mask = equal(chosen, j);
            (*old, moving) = (
                simd.select(mask, moving, *old),
                simd.select(mask, *old, moving),
            );
        }
        from[0] = moving;
    }
}

#[inline(always)]
fn packed(rows: &[Tile; 16], i: usize) -> &[u8; BLOCK] {
    &rows[i / TILE].0[i % TILE]
}

#[inline(always)]
fn packed_mut(rows: &mut [Tile; 16], i: usize) -> &mut [u8; BLOCK] {
    &mut rows[i / TILE].0[i % TILE]
}
