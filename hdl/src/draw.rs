//! The draw decoder: from a block of the P-box's keystream to a permutation for each block of the message (SPEC.md, "The P-box").
//!
//! A block holds eight draws. For i = k-1 down to 1 the draw d is multiplied by i + 1; what passes 2^64 is j, and shares i and j change ports. One step a clock: the draw
//! is cut into three digits of 22 bits, each two clocks behind the lower one, and the carry out of the highest digit is j. The step of i = 1 takes no clock: its j is the
//! draw's highest bit.
//! What is kept is the inverse, the share of each port, since that is what the P-box's selectors want; as it is done it is told by channel,
//! share s of k being on channel s, the last two on the last two channels.

use crate::delay::Delay;
use crate::digit::{Digit, FRESH, Factor};
use crate::exchange::Exchange;
use crate::fifo::Fifo;
use crate::join::Join;
use crate::own::Own;
use crate::same::Same;
use rust_hdl::prelude::*;
use std::array::from_fn;

/// With no clock on the way to the sum, routes could be announced so many clocks after their last step but four.
const SOONEST: usize = 7;
/// Clocks from a digit to the next: its product, and its carry's place there.
const HOP: usize = 2;

/// Routes for `K` ports as the P-box wants them: the channel of each (`CHANNELS` bits in all), and above them a bit each: it is in use.
///
/// A draw takes k - 1 clocks, but two for k = 2, and six or seven more until its routes are in the queue of `2^A`.
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
    /// Takes `block`, `count`, `paths` and `pbox` in the next clock.
    pub next_load: Signal<In, Bit>,
    /// Eight draws, the first lowest.
    pub block: Signal<In, Bits<512>>,
    /// How many of them are wanted, 1 to 8.
    pub count: Signal<In, Bits<4>>,
    /// k, 2 to `K`.
    pub paths: Signal<In, Bits<5>>,
    /// Off: share i leaves by port i, whatever was drawn.
    pub pbox: Signal<In, Bit>,
    /// Routes will be at the head of the queue when a word of M needs them that is taken in the next clock.
    pub announce: Signal<Out, Bit>,
    /// The oldest routes; with four channels, a clock after they are the oldest.
    pub routes: Signal<Out, Bits<ROUTES>>,
    /// Drops the oldest routes; not in two clocks that follow each other.
    pub pop: Signal<In, Bit>,
    load: DFF<Bit>,
    draw: [DFF<Bits<64>>; 8],
    draw_next: [Signal<Local, Bits<64>>; 8],
    first_digit: Own<20>,
    load_here: [Own<1>; 8],
    change_here: [Own<1>; 8],
    opened: Own<1>,
    opens_next: Signal<Local, Bit>,
    left: DFF<Bits<4>>,
    some_left: DFF<Bit>,
    many_left: DFF<Bit>,
    at_last: DFF<Bit>,
    at_six: DFF<Bit>,
    k_is_small: DFF<Bit>,
    k: DFF<Bits<5>>,
    permute: DFF<Bit>,
    opening: DFF<Bit>,
    stepping: DFF<Bit>,
    i: DFF<Bits<LOG>>,
    factor: DFF<Factor>,
    steps_next: Signal<Local, Bit>,
    i_next: Signal<Local, Bits<LOG>>,
    below_m: Signal<Local, Bits<4>>,
    power: Signal<Local, Bits<2>>,
    once: Signal<Local, Bit>,
    twice: Signal<Local, Bit>,
    minus: Signal<Local, Bit>,
    four_less: Signal<Local, Bit>,
    three: Signal<Local, Bit>,
    into: Signal<Local, Bits<2>>,
    of_step: Signal<Local, Factor>,
    of_new: Signal<Local, Factor>,
    last: Signal<Local, Bit>,
    last_soon: Signal<Local, Bit>,
    now: Signal<Local, Bits<22>>,
    then: [Delay<22>; 4],
    across: Delay<22>,
    j_across: Delay<LOG>,
    next_j_across: Delay<1>,
    digit: [Digit<LOG>; 3],
    later: [Delay<22>; 2],
    swap: Signal<Local, Bits<22>>,
    share: [DFF<Bits<LOG>>; K],
    share_i: Signal<Local, Bits<LOG>>,
    share_j: Signal<Local, Bits<LOG>>,
    exchanges: [Exchange<LOG>; K],
    has_i: [Signal<Local, Bit>; K],
    had_i: [DFF<Bit>; K],
    had_next_i: [DFF<Bit>; K],
    j_was_next_i: DFF<Bit>,
    j_is_next_i: Same<LOG>,
    next_i: Signal<Local, Bits<LOG>>,
    next_steps: Signal<Local, Bit>,
    swap_k: Signal<Local, Bits<5>>,
    turns: Signal<Local, Bit>,
    turned: DFF<Bit>,
    last_share: DFF<Bits<LOG>>,
    last_share_but_one: DFF<Bits<LOG>>,
    channel: [Signal<Local, Bits<LOG>>; K],
    used: [DFF<Bit>; K],
    channels: Join<K, LOG, CHANNELS>,
    in_use: Join<K, 1, K>,
    queue: Fifo<A, ROUTES>,
    announced: Delay<1>,
    shown: Delay<ROUTES>,
    above: Constant<Bits<8>>,
    last_channel: Constant<Bits<LOG>>,
    last_channel_but_one: Constant<Bits<LOG>>,
    fresh: Constant<Factor>,
}

