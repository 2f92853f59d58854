//! Whether the pieces of M and of r that wait before the pair move up.
//!
//! Sixty-four bits wait for each answer: it is one LUT from registers. Synthesis would share gates with what else needs them, and is told not to (`verilog.rs`, before a
//! module of this name).

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
    #[hdl_gen]
    fn update(&mut self) {
        self.m_moves.next = !self.m_waits.val()
            || !self.m_here.val()
            || (self.stayed.val() && self.fits_m.val())
            || (!self.stayed.val() && self.fits_ahead.val());
        self.r_moves.next = !self.r_waits.val()
            || (self.room.val()
                && (self.m_waits.val() || (self.m_here.val() && !self.r_here.val())));
    }
}
