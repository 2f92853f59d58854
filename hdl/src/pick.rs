//! One of four words. A leaf, so that synthesis can map it to two LUTs and a wide multiplexer a bit (constraints/ecp5), where it would take three LUTs.

use rust_hdl::prelude::*;

/// `a`, `b`, `c` or `d`, `W` bits.
#[derive(LogicBlock, Default)]
pub struct Pick<const W: usize> {
    /// Number 0.
    pub a: Signal<In, Bits<W>>,
    /// Number 1.
    pub b: Signal<In, Bits<W>>,
    /// Number 2.
    pub c: Signal<In, Bits<W>>,
    /// Number 3.
    pub d: Signal<In, Bits<W>>,
    /// The number of the word wanted.
    pub which: Signal<In, Bits<2>>,
    /// That word.
    pub picked: Signal<Out, Bits<W>>,
}

impl<const W: usize> Logic for Pick<W> {
    fn update(&mut self) {}

    fn connect(&mut self) {
        self.picked.connect();
    }

    fn hdl(&self) -> Verilog {
        Verilog::Custom(format!(
            "// module pick_{W}\nalways @(*) picked = which[1] ? (which[0] ? d : c) : (which[0] ? b : a);\n"
        ))
    }
}
