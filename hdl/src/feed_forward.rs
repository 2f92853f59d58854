//! The end of ChaCha: the initial state is added to what passed the rounds (RFC 8439, section 2.3), and the block is cut into as many groups as there are turns.
//!
//! Where a turn takes four clocks a group leaves word by word; where it takes one, all at once.

use crate::delay::Delay;
use crate::engine::SIGMA;
use crate::join::Join;
use crate::own::Own;
use crate::quarter_round::AddXor;
use rust_hdl::prelude::*;
use std::array::from_fn;

/// Latency: one clock from `passed` where a turn takes one, else three, since the words of a block come from all over the chip, and it is cut behind the sum; two
/// from `initial`, or three.
#[derive(LogicBlock)]
pub struct FeedForward {
    /// Rising edge.
    pub clock: Signal<In, Clock>,
    /// A block begins: `passed` belongs to today's `initial`, in the next clock where a turn takes one, in this clock where it takes four. Else the words of each
    /// group move up by one.
    pub next_load: Signal<In, Bit>,
    /// And that block is zero, whatever comes: its unit is not in use.
    pub next_blank: Signal<In, Bit>,
    /// From the engine.
    pub passed: [Signal<In, Bits<32>>; 16],
    /// To be xored to words 4 to 7 of `passed`.
    pub b_right: [Signal<In, Bits<32>>; 4],
    /// Words 4 to 15 of the initial state.
    pub initial: [Signal<In, Bits<32>>; 12],
    /// The block, word 0 lowest; whole only after a load.
    pub block: Signal<Out, Bits<512>>,
    held: [DFF<Bits<32>>; 12],
    arrived: [Delay<32>; 16],
    right_arrived: [Delay<32>; 4],
    load: [Own<1>; 16],
    blank: [Own<1>; 16],
    add_xor: [AddXor; 16],
    made: [Delay<32>; 16],
    load_later: Delay<1>,
    blank_later: Delay<1>,
    sum: [DFF<Bits<32>>; 16],
    sigma: [Constant<Bits<32>>; 4],
    zero: Constant<Bits<32>>,
    each_clock: Constant<Bit>,
    together: Join<16, 32, 512>,
}

impl FeedForward {
    /// For a block each so many clocks.
    pub fn new(clocks: usize) -> Self {
        blank! {
            clock next_load next_blank passed b_right initial block held load blank add_xor sum together;;
            made: from_fn(|_| Delay::new(usize::from(clocks > 1))),
            load_later: Delay::new(usize::from(clocks > 1)),
            blank_later: Delay::new(usize::from(clocks > 1)),
            arrived: from_fn(|_| Delay::new(usize::from(clocks > 1))),
            right_arrived: from_fn(|_| Delay::new(usize::from(clocks > 1))),
            sigma: SIGMA.map(|word| Constant::new(word.into())),
            zero: Constant::new(0.into()),
            each_clock: Constant::new(clocks == 1),
        }
    }
}

impl Logic for FeedForward {
    #[hdl_gen]
    fn update(&mut self) {
        for i in 0..12 {
            self.held[i].clock.next = self.clock.val();
            self.held[i].d.next = self.initial[i].val();
            self.add_xor[4 + i].a.next = self.held[i].q.val();
        }
        for i in 0..4 {
            self.add_xor[i].a.next = self.sigma[i].val();
        }
        for i in 0..16 {
            self.arrived[i].clock.next = self.clock.val();
            self.arrived[i].word.next = self.passed[i].val();
            self.add_xor[i].b.next = self.arrived[i].later.val();
            self.add_xor[i].c.next = self.zero.val();
        }
        for j in 0..4 {
            self.right_arrived[j].clock.next = self.clock.val();
            self.right_arrived[j].word.next = self.b_right[j].val();
            self.add_xor[4 + j].c.next = self.right_arrived[j].later.val();
        }
        self.load_later.clock.next = self.clock.val();
        self.load_later.word.next = self.next_load.val().into();
        self.blank_later.clock.next = self.clock.val();
        self.blank_later.word.next = self.next_blank.val().into();
        for i in 0..16 {
            self.made[i].clock.next = self.clock.val();
            self.made[i].word.next = self.add_xor[i].sum.val();
            self.load[i].clock.next = self.clock.val();
            self.load[i].d.next = self.load_later.later.val();
            self.blank[i].clock.next = self.clock.val();
            self.blank[i].d.next = self.blank_later.later.val();
            self.sum[i].clock.next = self.clock.val();
            self.sum[i].d.next = self.sum[i].q.val();
        }
        for i in 0..15 {
            self.sum[i].d.next = self.sum[i + 1].q.val();
        }
        for i in 0..16 {
            if self.load[i].q.val().any() || self.each_clock.val() {
                self.sum[i].d.next = self.made[i].later.val();
            }
            if self.blank[i].q.val().any() {
                self.sum[i].d.next = 0.into();
            }
            self.together.word[i].next = self.sum[i].q.val();
        }
        self.block.next = self.together.joined.val();
    }
}
