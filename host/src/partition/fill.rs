//! Filling tiles with keystream, one behind the other.

use super::{
    BLOCK,
    chacha::{PBOX, Seats, Stream, counters},
    finish::Finish,
    pbox::Plan,
    redraw::Redraw,
    scratch::{Filled, Numbers, Rows},
    simd::{Runs, Simd, Sliced, TILE, Tile, choose, count},
};

/// What makes a segment's tiles.
pub(super) struct Source<'a> {
    pub(super) stream: Stream<'a>,
    pub(super) paths: usize,
    /// None when the P-box is off.
    pub(super) pbox: Option<Head<'a>>,
    /// Under the policy `definition`.
    pub(super) redraw: Option<Redraw<'a>>,
}

/// A tile to fill.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    /// Its first block in the segment.
    pub(super) block: u64,
    /// The message from there to its end.
    pub(super) message: &'a [u8],
}

impl Place<'_> {
    /// The message's tile, which must be whole.
    pub(super) fn tile(&self) -> &Tile {
        let blocks = self.message.as_chunks().0;
        blocks.first_chunk().expect("a whole tile")
    }

    /// The counters of `WIDTH` blocks of the tile.
    #[inline(always)]
    pub(super) fn counters<S: Simd>(self, simd: S, from: usize) -> [S::Words; 2] {
        let low = simd.add(simd.splat(self.block as u32), count(simd, from));
        [low, simd.splat(0)]
    }

    /// Blocks to the message's end.
    fn left(self) -> usize {
        self.message.len().div_ceil(BLOCK)
    }

    /// Blocks of the tile.
    fn blocks(self) -> usize {
        self.left().min(TILE)
    }
}

impl Source<'_> {
    /// Fills a tile, and finishes the one before it meanwhile.
    #[inline(always)]
    pub(super) fn fill<S: Simd, const LANE: usize>(
        &mut self,
        simd: S,
        place: Place<'_>,
        filled: &mut Filled,
        finish: &mut Option<Finish<'_, '_, S, LANE>>,
    ) {
        let (slots, blocks) = (self.paths - 2, place.blocks());
        let ahead = match &mut self.pbox {
            Some(head) => head.turn(place, self.redraw.is_none()),
            None => 0,
        };
        let r_is_there = match &self.pbox {
            _ if self.redraw.is_some() => true,
            Some(head) => head.r > 0 && blocks < TILE,
            None => false,
        };
        let rows = blocks * (slots + usize::from(!r_is_there));
        let redrawn = if self.redraw.is_some() { blocks } else { 0 };
        let batches = [ahead, rows, redrawn].map(|rows| rows.div_ceil(S::WIDTH));
        let batches: usize = batches.into_iter().sum();
        if let Some(finish) = finish {
            finish.spread(batches * self.stream.double_rounds);
        }

        if let Some(head) = &mut self.pbox {
            if ahead > 0 {
                head.make(simd, &self.stream, place, slots, finish);
            }
            filled
                .plan
                .make(simd, self.paths, head.numbers(place.block));
        }
        if let Some(redraw) = &mut self.redraw {
            redraw.ensure(simd, blocks * BLOCK, finish);
        }
        let order = Order {
            stream: &self.stream,
            plan: self.pbox.is_some().then_some(&filled.plan),
            slots,
            block: place.block,
        };
        if blocks == TILE {
            order.whole(simd, !r_is_there, &mut filled.rows, finish);
        } else {
            order.packed(simd, blocks, rows, &mut filled.rows, finish);
        }
        // After the others, whose last batch may reach over its rows.
        let r = &mut filled.rows[slots * blocks..][..blocks];
        if let Some(redraw) = &mut self.redraw {
            for (part, r) in place.message.chunks(BLOCK).zip(r) {
                let mut m = [0; BLOCK];
                simd.write(simd.read_part(part), &mut m);
                redraw.row::<S, LANE>(simd, &m, r, finish);
            }
        } else if let Some(head) = &self.pbox
            && r_is_there
        {
            r.copy_from_slice(&head.rows[head.numbers..][..blocks]);
        }
    }
}

/// Which unit makes which row of a tile.
struct Order<'a> {
    stream: &'a Stream<'a>,
    /// None when the P-box is off.
    plan: Option<&'a Plan>,
    slots: usize,
    /// The tile's first.
    block: u64,
}

