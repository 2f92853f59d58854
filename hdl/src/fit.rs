//! Whether a piece of r fits one of M: Definition 7.2.2 wants them to differ in each lane.
//!
//! Synthesis keeps it apart (`verilog.rs` says so before a module of this name). Within a core it would spread the comparison over as many LUTs one after the other as the
//! core's longest path allows, and so make it the longest.

use rust_hdl::prelude::*;

/// Two pieces of words of `W` bits. The answer comes a clock later.
#[derive(LogicBlock)]
pub struct Fit<const W: usize> {
    /// Rising edge.
    pub clock: Signal<In, Clock>,
    /// There is a piece of r.
    pub valid: Signal<In, Bit>,
    /// A piece of M: 64 bits, or 32 in the lower half.
    pub m: Signal<In, Bits<64>>,
    /// One of r.
    pub r: Signal<In, Bits<64>>,
    /// Lanes of 8 bits; not with `by_more`.
    pub by_byte: Signal<In, Bit>,
    /// Lanes of 32 or 64 bits; neither: of 16.
    pub by_more: Signal<In, Bit>,
    /// Pieces and lanes of 64 bits.
    pub two: Signal<In, Bit>,
    /// There was one, and it fits.
    pub fits: Signal<Out, Bit>,
    same: [Signal<Local, Bit>; 8],
    upper: Signal<Local, Bit>,
    low_pair: Signal<Local, Bit>,
    high_pair: Signal<Local, Bit>,
    alike: Signal<Local, Bit>,
    answer: DFF<Bit>,
    one_piece: Constant<Bit>,
}

impl<const W: usize> Default for Fit<W> {
    fn default() -> Self {
        blank! {
            clock valid m r by_byte by_more two fits upper low_pair high_pair alike answer;
            [same];
            one_piece: Constant::new(W == 32),
        }
    }
}

impl<const W: usize> Logic for Fit<W> {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clock, answer);
        for place in 0..8 {
            self.same[place].next =
                self.m.val().get_bits::<8>(place * 8) == self.r.val().get_bits::<8>(place * 8);
        }
        self.upper.next =
            self.same[4].val() && self.same[5].val() && self.same[6].val() && self.same[7].val();
        self.low_pair.next = (self.same[0].val() && self.same[1].val())
            || (self.by_byte.val() && (self.same[0].val() || self.same[1].val()));
        self.high_pair.next = (self.same[2].val() && self.same[3].val())
            || (self.by_byte.val() && (self.same[2].val() || self.same[3].val()));
        self.alike.next = self.low_pair.val() || self.high_pair.val();
        if self.by_more.val() {
            self.alike.next = self.low_pair.val()
                && self.high_pair.val()
                && (!self.two.val() || self.one_piece.val() || self.upper.val());
        }
        self.answer.d.next = self.valid.val() && !self.alike.val();
        self.fits.next = self.answer.q.val();
    }
}
