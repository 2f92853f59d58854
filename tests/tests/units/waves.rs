//! A few clocks of each unit, as pictures for its page.

use shp_sim::tops;
use shp_tests::wave::Wave;

use crate::chacha::{keystream, state, unhex};
use crate::draw::WHEEL;
use crate::support::{cuts, joined};
use crate::vectors::RFC_8439;

/// A unit with a page, the type that its ports are described at, and who makes its picture.
type Page = (&'static str, &'static str, fn() -> Wave);

/// Each unit with a page, the `RustHDL` type that its ports are described at, and its picture.
pub(crate) const UNITS: [Page; 17] = [
    ("keystream", "Keystream", in_keystream),
    ("draw", "Draw", in_draw),
    ("adder_tree", "AdderTree", in_adder_tree),
    ("subtractor", "Subtractor", in_subtractor),
    ("pbox", "PBox", in_pbox),
    ("schedule", "Schedule", in_schedule),
    ("engine", "Engine", in_engine),
    ("quarter_round", "QuarterRound", in_quarter_round),
    ("feed_forward", "FeedForward", in_feed_forward),
    ("corner_turn", "CornerTurn", in_corner_turn),
    ("csprng", "Csprng", in_csprng),
    ("message", "Message", in_message),
    ("intake", "Intake", in_intake),
    ("redraw", "Redraw", in_redraw),
    ("gate", "Gate", in_gate),
    ("self_test", "SelfTest", in_self_test),
    ("fifo", "Fifo", in_fifo),
];

/// After a reset of so many clocks.
fn reset(wave: &mut Wave, clocks: usize) {
    wave.set(&[("reset", 1)]).skip(clocks).set(&[("reset", 0)]);
}

/// Words that can be told apart at a glance.
fn block(number: u32) -> Vec<u8> {
    joined(&std::array::from_fn::<u32, 16, _>(|word| {
        number << 8 | word as u32
    }))
}

fn in_keystream() -> Wave {
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
    wave.show(1);
    wave.set(&[("take", 1), ("r_take", 1)]).show(4);
    wave.set(&[("take", 0), ("r_take", 0)]).show(4);
    wave
}

fn in_draw() -> Wave {
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
    wave.show(8)
        .set(&[("pop", 1)])
        .show(1)
        .set(&[("pop", 0)])
        .show(1);
    wave
}

fn in_adder_tree() -> Wave {
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

fn in_subtractor() -> Wave {
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

fn in_pbox() -> Wave {
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

fn in_schedule() -> Wave {
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

fn in_engine() -> Wave {
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

fn in_quarter_round() -> Wave {
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

fn in_feed_forward() -> Wave {
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

fn in_corner_turn() -> Wave {
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

fn in_csprng() -> Wave {
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

fn in_message() -> Wave {
    let ports = [
        ("segment", ""),
        ("tail", "segment"),
        ("valid", ""),
        ("ready", ""),
        ("data", "valid"),
        ("takes", ""),
        ("takes_last", "takes"),
        ("word", "takes"),
        ("taken", ""),
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

fn in_intake() -> Wave {
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

fn in_redraw() -> Wave {
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

fn in_gate() -> Wave {
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

fn in_self_test() -> Wave {
    let ports = [
        ("valid", ""),
        ("turn", "valid"),
        ("passed", ""),
        ("failed", ""),
        ("wiping", ""),
    ];
    let mut wave = Wave::new(&tops::self_test::TOP, &ports);
    reset(&mut wave, 1);
    wave.skip(140);
    wave.set_bytes("block", &keystream(20, &[0; 32], 0, 0, 64));
    for turn in 0..4 {
        wave.set(&[("valid", 1), ("turn", turn)]).skip(1);
        wave.set(&[("valid", 0)]).skip(3);
    }
    while wave.get("passed") == 0 {
        wave.skip(1);
    }
    // The same block again.
    wave.skip(8);
    wave.set(&[("valid", 1), ("turn", 2)])
        .set_bytes("block", &[7; 64])
        .show(1);
    wave.set(&[("valid", 0)]).show(3);
    wave.set(&[("valid", 1)]).show(1);
    wave.set(&[("valid", 0)]).show(7);
    wave
}

fn in_fifo() -> Wave {
    let ports = [
        ("push", ""),
        ("word", "push"),
        ("valid", ""),
        ("alone", ""),
        ("head", "valid"),
        ("pop", ""),
    ];
    let mut wave = Wave::new(&tops::fifo::TOP, &ports);
    reset(&mut wave, 2);
    wave.show(1);
    for (push, pop) in [(1, 0), (1, 0), (0, 1), (1, 1), (0, 1), (0, 0)] {
        wave.set(&[("push", push), ("pop", pop)]);
        wave.set(&[("word", 0xa0 + push + pop)]).show(1);
    }
    wave
}
