//! Sixteen bits of a draw, for sixteen channels and for four.

// Fault: in digit, term_l = ~wide => term_l = wide
// Fault: in digit_k4, ((carry_in[(32'h2)+:(1)]) & 20'hfffff) => 20'h0

use proptest::prelude::*;
use shp_sim::tops::{digit, digit_k4};
use shp_sim::{Model, Top};

/// `m` = 16a + 4h + l with l and h from -1 to 2, where 3 stands for -1.
fn recoded(m: i64) -> u64 {
    let part = |number: i64| (number + 1).rem_euclid(4) - 1;
    let (l, above) = (part(m), (m - part(m)) / 4);
    let (h, a) = (part(above), (above - part(above)) / 4);
    (l.rem_euclid(4) | h.rem_euclid(4) << 2 | a << 4).cast_unsigned()
}

/// The product's low bits stay, the others go to the next digit.
fn multiplies(
    top: &'static Top,
    fresh: u16,
    factors: &[(i64, u64)],
    coded: fn(u64) -> u64,
) -> Result<(), TestCaseError> {
    let port = |name| top.input(name).expect("an input");
    let [load, first, factor, carry_in] = ["load", "fresh", "factor", "carry_in"].map(port);
    let [carry_out, ones] = ["carry_out", "ones"].map(|name| top.output(name).expect("an output"));
    let mut model = Model::new(top);
    model.set(load, 1);
    model.set(first, fresh.into());
    model.set(factor, 0);
    model.set(carry_in, 0);
    model.tick();
    prop_assert_eq!(model.get(carry_out), 0);
    model.set(load, 0);
    let mut digit = u64::from(fresh);
    for &(m, carry) in factors {
        let carry = carry % m.cast_unsigned();
        model.set(factor, recoded(m));
        model.set(carry_in, coded(carry));
        model.tick();
        let product = digit * m.cast_unsigned() + carry;
        prop_assert_eq!(model.get(carry_out), product >> 16);
        prop_assert_eq!(model.get(ones), coded(product >> 16));
        digit = product & 0xffff;
    }
    Ok(())
}

proptest! {
    /// With sixteen channels.
    #[test]
    fn it_multiplies(fresh: u16, factors in proptest::collection::vec((2..=16_i64, 0..16_u64), 1..16)) {
        multiplies(&digit::TOP, fresh, &factors, |carry| carry)?;
    }

    /// With four, where a carry is so many ones.
    #[test]
    fn it_multiplies_by_few(fresh: u16, factors in proptest::collection::vec((2..=4_i64, 0..4_u64), 1..16)) {
        multiplies(&digit_k4::TOP, fresh, &factors, |carry| (1 << carry) - 1)?;
    }
}
