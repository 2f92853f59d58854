//! The draw decoder: from eight bytes of the P-box's keystream to a permutation, one for each block (SPEC.md, "The P-box").
//!
//! For i = k-1 down to 1 the draw d is multiplied by i + 1; what passes 2^64 is j, and shares i and j change ports. One step a clock: the draw is cut
//! into four digits of sixteen bits, each a clock behind the lower one, and the carry out of the highest digit is j.
//! What is kept is the inverse, the share of each port, since that is what the P-box's selectors want.

use crate::fifo::Fifo;
use rust_hdl::prelude::*;

/// A digit of the draw: `digit * (i + 1) + carry_in`, its low sixteen bits kept, the rest passed on.
#[derive(LogicBlock, Default)]
pub struct Digit {
    /// Rising edge.
    pub clock: Signal<In, Clock>,
    /// Takes `fresh`.
    pub load: Signal<In, Bit>,
    /// The digit of a new draw.
    pub fresh: Signal<In, Bits<16>>,
    /// Multiplies by `i` + 1.
    pub step: Signal<In, Bit>,
    /// 1 to 15.
    pub i: Signal<In, Bits<4>>,
    /// From the lower digit.
    pub carry_in: Signal<In, Bits<4>>,
    /// To the higher digit, a clock later.
    pub carry_out: Signal<Out, Bits<4>>,
    digit: DFF<Bits<16>>,
    carry: DFF<Bits<4>>,
    wide: Signal<Local, Bits<20>>,
    part: [Signal<Local, Bits<20>>; 4],
    product: Signal<Local, Bits<20>>,
}

impl Logic for Digit {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clock, digit, carry);
        self.wide.next = bit_cast::<20, 16>(self.digit.q.val());
        for b in 0..4 {
            self.part[b].next = 0.into();
        }
        if self.i.val().get_bit(0) {
            self.part[0].next = self.wide.val();
        }
        if self.i.val().get_bit(1) {
            self.part[1].next = self.wide.val() << 1;
        }
        if self.i.val().get_bit(2) {
            self.part[2].next = self.wide.val() << 2;
        }
        if self.i.val().get_bit(3) {
            self.part[3].next = self.wide.val() << 3;
        }
        self.product.next = ((self.part[0].val() + self.part[1].val())
            + (self.part[2].val() + self.part[3].val()))
            + (self.wide.val() + bit_cast::<20, 4>(self.carry_in.val()));
        if self.step.val() {
            self.digit.d.next = self.product.val().get_bits::<16>(0);
            self.carry.d.next = self.product.val().get_bits::<4>(16);
        }
        if self.load.val() {
            self.digit.d.next = self.fresh.val();
        }
        self.carry_out.next = self.carry.q.val();
    }
}

/// Permutations of up to four shares, as the P-box's routes. A draw takes k clocks, and eight more until its routes are at the head of the queue.
#[derive(LogicBlock, Default)]
pub struct Draw {
    /// Rising edge.
    pub clock: Signal<In, Clock>,
    /// Forgets segments and routes.
    pub reset: Signal<In, Bit>,
    /// Takes `blocks`, `paths` and `pbox`.
    pub segment: Signal<In, Bit>,
    /// There is room for a segment.
    pub roomy: Signal<Out, Bit>,
    /// How many permutations.
    pub blocks: Signal<In, Bits<28>>,
    /// k, 2 to 4.
    pub paths: Signal<In, Bits<5>>,
    /// Off: share i leaves by port i, and nothing is drawn.
    pub pbox: Signal<In, Bit>,
    /// There is a word of keystream.
    pub available: Signal<In, Bit>,
    /// Takes it; it comes two clocks later.
    pub take: Signal<Out, Bit>,
    /// With `take`: the segment's last.
    pub drop: Signal<Out, Bit>,
    /// The word.
    pub word: Signal<In, Bits<32>>,
    /// Routes were added to the queue.
    pub added: Signal<Out, Bit>,
    /// The oldest routes.
    pub routes: Signal<Out, Bits<12>>,
    /// Drops the oldest routes.
    pub pop: Signal<In, Bit>,
    segments: Fifo<34>,
    queue: Fifo<12>,
    active: DFF<Bit>,
    left: DFF<Bits<28>>,
    k: DFF<Bits<5>>,
    drawing: DFF<Bit>,
    asked: DFF<Bits<2>>,
    coming: DFF<Bits<2>>,
    drawn: DFF<Bits<64>>,
    got: DFF<Bits<2>>,
    ready: Signal<Local, Bit>,
    accept: Signal<Local, Bit>,
    asking: Signal<Local, Bit>,
    stepping: DFF<Bit>,
    i: DFF<Bits<2>>,
    step_k: DFF<Bits<5>>,
    top: Signal<Local, Bits<2>>,
    now: Signal<Local, Bits<12>>,
    then: [DFF<Bits<12>>; 5],
    digit: [Digit; 4],
    share: [DFF<Bits<2>>; 4],
    first: [Signal<Local, Bits<2>>; 4],
    k_at_swap: Signal<Local, Bits<5>>,
    k_low: Signal<Local, Bits<2>>,
    index_i: Signal<Local, Bits<5>>,
    index_j: Signal<Local, Bits<5>>,
    index_p: [Signal<Local, Bits<5>>; 4],
    swap_i: Signal<Local, Bits<2>>,
    swap_j: Signal<Local, Bits<2>>,
}

