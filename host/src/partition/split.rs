//! Splitting strip by strip. The shares of R are made where they leave; then r - sum and M - r take their places.

use std::hint;

use super::{
    BLOCK, Lane,
    ahead::{Ahead, FAR},
    chacha::Stream,
    head::Head,
    pair::pair,
    pbox::{NONE, Plan},
    redraw::Redraw,
    scratch::Scratch,
    settle::settle,
    simd::{Simd, TILE, Task},
    slots::Slots,
    strip::{STRIP, Strip},
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
            Lane::Bits8 => self.strips::<S, 1>(simd),
            Lane::Bits16 => self.strips::<S, 2>(simd),
            Lane::Bits32 => self.strips::<S, 4>(simd),
            Lane::Bits64 => self.strips::<S, 8>(simd),
        }
    }
}

impl Split<'_, '_> {
    #[inline(always)]
    fn strips<S: Simd, const LANE: usize>(self, simd: S) {
        if self.is_small() {
            return self.small::<S, LANE>(simd);
        }
        let (paths, message) = (self.paths, self.message);
        let far = message.len() * (paths + 1) > FAR;
        let steps = (paths - 1) * TILE / S::WIDTH * self.stream.double_rounds;
        let mut source = Source {
            stream: self.stream,
            pbox: self.pbox,
            head: Head::new(&mut self.scratch.head, self.pbox),
            plan: &mut self.scratch.plan,
            redraw: self
                .redraw
                .then(|| Redraw::new(self.stream, paths - 2, &mut self.scratch.redraw)),
        };
        for (s, part) in message.chunks(STRIP * BLOCK).enumerate() {
            let from = s * STRIP * BLOCK;
            let strip = Strip {
                block: self.first + (s * STRIP) as u64,
                message: &message[from..],
            };
            let mut into: [&mut [u8]; 16] = Default::default();
            let mut ahead = Ahead::nothing();
            for (into, port) in into.iter_mut().zip(&mut *self.ports) {
                let (now, next) = port[from..].split_at_mut(part.len());
                *into = now;
                if far {
                    ahead.push(next);
                }
            }
            if far {
                ahead.push(&strip.message[part.len()..]);
                ahead.spread(steps);
            }
            match &mut into[..paths] {
                [one, other] if strip.is_whole() && !self.redraw => {
                    source.pair::<S, LANE>(simd, strip, [one, other], &mut ahead);
                }
                ports => source.strip::<S, LANE>(simd, strip, ports, &mut ahead),
            }
        }
        source.head.wipe(simd);
        if self.pbox {
            source.plan.wipe(simd, paths - 1);
        }
        if let Some(redraw) = &mut source.redraw {
            redraw.wipe();
        }
        // Nobody reads these zeros; the compiler must write them nevertheless.
        hint::black_box(self.scratch);
    }
}

/// What strips are split with.
struct Source<'a> {
    stream: Stream<'a>,
    pbox: bool,
    head: Head<'a>,
    plan: &'a mut Plan,
    /// Under the policy `definition`.
    redraw: Option<Redraw<'a>>,
}

impl Source<'_> {
    #[inline(always)]
    fn strip<S: Simd, const LANE: usize>(
        &mut self,
        simd: S,
        strip: Strip<'_>,
        ports: &mut [&mut [u8]],
        ahead: &mut Ahead<'_>,
    ) {
        let slots = ports.len() - 2;
        let r = if self.redraw.is_some() {
            0
        } else {
            strip.blocks()
        };
        self.head.make(simd, &self.stream, slots, strip, r, ahead);
        if self.pbox {
            self.plan.make(simd, ports.len(), self.head.numbers(strip));
        }
        let plan = self.pbox.then_some(&*self.plan);
        let r = self.head.r(strip.blocks());
        if let Some(redraw) = &mut self.redraw {
            redraw.fill::<S, LANE>(simd, strip.part(), r);
        }
        let stream = &self.stream;
        let of_slots = Slots {
            stream,
            plan,
            strip,
        };
        of_slots.fill(simd, &mut ports[..slots], ahead);
        settle::<S, LANE>(simd, r, plan, strip.part(), ports);
    }

    /// Whole tiles over two paths. r and M - r are all there is then: they leave as they are made.
    #[inline(always)]
    fn pair<S: Simd, const LANE: usize>(
        &mut self,
        simd: S,
        strip: Strip<'_>,
        ports: [&mut [u8]; 2],
        ahead: &mut Ahead<'_>,
    ) {
        let mut coins = &NONE;
        if self.pbox {
            self.head.make(simd, &self.stream, 0, strip, 0, ahead);
            self.plan.make(simd, 2, self.head.numbers(strip));
            coins = &self.plan.first[0];
        }
        pair::<S, LANE>(simd, &self.stream, strip, coins, ports, ahead);
    }
}
