//! Words of keys, from outside or to wipe them.

// Fault: in key_port, held_d = 32'h0 => held_d = data

use proptest::prelude::*;
use shp_sim::Model;
use shp_sim::tops::key_port::{
    DATA, INDEX, TOP, TURN, UNIT, VALUE, WIPE_AT, WIPING, WORD, WRITE, WRITES,
};

proptest! {
    /// A clock later a word is where it belongs; wiping goes before writing.
    #[test]
    fn a_word_a_clock_later(steps in proptest::collection::vec((any::<bool>(), 0..4_u64, 0..8_u64, any::<u32>(), any::<bool>(), 0..128_u64), 1..100)) {
        let mut model = Model::new(&TOP);
        for (write, unit, word, data, wiping, at) in steps {
            model.set(WRITE, write.into());
            model.set(UNIT, unit);
            model.set(WORD, word);
            model.set(DATA, data.into());
            model.set(WIPING, wiping.into());
            model.set(WIPE_AT, at);
            model.tick();
            prop_assert_eq!(model.is_high(WRITES), write || wiping);
            // Channel c has turn c + 1, the last one, the P-box's, turn 0.
            let expected = if wiping { (at % 4, at / 4 % 8, 0) } else { ((unit + 1) % 4, word, data) };
            if write || wiping {
                prop_assert_eq!((model.get(TURN), model.get(INDEX), model.get(VALUE)), (expected.0, expected.1, expected.2.into()));
            }
        }
    }
}
