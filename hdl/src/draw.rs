//! The draw decoder: from a block of the P-box's keystream to a permutation for each block of the message (SPEC.md, "The P-box").
//!
//! A block holds eight draws. For i = k-1 down to 1 the draw d is multiplied by i + 1; what passes 2^64 is j, and shares i and j change ports. One step a clock: the draw
//! is cut into four digits of sixteen bits, each a clock behind the lower one, and the carry out of the highest digit is j.
//! What is kept is the inverse, the share of each port, since that is what the P-box's selectors want.

use crate::delay::Delay;
use crate::digit::Digit;
use crate::fifo::Fifo;
use crate::join::Join;
use rust_hdl::prelude::*;
use std::array::from_fn;

/// Routes for `K` ports as the P-box wants them: the channel of each (`CHANNELS` bits in all), and above them a bit each: it is in use.
///
/// A draw takes k clocks, and five more until its routes are in the queue of `2^A`.
#[derive(LogicBlock)]
pub struct Draw<
    const K: usize,
    const LOG: usize,
    const CHANNELS: usize,
    const ROUTES: usize,
    const A: usize,
> {
    /// Rising edge.
    pub clock: Signal<In, Clock>,
    /// Forgets all routes.
    pub reset: Signal<In, Bit>,
    /// Takes `block`, `count`, `paths` and `pbox`.
    pub load: Signal<In, Bit>,
    /// Eight draws, the first lowest.
    pub block: Signal<In, Bits<512>>,
    /// How many of them are wanted, 1 to 8.
    pub count: Signal<In, Bits<4>>,
    /// k, 2 to `K`.
    pub paths: Signal<In, Bits<5>>,
    /// Off: share i leaves by port i, whatever was drawn.
    pub pbox: Signal<In, Bit>,
    /// Routes will be at the head of the queue when a word of M taken in the next clock needs them.
    pub announce: Signal<Out, Bit>,
    /// The oldest routes.
    pub routes: Signal<Out, Bits<ROUTES>>,
    /// Drops the oldest routes.
    pub pop: Signal<In, Bit>,
    draws: DFF<Bits<512>>,
    left: DFF<Bits<4>>,
    k: DFF<Bits<5>>,
    permute: DFF<Bit>,
    stepping: DFF<Bit>,
    i: DFF<Bits<LOG>>,
    opening: Signal<Local, Bit>,
    last: Signal<Local, Bit>,
    now: Signal<Local, Bits<12>>,
    then: [DFF<Bits<12>>; 5],
    digit: [Digit; 4],
    later: [Delay<16>; 3],
    swap: Signal<Local, Bits<12>>,
    share: [DFF<Bits<LOG>>; K],
    index: [Signal<Local, Bits<LOG>>; K],
    first: [Signal<Local, Bits<LOG>>; K],
    swap_k: Signal<Local, Bits<5>>,
    swap_i: Signal<Local, Bits<5>>,
    swap_j: Signal<Local, Bits<5>>,
    channel_i: Signal<Local, Bits<LOG>>,
    channel_j: Signal<Local, Bits<LOG>>,
    port_k: Signal<Local, Bits<5>>,
    channels: Join<K, LOG, CHANNELS>,
    in_use: Join<K, 1, K>,
    queue: Fifo<A, ROUTES>,
    announced: Delay<1>,
    above: Constant<Bits<8>>,
}

impl<const K: usize, const LOG: usize, const CHANNELS: usize, const ROUTES: usize, const A: usize>
    Draw<K, LOG, CHANNELS, ROUTES, A>
{
    /// For an adder tree of so many levels: routes are announced that much before they are in the queue.
    ///
    /// # Panics
    /// If the parameters do not belong together.
    pub fn new(levels: usize) -> Self {
        assert!(ROUTES == CHANNELS + K && levels < 5);
        Self {
            clock: Signal::default(),
            reset: Signal::default(),
            load: Signal::default(),
            block: Signal::default(),
            count: Signal::default(),
            paths: Signal::default(),
            pbox: Signal::default(),
            announce: Signal::default(),
            routes: Signal::default(),
            pop: Signal::default(),
            draws: DFF::default(),
            left: DFF::default(),
            k: DFF::default(),
            permute: DFF::default(),
            stepping: DFF::default(),
            i: DFF::default(),
            opening: Signal::default(),
            last: Signal::default(),
            now: Signal::default(),
            then: from_fn(|_| DFF::default()),
            digit: from_fn(|_| Digit::default()),
            later: from_fn(|n| Delay::new(n + 1)),
            swap: Signal::default(),
            share: from_fn(|_| DFF::default()),
            index: from_fn(|_| Signal::default()),
            first: from_fn(|_| Signal::default()),
            swap_k: Signal::default(),
            swap_i: Signal::default(),
            swap_j: Signal::default(),
            channel_i: Signal::default(),
            channel_j: Signal::default(),
            port_k: Signal::default(),
            channels: Join::default(),
            in_use: Join::default(),
            queue: Fifo::default(),
            announced: Delay::new(4 - levels),
            above: Constant::new((CHANNELS as u64).into()),
        }
    }
}

