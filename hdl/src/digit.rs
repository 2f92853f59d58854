//! A digit of the draw: one multiplication of the P-box's decoder, sixteen bits wide.

use rust_hdl::prelude::*;

/// `digit * (i + 1) + carry_in`: the low sixteen bits are kept, the rest is passed on.
#[derive(LogicBlock, Default)]
pub struct Digit {
    /// Rising edge.
    pub clock: Signal<In, Clock>,
    /// Takes `fresh`.
    pub load: Signal<In, Bit>,
    /// The digit of a new draw.
    pub fresh: Signal<In, Bits<16>>,
    /// Multiplies by `i` + 1.
    pub step: Signal<In, Bit>,
    /// 1 to 15.
    pub i: Signal<In, Bits<4>>,
    /// From the lower digit.
    pub carry_in: Signal<In, Bits<4>>,
    /// To the higher digit, a clock later.
    pub carry_out: Signal<Out, Bits<4>>,
    digit: DFF<Bits<16>>,
    carry: DFF<Bits<4>>,
    wide: Signal<Local, Bits<20>>,
    part: [Signal<Local, Bits<20>>; 4],
    product: Signal<Local, Bits<20>>,
}

impl Logic for Digit {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clock, digit, carry);
        self.wide.next = bit_cast::<20, 16>(self.digit.q.val());
        for b in 0..4 {
            self.part[b].next = 0.into();
        }
        if self.i.val().get_bit(0) {
            self.part[0].next = self.wide.val();
        }
        if self.i.val().get_bit(1) {
            self.part[1].next = self.wide.val() << 1;
        }
        if self.i.val().get_bit(2) {
            self.part[2].next = self.wide.val() << 2;
        }
        if self.i.val().get_bit(3) {
            self.part[3].next = self.wide.val() << 3;
        }
        self.product.next = ((self.part[0].val() + self.part[1].val())
            + (self.part[2].val() + self.part[3].val()))
            + (self.wide.val() + bit_cast::<20, 4>(self.carry_in.val()));
        if self.step.val() {
            self.digit.d.next = self.product.val().get_bits::<16>(0);
            self.carry.d.next = self.product.val().get_bits::<4>(16);
        }
        if self.load.val() {
            self.digit.d.next = self.fresh.val();
        }
        self.carry_out.next = self.carry.q.val();
    }
}
