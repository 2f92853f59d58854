//! Splitting whole tiles. While one tile's keystream is made, the tile before it is combined with the message: ChaCha's
//! rotations leave slots of the vector unit free, and that work fits into them.

use std::mem;

use super::{
    BLOCK, Lane,
    chacha::{Meanwhile, Stream, counters},
    pbox::Plan,
    redraw::Redraw,
    scratch::Scratch,
    simd::{Simd, TILE, Task, Tile},
};

/// One split, its arguments checked.
pub(super) struct Split<'a, 'b> {
    pub(super) stream: Stream<'a>,
    pub(super) paths: usize,
    pub(super) lane: Lane,
    pub(super) pbox: bool,
    /// Policy `definition`.
    pub(super) redraw: bool,
    /// The block of the segment that `message` starts at.
    pub(super) first: u64,
    pub(super) message: &'a [u8],
    pub(super) ports: &'a mut [&'b mut [u8]],
    pub(super) scratch: &'a mut Scratch,
}

/// Beyond so many bytes read and written, shares are written past the caches: they would be gone from there anyway.
pub(super) const PAST: usize = 24 << 20;

/// The blocks whose P-box numbers fill one batch.
const GROUP: u64 = (TILE * BLOCK / 8) as u64;

impl<S: Simd> Task<S> for Split<'_, '_> {
    type Output = ();

    #[inline(always)]
    fn run(self, simd: S) {
        match self.lane {
            Lane::Bits8 => self.groups::<S, 1>(simd),
            Lane::Bits16 => self.groups::<S, 2>(simd),
            Lane::Bits32 => self.groups::<S, 4>(simd),
            Lane::Bits64 => self.groups::<S, 8>(simd),
        }
    }
}

impl Split<'_, '_> {
    #[inline(always)]
    fn groups<S: Simd, const LANE: usize>(mut self, simd: S) {
        let mut redraw = self
            .redraw
            .then(|| Redraw::new(self.stream, self.paths - 2));
        let end = self.first + self.message.len().div_ceil(BLOCK) as u64;
        let whole = self.first + (self.message.len() / BLOCK) as u64;
        let (mut tiles, mut packed) = (0, 0);
        let mut block = self.first;
        while block < end {
            let stop = end.min((block / GROUP + 1) * GROUP);
            // What fills no tile is made first: it shares its batches with the P-box's numbers, which all tiles need.
            let tail = block + (stop.min(whole) - block) / TILE as u64 * TILE as u64;
            packed = self.pack(simd, block, tail, stop).max(packed);
            if block < tail {
                self.tiles::<S, LANE>(simd, block, tail, redraw.as_mut());
                tiles += (tail - block) / TILE as u64;
            }
            if tail < stop {
                let rows = (stop - tail) as usize;
                let numbers = (tail - block / 8 * 8) as usize;
                self.tail::<S, LANE>(simd, self.byte(tail), rows, numbers, redraw.as_mut());
            }
            block = stop;
        }
        simd.fence();
        self.scratch.wipe(self.paths - 1, tiles, packed, self.pbox);
    }

    /// Where a block is in the message and the ports.
    #[inline(always)]
    fn byte(&self, block: u64) -> usize {
        (block - self.first) as usize * BLOCK
    }

    /// Whole tiles of one group.
    #[inline(always)]
    fn tiles<S: Simd, const LANE: usize>(
        &mut self,
        simd: S,
        start: u64,
        end: u64,
        mut redraw: Option<&mut Redraw<'_>>,
    ) {
        let r = self.paths - 2;
        let Scratch {
            tiles: [now, before],
            numbers,
            choices,
            ..
        } = &mut *self.scratch;
        let (mut now, mut before) = (now, before);
        // So many rows between two double rounds that a tile is finished when the next is filled.
        let pauses = self.stream.double_rounds * (TILE / S::WIDTH) * (r + 1);
        let pace = TILE.div_ceil(pauses);
        let past = self.message.len() * (r + 3) > PAST;
        let mut finished = start;
        for block in (start..=end).step_by(TILE) {
            let at = (finished - self.first) as usize * BLOCK;
            let mut ports: [&mut [[u8; BLOCK]]; 16] = Default::default();
            for (tile, port) in ports.iter_mut().zip(self.ports.iter_mut()) {
                *tile = port[at..].as_chunks_mut().0;
            }
            let mut finish = Finish::<LANE> {
                paths: r + 2,
                plan: self.pbox.then_some(&before.plan),
                rows: &before.rows,
                message: self.message[at..].as_chunks().0,
                ports,
                past,
                next: if block == start { TILE } else { 0 },
                pace,
            };
            if block < end {
                if self.pbox {
                    let number = (block - start / 8 * 8) as usize;
                    choices.draw(simd, self.paths, of_tile(numbers, number));
                    now.plan.make(simd, self.paths, choices);
                }
                // r first: it does not wait for the draw.
                if let Some(redraw) = &mut redraw {
                    let at = (block - self.first) as usize * BLOCK;
                    let (blocks, _) = self.message[at..].as_chunks();
                    for (m, row) in blocks.iter().zip(&mut now.rows[r].0) {
                        redraw.row::<S, LANE>(simd, m, row);
                    }
                } else {
                    self.stream
                        .unit(simd, r, block, &mut now.rows[r].0, &mut finish);
                }
                for (unit, tile) in now.rows[..r].iter_mut().enumerate() {
                    if self.pbox {
                        self.stream.mixed(
                            simd,
                            &now.plan.units[unit],
                            &counters(block),
                            &mut tile.0,
                            &mut finish,
                        );
                    } else {
                        self.stream
                            .unit(simd, unit, block, &mut tile.0, &mut finish);
                    }
                }
            }
            while finish.next < TILE {
                finish.step(simd);
            }
            finished = block;
            mem::swap(&mut now, &mut before);
        }
    }
}