impl Logic for Draw {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(
            self, clock, active, left, k, drawing, asked, coming, drawn, got, stepping, i, step_k
        );
        self.segments.clock.next = self.clock.val();
        self.segments.reset.next = self.reset.val();
        self.segments.push.next = self.segment.val();
        self.segments.word.next = bit_cast::<34, 28>(self.blocks.val())
            | (bit_cast::<34, 5>(self.paths.val()) << 28)
            | (bit_cast::<34, 1>(self.pbox.val().into()) << 33);
        self.roomy.next = self.segments.roomy.val();
        self.queue.clock.next = self.clock.val();
        self.queue.reset.next = self.reset.val();

        // The next segment.
        self.segments.pop.next = self.segments.valid.val() && !self.active.q.val();
        if self.segments.pop.val() {
            self.active.d.next = true;
            self.left.d.next = self.segments.head.val().get_bits::<28>(0);
            self.k.d.next = self.segments.head.val().get_bits::<5>(28);
            self.drawing.d.next = self.segments.head.val().get_bit(33);
        }

        // Fetch a draw: two words, the lower first.
        self.asking.next = self.active.q.val()
            && self.drawing.q.val()
            && (self.asked.q.val() != 2)
            && self.available.val();
        self.take.next = self.asking.val();
        self.drop.next = (self.asked.q.val() == 1) && (self.left.q.val() == 1);
        if self.asking.val() {
            self.asked.d.next = self.asked.q.val() + 1;
        }
        self.coming.d.next =
            (self.coming.q.val() << 1) | bit_cast::<2, 1>(self.asking.val().into());
        if self.coming.q.val().get_bit(1) {
            self.drawn.d.next =
                (self.drawn.q.val() >> 32) | (bit_cast::<64, 32>(self.word.val()) << 32);
            self.got.d.next = self.got.q.val() + 1;
        }

        // Hand it over.
        self.ready.next = self.active.q.val() && (!self.drawing.q.val() || (self.got.q.val() == 2));
        self.accept.next = self.ready.val() && !self.stepping.q.val() && self.queue.roomy.val();
        if self.accept.val() {
            self.asked.d.next = 0.into();
            self.got.d.next = 0.into();
            self.left.d.next = self.left.q.val() - 1;
            if self.left.q.val() == 1 {
                self.active.d.next = false;
            }
        }

        // Step: now = load, step, last, i, k from the lowest bit up.
        self.top.next = self.k.q.val().get_bits::<2>(0) - 1;
        if self.accept.val() {
            self.stepping.d.next = self.drawing.q.val();
            self.i.d.next = self.top.val();
            self.step_k.d.next = self.k.q.val();
        }
        if self.stepping.q.val() {
            self.i.d.next = self.i.q.val() - 1;
            if self.i.q.val() == 1 {
                self.stepping.d.next = false;
            }
        }
        self.now.next = (bit_cast::<12, 2>(self.i.q.val()) << 3)
            | (bit_cast::<12, 5>(self.step_k.q.val()) << 7);
        if self.accept.val() {
            self.now.next = 1 | (bit_cast::<12, 5>(self.k.q.val()) << 7);
            if !self.drawing.q.val() {
                self.now.next = 5 | (bit_cast::<12, 5>(self.k.q.val()) << 7);
            }
        }
        if self.stepping.q.val() {
            self.now.next = 2
                | (bit_cast::<12, 2>(self.i.q.val()) << 3)
                | (bit_cast::<12, 5>(self.step_k.q.val()) << 7);
            if self.i.q.val() == 1 {
                self.now.next = 6
                    | (bit_cast::<12, 2>(self.i.q.val()) << 3)
                    | (bit_cast::<12, 5>(self.step_k.q.val()) << 7);
            }
        }
        for i in 0..5 {
            self.then[i].clock.next = self.clock.val();
        }
        self.then[0].d.next = self.now.val();
        for i in 0..4 {
            self.then[i + 1].d.next = self.then[i].q.val();
            self.digit[i].clock.next = self.clock.val();
            self.digit[i].fresh.next = self.drawn.q.val().get_bits::<16>(i * 16);
        }
        self.digit[0].load.next = self.now.val().get_bit(0);
        self.digit[0].step.next = self.now.val().get_bit(1);
        self.digit[0].i.next = self.now.val().get_bits::<4>(3);
        self.digit[0].carry_in.next = 0.into();
        for i in 0..3 {
            self.digit[i + 1].load.next = self.then[i].q.val().get_bit(0);
            self.digit[i + 1].step.next = self.then[i].q.val().get_bit(1);
            self.digit[i + 1].i.next = self.then[i].q.val().get_bits::<4>(3);
            self.digit[i + 1].carry_in.next = self.digit[i].carry_out.val();
        }

