//! The units of Figure 7.1.

use shp_sim::tops;
use shp_tests::wave::Wave;

use super::reset;
use crate::chacha::keystream;
use crate::draw::WHEEL;
use crate::support::cuts;

pub(super) fn in_keystream() -> Wave {
    let ports = [
        ("segment_valid", ""),
        ("segment_ready", ""),
        ("announced", ""),
        ("r_available", ""),
        ("take", ""),
        ("r_take", ""),
        ("taken_0", ""),
        ("taken_1", ""),
        ("r_taken", ""),
    ];
    let mut wave = Wave::new(&tops::keystream::TOP, &ports);
    wave.set(&[("reset", 1), ("reset_units", 1), ("key_write", 1)]);
    for turn in 0..4 {
        for index in 0..8 {
            wave.set(&[
                ("key_turn", turn),
                ("key_index", index),
                ("key_data", turn << 8 | index),
            ])
            .skip(1);
        }
    }
    wave.set(&[("key_write", 0)]).skip(160);
    wave.set(&[("reset", 0), ("reset_units", 0)]).skip(2);
    wave.set(&[
        ("segment_valid", 1),
        ("number", 7),
        ("more_blocks", 0),
        ("paths", 4),
        ("pbox", 1),
    ])
    .skip(1);
    wave.set(&[("segment_valid", 0)]);
    while wave.get("announced") == 0 {
        wave.skip(1);
    }
    wave.show(2);
    wave.set(&[("take", 1)]).show(2);
    wave.set(&[("r_take", 1)]).show(2);
    wave.set(&[("take", 0)]).show(2);
    wave.set(&[("r_take", 0)]).show(3);
    wave
}

pub(super) fn in_draw() -> Wave {
    let ports = [
        ("next_load", ""),
        ("count", ""),
        ("paths", ""),
        ("announce", ""),
        ("pop", ""),
        ("routes", "pop"),
    ];
    let mut wave = Wave::new(&tops::draw::TOP, &ports);
    reset(&mut wave, 64);
    wave.set(&[("pbox", 1), ("next_load", 1)]).show(1);
    wave.set(&[("next_load", 0), ("count", 1), ("paths", 4)]);
    wave.set_bytes("block", &keystream(20, &[0; 32], 0, 0, 64))
        .show(1);
    wave.set(&[("count", 0), ("paths", 0)]);
    let mut clocks = 0;
    while wave.get("announce") == 0 && clocks < WHEEL {
        wave.show(1);
        clocks += 1;
    }
    wave.show(10)
        .set(&[("pop", 1)])
        .show(1)
        .set(&[("pop", 0)])
        .show(1);
    wave
}

pub(super) fn in_adder_tree() -> Wave {
    let mut wave = Wave::new(
        &tops::adder_tree::TOP,
        &[("cuts", ""), ("words", ""), ("sum", ""), ("sum_cuts", "")],
    );
    wave.set_bytes("words", &[0; 64]).skip(8);
    wave.set(&[("cuts", cuts(8))])
        .set_bytes("words", &[0x11; 64])
        .show(1);
    wave.set(&[("cuts", cuts(32))]).show(1);
    wave.set_bytes("words", &[0; 64]).show(6);
    wave
}

pub(super) fn in_subtractor() -> Wave {
    let mut wave = Wave::new(
        &tops::subtractor::TOP,
        &[
            ("cuts", ""),
            ("minuend", ""),
            ("subtrahend", ""),
            ("difference", ""),
        ],
    );
    wave.skip(2);
    wave.set(&[("cuts", cuts(8)), ("minuend", 0x100), ("subtrahend", 1)])
        .show(1);
    wave.set(&[("cuts", cuts(16))]).show(1);
    wave.set(&[("minuend", 0), ("subtrahend", 0)]).show(3);
    wave
}

pub(super) fn in_pbox() -> Wave {
    let mut wave = Wave::new(
        &tops::pbox::TOP,
        &[("turn", ""), ("routes", ""), ("shares", ""), ("ports", "")],
    );
    // Ports 0 and 1 in use, with channels 1 and 0; then with 0 and 1.
    let routes = |channels: u8| [channels, 0, 0, 0, 0, 0, 0, 0, 3, 0];
    let shares = [[0xa0; 4], [0xb1; 4]].concat();
    wave.set_bytes("shares", &[shares, vec![0; 56]].concat());
    wave.set(&[("turn", 1)])
        .set_bytes("routes", &routes(0x01))
        .skip(4)
        .show(1);
    wave.set_bytes("routes", &routes(0x10)).show(1);
    wave.set(&[("turn", 0)])
        .set_bytes("routes", &[0; 10])
        .show(4);
    wave
}
