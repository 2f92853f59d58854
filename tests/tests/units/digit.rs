//! A digit of a draw: 22 bits.

// Fault: in multiply_4, less = {2'h3, ~digit, 2'h0} => less = {2'h3, ~digit, 2'h3}
// Fault: in place_4, into == 2'h2 ? whole[3] => into == 2'h2 ? 1'b0

use proptest::prelude::*;
use shp_sim::Model;
use shp_sim::tops::digit;

/// Bits of a digit.
const BITS: u32 = 22;
/// The digit of a new draw, and no factor.
const FRESH: u64 = 1 << 7;

/// `m` = power + beside - 4 less, as `hdl/src/digit.rs` has it.
fn code(m: u64) -> u64 {
    let (power, beside, less) = match m {
        2..=5 => (1, m.cast_signed() - 4, 0),
        6..=10 => (2, m.cast_signed() - 8, 0),
        11..=13 => (3, m.cast_signed() - 12, 1),
        _ => (3, m.cast_signed() - 16, 0),
    };
    let three = u64::from(less == 1 && beside != 0);
    let power = if three == 1 { 0 } else { power };
    let small = u64::from(beside.abs() == 1) << 2 | u64::from(beside.abs() == 2) << 3;
    let into = match m {
        2..=5 => 1,
        6..=10 => 2,
        11..=13 => 3,
        _ => 0,
    };
    power | small | u64::from(beside < 0) << 4 | less << 5 | (three * 3) << 6 | into << 8
}

/// A carry as a digit wants it that is multiplied by `m`: four more with a factor that is four less; and where it has more bits than the power leaves free, all
/// ones and what is missing.
fn placed(carry: u64, m: u64) -> u64 {
    let (carry, free) = match m {
        2..=5 => (carry, 2),
        6..=10 => (carry, 3),
        11..=13 => (carry + 4, 4),
        _ => (carry, 4),
    };
    match carry.checked_sub(1 << free) {
        None => carry,
        // Its lowest two bits, whatever they are, count as set.
        Some(more) => 0xc | carry & 3 | 1 << 4 | more << 5,
    }
}

proptest! {
    /// The product's low bits stay, the others go to the next digit.
    #[test]
    fn it_multiplies(fresh in 0..1_u64 << BITS, factors in proptest::collection::vec((2..=16_u64, 0..16_u64), 1..16)) {
        let port = |name| digit::TOP.input(name).expect("an input");
        let [first, factor, carry_in] = ["fresh", "factor", "carry_in"].map(port);
        let port = |name| digit::TOP.output(name).expect("an output");
        let [carry_out, highest, carry_on] = ["carry_out", "highest", "carry_on"].map(port);
        let mut model = Model::new(&digit::TOP);
        model.set(first, fresh);
        model.set(factor, FRESH);
        model.set(carry_in, 0);
        model.tick();
        prop_assert_eq!(model.get(carry_out), 0);
        prop_assert_eq!(model.get(highest), fresh >> (BITS - 1));
        let mut digit = fresh;
        let mut on = 0;
        for (m, carry) in factors {
            let carry = carry % m;
            model.set(factor, code(m));
            model.set(carry_in, placed(carry, m));
            model.tick();
            let product = digit * m + carry;
            digit = product % (1 << BITS);
            prop_assert_eq!(model.get(carry_out), product >> BITS);
            prop_assert_eq!(model.get(highest), digit >> (BITS - 1));
            prop_assert_eq!(model.get(carry_on), on);
            on = placed(product >> BITS, m);
        }
        model.tick();
        prop_assert_eq!(model.get(carry_on), on);
    }
}
