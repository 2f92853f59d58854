//! Blocks through all rounds, for each number of rounds.

// Fault: in engine, quarter_round_1_b_left = entry_5_q => quarter_round_1_b_left = entry_6_q

use proptest::prelude::*;
use shp_sim::{Model, Top, tops};

use crate::chacha::{fed_forward, keystream, rounds, state};
use crate::support::{inputs, joined, outputs};
use crate::vectors::{RFC_8439, STROMBERGSON};

/// Clocks a turn.
const TURN: usize = 4;

/// An engine and its number of rounds.
const ENGINES: [(&Top, usize); 3] = [
    (&tops::engine::TOP, 20),
    (&tops::engine_r12::TOP, 12),
    (&tops::engine_r8::TOP, 8),
];

/// Loads a state a turn, or none; gives what comes out in the turn of each, and in those after them until all has come out that went in.
fn run(top: &'static Top, of: usize, states: &[Option<[u32; 16]>]) -> Vec<[u32; 16]> {
    let mut model = Model::new(top);
    let next_load = top.input("next_load").expect("an engine has it");
    let fresh = inputs::<12>(top, "fresh");
    let block = outputs::<16>(top, "block");
    let right = outputs::<4>(top, "b_right");
    // Each of a turn's rounds has four clocks, and the entry one.
    let latency = of + 1;
    let mut passed = Vec::new();
    for turn in 0..states.len() + latency {
        let next = states.get(turn).copied().flatten();
        for clock in 0..TURN {
            model.set(
                next_load,
                u64::from(clock == TURN - 1 && states.get(turn + 1).is_some_and(Option::is_some)),
            );
            if clock == 0 {
                passed.push(std::array::from_fn(|word| {
                    let half = if (4..8).contains(&word) {
                        model.get(right[word - 4])
                    } else {
                        0
                    };
                    (model.get(block[word]) ^ half) as u32
                }));
            }
            // Whatever stands there when no load was told of is not taken.
            for (port, word) in fresh.iter().zip(&next.unwrap_or([0x5555_5555; 16])[4..]) {
                model.set(*port, if clock == 0 { *word } else { !word }.into());
            }
            model.tick();
        }
    }
    passed
}

proptest! {
    /// A block each turn; where none is loaded, the one that comes out goes on.
    #[test]
    fn blocks_pass_all_rounds(
        (top, of) in proptest::sample::select(&ENGINES[..]),
        words in proptest::collection::vec(proptest::option::weighted(0.8, any::<([u8; 32], [u32; 4])>()), 30..60),
    ) {
        // The first turn's load would have to be told of before the first clock.
        let states: Vec<_> = [None].into_iter().chain(words.into_iter().map(|words| words.map(|(key, rest)| state(&key, rest)))).collect();
        let passed = run(top, of, &states);
        // What is in the engine a turn after another: its state and how often it went through.
        let latency = of + 1;
        let mut entered: Vec<Option<[u32; 16]>> = Vec::new();
        for turn in 0..states.len() {
            let around = turn.checked_sub(latency).and_then(|then| entered[then]).map(|state| rounds(state, of));
            entered.push(states[turn].or(around));
        }
        for (turn, state) in entered.into_iter().enumerate() {
            if let Some(state) = state {
                prop_assert_eq!(passed[turn + latency], rounds(state, of), "turn {}", turn);
            }
        }
    }
}

/// RFC 8439, section 2.3.2: all of words 12 to 15 are in use.
#[test]
fn the_vector_of_the_rfc() {
    let key: [u8; 32] = std::array::from_fn(|byte| byte as u8);
    let initial = state(&key, [1, 0x0900_0000, 0x4a00_0000, 0]);
    let passed = [
        0x8377_78ab,
        0xe238_d763,
        0xa67a_e21e,
        0x5950_bb2f,
        0xc4f2_d0c7,
        0xfc62_bb2f,
        0x8fa0_18fc,
        0x3f5e_c7b7,
        0x3352_71c2,
        0xf294_89f3,
        0xeabd_a8fc,
        0x82e4_6ebd,
        0xd19c_12b4,
        0xb04e_16de,
        0x9e83_d0cb,
        0x4e3c_50a2,
    ];
    let block = joined(&fed_forward(passed, initial));
    assert_eq!(
        keystream(20, &key, 0x4a00_0000, 0x0900_0000_0000_0001, 64),
        block
    );
    assert_eq!(
        run(&tops::engine::TOP, 20, &[None, Some(initial)])[1 + 21],
        passed
    );
}

/// All published vectors of an engine's rounds, one behind the other.
#[test]
fn the_published_vectors() {
    for (top, of) in ENGINES {
        let vectors = RFC_8439
            .iter()
            .chain(&STROMBERGSON)
            .filter(|vector| vector.rounds == of);
        let states: Vec<_> = [None]
            .into_iter()
            .chain(vectors.map(|vector| Some(vector.state())))
            .collect();
        assert!(states.len() > 8);
        let passed = run(top, of, &states);
        let vectors = RFC_8439
            .iter()
            .chain(&STROMBERGSON)
            .filter(|vector| vector.rounds == of);
        for (turn, vector) in (1..).zip(vectors) {
            let block = joined(&fed_forward(passed[turn + of + 1], vector.state()));
            assert_eq!(
                block,
                crate::chacha::unhex::<64>(vector.block),
                "{of} rounds, turn {turn}"
            );
        }
    }
}
