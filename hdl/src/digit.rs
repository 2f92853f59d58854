//! A digit of the draw: one multiplication of the P-box's decoder, sixteen bits wide.
//!
//! A factor m = 2 to 16 is a power of two and at most two small multiples beside it: m = p + l - 4 b, with p of 4, 8 and 16, l of -2 to 2, and b of 0 and 1, which is 1
//! for 11, 12 and 13 alone. So a bit of each addend is one LUT, and the chain's own LUT takes the addends in pairs: two levels from the digit to the digit. The carry
//! from below stands where the power leaves its lowest bits free; what does not fit there goes below the chain.

use rust_hdl::prelude::*;

/// What a digit becomes, from the lowest bit up: the power (0 to 3 for none, 4, 8, 16: two bits), one, two, their sign, four less, three multiples, fresh or three.
///
/// Where there are three multiples, in 11 and 13, the power is among them and stands for none.
pub type Factor = Bits<8>;

/// The carry from below, four bits, and above them one more below the chain, and one in place of what is doubled.
pub type Carry = Bits<6>;

/// `(a | b) + (c ^ d) + one`, a module of its own so that synthesis can map it to one carry cell a bit (constraints/ecp5).
#[derive(LogicBlock, Default)]
pub struct AddTerms {
    /// One addend...
    pub a: Signal<In, Bits<20>>,
    /// ...and what is one where `a` is not.
    pub b: Signal<In, Bits<20>>,
    /// The other...
    pub c: Signal<In, Bits<20>>,
    /// ...in two halves.
    pub d: Signal<In, Bits<20>>,
    /// One more.
    pub one: Signal<In, Bit>,
    /// The sum mod 2^20.
    pub sum: Signal<Out, Bits<20>>,
}

impl Logic for AddTerms {
    #[hdl_gen]
    fn update(&mut self) {
        self.sum.next = (self.a.val() | self.b.val())
            + (self.c.val() ^ self.d.val())
            + bit_cast::<20, 1>(self.one.val().into());
    }
}

/// `digit * m + carry_in`: the low sixteen bits are kept, the rest, less than `2^LOG`, is passed on.
#[derive(LogicBlock, Default)]
pub struct Digit<const LOG: usize> {
    /// Rising edge.
    pub clock: Signal<In, Clock>,
    /// The digit of a new draw.
    pub fresh: Signal<In, Bits<16>>,
    /// What it is multiplied by, or `fresh` alone: it is that. Zero makes it nothing.
    pub factor: Signal<In, Factor>,
    /// Is added: the lower digit's `carry_on`. The lowest digit has the four for what is four less.
    pub carry_in: Signal<In, Carry>,
    /// What passes sixteen bits, a clock later.
    pub carry_out: Signal<Out, Bits<LOG>>,
    /// The same as the higher digit's `carry_in` wants it, for the same factor.
    pub carry_on: Signal<Out, Carry>,
    digit: DFF<Bits<16>>,
    carry: DFF<Bits<LOG>>,
    placed: DFF<Carry>,
    wide: Signal<Local, Bits<20>>,
    doubled: Signal<Local, Bits<20>>,
    sixteen: Signal<Local, Bits<20>>,
    power: Signal<Local, Bits<2>>,
    four_less: Signal<Local, Bit>,
    beside: Signal<Local, Bits<20>>,
    turned: Signal<Local, Bits<20>>,
    less: Signal<Local, Bits<20>>,
    add_terms: AddTerms,
    out: Signal<Local, Bits<4>>,
    full: Signal<Local, Bit>,
}

impl<const LOG: usize> Logic for Digit<LOG> {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clock, digit, carry, placed);
        self.wide.next = bit_cast::<20, 16>(self.digit.q.val());
        self.doubled.next =
            (self.wide.val() << 1) | bit_cast::<20, 1>(self.carry_in.val().get_bits::<1>(5));
        self.sixteen.next =
            (self.wide.val() << 4) | bit_cast::<20, 4>(self.carry_in.val().get_bits::<4>(0));
        self.power.next = self.factor.val().get_bits::<2>(0);
        self.four_less.next = self.factor.val().get_bit(5);

        // A power, with the carry in the bits that it leaves free.
        self.add_terms.a.next = 0.into();
        if self.power.val() == 1 {
            self.add_terms.a.next =
                (self.wide.val() << 2) | bit_cast::<20, 2>(self.carry_in.val().get_bits::<2>(0));
        }
        if self.power.val() == 2 {
            self.add_terms.a.next =
                (self.wide.val() << 3) | bit_cast::<20, 3>(self.carry_in.val().get_bits::<3>(0));
        }
        if self.power.val() == 3 {
            self.add_terms.a.next = self.sixteen.val();
        }

        // Once or twice more or less. -x is !x + 1, and the one is below the chain.
        self.beside.next = 0.into();
        if self.factor.val().get_bit(2) {
            self.beside.next = self.wide.val();
        }
        if self.factor.val().get_bit(3) {
            self.beside.next = self.doubled.val();
        }
        self.turned.next = self.beside.val();
        if self.factor.val().get_bit(4) {
            self.turned.next = !self.beside.val();
        }
        self.add_terms.c.next = self.turned.val();
        self.add_terms.one.next = self.factor.val().get_bit(4) || self.carry_in.val().get_bit(4);

        // Four less: -4x is 4 !x + 4, and the four has come with the carry.
        self.less.next = 0.into();
        if self.four_less.val() {
            self.less.next = !((self.wide.val() << 2) | 3);
        }

        // Three multiples become two addends by a step that carries nothing on.
        self.add_terms.b.next = 0.into();
        if self.factor.val().get_bit(6) {
            self.add_terms.b.next = ((self.sixteen.val() & self.less.val())
                | (self.sixteen.val() & self.turned.val())
                | (self.less.val() & self.turned.val()))
                << 1;
        }
        self.add_terms.d.next = self.less.val();
        if self.factor.val().get_bit(7) {
            self.add_terms.d.next = bit_cast::<20, 16>(self.fresh.val());
            if self.four_less.val() {
                self.add_terms.d.next = self.sixteen.val() ^ self.less.val();
            }
        }
        self.digit.d.next = self.add_terms.sum.val().get_bits::<16>(0);
        self.carry.d.next = self.add_terms.sum.val().get_bits::<LOG>(16);

        // To the higher digit: a carry is less than the factor, and where the power has no place for it, it is all ones and one or two more.
        self.out.next = bit_cast::<4, LOG>(self.add_terms.sum.val().get_bits::<LOG>(16));
        self.full.next = ((self.power.val() == 1) && self.out.val().get_bit(2))
            || ((self.power.val() == 2) && self.out.val().get_bit(3))
            || (self.four_less.val() && self.out.val().get_bit(2) && self.out.val().get_bit(3));
        self.placed.d.next = bit_cast::<6, 4>(self.out.val());
        if self.four_less.val() {
            self.placed.d.next = bit_cast::<6, 4>(self.out.val() ^ ((self.out.val() & 4) << 1) ^ 4);
        }
        if self.full.val() {
            self.placed.d.next = (bit_cast::<6, 1>(self.out.val().get_bits::<1>(0)) << 5) | 31;
        }
        self.carry_out.next = self.carry.q.val();
        self.carry_on.next = self.placed.q.val();
    }
}
