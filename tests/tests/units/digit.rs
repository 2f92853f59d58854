//! Sixteen bits of a draw.

use proptest::prelude::*;
use shp_sim::Model;
use shp_sim::tops::digit::{CARRY_IN, CARRY_OUT, FACTOR, FRESH, LOAD, TOP};

/// `m` = 16a + 4h + l with l and h from -1 to 2, where 3 stands for -1.
fn recoded(m: i64) -> u64 {
    let part = |number: i64| (number + 1).rem_euclid(4) - 1;
    let (l, above) = (part(m), (m - part(m)) / 4);
    let (h, a) = (part(above), (above - part(above)) / 4);
    (l.rem_euclid(4) | h.rem_euclid(4) << 2 | a << 4).cast_unsigned()
}

proptest! {
    /// The product's low bits stay, the others go to the next digit.
    #[test]
    fn it_multiplies(fresh: u16, factors in proptest::collection::vec((2..=16_i64, 0..16_u64), 1..16)) {
        let mut model = Model::new(&TOP);
        model.set(LOAD, 1);
        model.set(FRESH, fresh.into());
        model.set(CARRY_IN, 0);
        model.tick();
        model.set(LOAD, 0);
        let mut digit = u64::from(fresh);
        for (m, carry) in factors {
            let carry = carry % m.cast_unsigned();
            model.set(FACTOR, recoded(m));
            model.set(CARRY_IN, carry);
            model.tick();
            let product = digit * m.cast_unsigned() + carry;
            prop_assert_eq!(model.get(CARRY_OUT), product >> 16);
            digit = product & 0xffff;
        }
    }
}
