//! A digit of the draw: one multiplication of the P-box's decoder, 22 bits wide.
//!
//! A factor m = 2 to 16 is a power of two and at most two small multiples beside it: m = p + l - 4 b, with p of 4, 8 and 16, l of -2 to 2, and b of 0 and 1, which is 1
//! for 11, 12 and 13 alone. So a bit of each addend is one LUT, and the chain's own LUT takes the addends in pairs: two levels from the digit to the digit. The carry
//! from below stands where the power leaves its lowest bits free; what does not fit there goes below the chain.
//!
//! Both steps are leaves, so that synthesis maps them to these levels (constraints/ecp5) and does not spread them over more, as it does with what it takes for fast
//! enough.

use rust_hdl::prelude::*;

/// What a digit becomes, from the lowest bit up: the power (0 to 3 for none, 4, 8, 16: two bits), one, two, their sign, four less, three multiples, fresh or three, and
/// what the carry has to fit into (0 to 3 for the sixteen, the four, the eight, and what is four less: two bits).
///
/// Where there are three multiples, in 11 and 13, the power is among them and stands for none.
pub type Factor = Bits<10>;

/// The factor that takes a new draw's digit.
pub const FRESH: u64 = 1 << 7;

/// The carry from below, four bits, and above them that its lowest two bits count as set and one more stands below the chain, and one in place of what is doubled.
pub type Carry = Bits<6>;

/// `digit * m + carry`, for `2^LOG` channels.
#[derive(LogicBlock, Default)]
pub struct Multiply<const LOG: usize> {
    /// The digit.
    pub digit: Signal<In, Bits<22>>,
    /// The digit of a new draw.
    pub fresh: Signal<In, Bits<22>>,
    /// m, as in [`Factor`].
    pub factor: Signal<In, Bits<8>>,
    /// In its places.
    pub carry: Signal<In, Carry>,
    /// The product, less than `2^(22 + LOG)`.
    pub product: Signal<Out, Bits<26>>,
}

impl<const LOG: usize> Logic for Multiply<LOG> {
    fn update(&mut self) {}

    fn connect(&mut self) {
        self.product.connect();
    }

    fn hdl(&self) -> Verilog {
        let addends = if LOG <= 2 { FEW } else { MANY };
        Verilog::Custom(format!(
            "// module multiply_{LOG}\n{addends}always @(*) product = (a | b) + (c ^ d) + {{25'h0, minus | carry[4]}};\n"
        ))
    }
}

