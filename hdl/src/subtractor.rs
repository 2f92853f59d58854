//! A subtractor of Figure 7.1: r - sum(R_i), and M - r.

use crate::lanes::LaneSubtract;
use rust_hdl::prelude::*;

/// Latency: one clock.
#[derive(LogicBlock, Default)]
pub struct Subtractor {
    /// Rising edge.
    pub clock: Signal<In, Clock>,
    /// Lanes end at bits 8 and 24.
    pub cut_8: Signal<In, Bit>,
    /// Lanes end at bit 16.
    pub cut_16: Signal<In, Bit>,
    /// What is subtracted from.
    pub minuend: Signal<In, Bits<32>>,
    /// What is subtracted.
    pub subtrahend: Signal<In, Bits<32>>,
    /// The difference in each lane.
    pub difference: Signal<Out, Bits<32>>,
    subtract: LaneSubtract,
    result: DFF<Bits<32>>,
}

impl Logic for Subtractor {
    #[hdl_gen]
    fn update(&mut self) {
        self.result.clock.next = self.clock.val();
        self.subtract.cut_8.next = self.cut_8.val();
        self.subtract.cut_16.next = self.cut_16.val();
        self.subtract.a.next = self.minuend.val();
        self.subtract.b.next = self.subtrahend.val();
        self.result.d.next = self.subtract.difference.val();
        self.difference.next = self.result.q.val();
    }
}
