//! The self-tests: what passes, what each failure looks like.

// Fault: in self_test, together_word_15 = equal_15_q => together_word_15 = equal_14_q

use proptest::prelude::*;
use shp_sim::Model;
use shp_sim::tops::self_test::{
    ASK, BLOCK, FAILED, FAULT, PASSED, RESET, TOP, TURN, VALID, WIPE_AT, WIPING,
};

use crate::chacha::keystream;

/// Turns a wheel.
const TURNS: u64 = 4;
/// Clocks a turn.
const CLOCKS: usize = 4;
/// Clocks of stages 0 to 2.
const STAGES: [usize; 3] = [128, 256, 128];

/// The known answer.
fn known() -> Vec<u8> {
    keystream(20, &[0; 32], 0, 0, 64)
}

fn offer(model: &mut Model, turn: u64, block: &[u8]) {
    model.set(VALID, 1);
    model.set(TURN, turn);
    model.set_bytes(BLOCK, block);
    model.tick();
    model.set(VALID, 0);
    model.set_bytes(BLOCK, &[0x99; 64]);
    for _ in 1..CLOCKS {
        model.tick();
    }
}

/// Resets, and gives these blocks for the known answer so many clocks after they were asked for. Says after how many clocks it passed, if it did.
fn start(model: &mut Model, answers: &[Vec<u8>], delay: usize) -> Option<usize> {
    model.set(RESET, 1);
    model.set(VALID, 0);
    model.tick();
    model.set(RESET, 0);
    let mut clock = 0;
    let mut asked = None;
    let mut wiped = [[false; 128]; 2];
    let mut offered = Vec::new();
    while clock < 2 * STAGES.iter().sum::<usize>() {
        if model.is_high(WIPING) {
            let stage = usize::from(clock > STAGES[0] + STAGES[1]);
            wiped[stage][model.get(WIPE_AT) as usize] = true;
        } else if model.is_high(ASK) {
            assert_eq!(asked.replace(clock), None, "one wheel is enough");
        }
        if model.is_high(PASSED) {
            assert_eq!(model.get(FAILED), 0);
            assert_eq!(wiped, [[true; 128]; 2], "words of keys are left");
            assert!(asked.is_some());
            return Some(clock);
        }
        let due = asked.map(|asked| (clock - asked).checked_sub(delay));
        let turn = due
            .flatten()
            .filter(|late| late.is_multiple_of(CLOCKS))
            .map(|late| late / CLOCKS);
        let answer = turn.and_then(|turn| answers.get(turn));
        model.set(VALID, answer.is_some().into());
        if let (Some(turn), Some(answer)) = (turn, answer) {
            model.set(TURN, turn as u64);
            model.set_bytes(BLOCK, answer);
            offered.push(turn);
        }
        model.tick();
        clock += 1;
    }
    assert_eq!(offered.len(), answers.len());
    None
}

proptest! {
    /// With the known block of each turn it passes after its stages, and wipes the keys before and after.
    #[test]
    fn it_passes(delay in 0..200_usize) {
        let mut model = Model::new(&TOP);
        let passed = start(&mut model, &vec![known(); 4], delay);
        prop_assert_eq!(passed, Some(STAGES.iter().sum()));
    }

    /// Any wrong bit of any block, or a block that does not come, and it never passes; until the next reset.
    #[test]
    fn a_wrong_answer_is_found(turn in 0..4_usize, bit in 0..512_usize, missing: bool) {
        let mut model = Model::new(&TOP);
        let mut answers = vec![known(); 4];
        if missing {
            answers.remove(turn);
        } else {
            answers[turn][bit / 8] ^= 1 << (bit % 8);
        }
        prop_assert_eq!(start(&mut model, &answers, 100), None);
        prop_assert_eq!(model.get(FAILED), 1);
        prop_assert_eq!(start(&mut model, &vec![known(); 4], 100), Some(STAGES.iter().sum()));
    }

    /// Blocks that differ in their first 64 bits pass, whatever the rest is; a unit's block that is its last one does not.
    #[test]
    fn a_repeated_block_is_found(wheels in 1..20_usize, turn in 0..TURNS, used in 1..16_u8) {
        let mut model = Model::new(&TOP);
        start(&mut model, &vec![known(); 4], 100);
        let used = |unit: u64| unit == turn || used >> unit & 1 == 1;
        let block = |number: u64| {
            let mut block = vec![0; 64];
            block[..8].copy_from_slice(&number.to_le_bytes());
            block
        };
        let mut number = 0;
        for _ in 0..wheels {
            for unit in (0..TURNS).filter(|unit| used(*unit)) {
                number += 1;
                offer(&mut model, unit, &block(number << 32 | unit));
                prop_assert!(model.is_high(PASSED));
            }
        }
        // Nothing of this unit's since: it is its last block.
        let last = {
            offer(&mut model, turn, &block(u64::MAX));
            prop_assert!(model.is_high(PASSED));
            block(u64::MAX)
        };
        offer(&mut model, turn, &last);
        prop_assert!(!model.is_high(PASSED));
        model.tick();
        let failed = model.get(FAILED);
        // The reference is some unit's last block too.
        prop_assert!(failed == 2 || failed == 4, "{}", failed);
        for _ in 0..1000 {
            prop_assert!(!model.is_high(PASSED));
            model.tick();
        }
        prop_assert_eq!(model.get(FAILED), failed);
    }

    /// Two units with one stream are found within as many wheels as there are turns, and one more.
    #[test]
    fn twins_are_found(a in 0..TURNS, apart in 1..TURNS, wheels in 0..10_u64) {
        let mut model = Model::new(&TOP);
        start(&mut model, &vec![known(); 4], 100);
        let b = (a + apart) % TURNS;
        let mut found = None;
        for wheel in 0..=wheels + TURNS {
            for unit in 0..TURNS {
                let stream = if wheel >= wheels && unit == b { a } else { unit };
                let mut block = vec![0; 64];
                block[..8].copy_from_slice(&(wheel << 8 | stream).to_le_bytes());
                offer(&mut model, unit, &block);
                if !model.is_high(PASSED) {
                    found = found.or(Some(wheel));
                }
            }
        }
        prop_assert!(found.is_some_and(|wheel| wheel >= wheels), "{:?}", found);
        prop_assert_eq!(model.get(FAILED), 4);
    }

    /// Each failure can be forced.
    #[test]
    fn each_failure_can_be_forced(fault in proptest::sample::select(&[1_u64, 2, 4][..])) {
        let mut model = Model::new(&TOP);
        model.set(FAULT, u64::from(fault == 1));
        let passed = start(&mut model, &vec![known(); 4], 100);
        prop_assert_eq!(passed.is_some(), fault != 1);
        model.set(FAULT, fault);
        for wheel in 0..2 * TURNS {
            for unit in 0..TURNS {
                offer(&mut model, unit, &[(wheel << 3 | unit) as u8; 64]);
            }
        }
        prop_assert_eq!(model.get(FAILED), fault);
        prop_assert!(!model.is_high(PASSED));
    }
}
