//! A register of one's own. Equal registers synthesis makes one, and then sends its bit all over the chip; this one it leaves where it is needed.
//!
//! A leaf, for what sets it apart is an attribute: `verilog.rs` writes it before a module of this name.

use rust_hdl::prelude::*;

/// `W` bits, a clock later.
#[derive(LogicBlock, Default)]
pub struct Own<const W: usize> {
    /// Rising edge.
    pub clock: Signal<In, Clock>,
    /// What it takes each clock.
    pub d: Signal<In, Bits<W>>,
    /// What it took.
    pub q: Signal<Out, Bits<W>>,
}

impl<const W: usize> Logic for Own<W> {
    fn update(&mut self) {}

    fn connect(&mut self) {
        self.q.connect();
    }

    fn hdl(&self) -> Verilog {
        Verilog::Custom(format!(
            "// module own_{W}\nalways @(posedge clock) q <= d;\n"
        ))
    }
}