        // Swap. Share s of k is on channel s, the last two on the last two channels: s - k mod 4.
        self.k_at_swap.next = self.then[3].q.val().get_bits::<5>(7);
        self.k_low.next = self.then[3].q.val().get_bits::<2>(7);
        self.index_i.next = bit_cast::<5, 2>(self.then[3].q.val().get_bits::<2>(3)) + 2;
        self.swap_i.next = self.then[3].q.val().get_bits::<2>(3);
        if self.index_i.val() >= self.k_at_swap.val() {
            self.swap_i.next = self.then[3].q.val().get_bits::<2>(3) - self.k_low.val();
        }
        self.index_j.next = bit_cast::<5, 2>(self.digit[3].carry_out.val().get_bits::<2>(0)) + 2;
        self.swap_j.next = self.digit[3].carry_out.val().get_bits::<2>(0);
        if self.index_j.val() >= self.k_at_swap.val() {
            self.swap_j.next = self.digit[3].carry_out.val().get_bits::<2>(0) - self.k_low.val();
        }
        for p in 0..4 {
            self.index_p[p].next = p.to_bits();
            self.first[p].next = p.to_bits();
            if (self.index_p[p].val() + 2) >= self.k_at_swap.val() {
                self.first[p].next = self.index_p[p].val().get_bits::<2>(0) - self.k_low.val();
            }
            self.share[p].clock.next = self.clock.val();
            self.share[p].d.next = self.share[p].q.val();
            if self.then[3].q.val().get_bit(0) {
                self.share[p].d.next = self.first[p].val();
            }
            if self.then[3].q.val().get_bit(1) && (self.share[p].q.val() == self.swap_i.val()) {
                self.share[p].d.next = self.swap_j.val();
            }
            if self.then[3].q.val().get_bit(1) && (self.share[p].q.val() == self.swap_j.val()) {
                self.share[p].d.next = self.swap_i.val();
            }
        }

        // Queue the routes.
        self.queue.push.next = self.then[4].q.val().get_bit(2);
        self.added.next = self.queue.push.val();
        self.queue.word.next = bit_cast::<12, 2>(self.share[0].q.val())
            | (bit_cast::<12, 2>(self.share[1].q.val()) << 3)
            | (bit_cast::<12, 2>(self.share[2].q.val()) << 6)
            | (bit_cast::<12, 2>(self.share[3].q.val()) << 9)
            | 0x24;
        if self.then[4].q.val().get_bits::<5>(7) > 2 {
            self.queue.word.next = bit_cast::<12, 2>(self.share[0].q.val())
                | (bit_cast::<12, 2>(self.share[1].q.val()) << 3)
                | (bit_cast::<12, 2>(self.share[2].q.val()) << 6)
                | (bit_cast::<12, 2>(self.share[3].q.val()) << 9)
                | 0x124;
        }
        if self.then[4].q.val().get_bits::<5>(7) > 3 {
            self.queue.word.next = bit_cast::<12, 2>(self.share[0].q.val())
                | (bit_cast::<12, 2>(self.share[1].q.val()) << 3)
                | (bit_cast::<12, 2>(self.share[2].q.val()) << 6)
                | (bit_cast::<12, 2>(self.share[3].q.val()) << 9)
                | 0x924;
        }
        self.queue.pop.next = self.pop.val();
        self.routes.next = self.queue.head.val();

        if self.reset.val() {
            self.active.d.next = false;
            self.asked.d.next = 0.into();
            self.coming.d.next = 0.into();
            self.got.d.next = 0.into();
            self.stepping.d.next = false;
            self.then[0].d.next = 0.into();
        }
    }
}