impl Order<'_> {
    /// A batch for each unit.
    #[inline(always)]
    fn whole<S: Simd, const LANE: usize>(
        self,
        simd: S,
        r: bool,
        rows: &mut Rows,
        finish: &mut Option<Finish<'_, '_, S, LANE>>,
    ) {
        let counters = counters(self.block);
        let (tiles, _) = rows.as_chunks_mut();
        // r first: it does not wait for the draw.
        if r {
            let tile = &mut tiles[self.slots];
            self.stream.unit(simd, self.slots, &counters, tile, finish);
        }
        for (slot, tile) in tiles[..self.slots].iter_mut().enumerate() {
            if let Some(plan) = self.plan {
                self.stream.mixed(
                    simd,
                    TILE,
                    #[inline(always)]
                    |at| Seats {
                        units: plan.units.shares(simd, slot, at),
                        counters: simd.load(&counters[0], at),
                    },
                    tile,
                    finish,
                );
            } else {
                self.stream.unit(simd, slot, &counters, tile, finish);
            }
        }
    }

    /// As few batches as hold so many rows.
    #[inline(always)]
    fn packed<S: Simd, const LANE: usize>(
        self,
        simd: S,
        blocks: usize,
        rows: usize,
        out: &mut Rows,
        finish: &mut Option<Finish<'_, '_, S, LANE>>,
    ) {
        let runs = Runs::new(blocks);
        let (tiles, _) = out.as_chunks_mut();
        for (start, tile) in (0..rows).step_by(TILE).zip(tiles) {
            let made = (rows - start).min(TILE);
            self.stream.mixed(
                simd,
                made,
                #[inline(always)]
                |at| {
                    let [slot, b] = runs.find(simd, start + at);
                    Seats {
                        units: match self.plan {
                            Some(plan) => plan.units.pick(simd, b, slot),
                            None => slot,
                        },
                        counters: simd.add(simd.splat(self.block as u32), b),
                    }
                },
                tile,
                finish,
            );
        }
    }
}

/// Batches of the P-box's numbers. The last one has room to spare: it makes r for a tile that is not whole.
pub(super) struct Head<'a> {
    rows: &'a mut Numbers,
    /// The block of the P-box's keystream in the first row.
    first: u64,
    /// How many rows are the P-box's.
    numbers: usize,
    /// How many rows of r follow.
    r: usize,
}

impl<'a> Head<'a> {
    pub(super) fn new(rows: &'a mut Numbers) -> Self {
        Self {
            rows,
            first: 0,
            numbers: 0,
            r: 0,
        }
    }

    /// How many rows must be made for a tile.
    #[inline(always)]
    fn turn(&mut self, place: Place<'_>, uniform: bool) -> usize {
        let tile = place.block + place.blocks() as u64;
        if tile <= (self.first + self.numbers as u64) * 8 {
            return 0;
        }
        let all = (place.block + place.left() as u64).div_ceil(8);
        self.first = place.block / 8;
        self.numbers = (all - self.first).min(TILE as u64) as usize;
        let last = self.first + self.numbers as u64 == all;
        let r = place.left() % TILE;
        self.r = if uniform && last && self.numbers + r <= TILE {
            r
        } else {
            0
        };
        self.numbers + self.r
    }

    #[inline(always)]
    fn make<S: Simd, const LANE: usize>(
        &mut self,
        simd: S,
        stream: &Stream<'_>,
        place: Place<'_>,
        r: usize,
        finish: &mut Option<Finish<'_, '_, S, LANE>>,
    ) {
        let (first, numbers) = (self.first as u32, self.numbers as u32);
        let tail = place.block as u32 + (place.left() / TILE * TILE) as u32;
        let made = self.numbers + self.r;
        let tile = self.rows.first_chunk_mut().expect("a tile and two rows");
        stream.mixed(
            simd,
            made,
            #[inline(always)]
            |at| {
                let row = count(simd, at);
                let is_pbox = simd.less(row, simd.splat(numbers));
                let start = choose(
                    simd,
                    is_pbox,
                    simd.splat(first),
                    simd.splat(tail.wrapping_sub(numbers)),
                );
                Seats {
                    units: choose(simd, is_pbox, simd.splat(PBOX), simd.splat(r as u32)),
                    counters: simd.add(start, row),
                }
            },
            tile,
            finish,
        );
    }

    /// Where M - r leaves by the first of two ports, for the blocks of a tile: all ones, else zero. SPEC.md's only step takes
    /// the highest bit of a number.
    #[inline(always)]
    pub(super) fn coins<S: Simd, const LANE: usize>(
        &mut self,
        simd: S,
        stream: &Stream<'_>,
        place: Place<'_>,
        coins: &mut Sliced,
    ) {
        if self.turn(place, true) > 0 {
            self.make::<S, LANE>(simd, stream, place, 0, &mut None);
        }
        let numbers = self.numbers(place.block).as_chunks().0;
        for (coin, number) in coins.0.iter_mut().zip(numbers) {
            *coin = (u64::from_le_bytes(*number) >> 63) as u32;
        }
        for at in (0..TILE).step_by(S::WIDTH) {
            let coin = simd.load(coins, at);
            simd.store(simd.equal(coin, simd.splat(0)), coins, at);
        }
    }

    /// The numbers from that of a block on.
    #[inline(always)]
    fn numbers(&self, block: u64) -> &[u8; TILE * 8] {
        let from = (block - self.first * 8) as usize;
        self.rows.as_flattened()[from * 8..]
            .first_chunk()
            .expect("a tile and two rows")
    }
}
