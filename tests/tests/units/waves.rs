//! A few clocks of each unit, as pictures for its page.

mod figure;
mod keystream;
mod message;
mod others;

use shp_tests::wave::Wave;

use figure::{in_adder_tree, in_draw, in_keystream, in_pbox, in_subtractor};
use keystream::{
    in_corner_turn, in_csprng, in_engine, in_feed_forward, in_initial_state, in_quarter_round,
    in_schedule, in_wheels,
};
use message::{in_gate, in_intake, in_message, in_pieces, in_redraw};
use others::{in_credit, in_digit, in_fifo, in_key_port, in_self_test};

/// A unit with a page, the type that its ports are described at, and who makes its picture.
type Page = (&'static str, &'static str, fn() -> Wave);

/// Each unit with a page, the `RustHDL` type that its ports are described at, and its picture.
pub(crate) const UNITS: [Page; 23] = [
    ("keystream", "Keystream", in_keystream),
    ("draw", "Draw", in_draw),
    ("adder_tree", "AdderTree", in_adder_tree),
    ("subtractor", "Subtractor", in_subtractor),
    ("pbox", "PBox", in_pbox),
    ("schedule", "Schedule", in_schedule),
    ("initial_state", "InitialState", in_initial_state),
    ("engine", "Engine", in_engine),
    ("wheels", "Wheels", in_wheels),
    ("quarter_round", "QuarterRound", in_quarter_round),
    ("feed_forward", "FeedForward", in_feed_forward),
    ("corner_turn", "CornerTurn", in_corner_turn),
    ("csprng", "Csprng", in_csprng),
    ("message", "Message", in_message),
    ("intake", "Intake", in_intake),
    ("redraw", "Redraw", in_redraw),
    ("pieces", "Pieces", in_pieces),
    ("gate", "Gate", in_gate),
    ("self_test", "SelfTest", in_self_test),
    ("fifo", "Fifo", in_fifo),
    ("digit", "Digit", in_digit),
    ("key_port", "KeyPort", in_key_port),
    ("credit", "Credit", in_credit),
];

/// After a reset of so many clocks.
fn reset(wave: &mut Wave, clocks: usize) {
    wave.set(&[("reset", 1)]).skip(clocks).set(&[("reset", 0)]);
}
