//! Words of 128 bits, cut into pieces of 32 or 64.

// Fault: in pieces, second_valid_d = ~moves && (comes || second_valid_q) => second_valid_d = ~moves && comes

use proptest::prelude::*;
use shp_sim::Model;
use shp_sim::tops::pieces::{
    ENDS_WORD, LAST, MOVES, OF_LAST, PIECE, RESET, TOP, TWO, VALID, WORD, WORD_POP, WORD_VALID,
};

use crate::support::{read, stalls};

/// Bytes of a word.
const BYTES: usize = 16;

proptest! {
    /// Every piece in order, whoever pauses; none is lost, doubled or held back, and what ends is told.
    #[test]
    fn every_piece_comes_once(
        segments in proptest::collection::vec(
            (any::<bool>(), proptest::collection::vec(any::<[u8; BYTES]>(), 1..20)), 1..4),
        seeds: [Option<u64>; 2],
    ) {
        let mut model = Model::new(&TOP);
        let [mut offers, mut takes] = seeds.map(stalls);
        for (two, words) in &segments {
            let bytes = if *two { 8 } else { 4 };
            model.set(RESET, 1);
            model.set(TWO, (*two).into());
            model.set(MOVES, 0);
            // Under reset no word is taken.
            model.set(WORD_VALID, 1);
            for _ in 0..2 {
                prop_assert!(!model.is_high(WORD_POP));
                model.tick();
            }
            model.set(RESET, 0);
            let pieces: Vec<&[u8]> = words.iter().flat_map(|word| word.chunks(bytes)).collect();
            let (mut popped, mut taken, mut clocks) = (0, 0, 0);
            let (mut offered, mut waits) = (false, 0);
            while taken < pieces.len() {
                offered = popped < words.len() && (offered || offers.moves());
                let wants = takes.moves();
                model.set(WORD_VALID, offered.into());
                model.set_bytes(WORD, words.get(popped).filter(|_| offered).unwrap_or(&[0xaa; BYTES]));
                model.set(LAST, u64::from(offered && popped + 1 == words.len()));
                let valid = model.is_high(VALID);
                model.set(MOVES, u64::from(wants || !valid));
                if valid {
                    let piece = read(&mut model, PIECE);
                    prop_assert_eq!(&piece[..bytes], pieces[taken], "piece {}", taken);
                    let word = taken * bytes / BYTES;
                    prop_assert_eq!(model.is_high(ENDS_WORD), (taken + 1) * bytes % BYTES == 0);
                    prop_assert_eq!(model.is_high(OF_LAST), word + 1 == words.len());
                    taken += usize::from(wants);
                    waits = 0;
                } else {
                    waits += usize::from(offered);
                    prop_assert!(waits <= 2, "a piece is held back");
                }
                if model.is_high(WORD_POP) {
                    prop_assert!(offered);
                    (offered, popped) = (false, popped + 1);
                }
                model.tick();
                clocks += 1;
                prop_assert!(clocks < 10_000, "nothing moves after piece {}", taken);
            }
            prop_assert_eq!(popped, words.len());
            // Without pauses a piece comes each clock, from the third on.
            if seeds == [None; 2] {
                prop_assert_eq!(clocks, pieces.len() + 2);
            }
        }
    }
}