impl<const K: usize, const LOG: usize, const CHANNELS: usize, const ROUTES: usize, const A: usize>
    Draw<K, LOG, CHANNELS, ROUTES, A>
{
    /// Where a word of R takes so many clocks from its memory to the sum: routes are announced that much before they are in the queue.
    ///
    /// # Panics
    /// If the parameters do not belong together.
    pub fn new(way: usize) -> Self {
        assert!(ROUTES == CHANNELS + K);
        // Many ports do not stand beside the last digit: what is a register behind the queue of routes with few is one on the way to the ports.
        let across = usize::from(K > 4);
        blank! {
            clock reset next_load block count paths pbox announce routes pop first_digit load opened opens_next left some_left many_left at_last at_six k_is_small k permute opening stepping i
            factor steps_next i_next below_m power once twice minus four_less three into of_step of_new last last_soon now swap share_i share_j j_was_next_i j_is_next_i next_i next_steps
            swap_k turns turned last_share last_share_but_one channels in_use queue;
            [draw] [draw_next] [load_here] [change_here] [digit] [share] [exchanges] [has_i] [had_i] [had_next_i] [channel] [used];
            then: from_fn(|n| Delay::new(if n < 2 { HOP } else { 1 })),
            later: from_fn(|n| Delay::new(HOP * (n + 1))),
            across: Delay::new(across),
            j_across: Delay::new(across),
            next_j_across: Delay::new(across),
            shown: Delay::new(1 - across),
            announced: Delay::new(SOONEST.saturating_sub(way)),
            above: Constant::new((CHANNELS as u64).into()),
            last_channel: Constant::new((K as u64 - 1).into()),
            last_channel_but_one: Constant::new((K as u64 - 2).into()),
            fresh: Constant::new(FRESH.into()),
        }
    }
}

