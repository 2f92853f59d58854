//! What watches, what is everywhere, and the small ones.

use shp_sim::tops;
use shp_tests::wave::Wave;

use super::reset;
use crate::chacha::keystream;

pub(super) fn in_self_test() -> Wave {
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

pub(super) fn in_fifo() -> Wave {
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

pub(super) fn in_digit() -> Wave {
    let ports = [
        ("fresh", ""),
        ("factor", ""),
        ("carry_in", ""),
        ("carry_out", ""),
        ("highest", ""),
        ("carry_on", ""),
    ];
    let mut wave = Wave::new(&tops::digit::TOP, &ports);
    // A third by three, which is 4 - 1, and the rest by sixteen; a third by three with a carry from below.
    let (fresh, three, sixteen) = (0x80, 0x115, 0x3);
    for (factor, carry) in [
        (fresh, 0),
        (three, 0),
        (sixteen, 0),
        (fresh, 0),
        (three, 1),
        (0, 0),
        (0, 0),
    ] {
        wave.set(&[("fresh", 0x15_5555)])
            .set(&[("factor", factor), ("carry_in", carry)])
            .show(1);
    }
    wave
}

pub(super) fn in_key_port() -> Wave {
    let ports = [
        ("write", ""),
        ("unit", "write"),
        ("word", "write"),
        ("data", "write"),
        ("wiping", ""),
        ("wipe_at", "wiping"),
        ("writes", ""),
        ("turn", "writes"),
        ("index", "writes"),
        ("value", "writes"),
    ];
    let mut wave = Wave::new(&tops::key_port::TOP, &ports);
    wave.skip(1);
    for (unit, word) in [(0, 5), (3, 6)] {
        wave.set(&[("write", 1), ("unit", unit), ("word", word)])
            .set(&[("data", 0xa0 + unit)])
            .show(1);
    }
    wave.set(&[("write", 0)]).show(1);
    wave.set(&[("wiping", 1), ("wipe_at", 5 << 2 | 1)]).show(1);
    wave.set(&[("wipe_at", 6 << 2)]).show(1);
    wave.set(&[("wiping", 0)]).show(2);
    wave
}

pub(super) fn in_credit() -> Wave {
    let ports = [
        ("up", ""),
        ("down", ""),
        ("count", ""),
        ("some", ""),
        ("one", ""),
    ];
    let mut wave = Wave::new(&tops::credit::TOP, &ports);
    reset(&mut wave, 1);
    wave.set(&[("down", 1)]).skip(14);
    for (up, down) in [(0, 1), (0, 1), (1, 0), (1, 1), (1, 0), (0, 0)] {
        wave.set(&[("up", up), ("down", down)]).show(1);
    }
    wave
}
