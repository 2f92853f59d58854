//! One column through a quarter round.

// Fault: in quarter_round, left_2 = (b_at_1_q << 32'hc) => left_2 = (b_at_1_q << 32'hb)

use proptest::prelude::*;
use shp_sim::Model;
use shp_sim::tops::quarter_round::{
    A, A_OUT, B_LEFT, B_LEFT_OUT, B_RIGHT, B_RIGHT_OUT, C, C_OUT, D, D_OUT, TOP,
};

use crate::chacha::quarter_round;

const LATENCY: usize = 4;

fn run(columns: &[([u32; 4], u32)]) -> Vec<[u32; 4]> {
    let mut model = Model::new(&TOP);
    let mut mixed = Vec::new();
    for clock in 0..columns.len() + LATENCY {
        if let Some(([a, b, c, d], half)) = columns.get(clock).copied() {
            // b comes in two halves, whichever.
            for (port, word) in [(A, a), (B_LEFT, b ^ half), (B_RIGHT, half), (C, c), (D, d)] {
                model.set(port, word.into());
            }
        }
        if clock >= LATENCY {
            let [a, left, right, c, d] =
                [A_OUT, B_LEFT_OUT, B_RIGHT_OUT, C_OUT, D_OUT].map(|port| model.get(port) as u32);
            mixed.push([a, left ^ right, c, d]);
        }
        model.tick();
    }
    mixed
}

proptest! {
    /// A new column in each clock.
    #[test]
    fn four_clocks_later(columns in proptest::collection::vec(any::<([u32; 4], u32)>(), 1..40)) {
        let expected: Vec<_> = columns.iter().map(|(column, _)| quarter_round(*column)).collect();
        prop_assert_eq!(run(&columns), expected);
    }
}

/// RFC 8439, section 2.1.1.
#[test]
fn the_vector_of_the_rfc() {
    let column = [0x1111_1111, 0x0102_0304, 0x9b8d_6f43, 0x0123_4567];
    let mixed = [0xea2a_92f4, 0xcb1c_f8ce, 0x4581_472e, 0x5881_c4bb];
    assert_eq!(quarter_round(column), mixed);
    assert_eq!(run(&[(column, 0), (column, 0xdead_beef)]), [mixed, mixed]);
}
