//! The sum of sixteen words, lane by lane.

// Fault: in adder_tree, add_3_a = level_7_q => add_3_a = level_8_q
// Fault: in adder_tree, add_0_cuts = level_cuts_1_q => add_0_cuts = 3'h0

use proptest::prelude::*;
use shp_sim::Model;
use shp_sim::tops::adder_tree::{CUTS, SUM, SUM_CUTS, TOP, WORDS};

use crate::support::{by_lanes, cuts, edgy, read};

/// One clock a level of a tree of sixteen leaves.
const LATENCY: usize = 4;

proptest! {
    /// New words in each clock, of any lanes.
    #[test]
    fn the_sum_of_all_words_in_each_lane(
        steps in proptest::collection::vec((proptest::sample::select(&[8_usize, 16, 32][..]), edgy(64)), 1..24),
    ) {
        let mut model = Model::new(&TOP);
        for clock in 0..steps.len() + LATENCY {
            if let Some((lane, words)) = steps.get(clock) {
                model.set(CUTS, cuts(*lane));
                model.set_bytes(WORDS, words);
            }
            if let Some((lane, words)) = clock.checked_sub(LATENCY).and_then(|then| steps.get(then)) {
                let sum = words.chunks(4).fold(vec![0; 4], |sum, word| by_lanes(*lane, &sum, word, u64::wrapping_add));
                prop_assert_eq!(read(&mut model, SUM), sum);
                prop_assert_eq!(model.get(SUM_CUTS), cuts(*lane));
            }
            model.tick();
        }
    }
}
