//! The end of ChaCha: the initial state is added to what passed the rounds (RFC 8439, section 2.3), and the block is cut into as many groups as there are turns.
//!
//! Where a turn takes four clocks a group leaves word by word; where it takes one, all at once.

use crate::engine::SIGMA;
use crate::join::Join;
use rust_hdl::prelude::*;

/// Latency: one clock.
#[derive(LogicBlock)]
pub struct FeedForward {
    /// Rising edge.
    pub clock: Signal<In, Clock>,
    /// `passed` and `initial` belong together; else the words of each group move up by one.
    pub load: Signal<In, Bit>,
    /// From the engine.
    pub passed: [Signal<In, Bits<32>>; 16],
    /// Words 4 to 15 of the initial state.
    pub initial: [Signal<In, Bits<32>>; 12],
    /// The block, word 0 lowest; whole only in the clock after `load`.
    pub block: Signal<Out, Bits<512>>,
    sum: [DFF<Bits<32>>; 16],
    sigma: [Constant<Bits<32>>; 4],
    together: Join<16, 32, 512>,
}

impl Default for FeedForward {
    fn default() -> Self {
        Self {
            clock: Signal::default(),
            load: Signal::default(),
            passed: Default::default(),
            initial: Default::default(),
            block: Signal::default(),
            sum: Default::default(),
            sigma: SIGMA.map(|word| Constant::new(word.into())),
            together: Join::default(),
        }
    }
}

impl Logic for FeedForward {
    #[hdl_gen]
    fn update(&mut self) {
        for i in 0..16 {
            self.sum[i].clock.next = self.clock.val();
            self.sum[i].d.next = self.sum[i].q.val();
        }
        for i in 0..15 {
            self.sum[i].d.next = self.sum[i + 1].q.val();
        }
        if self.load.val() {
            for i in 0..4 {
                self.sum[i].d.next = self.passed[i].val() + self.sigma[i].val();
            }
            for i in 4..16 {
                self.sum[i].d.next = self.passed[i].val() + self.initial[i - 4].val();
            }
        }
        for i in 0..16 {
            self.together.word[i].next = self.sum[i].q.val();
        }
        self.block.next = self.together.joined.val();
    }
}
