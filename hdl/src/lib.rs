//! The SHP core in RustHDL: Figure 7.1 of the thesis, a file per unit.
//!
//! What this crate says becomes text by [`verilog`]; only that text is ever simulated or synthesised, for RustHDL's own simulator
//! can disagree with it. So the leaves, which RustHDL cannot say, have no simulation model here.

// RustHDL wants a unit's whole circuit in one function, and Figure 7.1 has names with underscores.
#![allow(
    clippy::too_many_lines,
    clippy::doc_markdown,
    clippy::struct_field_names
)]

/// A unit's fields at rest: those that have a default, arrays of them in brackets, and those that are given a value.
/// (`derive(Default)` knows no arrays of a length that is a parameter.)
macro_rules! blank {
    ($($field:ident)*; $([$array:ident])*; $($given:ident: $value:expr),* $(,)?) => {
        Self {
            $($field: Default::default(),)*
            $($array: std::array::from_fn(|_| Default::default()),)*
            $($given: $value,)*
        }
    };
}

pub mod adder_tree;
pub mod advance;
pub mod core;
pub mod corner_turn;
pub mod credit;
pub mod csprng;
pub mod delay;
pub mod designs;
pub mod device;
pub mod digit;
pub mod draw;
pub mod engine;
pub mod exchange;
pub mod feed_forward;
pub mod fifo;
pub mod fit;
pub mod gate;
pub mod initial_state;
pub mod intake;
pub mod join;
pub mod key_port;
pub mod keystream;
pub mod lanes;
pub mod memory;
pub mod message;
pub mod own;
pub mod pbox;
pub mod pick;
pub mod pieces;
pub mod quarter_round;
pub mod redraw;
pub mod refill;
pub mod same;
pub mod schedule;
pub mod self_test;
pub mod subtractor;
pub mod verilog;
pub mod wheels;
