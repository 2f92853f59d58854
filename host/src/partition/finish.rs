//! Finishing what is filled: rows are combined with the message and leave by their ports.

use std::hint;

use super::{
    BLOCK,
    chacha::Meanwhile,
    pbox::Plan,
    scratch::Filled,
    simd::{Simd, TILE, Tile},
};

/// A whole tile on its way to the ports, piece by piece.
pub(super) struct Finish<'a, 'b, S: Simd, const LANE: usize> {
    /// None when the P-box is off.
    plan: Option<&'a Plan>,
    /// R's.
    rows: &'a mut [Tile],
    r: &'a mut Tile,
    message: &'a Tile,
    /// All whole tiles of each port, and which of them this is.
    ports: &'a mut [&'b mut [Tile]],
    tile: usize,
    /// Whether the shares are written past the caches.
    past: bool,
    /// Whether what is read is wiped: no other whole tile comes in its place.
    wipe: bool,
    /// The next block.
    b: usize,
    /// How far it is: each slot is visited twice.
    visit: usize,
    sums: &'a mut Sums<S, LANE>,
    /// Steps that there will be, and where between two pieces they have come.
    steps: usize,
    credit: usize,
}

/// Visits to slots in one piece: few enough that they disappear among the rounds.
const PIECE: usize = 8;

impl<'a, 'b, S: Simd, const LANE: usize> Finish<'a, 'b, S, LANE> {
    /// Tile number `tile` of the message and the ports.
    #[inline(always)]
    pub(super) fn new(
        filled: &'a mut Filled,
        pbox: bool,
        message: &'a Tile,
        ports: &'a mut [&'b mut [Tile]],
        tile: usize,
        [past, wipe]: [bool; 2],
        sums: &'a mut Sums<S, LANE>,
    ) -> Self {
        let slots = ports.len() - 2;
        let (rows, others) = filled.rows.as_chunks_mut().0.split_at_mut(slots);
        Self {
            plan: pbox.then_some(&filled.plan),
            rows,
            r: &mut others[0],
            message,
            ports,
            tile,
            past,
            wipe,
            b: 0,
            visit: 0,
            sums,
            steps: 0,
            credit: 0,
        }
    }

    /// Spreads the pieces over so many steps.
    #[inline(always)]
    pub(super) fn spread(&mut self, steps: usize) {
        self.steps = steps;
    }

    /// All that is left.
    #[inline(always)]
    pub(super) fn rest(&mut self, simd: S) {
        while self.b < TILE {
            self.piece(simd);
        }
    }

    /// The next piece.
    #[inline(always)]
    fn piece(&mut self, simd: S) {
        // The choice is made here, so that it is not made again for each port.
        if self.past {
            self.visits(simd, |row, out| simd.write_past(row, out));
        } else {
            self.visits(simd, |row, out| simd.write(row, out));
        }
    }

    #[inline(always)]
    fn visits(&mut self, simd: S, put: impl Fn(S::Row, &mut [u8; BLOCK])) {
        let (b, tile, slots) = (self.b % TILE, self.tile, self.rows.len());
        let zero = simd.read(&[0; BLOCK]);
        let (ports, others) = self.ports.split_at_mut(slots);
        let mut sums = if self.visit == 0 {
            let r = simd.read(&self.r[b]);
            if self.wipe {
                simd.write(zero, &mut self.r[b]);
            }
            Sums::new(simd, simd.read(&self.message[b]), r)
        } else {
            *self.sums
        };
        let Some(plan) = self.plan else {
            for (row, port) in self.rows.iter_mut().zip(ports) {
                let share = simd.read(&row[b]);
                if self.wipe {
                    simd.write(zero, &mut row[b]);
                }
                sums.rest = simd.minus::<LANE>(sums.rest, share);
                put(share, &mut port[tile][b]);
            }
            put(sums.rest, &mut others[0][tile][b]);
            put(sums.difference, &mut others[1][tile][b]);
            self.b += 1;
            return;
        };
        let end = self.visit + PIECE;
        if self.visit < slots {
            let now = self.visit..slots.min(end);
            self.visit = now.end;
            for row in &self.rows[now] {
                sums.collect(simd, simd.read(&row[b]));
            }
        }
        if self.visit < end && self.visit < 2 * slots {
            let now = self.visit - slots..slots.min(end - slots);
            self.visit = now.end + slots;
            let masks = plan.first[now.clone()]
                .iter()
                .zip(&plan.second[now.clone()]);
            let rows = self.rows[now.clone()].iter_mut().zip(&mut ports[now]);
            for ((row, port), (first, second)) in rows.zip(masks) {
                let share = sums.place(simd, simd.read(&row[b]), first.0[b], second.0[b]);
                if self.wipe {
                    simd.write(zero, &mut row[b]);
                }
                put(share, &mut port[tile][b]);
            }
        }
        if self.visit < end {
            let share = sums.leave(simd, sums.others, plan.first[slots].0[b]);
            put(share, &mut others[0][tile][b]);
            put(sums.last, &mut others[1][tile][b]);
            self.visit = 0;
            self.b += 1;
        } else {
            *self.sums = sums;
        }
    }
}

