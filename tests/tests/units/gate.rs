//! Which clock takes a word.

// Fault: in gate, room_down = take => room_down = close

use proptest::prelude::*;
use shp_sim::Model;
use shp_sim::tops::gate::{
    ACTIVE, BLOCK, CLOSE, EMPTY, LAST, LEFT, RESET, ROUTES, TAKE, TAKEN, TAKEN_FIRST, TAKEN_LAST,
    TOP, VALID,
};

use crate::support::stalls;

/// Words a block.
const WORDS: usize = 16;
/// Results that may be under way or queued.
const ROOM: usize = 15;
/// Blocks that may be announced ahead.
const AHEAD: usize = 32;

proptest! {
    /// A word is taken if and only if all that belongs to it is there, at the latest after a few clocks; a block's words in a row without a gap.
    #[test]
    fn a_word_with_all_that_belongs_to_it(
        segments in proptest::collection::vec(prop_oneof![1..4_usize, 1..100_usize], 1..8),
        offers: Option<u64>,
        blocks: Option<u64>,
        routes: Option<u64>,
        leaves: Option<u64>,
        rests in proptest::collection::vec(1..12_usize, 8),
    ) {
        let mut model = Model::new(&TOP);
        model.set(RESET, 1);
        model.tick();
        model.set(RESET, 0);
        let (mut offers, mut blocks, mut routes, mut leaves) = (stalls(offers), stalls(blocks), stalls(routes), stalls(leaves));
        // What was announced, and what was used of it.
        let (mut blocks_here, mut routes_here, mut used) = (0, 0, 0);
        let (mut results, mut clock, mut idle) = (0, 0, 0);
        let mut offered = false;
        for (words, rest) in segments.iter().zip(rests) {
            let mut word = 0;
            let mut just = None;
            while word < *words {
                offered = offered || offers.moves();
                let block = blocks_here < used + AHEAD && blocks.moves();
                let route = routes_here < used + AHEAD && routes.moves();
                let left = results > 0 && leaves.moves();
                let last = word + 1 == *words;
                for (port, level) in [(ACTIVE, true), (VALID, offered), (LAST, last), (BLOCK, block), (ROUTES, route), (LEFT, left)] {
                    model.set(port, level.into());
                }
                let take = model.is_high(TAKE);
                let begins = word % WORDS == 0;
                let here = !begins || (blocks_here > used && routes_here > used);
                prop_assert!(!take || (offered && here && results < ROOM), "word {} in clock {}", word, clock);
                prop_assert_eq!(model.is_high(CLOSE), take && last);
                if let Some((first, end)) = just {
                    prop_assert!(model.is_high(TAKEN));
                    prop_assert_eq!(model.is_high(TAKEN_FIRST), first);
                    prop_assert_eq!(model.is_high(TAKEN_LAST), end);
                } else {
                    prop_assert!(!model.is_high(TAKEN));
                }
                // Nothing is missing: a block's later words wait for nothing else.
                idle = if take || !offered || !here || results == ROOM { 0 } else { idle + 1 };
                prop_assert!(idle < 6, "word {} waits in clock {}", word, clock);
                prop_assert!(results == 0 || !model.is_high(EMPTY));
                just = take.then_some((begins, last));
                used += usize::from(take && begins);
                word += usize::from(take);
                results = results + usize::from(take) - usize::from(left);
                offered &= !take;
                blocks_here += usize::from(block);
                routes_here += usize::from(route);
                model.tick();
                clock += 1;
                prop_assert!(clock < 100_000);
            }
            // The segment's end: none is active, and nothing is taken even if it is offered.
            for rested in 0..rest {
                for (port, level) in [(ACTIVE, false), (VALID, false), (LAST, false), (BLOCK, false), (ROUTES, false), (LEFT, false)] {
                    model.set(port, level.into());
                }
                prop_assert!(!model.is_high(TAKE));
                prop_assert_eq!(model.is_high(TAKEN_LAST) && model.is_high(TAKEN), rested == 0);
                model.tick();
            }
        }
        // All results leave.
        while results > 0 {
            model.set(LEFT, 1);
            model.tick();
            results -= 1;
        }
        model.set(LEFT, 0);
        model.tick();
        model.tick();
        prop_assert!(model.is_high(EMPTY));
    }

    /// After a reset nothing is there: not what was announced, and all room.
    #[test]
    fn a_reset_forgets(words in 1..40_usize) {
        let mut model = Model::new(&TOP);
        for reset in 0..2 {
            model.set(RESET, 1);
            model.tick();
            model.set(RESET, 0);
            for (port, level) in [(ACTIVE, 1), (VALID, 1), (LAST, 0), (BLOCK, 0), (ROUTES, 0), (LEFT, 0)] {
                model.set(port, level);
            }
            for _ in 0..20 {
                prop_assert!(!model.is_high(TAKE), "reset {}", reset);
                prop_assert!(model.is_high(EMPTY));
                model.tick();
            }
            model.set(BLOCK, 1);
            model.set(ROUTES, 1);
            for _ in 0..words.min(ROOM) {
                model.tick();
            }
        }
    }
}
