//! A digit of the draw: one multiplication of the P-box's decoder, sixteen bits wide.
//!
//! The factor m = 2 to 16 comes recoded, m = 16 a + 4 h + l with a of 0 and 1, and h and l of -1 to 2: what is added are three multiples of the digit that take no adder
//! of their own. A carry-save step leaves one carry chain.
//!
//! With four channels m is 2, 3 or 4, which are 1 + 1, 1 + 2 and 2 + 2: two multiples and the chain. A carry is less than m, and adds its ones where the multiples
//! leave a place free: below the chain, and at the bottom of each digit that is doubled. So it comes as so many ones.

use rust_hdl::prelude::*;

/// `l` in the lowest two bits, `h` in the next (3 stands for -1), `a` above them.
pub type Factor = Bits<5>;

/// `digit * m + carry_in`: the low sixteen bits are kept, the rest is passed on.
#[derive(LogicBlock)]
pub struct Digit {
    /// Rising edge.
    pub clock: Signal<In, Clock>,
    /// Takes `fresh`; `factor` and `carry_in` are zero then.
    pub load: Signal<In, Bit>,
    /// The digit of a new draw.
    pub fresh: Signal<In, Bits<16>>,
    /// What it is multiplied by, 16 a + 4 h + l: `l` in the lowest two bits, `h` in the next (3 stands for -1), `a` above them.
    pub factor: Signal<In, Factor>,
    /// Is added: from the lower digit, less than the factor. With four channels it comes as so many ones.
    pub carry_in: Signal<In, Bits<4>>,
    /// What passes sixteen bits, a clock later.
    pub carry_out: Signal<Out, Bits<4>>,
    /// The same as the higher digit's `carry_in` wants it.
    pub ones: Signal<Out, Bits<4>>,
    digit: DFF<Bits<16>>,
    carry: DFF<Bits<4>>,
    wide: Signal<Local, Bits<20>>,
    low: Signal<Local, Bits<2>>,
    high: Signal<Local, Bits<2>>,
    term_a: Signal<Local, Bits<20>>,
    term_h: Signal<Local, Bits<20>>,
    term_l: Signal<Local, Bits<20>>,
    negative_l: Signal<Local, Bit>,
    negative_h: Signal<Local, Bit>,
    out: Signal<Local, Bits<4>>,
    addend: Signal<Local, Bits<20>>,
    augend: Signal<Local, Bits<20>>,
    below: Signal<Local, Bit>,
    chain: Signal<Local, Bits<22>>,
    few: Constant<Bit>,
}

impl Digit {
    /// A digit of the draw for so many channels.
    pub fn new(channels: usize) -> Self {
        blank! {
            clock load fresh factor carry_in carry_out ones digit carry wide low high term_a term_h term_l negative_l
            negative_h out addend augend below chain;;
            few: Constant::new(channels <= 4),
        }
    }
}

impl Logic for Digit {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clock, digit, carry);
        self.wide.next = bit_cast::<20, 16>(self.digit.q.val());
        self.low.next = self.factor.val().get_bits::<2>(0);
        self.high.next = self.factor.val().get_bits::<2>(2);
        self.negative_l.next = self.low.val() == 3;
        self.negative_h.next = self.high.val() == 3;

        // Three multiples.
        self.term_a.next = bit_cast::<20, 4>(self.carry_in.val());
        if self.factor.val().get_bit(4) {
            self.term_a.next = (self.wide.val() << 4) | bit_cast::<20, 4>(self.carry_in.val());
        }
        if self.load.val() {
            self.term_a.next = bit_cast::<20, 16>(self.fresh.val());
        }
        self.term_l.next = 0.into();
        if self.low.val() == 1 {
            self.term_l.next = self.wide.val();
        }
        if self.low.val() == 2 {
            self.term_l.next = self.wide.val() << 1;
        }
        if self.negative_l.val() {
            self.term_l.next = !self.wide.val();
        }
        self.term_h.next = 0.into();
        if self.high.val() == 1 {
            self.term_h.next = self.wide.val() << 2;
        }
        if self.high.val() == 2 {
            self.term_h.next = self.wide.val() << 3;
        }
        if self.negative_h.val() {
            self.term_h.next = !(self.wide.val() << 2);
        }
        // -x is !x + 1: one of the ones has a free place among the carries, the other one below the chain.
        self.addend.next = self.term_a.val() ^ self.term_h.val() ^ self.term_l.val();
        self.augend.next = (((self.term_a.val() & self.term_h.val())
            | (self.term_a.val() & self.term_l.val())
            | (self.term_h.val() & self.term_l.val()))
            << 1)
            | bit_cast::<20, 1>(self.negative_l.val().into());
        self.below.next = self.negative_h.val();

        // Two: of the recoded factor, the second bit of l is set for 2 and 3, the first bit of h for 3 and 4.
        if self.few.val() {
            self.below.next = self.carry_in.val().get_bit(0);
            self.augend.next = self.wide.val();
            if self.factor.val().get_bit(2) {
                self.augend.next = (self.wide.val() << 1)
                    | bit_cast::<20, 1>(self.carry_in.val().get_bits::<1>(1));
            }
            self.addend.next =
                (self.wide.val() << 1) | bit_cast::<20, 1>(self.carry_in.val().get_bits::<1>(2));
            if self.factor.val().get_bit(1) {
                self.addend.next = self.wide.val();
            }
            if self.load.val() {
                self.augend.next = 0.into();
                self.addend.next = bit_cast::<20, 16>(self.fresh.val());
            }
        }

        self.chain.next = ((bit_cast::<22, 20>(self.addend.val()) << 1) | 1)
            + ((bit_cast::<22, 20>(self.augend.val()) << 1)
                | bit_cast::<22, 1>(self.below.val().into()));
        self.digit.d.next = self.chain.val().get_bits::<16>(1);
        self.carry.d.next = self.chain.val().get_bits::<4>(17);
        self.out.next = self.carry.q.val();
        self.carry_out.next = self.out.val();
        self.ones.next = self.out.val();
        if self.few.val() {
            self.ones.next = bit_cast::<4, 1>((self.out.val() != 0).into())
                | (bit_cast::<4, 1>(self.out.val().get_bits::<1>(1)) << 1)
                | (bit_cast::<4, 1>((self.out.val() == 3).into()) << 2);
        }
    }
}
