//! Sixteen groups of a block in a clock become a word of sixteen units each clock.

// Fault: in corner_turn, together_word_7 = stair_7_later => together_word_7 = stair_6_later

use proptest::prelude::*;
use shp_sim::Model;
use shp_sim::tops::corner_turn::{BLOCK, LANES, NEXT_TURN, TOP};

use crate::support::{joined, read, words};

const UNITS: usize = 16;
/// From a turn's groups to the first word of its lane.
const LATENCY: usize = 2;

proptest! {
    /// Lane v has the unit of turn 16 - v, word after word from its turn on.
    #[test]
    fn words_of_all_units(first in 0..UNITS, blocks in proptest::collection::vec(any::<[u32; 16]>(), 1..80)) {
        let mut model = Model::new(&TOP);
        model.set(NEXT_TURN, first as u64);
        model.tick();
        for (clock, block) in blocks.iter().enumerate() {
            model.set(NEXT_TURN, ((first + clock + 1) % UNITS) as u64);
            model.set_bytes(BLOCK, &joined(block));
            let lanes = words(&read(&mut model, LANES));
            for group in 0..UNITS {
                if let Some(then) = clock.checked_sub(LATENCY + group) {
                    let lane = (UNITS - (first + then) % UNITS) % UNITS;
                    prop_assert_eq!(lanes[lane], blocks[then][group], "clock {}, group {}", clock, group);
                }
            }
            model.tick();
        }
    }
}
