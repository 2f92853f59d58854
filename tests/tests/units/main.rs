//! Every unit of the RTL alone under Verilator, against a model in Rust that was written from the unit's contract.
//!
//! ```text
//!   proptest --> inputs, stalls --+--> the Verilated unit --.
//!                                 '--> the model -----------+--> equal in every clock?
//! ```
//!
//! A clock goes so: inputs are set, outputs are read, the clock ticks.

#![allow(
    clippy::needless_range_loop,
    reason = "a number of a turn or group is more than a place in a list"
)]

mod adder_tree;
mod corner_turn;
mod credit;
mod csprng;
mod digit;
mod draw;
mod engine;
mod feed_forward;
mod fifo;
mod gate;
mod initial_state;
mod intake;
mod key_port;
mod keystream;
mod message;
mod pbox;
mod pieces;
mod quarter_round;
mod redraw;
mod schedule;
mod self_test;
mod subtractor;
mod wheels;

mod chacha;
mod pages;
mod support;
mod vectors;
mod waves;