impl<const K: usize, const LOG: usize, const CHANNELS: usize, const ROUTES: usize, const A: usize>
    Logic for Draw<K, LOG, CHANNELS, ROUTES, A>
{
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(
            self,
            clock,
            load,
            left,
            some_left,
            many_left,
            at_last,
            at_six,
            k_is_small,
            k,
            permute,
            opening,
            stepping,
            i,
            factor,
            j_was_next_i,
            turned,
            last_share,
            last_share_but_one
        );
        self.queue.clock.next = self.clock.val();
        self.queue.reset.next = self.reset.val();
        for n in 0..4 {
            self.then[n].clock.next = self.clock.val();
        }
        for n in 0..3 {
            self.digit[n].clock.next = self.clock.val();
        }

        // One draw after the other; the digits take theirs in the five clocks from `opening` on.
        self.last.next = (self.stepping.q.val() && self.at_last.q.val())
            || (self.opening.q.val() && !self.permute.q.val());
        self.steps_next.next = self.stepping.q.val() && !self.at_last.q.val();
        self.i_next.next = self.i.q.val() - 1;
        if self.opening.q.val() {
            self.steps_next.next = self.permute.q.val();
            self.i_next.next = self.k.q.val().get_bits::<LOG>(0) - 1;
        }
        // Only with k = 2, whose draw would else be done before the next one has moved up, i = 1 is a step.
        self.at_last.d.next = self.i_next.val() < 3;
        self.opens_next.next = !self.steps_next.val()
            && (self.load.q.val()
                || self.many_left.q.val()
                || (self.some_left.q.val() && !self.opening.q.val()));
        if self.opening.q.val() {
            self.left.d.next = self.left.q.val() - 1;
            self.some_left.d.next = self.many_left.q.val();
            self.many_left.d.next = self.left.q.val() > 2;
        }
        self.load.d.next = self.next_load.val();
        if self.load.q.val() {
            self.left.d.next = self.count.val();
            self.some_left.d.next = true;
            self.many_left.d.next = self.count.val() != 1;
            self.k.d.next = self.paths.val();
            self.k_is_small.d.next = self.paths.val() < 7;
            self.permute.d.next = self.pbox.val();
        }
        self.opening.d.next = self.opens_next.val();
        self.opened.clock.next = self.clock.val();
        self.opened.d.next = self.opens_next.val().into();
        self.stepping.d.next = self.steps_next.val();
        self.i.d.next = self.i_next.val();
        // The next factor, i + 1, as `digit.rs` has it.
        self.below_m.next = bit_cast::<4, LOG>(self.i_next.val());
        self.at_six.d.next = self.below_m.val() == 6;
        self.power.next = 3.into();
        if self.below_m.val() < 10 {
            self.power.next = 2.into();
        }
        if self.below_m.val() < 5 {
            self.power.next = 1.into();
        }
        self.three.next = (self.below_m.val() == 10) || (self.below_m.val() == 12);
        if self.three.val() {
            self.power.next = 0.into();
        }
        self.once.next = !self.below_m.val().get_bit(0);
        self.twice.next = self.below_m.val().get_bits::<2>(0) == 1;
        self.minus.next = (self.below_m.val().get_bit(0) ^ self.below_m.val().get_bit(1))
            && (self.below_m.val() != 9);
        self.four_less.next = self.three.val() || (self.below_m.val() == 11);
        self.into.next = 0.into();
        if self.below_m.val() < 10 {
            self.into.next = self.power.val();
        }
        if self.four_less.val() {
            self.into.next = 3.into();
        }
        self.of_step.next = 0.into();
        if self.steps_next.val() {
            self.of_step.next = bit_cast::<10, 2>(self.power.val())
                | (bit_cast::<10, 1>(self.once.val().into()) << 2)
                | (bit_cast::<10, 1>(self.twice.val().into()) << 3)
                | (bit_cast::<10, 1>(self.minus.val().into()) << 4)
                | (bit_cast::<10, 1>(self.four_less.val().into()) << 5)
                | (bit_cast::<10, 1>(self.three.val().into()) << 6)
                | (bit_cast::<10, 1>(self.three.val().into()) << 7)
                | (bit_cast::<10, 2>(self.into.val()) << 8);
        }
        // A draw opens where none steps, which is known later: it is added to the one bit that it is.
        self.of_new.next = 0.into();
        if self.opens_next.val() {
            self.of_new.next = self.fresh.val();
        }
        self.factor.d.next = self.of_step.val() | self.of_new.val();
        if self.reset.val() {
            self.some_left.d.next = false;
            self.many_left.d.next = false;
            self.opening.d.next = false;
            self.stepping.d.next = false;
        }

        // A draw moves up a clock after the lowest one was taken: the next one is not taken before, but where none matters.
        for n in 0..8 {
            self.draw[n].clock.next = self.clock.val();
            self.draw_next[n].next = self.draw[n].q.val();
            self.load_here[n].clock.next = self.clock.val();
            self.load_here[n].d.next = self.next_load.val().into();
            self.change_here[n].clock.next = self.clock.val();
            self.change_here[n].d.next = (self.next_load.val() || self.opened.q.val().any()).into();
        }
        for n in 0..7 {
            if self.change_here[n].q.val().any() {
                self.draw_next[n].next = self.draw[n + 1].q.val();
            }
        }
        for n in 7..8 {
            if self.change_here[n].q.val().any() {
                self.draw_next[n].next = self.draw[0].q.val();
            }
        }
        for n in 0..8 {
            if self.change_here[n].q.val().any() && self.load_here[n].q.val().any() {
                self.draw_next[n].next = self.block.val().get_bits::<64>(n * 64);
            }
        }
        for n in 0..8 {
            self.draw[n].d.next = self.draw_next[n].val();
        }
        self.first_digit.clock.next = self.clock.val();
        self.first_digit.d.next = self.draw_next[0].val().get_bits::<20>(0);

        // From the lowest bit up: opening, step, last, i, k, factor.
        self.now.next = bit_cast::<22, 1>(self.opening.q.val().into())
            | (bit_cast::<22, 1>(self.stepping.q.val().into()) << 1)
            | (bit_cast::<22, 1>(self.last.val().into()) << 2)
            | (bit_cast::<22, LOG>(self.i.q.val()) << 3)
            | (bit_cast::<22, 5>(self.k.q.val()) << 7)
            | (bit_cast::<22, 10>(self.factor.q.val()) << 12);
        self.then[0].word.next = self.now.val();
        self.then[1].word.next = self.then[0].later.val();
        self.across.clock.next = self.clock.val();
        self.across.word.next = self.then[1].later.val();
        self.then[2].word.next = self.across.later.val();
        self.then[3].word.next = self.then[2].later.val();
        // The digits have two bits more than the draw: they are below it, and nothing.
        self.digit[0].factor.next = self.factor.q.val();
        self.digit[0].carry_in.next = bit_cast::<6, 1>(self.factor.q.val().get_bits::<1>(5)) << 2;
        self.digit[0].fresh.next = bit_cast::<22, 20>(self.first_digit.q.val()) << 2;
        for n in 0..2 {
            self.digit[n + 1].factor.next = self.then[n].later.val().get_bits::<10>(12);
            self.digit[n + 1].carry_in.next = self.digit[n].carry_on.val();
            self.later[n].clock.next = self.clock.val();
            self.later[n].word.next = self.draw[0].q.val().get_bits::<22>(n * 22 + 20);
            self.digit[n + 1].fresh.next = self.later[n].later.val();
        }

        // Swap.
        self.swap.next = self.then[2].later.val();
        self.share_i.next = self.swap.val().get_bits::<LOG>(3);
        self.j_across.clock.next = self.clock.val();
        self.j_across.word.next = self.digit[2].carry_out.val().get_bits::<LOG>(0);
        self.share_j.next = self.j_across.later.val();
        self.swap_k.next = self.swap.val().get_bits::<5>(7);
        self.last_share.d.next = self.swap_k.val().get_bits::<LOG>(0) - 1;
        self.last_share_but_one.d.next = self.swap_k.val().get_bits::<LOG>(0) - 2;
        // After the step of i = 2, that of i = 1: shares 0 and 1 change ports if its j is 0. Nothing comes after it, so they change names.
        self.next_j_across.clock.next = self.clock.val();
        self.next_j_across.word.next = self.digit[2].highest.val().into();
        self.turns.next = self.swap.val().get_bit(1)
            && self.swap.val().get_bit(4)
            && !self.next_j_across.later.val().any();
        self.turned.d.next = self.turns.val();
        if self.turns.val() && (self.swap_k.val() == 3) {
            self.last_share_but_one.d.next = 0.into();
        }
        // j comes late and has a long way to the ports: it is compared with their shares alone. Who has share i follows from who had the one of this step and who
        // that of the next, before they changed ports.
        self.next_i.next = self.across.later.val().get_bits::<LOG>(3);
        self.next_steps.next = self.across.later.val().get_bit(1);
        self.j_is_next_i.a.next = self.share_j.val();
        self.j_is_next_i.b.next = self.next_i.val();
        self.j_is_next_i.asked.next = self.swap.val().get_bit(1) && self.next_steps.val();
        self.j_was_next_i.d.next = self.j_is_next_i.same.val();
        for p in 0..K {
            self.has_i[p].next = self.had_next_i[p].q.val();
            if self.j_was_next_i.q.val() {
                self.has_i[p].next = self.had_i[p].q.val();
            }
            self.had_i[p].clock.next = self.clock.val();
            self.had_i[p].d.next = self.has_i[p].val();
            self.had_next_i[p].clock.next = self.clock.val();
            self.had_next_i[p].d.next =
                self.next_steps.val() && (self.share[p].q.val() == self.next_i.val());
            self.exchanges[p].share.next = self.share[p].q.val();
            self.exchanges[p].has_i.next = self.has_i[p].val();
            self.exchanges[p].i.next = self.share_i.val();
            self.exchanges[p].j.next = self.share_j.val();
            self.exchanges[p].step.next = self.swap.val().get_bit(1);
            self.share[p].clock.next = self.clock.val();
            self.share[p].d.next = self.exchanges[p].after.val();
            if self.swap.val().get_bit(0) {
                self.share[p].d.next = p.to_bits();
                self.had_next_i[p].d.next =
                    self.next_steps.val() && (self.next_i.val() == p.to_bits());
            }
            self.used[p].clock.next = self.clock.val();
            self.used[p].d.next = self.swap_k.val() > p.to_bits();
            self.channel[p].next = self.share[p].q.val();
            if self.turned.q.val() && (self.share[p].q.val() < 2) {
                self.channel[p].next = self.share[p].q.val() ^ 1;
            }
            if self.share[p].q.val() == self.last_share.q.val() {
                self.channel[p].next = self.last_channel.val();
            }
            if self.share[p].q.val() == self.last_share_but_one.q.val() {
                self.channel[p].next = self.last_channel_but_one.val();
            }
            self.channels.word[p].next = self.channel[p].val();
            self.in_use.word[p].next = self.used[p].q.val().into();
        }

        self.announced.clock.next = self.clock.val();
        // Four steps before the last, for the register that takes it to the gate; where there are no more, in its first clock.
        self.last_soon.next = (self.stepping.q.val() && self.at_six.q.val())
            || (self.opening.q.val() && (self.k_is_small.q.val() || !self.permute.q.val()));
        self.announced.word.next = self.last_soon.val().into();
        self.announce.next = self.announced.later.val().any();
        self.queue.push.next = self.then[3].later.val().get_bit(2);
        self.queue.word.next = bit_cast::<ROUTES, CHANNELS>(self.channels.joined.val())
            | (bit_cast::<ROUTES, K>(self.in_use.joined.val()) << self.above.val());
        self.queue.pop.next = self.pop.val();
        // Routes wait for at least a clock in the queue, and last for more than one.
        self.shown.clock.next = self.clock.val();
        self.shown.word.next = self.queue.head.val();
        self.routes.next = self.shown.later.val();
    }
}
