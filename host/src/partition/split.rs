//! Splitting tile by tile. Shares that wait for none of the others leave as they are made. Else, while one tile's keystream
//! is made, the tile before it is combined with the message: ChaCha's rotations leave slots of the vector unit free, and
//! that work fits into them.

use std::mem;

use super::{
    BLOCK, Lane,
    chacha::Stream,
    fill::{Head, Place, Source},
    finish::{Finish, Sums, tail},
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

/// But not over fewer paths: the caches gather so few streams faster than they could be written past them.
const MANY: usize = 9;

impl<S: Simd> Task<S> for Split<'_, '_> {
    type Output = ();

    #[inline(always)]
    fn run(self, simd: S) {
        match self.lane {
            Lane::Bits8 => self.tiles::<S, 1>(simd),
            Lane::Bits16 => self.tiles::<S, 2>(simd),
            Lane::Bits32 => self.tiles::<S, 4>(simd),
            Lane::Bits64 => self.tiles::<S, 8>(simd),
        }
    }
}

impl Split<'_, '_> {
    #[inline(always)]
    fn tiles<S: Simd, const LANE: usize>(self, simd: S) {
        if self.is_small() {
            return self.small::<S, LANE>(simd);
        }
        let Self {
            stream,
            paths,
            message,
            ports,
            ..
        } = self;
        let past = paths >= MANY && message.len() * (paths + 1) > PAST;
        let Scratch {
            tiles: [now, before],
            numbers,
            ..
        } = &mut *self.scratch;
        let (mut now, mut before) = (now, before);
        let mut source = Source {
            stream,
            paths,
            pbox: self.pbox.then(|| Head::new(numbers)),
            redraw: self.redraw.then(|| Redraw::new(stream, paths - 2)),
        };
        // Message and ports, cut into whole tiles and what is left.
        let whole = message.len() / (TILE * BLOCK) * (TILE * BLOCK);
        let tiles: &[Tile] = message.as_chunks().0.as_chunks().0;
        let mut into: [&mut [Tile]; 16] = Default::default();
        let mut rests: [&mut [u8]; 16] = Default::default();
        for ((port, into), rest) in ports.iter_mut().zip(&mut into).zip(&mut rests) {
            let (tiles, bytes) = port.split_at_mut(whole);
            (*into, *rest) = (tiles.as_chunks_mut().0.as_chunks_mut().0, bytes);
        }
        let (into, rests) = (&mut into[..paths], &mut rests[..paths]);

        let place = |t: usize| Place {
            block: self.first + (t * TILE) as u64,
            message: &message[t * TILE * BLOCK..],
        };
        // Tiles that leave as they are made; all others leave while the next one is made.
        let mut direct = 0;
        if (paths == 2 || !self.pbox) && !self.redraw {
            direct = tiles.len();
            for t in 0..direct {
                if paths == 2 {
                    source.pair::<S, LANE>(simd, place(t), &mut now.plan, into, t);
                } else if past {
                    let put = |row, out: &mut _| simd.write_past(row, out);
                    source.direct::<S, LANE>(simd, place(t), now, into, t, put);
                } else {
                    let put = |row, out: &mut _| simd.write(row, out);
                    source.direct::<S, LANE>(simd, place(t), now, into, t, put);
                }
            }
        }
        let zero = simd.read(&[0; BLOCK]);
        let mut sums = Sums::<S, LANE>::new(simd, zero, zero);
        let all = message.len().div_ceil(TILE * BLOCK);
        for t in direct..all {
            let mut finish = t.checked_sub(direct + 1).map(|done| {
                let how = [past, t + 1 >= tiles.len()];
                Finish::new(before, self.pbox, &tiles[done], into, done, how, &mut sums)
            });
            source.fill(simd, place(t), now, &mut finish);
            if let Some(finish) = &mut finish {
                finish.rest(simd);
            }
            mem::swap(&mut now, &mut before);
        }
        if whole < message.len() {
            let rest = &message[whole..];
            tail::<S, LANE>(simd, before, self.pbox, rest, rests);
        } else if direct == 0 {
            let (last, how) = (tiles.len() - 1, [past, true]);
            Finish::new(before, self.pbox, &tiles[last], into, last, how, &mut sums).rest(simd);
        }
        simd.fence();
        if self.pbox {
            drop(source);
            self.scratch.wipe(simd, paths - 1, all);
        }
    }
}
