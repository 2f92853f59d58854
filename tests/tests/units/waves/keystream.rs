//! What the keystream is made of.

use shp_sim::tops;
use shp_tests::wave::Wave;

use super::reset;
use crate::chacha::{state, unhex};
use crate::support::joined;
use crate::vectors::RFC_8439;
use crate::wheels::{FLIGHT, WHEEL};

pub(super) fn in_schedule() -> Wave {
    let ports = [
        ("segment_valid", ""),
        ("segment_ready", ""),
        ("at", ""),
        ("entered", ""),
        ("record", "entered"),
        ("idle", ""),
    ];
    let mut wave = Wave::new(&tops::schedule::TOP, &ports);
    reset(&mut wave, 160);
    wave.skip(4).show(1);
    wave.set(&[
        ("segment_valid", 1),
        ("number", 7),
        ("more_blocks", 1),
        ("paths", 4),
    ])
    .show(1);
    wave.set(&[("segment_valid", 0)]).show(20);
    wave
}

pub(super) fn in_engine() -> Wave {
    let mut wave = Wave::new(
        &tops::engine::TOP,
        &[
            ("next_load", ""),
            ("fresh_0", ""),
            ("fresh_8", ""),
            ("block_0", ""),
            ("block_8", ""),
        ],
    );
    let words = state(&unhex(RFC_8439[1].key), [1, 0, 0, 0]);
    wave.skip(100);
    wave.set(&[("next_load", 1)]).show(1);
    wave.set(&[
        ("next_load", 0),
        ("fresh_0", words[4].into()),
        ("fresh_8", words[12].into()),
    ])
    .show(1);
    wave.set(&[("fresh_8", 0)]).skip(82).show(3);
    wave
}

pub(super) fn in_quarter_round() -> Wave {
    let ports = [
        ("a", ""),
        ("b_left", ""),
        ("b_right", ""),
        ("c", ""),
        ("d", ""),
        ("a_out", ""),
        ("b_left_out", ""),
        ("b_right_out", ""),
        ("c_out", ""),
        ("d_out", ""),
    ];
    let mut wave = Wave::new(&tops::quarter_round::TOP, &ports);
    wave.skip(8);
    wave.set(&[
        ("a", 0x1111_1111),
        ("b_left", 0x0102_0304),
        ("c", 0x9b8d_6f43),
        ("d", 0x0123_4567),
    ])
    .show(2);
    wave.set(&[("a", 0), ("b_left", 0), ("c", 0), ("d", 0)])
        .show(5);
    wave
}

pub(super) fn in_feed_forward() -> Wave {
    let mut wave = Wave::new(
        &tops::feed_forward::TOP,
        &[
            ("next_load", ""),
            ("passed_4", ""),
            ("initial_0", ""),
            ("block", ""),
        ],
    );
    wave.set(&[("next_load", 1)]).skip(8);
    wave.set(&[("passed_4", 0x100), ("initial_0", 0x23)])
        .show(1);
    wave.set(&[("next_load", 0), ("passed_4", 0), ("initial_0", 0)])
        .show(5);
    wave
}

/// Words that can be told apart at a glance.
fn block(number: u32) -> Vec<u8> {
    joined(&std::array::from_fn::<u32, 16, _>(|word| {
        number << 8 | word as u32
    }))
}

pub(super) fn in_corner_turn() -> Wave {
    let mut wave = Wave::new(
        &tops::corner_turn::TOP,
        &[("next_turn", ""), ("block", ""), ("lanes", "")],
    );
    for turn in 0..40_u32 {
        wave.set(&[("next_turn", u64::from((turn + 1) % 16))])
            .set_bytes("block", &block(turn % 16));
        if turn < 32 {
            wave.skip(1)
        } else {
            wave.show(1)
        };
    }
    wave
}

pub(super) fn in_csprng() -> Wave {
    let ports = [
        ("announce", ""),
        ("start", ""),
        ("word", ""),
        ("available", ""),
        ("take", ""),
        ("drop", ""),
        ("taken", ""),
        ("block", ""),
    ];
    let mut wave = Wave::new(&tops::csprng::TOP, &ports);
    reset(&mut wave, 2);
    wave.skip(20);
    for word in 0..9 {
        wave.set(&[
            ("announce", u64::from(word == 0)),
            ("start", u64::from(word == 0)),
            ("word", 0xa0 + word),
            ("take", u64::from((2..6).contains(&word))),
            ("drop", u64::from(word == 5)),
        ]);
        wave.show(1);
    }
    wave
}

pub(super) fn in_initial_state() -> Wave {
    let ports = [
        ("next_turn", ""),
        ("turn", ""),
        ("number", ""),
        ("block", ""),
        ("r_block", ""),
        ("word_0", ""),
        ("word_8", ""),
        ("word_10", ""),
    ];
    let mut wave = Wave::new(&tops::initial_state::TOP, &ports);
    wave.set(&[("key_write", 1)]);
    for turn in 0..4 {
        wave.set(&[("key_turn", turn), ("key_data", 0xa0 + turn)])
            .skip(1);
    }
    wave.set(&[("key_write", 0), ("next_turn", 0)]).skip(1);
    wave.set(&[("number", 7), ("block", 0x48), ("r_block", 0x4b)]);
    for turn in 0..4 {
        wave.set(&[("turn", turn), ("next_turn", (turn + 1) % 4)])
            .show(1);
    }
    wave
}

pub(super) fn in_wheels() -> Wave {
    let ports = [
        ("enter", ""),
        ("entering", "enter"),
        ("second_at", ""),
        ("next_at", ""),
        ("next_start", ""),
        ("record", ""),
        ("start", ""),
        ("at", ""),
    ];
    let mut wave = Wave::new(&tops::wheels::TOP, &ports);
    reset(&mut wave, FLIGHT);
    wave.set(&[("enter", 1), ("entering", 6)]).skip(1);
    wave.set(&[("enter", 0)]).skip(FLIGHT + WHEEL / 2);
    for record in [7, 8] {
        wave.set(&[("enter", 1), ("entering", record)]).show(1);
        wave.set(&[("enter", 0)]).show(WHEEL - 1);
    }
    wave.skip(FLIGHT - 2 * WHEEL - 3).show(9);
    wave
}
