//! The end of ChaCha: the initial state is added to what passed the rounds (RFC 8439, section 2.3), and the block is cut into as many groups as there are turns.
//!
//! Where a turn takes four clocks a group leaves word by word; where it takes one, all at once.

use crate::engine::SIGMA;
use crate::join::Join;
use crate::own::Own;
use crate::quarter_round::AddXor;
use rust_hdl::prelude::*;

/// Latency: one clock from `passed`, two from `initial`.
#[derive(LogicBlock)]
pub struct FeedForward {
    /// Rising edge.
    pub clock: Signal<In, Clock>,
    /// In the next clock `passed` belongs to today's `initial`; else the words of each group move up by one.
    pub next_load: Signal<In, Bit>,
    /// From the engine.
    pub passed: [Signal<In, Bits<32>>; 16],
    /// To be xored to words 4 to 7 of `passed`.
    pub b_right: [Signal<In, Bits<32>>; 4],
    /// Words 4 to 15 of the initial state.
    pub initial: [Signal<In, Bits<32>>; 12],
    /// The block, word 0 lowest; whole only after a load.
    pub block: Signal<Out, Bits<512>>,
    held: [DFF<Bits<32>>; 12],
    load: [Own<1>; 16],
    add_xor: [AddXor; 16],
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
            clock next_load passed b_right initial block held load add_xor sum together;;
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
            self.add_xor[i].b.next = self.passed[i].val();
            self.add_xor[i].c.next = self.zero.val();
        }
        for j in 0..4 {
            self.add_xor[4 + j].c.next = self.b_right[j].val();
        }
        for i in 0..16 {
            self.load[i].clock.next = self.clock.val();
            self.load[i].d.next = self.next_load.val().into();
            self.sum[i].clock.next = self.clock.val();
            self.sum[i].d.next = self.sum[i].q.val();
        }
        for i in 0..15 {
            self.sum[i].d.next = self.sum[i + 1].q.val();
        }
        for i in 0..16 {
            if self.load[i].q.val().any() || self.each_clock.val() {
                self.sum[i].d.next = self.add_xor[i].sum.val();
            }
            self.together.word[i].next = self.sum[i].q.val();
        }
        self.block.next = self.together.joined.val();
    }
}
