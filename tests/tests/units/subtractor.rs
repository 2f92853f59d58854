//! A difference of words of 128 bits, lane by lane.

// Fault: in subtractor, subtract_cuts = cuts => subtract_cuts = 3'h0

use proptest::prelude::*;
use shp_sim::Model;
use shp_sim::tops::subtractor::{CUTS, DIFFERENCE, MINUEND, SUBTRAHEND, TOP};

use crate::support::{by_lanes, cuts, edgy, read};

/// From a word to its difference.
const LATENCY: usize = 2;

proptest! {
    /// Two clocks later for such wide words, in lanes of every width.
    #[test]
    fn the_difference_in_each_lane(
        steps in proptest::collection::vec((proptest::sample::select(&[8_usize, 16, 32, 64][..]), edgy(16), edgy(16)), 1..40),
    ) {
        let mut model = Model::new(&TOP);
        for clock in 0..steps.len() + LATENCY {
            if let Some((lane, minuend, subtrahend)) = steps.get(clock) {
                model.set(CUTS, cuts(*lane));
                model.set_bytes(MINUEND, minuend);
                model.set_bytes(SUBTRAHEND, subtrahend);
            }
            if let Some((lane, minuend, subtrahend)) = clock.checked_sub(LATENCY).and_then(|then| steps.get(then)) {
                prop_assert_eq!(read(&mut model, DIFFERENCE), by_lanes(*lane, minuend, subtrahend, u64::wrapping_sub));
            }
            model.tick();
        }
    }
}
