//! Keys, and what stands beside them in ChaCha's initial state.

// Fault: in initial_state, key_1_write = key_write && (key_index == 1) => key_1_write = key_write && (key_index == 3)

use proptest::prelude::*;
use shp_sim::Model;
use shp_sim::tops::initial_state::{
    BLOCK, KEY_DATA, KEY_INDEX, KEY_TURN, KEY_WRITE, NEXT_TURN, NUMBER, R_BLOCK, TOP, TURN,
};

use crate::support::outputs;

proptest! {
    /// The key of the turn that `next_turn` told of a clock ago, its counter and the segment's number.
    #[test]
    fn the_state_of_each_turn(
        keys: [[u32; 8]; 4],
        steps in proptest::collection::vec((0..4_usize, any::<u64>(), 0..1_u64 << 28, 0..1_u64 << 28), 1..40),
    ) {
        let mut model = Model::new(&TOP);
        let word = outputs::<12>(&TOP, "word");
        model.set(KEY_WRITE, 1);
        for (turn, key) in keys.iter().enumerate() {
            for (index, data) in key.iter().enumerate() {
                model.set(KEY_TURN, turn as u64);
                model.set(KEY_INDEX, index as u64);
                model.set(KEY_DATA, (*data).into());
                model.tick();
            }
        }
        model.set(KEY_WRITE, 0);
        for (turn, number, block, r_block) in steps {
            model.set(NEXT_TURN, turn as u64);
            model.tick();
            model.set(TURN, turn as u64);
            model.set(NUMBER, number);
            model.set(BLOCK, block);
            model.set(R_BLOCK, r_block);
            for (port, key) in word.iter().zip(keys[turn]) {
                prop_assert_eq!(model.get(*port), u64::from(key));
            }
            // The P-box's block serves eight blocks of the message.
            let counter = match turn {
                0 => block / 8,
                3 => r_block,
                _ => block,
            };
            let rest = [counter, 0, number & 0xffff_ffff, number >> 32];
            prop_assert_eq!([8, 9, 10, 11].map(|i: usize| model.get(word[i])), rest);
        }
    }
}
