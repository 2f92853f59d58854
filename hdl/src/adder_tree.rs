//! The adder tree of Figure 7.1: the sum of all R_i, a register behind each level.

use crate::lanes::LaneAdd;
use rust_hdl::prelude::*;

/// The tree of two units. Latency: one clock.
#[derive(LogicBlock, Default)]
pub struct AdderTree {
    /// Rising edge.
    pub clock: Signal<In, Clock>,
    /// Lanes end at bits 8 and 24.
    pub cut_8: Signal<In, Bit>,
    /// Lanes end at bit 16.
    pub cut_16: Signal<In, Bit>,
    /// R_0 and R_1, zero where a path is not in use.
    pub word: [Signal<In, Bits<32>>; 2],
    /// Their sum in each lane.
    pub sum: Signal<Out, Bits<32>>,
    add: LaneAdd,
    level: DFF<Bits<32>>,
}

impl Logic for AdderTree {
    #[hdl_gen]
    fn update(&mut self) {
        self.level.clock.next = self.clock.val();
        self.add.cut_8.next = self.cut_8.val();
        self.add.cut_16.next = self.cut_16.val();
        self.add.a.next = self.word[0].val();
        self.add.b.next = self.word[1].val();
        self.level.d.next = self.add.sum.val();
        self.sum.next = self.level.q.val();
    }
}
