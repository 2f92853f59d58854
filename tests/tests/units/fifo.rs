//! A queue of eight words.

// Fault: in fifo, below_half_d = (stored_count >> half_bits) == 32'h0 => below_half_d = (stored_count >> half_bits) == 32'h1

use std::collections::VecDeque;

use proptest::prelude::*;
use shp_sim::Model;
use shp_sim::tops::fifo::{ALONE, HEAD, POP, PUSH, RESET, ROOMY, TOP, VALID, WORD};

use crate::support::stalls;

const ROOM: usize = 8;

proptest! {
    /// In every clock the queue is what a list is, through pauses on both sides and resets.
    #[test]
    fn it_is_a_list(
        words in proptest::collection::vec(any::<u32>(), 1..400),
        pushes: Option<u64>,
        pops: Option<u64>,
        resets in proptest::collection::vec(0..400_usize, 0..3),
    ) {
        let mut model = Model::new(&TOP);
        model.set(RESET, 1);
        model.tick();
        let (mut pushes, mut pops) = (stalls(pushes), stalls(pops));
        let mut list = VecDeque::new();
        let mut was_roomy = None;
        for (clock, word) in words.into_iter().enumerate() {
            let reset = resets.contains(&clock);
            let push = pushes.moves() && list.len() < ROOM;
            let pop = pops.moves() && !list.is_empty();
            model.set(RESET, reset.into());
            model.set(PUSH, push.into());
            model.set(WORD, word.into());
            model.set(POP, pop.into());
            prop_assert_eq!(model.is_high(VALID), !list.is_empty());
            prop_assert_eq!(model.is_high(ALONE), list.len() == 1);
            if let Some(head) = list.front() {
                prop_assert_eq!(model.get(HEAD), u64::from(*head));
            }
            if let Some(roomy) = was_roomy {
                prop_assert_eq!(model.is_high(ROOMY), roomy);
            }
            was_roomy = Some(list.len() < ROOM / 2);
            if pop {
                list.pop_front();
            }
            if push {
                list.push_back(word);
            }
            if reset {
                list.clear();
            }
            model.tick();
        }
    }
}
