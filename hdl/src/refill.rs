//! Whether the register of a word takes the next one from the queue before it. A leaf, so that synthesis maps it to one LUT (constraints/ecp5): the queue may lie far
//! away.

use rust_hdl::prelude::*;

/// One gate; no clock.
#[derive(LogicBlock, Default)]
pub struct Refill {
    /// There is a word.
    pub held: Signal<In, Bit>,
    /// It gives its last piece,
    pub ends: Signal<In, Bit>,
    /// if that is not refused.
    pub refused: Signal<In, Bit>,
    /// There is a next word.
    pub offered: Signal<In, Bit>,
    /// None is taken.
    pub reset: Signal<In, Bit>,
    /// It is taken.
    pub pops: Signal<Out, Bit>,
}

impl Logic for Refill {
    fn update(&mut self) {}

    fn connect(&mut self) {
        self.pops.connect();
    }

    fn hdl(&self) -> Verilog {
        Verilog::Custom(
            "// module refill\nalways @(*) pops = (!held || (ends && !refused)) && offered && !reset;\n".into(),
        )
    }
}
