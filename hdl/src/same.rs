//! Whether two numbers are the same. A leaf, so that synthesis maps it to two levels of LUTs (constraints/ecp5) and does not spread it over more, as it does with what
//! it takes for fast enough.

use rust_hdl::prelude::*;

/// Of `W` bits each.
#[derive(LogicBlock, Default)]
pub struct Same<const W: usize> {
    /// One number.
    pub a: Signal<In, Bits<W>>,
    /// The other.
    pub b: Signal<In, Bits<W>>,
    /// It matters.
    pub asked: Signal<In, Bit>,
    /// It matters, and they are the same.
    pub same: Signal<Out, Bit>,
}

impl<const W: usize> Logic for Same<W> {
    fn update(&mut self) {}

    fn connect(&mut self) {
        self.same.connect();
    }

    fn hdl(&self) -> Verilog {
        Verilog::Custom(format!(
            "// module same_{W}\nalways @(*) same = asked && a == b;\n"
        ))
    }
}
