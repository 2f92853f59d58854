//! The initial state is added, and the block leaves word by word of each group.

// Fault: in feed_forward, add_xor_2_a = sigma_2 => add_xor_2_a = sigma_3

use proptest::prelude::*;
use shp_sim::Model;
use shp_sim::tops::feed_forward::{BLOCK, NEXT_BLANK, NEXT_LOAD, TOP};

use crate::chacha::fed_forward;
use crate::support::{inputs, read, words};

/// Clocks a turn, and words a group.
const TURN: usize = 4;
/// From what passed the engine, and from the initial state.
const LATENCY: usize = 3;

/// A block as it comes: what passed, the halves to be mixed in, the initial state, whether its unit is in use.
type Block = ([u32; 16], [u32; 4], [u32; 12], bool);

proptest! {
    /// A block each turn: whole at first, then each group moves up by one word a clock.
    #[test]
    fn blocks_leave_in_groups(blocks in proptest::collection::vec(any::<Block>(), 1..20)) {
        let mut model = Model::new(&TOP);
        let passed = inputs::<16>(&TOP, "passed");
        let right = inputs::<4>(&TOP, "b_right");
        let initial = inputs::<12>(&TOP, "initial");
        for clock in 0..TURN * blocks.len() + LATENCY {
            let (turn, place) = (clock / TURN, clock % TURN);
            if let Some((words, halves, state, used)) = blocks.get(turn) {
                // What is there in a turn's other clocks does not matter.
                let noise = if place == 0 { 0 } else { 0x0f0f_0f0f };
                model.set(NEXT_LOAD, u64::from(place == 0));
                model.set(NEXT_BLANK, u64::from(place == 0 && !used));
                for (port, word) in passed.iter().zip(words).chain(right.iter().zip(halves)).chain(initial.iter().zip(state)) {
                    model.set(*port, u64::from(word ^ noise));
                }
            }
            if let Some(then) = clock.checked_sub(LATENCY) {
                let (turn, place) = (then / TURN, then % TURN);
                let (mut mixed, halves, state, used) = blocks[turn];
                for (word, half) in mixed[4..].iter_mut().zip(halves) {
                    *word ^= half;
                }
                let start = crate::chacha::state(&[0; 32], [0; 4]);
                let start: [u32; 16] = std::array::from_fn(|word| if word < 4 { start[word] } else { state[word - 4] });
                let sum = if used { fed_forward(mixed, start) } else { [0; 16] };
                let block = words(&read(&mut model, BLOCK));
                for group in 0..16 / TURN {
                    prop_assert_eq!(block[group * TURN], sum[group * TURN + place], "group {} of turn {}", group, turn);
                }
                if place == 0 {
                    prop_assert_eq!(block, sum);
                }
            }
            model.tick();
        }
    }
}
