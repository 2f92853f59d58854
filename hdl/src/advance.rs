//! Whether the pieces of M and of r that wait before the pair move up.
//!
//! Sixty-four bits wait for each answer. A leaf, so that synthesis maps it to one LUT from registers (constraints/ecp5).

use rust_hdl::prelude::*;

/// Gates; no clock.
#[derive(LogicBlock, Default)]
pub struct Advance {
    /// A piece of M waits.
    pub m_waits: Signal<In, Bit>,
    /// One of r.
    pub r_waits: Signal<In, Bit>,
    /// There is an M.
    pub m_here: Signal<In, Bit>,
    /// It has an r.
    pub r_here: Signal<In, Bit>,
    /// It has been there before: that they fit is told by `fits_m`, else by `fits_ahead`.
    pub stayed: Signal<In, Bit>,
    /// See `stayed`.
    pub fits_m: Signal<In, Bit>,
    /// See `stayed`.
    pub fits_ahead: Signal<In, Bit>,
    /// There is room for what is found.
    pub room: Signal<In, Bit>,
    /// M's move up.
    pub m_moves: Signal<Out, Bit>,
    /// r's move up.
    pub r_moves: Signal<Out, Bit>,
}

impl Logic for Advance {
    fn update(&mut self) {}

    fn connect(&mut self) {
        self.m_moves.connect();
        self.r_moves.connect();
    }

    fn hdl(&self) -> Verilog {
        Verilog::Custom(
            "\
// module advance
always @(*) m_moves = !m_waits || !m_here || (stayed ? fits_m : fits_ahead);
always @(*) r_moves = !r_waits || (room && (m_waits || (m_here && !r_here)));
"
            .into(),
        )
    }
}
