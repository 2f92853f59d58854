//! M, and what it is made of.

use shp_sim::tops;
use shp_tests::wave::Wave;

use super::reset;
use crate::support::joined;

pub(super) fn in_message() -> Wave {
    let ports = [
        ("segment", ""),
        ("tail", "segment"),
        ("valid", ""),
        ("ready", ""),
        ("data", "valid"),
        ("word", ""),
        ("taken", ""),
        ("taken_last", "taken"),
        ("empty", ""),
    ];
    let mut wave = Wave::new(&tops::message::TOP, &ports);
    reset(&mut wave, 8);
    wave.skip(4);
    wave.set(&[
        ("segment", 1),
        ("tail", 1),
        ("lane", 2),
        ("block", 1),
        ("routes", 1),
    ])
    .show(1);
    wave.set(&[("segment", 0), ("block", 0), ("routes", 0), ("valid", 1)]);
    let mut words = 0;
    for _ in 0..14 {
        wave.set(&[("data", 0xa0 + words), ("valid", u64::from(words < 2))]);
        words += u64::from(words < 2 && wave.get("ready") == 1);
        wave.show(1);
    }
    wave
}

pub(super) fn in_intake() -> Wave {
    let ports = [
        ("command_valid", ""),
        ("command_pop", ""),
        ("active", ""),
        ("ready", ""),
        ("offered", ""),
        ("accept", ""),
        ("last", "accept"),
        ("close", ""),
    ];
    let mut wave = Wave::new(&tops::intake::TOP, &ports);
    reset(&mut wave, 2);
    wave.set(&[("roomy", 1)]).skip(2);
    // Three words.
    wave.set(&[("command_valid", 1), ("command", 2 << 28)])
        .show(1);
    wave.set(&[("command_valid", 0), ("offered", 1)]).show(7);
    wave.set(&[("close", 1)]).show(1);
    wave.set(&[("close", 0)]).show(1);
    wave
}

pub(super) fn in_redraw() -> Wave {
    let ports = [
        ("message_valid", ""),
        ("message_pop", ""),
        ("r_available", ""),
        ("r_take", ""),
        ("rejected", ""),
        ("found_next", ""),
        ("found_message", ""),
        ("found_r", ""),
    ];
    let mut wave = Wave::new(&tops::redraw::TOP, &ports);
    reset(&mut wave, 4);
    wave.set(&[("active", 1), ("lane", 2), ("roomy", 1)])
        .skip(12);
    // The first piece of the first r is equal to M's, so all move up by one.
    wave.set(&[
        ("message_valid", 1),
        ("last", 1),
        ("message", 5),
        ("r_available", 1),
    ])
    .show(1);
    wave.set_bytes("r", &joined(&[5, 6, 7, 8])).show(2);
    wave.set_bytes("r", &joined(&[9, 10, 11, 12]));
    for _ in 0..13 {
        let popped = wave.get("message_pop");
        wave.show(1);
        if popped == 1 {
            wave.set(&[("message_valid", 0)]);
        }
    }
    wave
}

pub(super) fn in_gate() -> Wave {
    let ports = [
        ("active", ""),
        ("block", ""),
        ("routes", ""),
        ("valid", ""),
        ("take", ""),
        ("last", ""),
        ("close", ""),
        ("taken", ""),
        ("taken_first", "taken"),
        ("taken_last", "taken"),
    ];
    let mut wave = Wave::new(&tops::gate::TOP, &ports);
    reset(&mut wave, 4);
    wave.set(&[("active", 1), ("valid", 1)]).show(1);
    wave.set(&[("block", 1)]).show(1);
    wave.set(&[("block", 0), ("routes", 1)]).show(1);
    wave.set(&[("routes", 0)]).show(2);
    wave.set(&[("last", 1)]).show(1);
    wave.set(&[("active", 0), ("valid", 0), ("last", 0)])
        .show(2);
    wave
}

pub(super) fn in_pieces() -> Wave {
    let ports = [
        ("word_valid", ""),
        ("word_pop", ""),
        ("word", "word_valid"),
        ("last", "word_valid"),
        ("valid", ""),
        ("piece", "valid"),
        ("ends_word", "valid"),
        ("of_last", "valid"),
        ("moves", ""),
    ];
    let mut wave = Wave::new(&tops::pieces::TOP, &ports);
    reset(&mut wave, 2);
    wave.set(&[("two", 1)]);
    let words = [[0xa0, 0, 0xa1, 0], [0xb0, 0, 0xb1, 0]].map(|word| joined(&word));
    let mut popped = 0;
    for clock in 0..8 {
        wave.set(&[("moves", u64::from(clock != 3))]);
        wave.set(&[
            ("word_valid", u64::from(popped < 2)),
            ("last", u64::from(popped == 1)),
        ]);
        wave.set_bytes("word", words.get(popped).unwrap_or(&words[0]));
        popped += usize::from(wave.get("word_pop") == 1);
        wave.show(1);
    }
    wave
}
