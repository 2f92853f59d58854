//! A subtractor of Figure 7.1: r - sum(R_i), and M - r.

use crate::lanes::{Cuts, WordSubtract};
use rust_hdl::prelude::*;

/// Latency: one clock, two for words wider than 32 bits.
#[derive(LogicBlock, Default)]
pub struct Subtractor<const W: usize, const HALVES: usize, const PADDED: usize> {
    /// Rising edge.
    pub clock: Signal<In, Clock>,
    /// Where lanes end.
    pub cuts: Signal<In, Cuts>,
    /// What is subtracted from.
    pub minuend: Signal<In, Bits<W>>,
    /// What is subtracted.
    pub subtrahend: Signal<In, Bits<W>>,
    /// The difference in each lane.
    pub difference: Signal<Out, Bits<W>>,
    subtract: WordSubtract<W, HALVES, PADDED>,
    result: DFF<Bits<W>>,
}

impl<const W: usize, const HALVES: usize, const PADDED: usize> Logic
    for Subtractor<W, HALVES, PADDED>
{
    #[hdl_gen]
    fn update(&mut self) {
        self.result.clock.next = self.clock.val();
        self.subtract.clock.next = self.clock.val();
        self.subtract.cuts.next = self.cuts.val();
        self.subtract.a.next = self.minuend.val();
        self.subtract.b.next = self.subtrahend.val();
        self.result.d.next = self.subtract.difference.val();
        self.difference.next = self.result.q.val();
    }
}
