//! Splitting strip by strip. The shares of R are made where they leave; then r - sum and M - r take their places.

use std::{hint, mem};

use super::{
    BLOCK, Lane,
    ahead::{Ahead, FAR},
    chacha::{Meanwhile, Stream},
    few::Few,
    head::Head,
    late::Late,
    pbox::{NONE, Plan, Turns, wipe},
    redraw::Redraw,
    scratch::Scratch,
    settle::{Rest, settle},
    simd::{Simd, TILE, Task},
    slots::Slots,
    strip::{Each, STRIP, Strip},
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

impl<S: Simd> Task<S> for Split<'_, '_> {
    type Output = ();

    #[inline(always)]
    fn run(self, simd: S) {
        match self.lane {
            Lane::Bits8 => self.in_lanes::<S, 1>(simd),
            Lane::Bits16 => self.in_lanes::<S, 2>(simd),
            Lane::Bits32 => self.in_lanes::<S, 4>(simd),
            Lane::Bits64 => self.in_lanes::<S, 8>(simd),
        }
    }
}

/// A split strip by strip. Each in a function of its own: all of them in one take the compiler minutes.
struct Strips<'a, 'b, const LANE: usize, const LATE: bool>(Split<'a, 'b>);

impl<S: Simd, const LANE: usize, const LATE: bool> Task<S> for Strips<'_, '_, LANE, LATE> {
    type Output = ();

    #[inline(always)]
    fn run(self, simd: S) {
        if LATE {
            self.0.late_strips::<S, LANE>(simd);
        } else {
            self.0.strips::<S, LANE>(simd);
        }
    }
}

impl Split<'_, '_> {
    #[inline(always)]
    fn in_lanes<S: Simd, const LANE: usize>(self, simd: S) {
        if self.is_small() {
            self.small::<S, LANE>(simd);
        } else if simd.is_late() && self.is_late() {
            simd.run(Strips::<LANE, true>(self));
        } else {
            simd.run(Strips::<LANE, false>(self));
        }
    }

    /// Whether the caches do not hold what is read and written.
    #[inline(always)]
    fn is_far(&self) -> bool {
        self.message.len() * (self.paths + 1) > FAR
    }

    /// Whether there are exchanges to be made between the rounds of a strip, those of the one before, and time for them:
    /// when r is redrawn, its batches leave none.
    #[inline(always)]
    fn is_late(&self) -> bool {
        let strips = self.message.len() / (STRIP * BLOCK);
        let least = if self.redraw { 6 } else { 3 };
        self.pbox && self.paths >= least && strips > 1 && !self.is_far()
    }

    /// Double rounds of two batches each, in a whole strip of so many units.
    #[inline(always)]
    fn double_rounds<S: Simd>(&self, units: usize) -> usize {
        units * TILE / S::WIDTH * self.stream.double_rounds
    }

    /// Strip by strip. Between the rounds of each, the exchanges of the one before are made.
    #[inline(always)]
    fn late_strips<S: Simd, const LANE: usize>(self, simd: S) {
        let paths = self.paths;
        let units = paths - 1 - usize::from(self.redraw);
        let double_rounds = self.double_rounds::<S>(units);
        let (mut source, turns) =
            Source::new(self.stream, paths, self.pbox, self.redraw, self.scratch);
        let mut late = Late::new(turns);
        let mut left = Each::<&mut [u8]>::default();
        for (left, port) in left.0.iter_mut().zip(self.ports) {
            *left = port;
        }
        for (s, part) in self.message.chunks(STRIP * BLOCK).enumerate() {
            let strip = Strip {
                block: self.first + (s * STRIP) as u64,
                message: &self.message[s * STRIP * BLOCK..],
            };
            let mut into = Each::<&mut [u8]>::default();
            for (into, left) in into.0.iter_mut().zip(&mut left.0[..paths]) {
                (*into, *left) = mem::take(left).split_at_mut(part.len());
            }
            let ports = &mut into.0[..paths];
            let is_next_whole = strip.message.len() >= 2 * STRIP * BLOCK;
            source.strip::<S, LANE>(simd, strip, ports, is_next_whole, &mut late);
            let turns = late.finish();
            if is_next_whole {
                source.plan.turns(simd, paths, turns);
                late.start(ports, double_rounds);
            }
        }
        source.wipe(simd);
        wipe(simd, &mut late.finish().0);
        // Nobody reads these zeros; the compiler must write them nevertheless.
        hint::black_box(self.scratch);
    }

    /// Strip by strip. Between the rounds, memory is asked for, when it is far.
    #[inline(always)]
    fn strips<S: Simd, const LANE: usize>(self, simd: S) {
        let (paths, message, is_far) = (self.paths, self.message, self.is_far());
        let double_rounds = self.double_rounds::<S>(paths - 1);
        let (mut source, _) = Source::new(self.stream, paths, self.pbox, self.redraw, self.scratch);
        for (s, part) in message.chunks(STRIP * BLOCK).enumerate() {
            let from = s * STRIP * BLOCK;
            let strip = Strip {
                block: self.first + (s * STRIP) as u64,
                message: &message[from..],
            };
            let mut into = Each::<&mut [u8]>::default();
            let mut ahead = Ahead::nothing();
            for (into, port) in into.0.iter_mut().zip(&mut *self.ports) {
                let (now, next) = port[from..].split_at_mut(part.len());
                *into = now;
                if is_far {
                    ahead.push(next);
                }
            }
            if is_far {
                ahead.push(&strip.message[part.len()..]);
                ahead.spread(double_rounds);
            }
            match &mut into.0[..paths] {
                ports @ [_, _] if strip.is_whole() && !self.redraw => {
                    source.pair::<S, LANE>(simd, strip, ports, &mut ahead);
                }
                ports => source.strip::<S, LANE>(simd, strip, ports, false, &mut ahead),
            }
        }
        source.wipe(simd);
        // Nobody reads these zeros; the compiler must write them nevertheless.
        hint::black_box(self.scratch);
    }
}

/// What strips are split with.
struct Source<'a> {
    stream: Stream<'a>,
    paths: usize,
    pbox: bool,
    head: Head<'a>,
    plan: &'a mut Plan,
    /// Under the policy `definition`.
    redraw: Option<Redraw<'a>>,
}