/// The P-box's numbers for a tile, from one of them on.
#[inline(always)]
pub(super) fn of_tile(numbers: &[[u8; BLOCK]], from: usize) -> &[u8; TILE * 8] {
    numbers.as_flattened()[from * 8..]
        .first_chunk()
        .expect("the scratch has two rows to spare")
}

/// A filled tile on its way to the ports, row by row.
struct Finish<'a, const LANE: usize> {
    paths: usize,
    /// None when the P-box is off.
    plan: Option<&'a Plan>,
    rows: &'a [Tile; 15],
    message: &'a [[u8; BLOCK]],
    ports: [&'a mut [[u8; BLOCK]]; 16],
    /// Whether the shares are written past the caches.
    past: bool,
    /// The next row.
    next: usize,
    /// Rows a step.
    pace: usize,
}

impl<S: Simd, const LANE: usize> Meanwhile<S> for Finish<'_, LANE> {
    #[inline(always)]
    fn step(&mut self, simd: S) {
        for _ in 0..self.pace {
            if self.next < TILE {
                self.row(simd, self.next);
                self.next += 1;
            }
        }
    }
}

impl<const LANE: usize> Finish<'_, LANE> {
    #[inline(always)]
    fn row<S: Simd>(&mut self, simd: S, b: usize) {
        let slots = self.paths - 2;
        let message = simd.read(&self.message[b]);
        let r = simd.read(&self.rows[slots].0[b]);
        let difference = simd.minus::<LANE>(message, r);
        let mut rest = r;
        let (ports, others) = self.ports.split_at_mut(slots);
        let Some(plan) = self.plan else {
            for (tile, port) in self.rows.iter().zip(ports) {
                let share = simd.read(&tile.0[b]);
                rest = simd.minus::<LANE>(rest, share);
                put(simd, share, &mut port[b], self.past);
            }
            put(simd, rest, &mut others[0][b], self.past);
            put(simd, difference, &mut others[1][b], self.past);
            return;
        };
        let mut moved = r;
        for (tile, mask) in self.rows[..slots].iter().zip(&plan.moved) {
            let share = simd.read(&tile.0[b]);
            rest = simd.minus::<LANE>(rest, share);
            moved = simd.select(mask.0[b], share, moved);
        }
        // The last port gets what all the others leave of M: nobody need know which share that is.
        let mut last = message;
        let masks = plan.difference.iter().zip(&plan.rest);
        for ((tile, port), masks) in self.rows.iter().zip(ports).zip(masks) {
            let share = simd.select(masks.0.0[b], difference, simd.read(&tile.0[b]));
            let share = simd.select(masks.1.0[b], rest, share);
            last = simd.minus::<LANE>(last, share);
            put(simd, share, &mut port[b], self.past);
        }
        let share = simd.select(plan.difference[slots].0[b], difference, moved);
        let share = simd.select(plan.rest[slots].0[b], rest, share);
        put(simd, share, &mut others[0][b], self.past);
        put(
            simd,
            simd.minus::<LANE>(last, share),
            &mut others[1][b],
            self.past,
        );
    }
}

#[inline(always)]
fn put<S: Simd>(simd: S, row: S::Row, out: &mut [u8; BLOCK], past: bool) {
    if past {
        simd.write_past(row, out);
    } else {
        simd.write(row, out);
    }
}
