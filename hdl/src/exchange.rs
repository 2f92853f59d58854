//! Which share a port has after a step of the draw. A leaf, so that synthesis maps it to two levels of LUTs (constraints/ecp5): j comes late, and from
//! far away.

use rust_hdl::prelude::*;

/// Numbers of `W` bits.
#[derive(LogicBlock, Default)]
pub struct Exchange<const W: usize> {
    /// The port's share.
    pub share: Signal<In, Bits<W>>,
    /// It is i.
    pub has_i: Signal<In, Bit>,
    /// The share that changes ports with share j.
    pub i: Signal<In, Bits<W>>,
    /// The other one.
    pub j: Signal<In, Bits<W>>,
    /// There is a step.
    pub step: Signal<In, Bit>,
    /// The port's share from now on.
    pub after: Signal<Out, Bits<W>>,
}

impl<const W: usize> Logic for Exchange<W> {
    fn update(&mut self) {}

    fn connect(&mut self) {
        self.after.connect();
    }

    fn hdl(&self) -> Verilog {
        Verilog::Custom(format!(
            "// module exchange_{W}\nalways @(*) after = share == j ? (step ? i : share) : (has_i ? j : share);\n"
        ))
    }
}