impl<'a> Source<'a> {
    /// In a scratch, of which the turns are left.
    #[inline(always)]
    fn new(
        stream: Stream<'a>,
        paths: usize,
        pbox: bool,
        redraw: bool,
        scratch: &'a mut Scratch,
    ) -> (Self, &'a mut Turns) {
        let source = Self {
            stream,
            paths,
            pbox,
            head: Head::new(&mut scratch.head, pbox),
            plan: &mut scratch.plan,
            redraw: redraw.then(|| Redraw::new(stream, paths - 2, &mut scratch.redraw)),
        };
        (source, &mut scratch.turns)
    }

    /// Forgets everything.
    #[inline(always)]
    fn wipe<S: Simd>(&mut self, simd: S) {
        self.head.wipe(simd);
        if self.pbox {
            self.plan.wipe(simd, self.paths - 1);
        }
        if let Some(redraw) = &mut self.redraw {
            redraw.wipe();
        }
    }

    /// Splits a strip. If it `is_late`, r - sum and M - r are left in the last two ports, and have yet to take their places.
    #[inline(always)]
    fn strip<S: Simd, const LANE: usize>(
        &mut self,
        simd: S,
        strip: Strip<'_>,
        ports: &mut [&mut [u8]],
        is_late: bool,
        meanwhile: &mut impl Meanwhile<S>,
    ) {
        let slots = ports.len() - 2;
        let has_places = self.pbox && !is_late;
        let are_few =
            matches!(slots, 1 | 2) && strip.is_whole() && self.redraw.is_none() && !has_places;
        let r = if are_few || self.redraw.is_some() {
            0
        } else {
            strip.blocks()
        };
        self.head
            .make(simd, &self.stream, slots, strip, r, meanwhile);
        if self.pbox {
            self.plan.make(simd, ports.len(), self.head.numbers(strip));
        }
        if has_places {
            self.plan.masks(simd, ports.len());
        }
        let r = self.head.r(strip.blocks());
        if let Some(redraw) = &mut self.redraw {
            redraw.fill::<S, LANE>(simd, strip.part(), r);
        }
        let (stream, plan) = (&self.stream, self.pbox.then_some(&*self.plan));
        let of_slots = Slots {
            stream,
            plan,
            strip,
        };
        let places = plan.filter(|_| has_places);
        // Batches are made in pairs: one slot's for both tiles, or two slots' for one, while that is in the first cache.
        let (tiles, message) = (strip.tiles(), strip.part());
        let odd = if tiles == 2 { slots % 2 } else { 0 };
        of_slots.tiles(simd, 0..odd, 0..tiles, ports, meanwhile);
        for tile in 0..tiles {
            of_slots.tiles(simd, odd..slots, tile..tile + 1, ports, meanwhile);
            if !are_few {
                settle::<S, LANE>(simd, tile, r, places, message, ports);
            }
        }
        if are_few && slots == 1 {
            let few = Few::<_, LANE, 1>::new(stream, strip, [&NONE[0]; 2], ports, meanwhile);
            simd.run(few);
        } else if are_few {
            let few = Few::<_, LANE, 2>::new(stream, strip, [&NONE[0]; 2], ports, meanwhile);
            simd.run(few);
        } else if !strip.is_whole() {
            of_slots.rest(simd, &mut ports[..slots]);
            simd.run(Rest::<LANE> {
                tiles,
                r,
                plan: places,
                message,
                ports,
            });
        }
    }

    /// Whole tiles over two paths. r and M - r are all there is then: they leave as they are made.
    #[inline(always)]
    fn pair<S: Simd, const LANE: usize>(
        &mut self,
        simd: S,
        strip: Strip<'_>,
        ports: &mut [&mut [u8]],
        meanwhile: &mut impl Meanwhile<S>,
    ) {
        let mut coins = [&NONE[0]; 2];
        if self.pbox {
            self.head.make(simd, &self.stream, 0, strip, 0, meanwhile);
            self.plan.make(simd, 2, self.head.numbers(strip));
            coins = self.plan.takers.each_ref().map(|[one, ..]| &one.first);
        }
        Few::<_, LANE, 0>::new(&self.stream, strip, coins, ports, meanwhile).run(simd);
    }
}
