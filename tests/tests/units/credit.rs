//! A count that starts at sixteen.

// Fault: in credit, at_one_d = counted_q == 32'h2 => at_one_d = counted_q == 32'h1

use proptest::prelude::*;
use shp_sim::Model;
use shp_sim::tops::credit::{COUNT, DOWN, ONE, RESET, SOME, TOP, UP};

const START: u64 = 16;

proptest! {
    /// Up and down in every way, never below zero, never over.
    #[test]
    fn it_counts(steps in proptest::collection::vec((any::<bool>(), prop_oneof![2 => Just(true), 1 => Just(false)], proptest::bool::weighted(0.01)), 1..300)) {
        let mut model = Model::new(&TOP);
        model.set(RESET, 1);
        model.tick();
        let mut count = START;
        for (up, down, reset) in steps {
            let (up, down) = (up && count < 31, down && count > 0);
            model.set(UP, up.into());
            model.set(DOWN, down.into());
            model.set(RESET, reset.into());
            prop_assert_eq!(model.get(COUNT), count);
            prop_assert_eq!(model.is_high(SOME), count > 0);
            prop_assert_eq!(model.is_high(ONE), count == 1);
            count = if reset { START } else { count + u64::from(up) - u64::from(down) };
            model.tick();
        }
    }
}
