//! The segment whose words enter.

// Fault: in intake, at_tail_d = next_at == tail_q => at_tail_d = at_q == tail_q

use proptest::prelude::*;
use shp_sim::Model;
use shp_sim::tops::intake::{
    ACCEPT, ACTIVE, CLOSE, COMMAND, COMMAND_POP, COMMAND_VALID, CUTS, DEFINITION, LANE, LAST,
    OFFERED, READY, REDRAWS, RESET, ROOMY, TOP,
};

use crate::support::{cuts, stalls};

/// Words a block.
const WORDS: u64 = 16;

/// What is said of a segment.
#[derive(Clone, Debug)]
struct Segment {
    words: u64,
    lane: u64,
    definition: bool,
}

impl Segment {
    fn command(&self) -> u64 {
        let last = self.words - 1;
        (last / WORDS)
            | ((last % WORDS) << 28)
            | (self.lane << 32)
            | (u64::from(self.definition) << 34)
    }
}

fn segment() -> impl Strategy<Value = Segment> {
    let words = prop_oneof![1..5_u64, 1..130_u64, Just(16), Just(32)];
    (words, 0..4_u64, any::<bool>()).prop_map(|(words, lane, definition)| Segment {
        words,
        lane,
        definition,
    })
}

proptest! {
    /// Just the words of each segment enter, the last one is told, and the next segment waits until this one is closed.
    #[test]
    fn each_segment_has_its_words(
        segments in proptest::collection::vec(segment(), 1..8),
        seeds: [Option<u64>; 3],
        closes in proptest::collection::vec(0..20_usize, 8),
        reset in proptest::option::of(0..200_usize),
    ) {
        let mut model = Model::new(&TOP);
        model.set(RESET, 1);
        model.tick();
        model.set(RESET, 0);
        let [mut commands, mut offers, mut room] = seeds.map(stalls);
        let mut clock = 0;
        let mut next = 0;
        let (mut offered, mut waits, mut was_roomy) = (false, false, false);
        let mut segment = 0;
        while segment < segments.len() {
            let said = &segments[segment];
            let (mut word, mut closing, mut closed) = (0, None, false);
            while !closed {
                if reset == Some(clock) {
                    // Forgets this segment and the one that waits.
                    model.set(RESET, 1);
                    model.set(OFFERED, 0);
                    model.set(COMMAND_VALID, 0);
                    model.set(CLOSE, 0);
                    model.tick();
                    model.set(RESET, 0);
                    prop_assert!(!model.is_high(ACTIVE) && !model.is_high(READY));
                    (offered, waits, was_roomy) = (false, false, false);
                    clock += 1;
                    next = next.max(segment + 1);
                    segment = next;
                    break;
                }
                waits = next < segments.len() && (waits || commands.moves());
                offered = offered || offers.moves();
                let roomy = room.moves();
                let close = closing == Some(clock);
                model.set(COMMAND_VALID, waits.into());
                model.set(COMMAND, segments.get(next).filter(|_| waits).map_or(0x1234, Segment::command));
                model.set(OFFERED, offered.into());
                model.set(ROOMY, roomy.into());
                model.set(CLOSE, close.into());

                let ready = model.is_high(READY);
                // One more word may come after there was room.
                prop_assert!(!ready || (was_roomy && model.is_high(ACTIVE)), "clock {}", clock);
                let accept = model.is_high(ACCEPT);
                prop_assert_eq!(accept, ready && offered);
                prop_assert!(!accept || word < said.words, "a word too many in clock {}", clock);
                if model.is_high(ACTIVE) {
                    prop_assert_eq!(model.get(LANE), said.lane);
                    prop_assert_eq!(model.get(CUTS), cuts(8 << said.lane));
                    prop_assert_eq!(model.is_high(DEFINITION), said.definition);
                }
                prop_assert_eq!(model.is_high(REDRAWS), model.is_high(ACTIVE) && said.definition);
                if accept {
                    offered = false;
                    word += 1;
                    prop_assert_eq!(model.is_high(LAST), word == said.words, "word {} of {:?}", word, said);
                    if word == said.words {
                        closing = Some(clock + 1 + closes[segment]);
                    }
                }
                if waits && model.is_high(COMMAND_POP) {
                    (waits, next) = (false, next + 1);
                }
                was_roomy = roomy;
                closed = close;
                model.tick();
                clock += 1;
                prop_assert!(clock < 100_000, "segment {} stands still at word {}", segment, word);
            }
            if closed {
                segment += 1;
            }
        }
    }
}
