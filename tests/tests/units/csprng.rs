//! One unit's blocks, word by word.

// Fault: in csprng, memory_write = start || writing_q => memory_write = writing_q

use proptest::prelude::*;
use shp_sim::Model;
use shp_sim::tops::csprng::{
    ANNOUNCE, AVAILABLE, BLOCK, DROP, JUMP, JUMP_TO, RESET, START, TAKE, TAKEN, TOP, WORD,
};

use crate::support::stalls;

/// Words a block.
const WORDS: usize = 16;
/// Blocks that it keeps.
const KEPT: usize = 16;
/// Blocks are counted modulo this.
const COUNTED: usize = 64;

/// What the unit says of itself, and which word it reads next.
#[derive(Default)]
struct State {
    announced: usize,
    block: usize,
    word: usize,
    /// A jump shows in `available` a clock late.
    jumped: bool,
}

impl State {
    fn available(&self) -> bool {
        self.block < self.announced && !self.jumped
    }
}

proptest! {
    /// Words come in the order in which they were made, whoever pauses, but for what is dropped, jumped over or forgotten.
    #[test]
    fn words_in_order(
        data in any::<u64>(),
        starts: Option<u64>,
        takes: Option<u64>,
        ends in any::<u64>(),
        lives in proptest::collection::vec(1..800_usize, 1..4),
    ) {
        let mut model = Model::new(&TOP);
        let mut random = fastrand::Rng::with_seed(data);
        let mut chance = fastrand::Rng::with_seed(ends);
        let (mut starts, mut takes) = (stalls(starts), stalls(takes));
        // Where a life begins with a block of a whole turn, and where words are dropped or jumped over, is chance.
        for life in lives {
            model.set(RESET, 1);
            model.tick();
            model.set(RESET, 0);
            let mut state = State::default();
            let mut written: Vec<u32> = Vec::new();
            let mut started = 0;
            let mut under_way = [None, None];
            for clock in 0..life {
                // A block at a time, if there is room for all of it.
                let begins = written.len() == started * WORDS && started < state.block + KEPT && starts.moves();
                started += usize::from(begins);
                let word = random.u32(..);
                if written.len() < started * WORDS {
                    written.push(word);
                }
                model.set(START, begins.into());
                model.set(ANNOUNCE, begins.into());
                model.set(WORD, word.into());

                prop_assert_eq!(model.is_high(AVAILABLE), state.available(), "clock {}", clock);
                prop_assert_eq!(model.get(BLOCK), (state.block % COUNTED) as u64);
                if let [Some(word), _] = under_way {
                    prop_assert_eq!(model.get(TAKEN), u64::from(written[word]), "clock {}", clock);
                }

                let jump = chance.u8(..) == 0;
                let take = state.available() && takes.moves() && !jump;
                let drop = chance.u8(..) < 8;
                model.set(TAKE, take.into());
                model.set(DROP, drop.into());
                under_way = [under_way[1], take.then_some(state.block * WORDS + state.word)];
                state.announced += usize::from(begins);
                state.jumped = jump;
                if take {
                    state.word += 1;
                    if drop || state.word == WORDS {
                        (state.block, state.word) = (state.block + 1, 0);
                    }
                }
                model.set(JUMP, jump.into());
                if jump {
                    // Ahead of what has come, too.
                    let to = state.block.max(state.announced) + chance.usize(0..4);
                    model.set(JUMP_TO, (to % COUNTED) as u64);
                    (state.block, state.word) = (to, 0);
                }
                model.tick();
            }
        }
    }
}
