//! Policy `definition`: words of r that differ from M in each lane, in words of 128 bits.

// Fault: in redraw, by_more_d = lane[32'h1] => by_more_d = lane[32'h0]

use std::collections::VecDeque;

use proptest::prelude::*;
use shp_sim::Model;
use shp_sim::tops::redraw::{
    ACTIVE, FOUND_LAST, FOUND_MESSAGE, FOUND_NEXT, FOUND_R, LANE, LAST, MESSAGE, MESSAGE_POP,
    MESSAGE_VALID, R, R_AVAILABLE, R_TAKE, REJECTED, REJECTED_TWO, RESET, ROOMY, TOP,
};

use crate::support::{read, stalls};

/// Bytes of a word.
const WORD: usize = 16;
/// Words that may still be found after there was room.
const AFTER: usize = 5;

/// What is split, and the keystream that r comes from.
#[derive(Clone, Debug)]
struct Segment {
    lane_bits: usize,
    message: Vec<[u8; WORD]>,
    seed: u64,
}

fn segment() -> impl Strategy<Value = Segment> {
    // Few values, so that lanes of all widths are often equal.
    let word = proptest::array::uniform16(0..2_u8);
    let lane = proptest::sample::select(&[8_usize, 16, 32, 64][..]);
    (lane, proptest::collection::vec(word, 1..30), any::<u64>()).prop_map(
        |(lane_bits, message, seed)| Segment {
            lane_bits,
            message,
            seed,
        },
    )
}

/// Keystream of which pieces are often equal to M's, and sometimes only in part.
struct Keystream {
    random: fastrand::Rng,
    narrow: bool,
}

impl Keystream {
    fn new(segment: &Segment) -> Self {
        // With bytes of 0 and 1 alone a lane of a byte would be equal nearly always.
        Self {
            random: fastrand::Rng::with_seed(segment.seed),
            narrow: segment.lane_bits > 16,
        }
    }

    fn word(&mut self) -> [u8; WORD] {
        let piece = |random: &mut fastrand::Rng, narrow: bool| -> [u8; 8] {
            let alike = random.u8(..2) == 0;
            std::array::from_fn(|_| match (narrow, alike) {
                (true, true) => 0,
                (true, false) => random.u8(..2),
                (false, _) => random.u8(..8),
            })
        };
        let (low, high) = (
            piece(&mut self.random, self.narrow),
            piece(&mut self.random, self.narrow),
        );
        std::array::from_fn(|byte| if byte < 8 { low[byte] } else { high[byte - 8] })
    }
}

/// Words of M with the r that belongs to them, and how many pieces of r were thrown away: SPEC.md, "Splitting a segment".
fn definition(segment: &Segment) -> (Vec<[u8; WORD]>, usize) {
    let piece = (segment.lane_bits / 8).max(4);
    let lane = segment.lane_bits / 8;
    let mut keystream = Keystream::new(segment);
    let mut drawn: VecDeque<u8> = VecDeque::new();
    let mut rejected = 0;
    let words = segment.message.iter().map(|word| {
        let mut r = Vec::new();
        while r.len() < WORD {
            if drawn.is_empty() {
                drawn.extend(keystream.word());
            }
            let next: Vec<u8> = drawn.drain(..piece).collect();
            let m = &word[r.len()..][..piece];
            if m.chunks(lane).zip(next.chunks(lane)).any(|(m, r)| m == r) {
                rejected += 1;
            } else {
                r.extend(next);
            }
        }
        r.try_into().expect("a word")
    });
    (words.collect(), rejected)
}

proptest! {
    /// Every word of M with the first r that will do, and every piece thrown away is told of, whoever pauses.
    #[test]
    fn r_differs_in_each_lane(
        segments in proptest::collection::vec(segment(), 1..5),
        seeds: [Option<u64>; 3],
        cut in proptest::option::weighted(0.3, 1..120_usize),
    ) {
        let mut model = Model::new(&TOP);
        let [mut offers, mut draws, mut room] = seeds.map(stalls);
        for (index, segment) in segments.iter().enumerate() {
            let (expected, thrown_away) = definition(segment);
            let two = segment.lane_bits == 64;
            let mut keystream = Keystream::new(segment);
            // Between segments nothing is under way; some are cut short by a reset.
            model.set(ACTIVE, 0);
            model.set(RESET, u64::from(index == 0));
            for _ in 0..4 {
                model.tick();
            }
            model.set(RESET, 0);
            model.set(ACTIVE, 1);
            model.set(LANE, u64::from(segment.lane_bits.ilog2()) - 3);
            let (mut popped, mut found, mut rejected, mut clock) = (0, 0, 0, 0);
            let mut offered = false;
            let mut coming = [false; 2];
            let mut over = 0;
            let mut found_now = false;
            let cut = cut.filter(|_| index == 0);
            // Whatever is told late comes in a few clocks.
            let mut rest = 8;
            while rest > 0 && cut != Some(clock) {
                offered = popped < segment.message.len() && (offered || offers.moves());
                let available = draws.moves();
                let roomy = room.moves();
                model.set(MESSAGE_VALID, offered.into());
                model.set_bytes(MESSAGE, segment.message.get(popped).filter(|_| offered).unwrap_or(&[0xaa; WORD]));
                model.set(LAST, u64::from(offered && popped + 1 == segment.message.len()));
                model.set(R_AVAILABLE, available.into());
                model.set_bytes(R, &if coming[0] { keystream.word() } else { [0x55; WORD] });
                model.set(ROOMY, roomy.into());

                let take = model.is_high(R_TAKE);
                prop_assert!(!take || available);
                coming = [coming[1], take];
                if model.is_high(REJECTED) {
                    prop_assert_eq!(model.is_high(REJECTED_TWO), two);
                    rejected += 1;
                }
                over = if roomy { 0 } else { over };
                if found_now {
                    over += usize::from(!roomy);
                    prop_assert!(over <= AFTER, "clock {}", clock);
                    prop_assert!(found < expected.len(), "a word too many");
                    prop_assert_eq!(read(&mut model, FOUND_MESSAGE), segment.message[found], "word {}", found);
                    prop_assert_eq!(read(&mut model, FOUND_R), expected[found], "word {}", found);
                    found += 1;
                    prop_assert_eq!(model.is_high(FOUND_LAST), found == expected.len());
                }
                found_now = model.is_high(FOUND_NEXT);
                if model.is_high(MESSAGE_POP) {
                    prop_assert!(offered);
                    (offered, popped) = (false, popped + 1);
                }
                rest -= usize::from(found == expected.len());
                model.tick();
                clock += 1;
                prop_assert!(clock < 100_000, "nothing moves after word {}", found);
            }
            if cut == Some(clock) {
                model.set(RESET, 1);
                model.set(MESSAGE_VALID, 0);
                model.tick();
                model.tick();
                for _ in 0..8 {
                    prop_assert!(!model.is_high(FOUND_NEXT) && !model.is_high(REJECTED));
                    model.tick();
                }
                model.set(RESET, 0);
            } else {
                prop_assert_eq!(rejected, thrown_away);
            }
        }
    }
}
