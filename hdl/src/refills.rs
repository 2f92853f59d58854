//! Whether the register of a word is free for the next one.
//!
//! Both its bits and the queue before it must know, and these may lie far apart: with a gate for each the way is short to both. Synthesis would make the two one, and is
//! told not to (`verilog.rs`, before a module of this name).

use rust_hdl::prelude::*;

/// One gate; no clock.
#[derive(LogicBlock, Default)]
pub struct Refills {
    /// There is a word.
    pub held: Signal<In, Bit>,
    /// It gives its last piece,
    pub ends: Signal<In, Bit>,
    /// if that is not refused.
    pub refused: Signal<In, Bit>,
    /// The next word may come.
    pub refills: Signal<Out, Bit>,
}

impl Logic for Refills {
    #[hdl_gen]
    fn update(&mut self) {
        self.refills.next = !self.held.val() || (self.ends.val() && !self.refused.val());
    }
}