impl<S: Simd, const LANE: usize> Meanwhile<S> for Option<Finish<'_, '_, S, LANE>> {
    #[inline(always)]
    fn step(&mut self, simd: S) {
        let Some(finish) = self else { return };
        let pieces = match finish.plan {
            Some(_) => TILE * (2 * finish.rows.len() / PIECE + 1),
            None => TILE,
        };
        finish.credit += pieces;
        while finish.credit >= finish.steps && finish.b < TILE {
            finish.credit -= finish.steps;
            finish.piece(simd);
        }
    }
}

/// Finishes the blocks behind the last whole tile: message and ports from there on. What was filled is wiped.
#[inline(always)]
pub(super) fn tail<S: Simd, const LANE: usize>(
    simd: S,
    filled: &mut Filled,
    pbox: bool,
    message: &[u8],
    ports: &mut [&mut [u8]],
) {
    let blocks = message.len().div_ceil(BLOCK);
    let slots = ports.len() - 2;
    let zero = simd.read(&[0; BLOCK]);
    let Filled { rows, plan } = filled;
    for (b, part) in message.chunks(BLOCK).enumerate() {
        let at = b * BLOCK;
        let (of_slots, others) = rows.split_at_mut(slots * blocks);
        let r = &mut others[b];
        let mut sums = Sums::<S, LANE>::new(simd, simd.read_part(part), simd.read(r));
        simd.write(zero, r);
        let (ports, others) = ports.split_at_mut(slots);
        if pbox {
            for row in of_slots.iter().skip(b).step_by(blocks) {
                sums.collect(simd, simd.read(row));
            }
            let masks = plan.first.iter().zip(&plan.second);
            let rows = of_slots.iter_mut().skip(b).step_by(blocks);
            for ((row, port), (first, second)) in rows.zip(ports).zip(masks) {
                let share = sums.place(simd, simd.read(row), first.0[b], second.0[b]);
                simd.write(zero, row);
                simd.write_part(share, &mut port[at..]);
            }
            let share = sums.leave(simd, sums.others, plan.first[slots].0[b]);
            simd.write_part(share, &mut others[0][at..]);
            simd.write_part(sums.last, &mut others[1][at..]);
        } else {
            for (row, port) in of_slots.iter_mut().skip(b).step_by(blocks).zip(ports) {
                let share = simd.read(row);
                simd.write(zero, row);
                sums.rest = simd.minus::<LANE>(sums.rest, share);
                simd.write_part(share, &mut port[at..]);
            }
            simd.write_part(sums.rest, &mut others[0][at..]);
            simd.write_part(sums.difference, &mut others[1][at..]);
        }
    }
    // Batches are whole: the last one may have made more than was asked for.
    let made = (slots + 1) * blocks;
    for row in &mut rows[made..made.next_multiple_of(TILE)] {
        simd.write(zero, row);
    }
    hint::black_box(filled);
}

/// What is known of a block's shares.
#[derive(Clone, Copy)]
pub(super) struct Sums<S: Simd, const LANE: usize> {
    /// M - r.
    difference: S::Row,
    /// r minus the shares collected: r - sum in the end.
    rest: S::Row,
    /// r minus what was placed while M - r had no place. In the end port k-2 gets it: nobody need know which share that is.
    others: S::Row,
    /// M minus the shares that leave. In the end the last port gets it, likewise.
    last: S::Row,
}

impl<S: Simd, const LANE: usize> Sums<S, LANE> {
    #[inline(always)]
    pub(super) fn new(simd: S, message: S::Row, r: S::Row) -> Self {
        Self {
            difference: simd.minus::<LANE>(message, r),
            rest: r,
            others: r,
            last: message,
        }
    }

    /// First every slot is collected.
    #[inline(always)]
    fn collect(&mut self, simd: S, share: S::Row) {
        self.rest = simd.minus::<LANE>(self.rest, share);
    }

    /// Then every port but the last two gets its share.
    #[inline(always)]
    fn place(&mut self, simd: S, share: S::Row, first: u32, second: u32) -> S::Row {
        let share = simd.select(second, self.rest, share);
        self.others = simd.minus::<LANE>(self.others, share);
        self.leave(simd, share, first)
    }

    #[inline(always)]
    fn leave(&mut self, simd: S, share: S::Row, first: u32) -> S::Row {
        let share = simd.select(first, self.difference, share);
        self.last = simd.minus::<LANE>(self.last, share);
        share
    }
}