/// A power; once or twice more or less, where -x is !x + 1 and the one is below the chain; four less, where -4x is 4 !x + 4 and the four has come with the carry; and of
/// three multiples a sum and carries, a step that carries nothing on.
const MANY: &str = "\
wire [1:0] power = factor[1:0];
wire once = factor[2], twice = factor[3], minus = factor[4], four_less = factor[5], three = factor[6], other = factor[7];
wire [3:0] below = {carry[3:2], carry[1:0] | {2{carry[4]}}};
wire [25:0] one = {4'h0, digit};
wire [25:0] two = {3'h0, digit, carry[5]};
wire [25:0] four = {2'h0, digit, below[1:0]};
wire [25:0] eight = {1'h0, digit, below[2:0]};
wire [25:0] sixteen = {digit, below};
wire [25:0] less = {2'h3, ~digit, 2'h0};
wire [25:0] turned = minus ? ~one : one;
wire [25:0] a = power[1] ? (power[0] ? sixteen : eight) : (power[0] ? four : 26'h0);
wire [25:0] b = three ? ((sixteen & less) | (sixteen & turned) | (less & turned)) << 1 : 26'h0;
wire [25:0] c = ((once ? one : 26'h0) | (twice ? two : 26'h0)) ^ {26{minus}};
wire [25:0] d = four_less ? less ^ (other ? sixteen : 26'h0) : (other ? {4'h0, fresh} : 26'h0);
";

/// The same for factors of 2 to 4, which are four, less once or twice.
const FEW: &str = "\
wire minus = factor[4];
wire [25:0] a = factor[0] ? {2'h0, digit, carry[1:0]} : 26'h0;
wire [25:0] b = 26'h0;
wire [25:0] c = factor[2] ? ~{4'h0, digit} : factor[3] ? ~{3'h0, digit, 1'h0} : 26'h0;
wire [25:0] d = factor[7] ? {4'h0, fresh} : 26'h0;
";

/// A carry on its way to the higher digit, which is multiplied by the same: less than the factor. Where there is no place for it, it is all ones and one or two more.
#[derive(LogicBlock, Default)]
pub struct Place<const LOG: usize> {
    /// The carry.
    pub carry: Signal<In, Bits<LOG>>,
    /// What it has to fit into.
    pub into: Signal<In, Bits<2>>,
    /// In its places.
    pub placed: Signal<Out, Carry>,
}

impl<const LOG: usize> Logic for Place<LOG> {
    fn update(&mut self) {}

    fn connect(&mut self) {
        self.placed.connect();
    }

    fn hdl(&self) -> Verilog {
        let pad = if LOG < 4 {
            format!("{}'h0, ", 4 - LOG)
        } else {
            String::new()
        };
        Verilog::Custom(format!(
            "// module place_{LOG}
wire [3:0] whole = {{{pad}carry}};
wire full = into == 2'h1 ? whole[2] : into == 2'h2 ? whole[3] : into == 2'h3 && whole[2] && whole[3];
wire [1:0] high = full ? 2'h3 : into == 2'h3 ? {{whole[3] ^ whole[2], ~whole[2]}} : whole[3:2];
always @(*) placed = {{into == 2'h2 && whole[3] && whole[0], full, high, whole[1:0]}};
"
        ))
    }
}

/// `digit * m + carry_in`: the low 22 bits are kept, the rest, less than `2^LOG`, is passed on.
#[derive(LogicBlock, Default)]
pub struct Digit<const LOG: usize> {
    /// Rising edge.
    pub clock: Signal<In, Clock>,
    /// The digit of a new draw.
    pub fresh: Signal<In, Bits<22>>,
    /// What it is multiplied by, or `fresh` alone: it is that. Zero makes it nothing.
    pub factor: Signal<In, Factor>,
    /// Is added: the lower digit's `carry_on`. The lowest digit has the four for what is four less.
    pub carry_in: Signal<In, Carry>,
    /// What passes 22 bits, a clock later.
    pub carry_out: Signal<Out, Bits<LOG>>,
    /// The digit's own highest bit, a clock later: what would pass if it were multiplied by two.
    pub highest: Signal<Out, Bit>,
    /// `carry_out` as the higher digit's `carry_in` wants it for the same factor, a clock after it.
    pub carry_on: Signal<Out, Carry>,
    digit: DFF<Bits<22>>,
    carry: DFF<Bits<LOG>>,
    into: DFF<Bits<2>>,
    placed: DFF<Carry>,
    multiply: Multiply<LOG>,
    place: Place<LOG>,
}

impl<const LOG: usize> Logic for Digit<LOG> {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clock, digit, carry, into, placed);
        self.multiply.digit.next = self.digit.q.val();
        self.multiply.fresh.next = self.fresh.val();
        self.multiply.factor.next = self.factor.val().get_bits::<8>(0);
        self.multiply.carry.next = self.carry_in.val();
        self.digit.d.next = self.multiply.product.val().get_bits::<22>(0);
        self.carry.d.next = self.multiply.product.val().get_bits::<LOG>(22);
        self.into.d.next = self.factor.val().get_bits::<2>(8);
        self.place.carry.next = self.carry.q.val();
        self.place.into.next = self.into.q.val();
        self.placed.d.next = self.place.placed.val();
        self.carry_out.next = self.carry.q.val();
        self.highest.next = self.digit.q.val().get_bit(21);
        self.carry_on.next = self.placed.q.val();
    }
}