impl<const K: usize, const LOG: usize, const CHANNELS: usize, const ROUTES: usize, const A: usize>
    Logic for Draw<K, LOG, CHANNELS, ROUTES, A>
{
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clock, draws, left, k, permute, stepping, i);
        self.queue.clock.next = self.clock.val();
        self.queue.reset.next = self.reset.val();
        for n in 0..5 {
            self.then[n].clock.next = self.clock.val();
        }
        for n in 0..4 {
            self.digit[n].clock.next = self.clock.val();
        }

        // One draw after the other; the digits take theirs in the four clocks from `opening` on.
        self.opening.next = (self.left.q.val() != 0) && !self.stepping.q.val();
        self.last.next = (self.stepping.q.val() && (self.i.q.val() == 1))
            || (self.opening.val() && !self.permute.q.val());
        if self.opening.val() {
            self.left.d.next = self.left.q.val() - 1;
            self.stepping.d.next = self.permute.q.val();
            self.i.d.next = self.k.q.val().get_bits::<LOG>(0) - 1;
            self.draws.d.next = self.draws.q.val() >> 64;
        }
        if self.stepping.q.val() {
            self.i.d.next = self.i.q.val() - 1;
            if self.i.q.val() == 1 {
                self.stepping.d.next = false;
            }
        }
        if self.load.val() {
            self.draws.d.next = self.block.val();
            self.left.d.next = self.count.val();
            self.k.d.next = self.paths.val();
            self.permute.d.next = self.pbox.val();
        }
        if self.reset.val() {
            self.left.d.next = 0.into();
            self.stepping.d.next = false;
        }

        // From the lowest bit up: opening, step, last, i, k.
        self.now.next = bit_cast::<12, 1>(self.opening.val().into())
            | (bit_cast::<12, 1>(self.stepping.q.val().into()) << 1)
            | (bit_cast::<12, 1>(self.last.val().into()) << 2)
            | (bit_cast::<12, LOG>(self.i.q.val()) << 3)
            | (bit_cast::<12, 5>(self.k.q.val()) << 7);
        self.then[0].d.next = self.now.val();
        for n in 0..4 {
            self.then[n + 1].d.next = self.then[n].q.val();
        }
        self.digit[0].load.next = self.now.val().get_bit(0);
        self.digit[0].step.next = self.now.val().get_bit(1);
        self.digit[0].i.next = self.now.val().get_bits::<4>(3);
        self.digit[0].carry_in.next = 0.into();
        self.digit[0].fresh.next = self.draws.q.val().get_bits::<16>(0);
        for n in 0..3 {
            self.digit[n + 1].load.next = self.then[n].q.val().get_bit(0);
            self.digit[n + 1].step.next = self.then[n].q.val().get_bit(1);
            self.digit[n + 1].i.next = self.then[n].q.val().get_bits::<4>(3);
            self.digit[n + 1].carry_in.next = self.digit[n].carry_out.val();
            self.later[n].clock.next = self.clock.val();
            self.later[n].word.next = self.draws.q.val().get_bits::<16>(n * 16 + 16);
            self.digit[n + 1].fresh.next = self.later[n].later.val();
        }

        // Swap. Share s of k is on channel s, the last two on the last two channels: s - k mod K.
        self.swap.next = self.then[3].q.val();
        self.swap_k.next = self.swap.val().get_bits::<5>(7);
        self.swap_i.next = bit_cast::<5, 4>(self.swap.val().get_bits::<4>(3));
        self.swap_j.next = bit_cast::<5, 4>(self.digit[3].carry_out.val());
        self.channel_i.next = self.swap_i.val().get_bits::<LOG>(0);
        if (self.swap_i.val() + 2) >= self.swap_k.val() {
            self.channel_i.next =
                self.swap_i.val().get_bits::<LOG>(0) - self.swap_k.val().get_bits::<LOG>(0);
        }
        self.channel_j.next = self.swap_j.val().get_bits::<LOG>(0);
        if (self.swap_j.val() + 2) >= self.swap_k.val() {
            self.channel_j.next =
                self.swap_j.val().get_bits::<LOG>(0) - self.swap_k.val().get_bits::<LOG>(0);
        }
        self.port_k.next = self.then[4].q.val().get_bits::<5>(7);
        for p in 0..K {
            self.index[p].next = p.to_bits();
            self.first[p].next = self.index[p].val();
            if self.swap_k.val() <= (p + 2).to_bits() {
                self.first[p].next = self.index[p].val() - self.swap_k.val().get_bits::<LOG>(0);
            }
            self.share[p].clock.next = self.clock.val();
            self.share[p].d.next = self.share[p].q.val();
            if self.swap.val().get_bit(1) && (self.share[p].q.val() == self.channel_i.val()) {
                self.share[p].d.next = self.channel_j.val();
            }
            if self.swap.val().get_bit(1) && (self.share[p].q.val() == self.channel_j.val()) {
                self.share[p].d.next = self.channel_i.val();
            }
            if self.swap.val().get_bit(0) {
                self.share[p].d.next = self.first[p].val();
            }
            self.channels.word[p].next = self.share[p].q.val();
            self.in_use.word[p].next = (self.port_k.val() > p.to_bits()).into();
        }

        self.announced.clock.next = self.clock.val();
        self.announced.word.next = self.last.val().into();
        self.announce.next = self.announced.later.val().any();
        self.queue.push.next = self.then[4].q.val().get_bit(2);
        self.queue.word.next = bit_cast::<ROUTES, CHANNELS>(self.channels.joined.val())
            | (bit_cast::<ROUTES, K>(self.in_use.joined.val()) << self.above.val());
        self.queue.pop.next = self.pop.val();
        self.routes.next = self.queue.head.val();
    }
}
