//! The device around the core: registers, and a bus master that reads descriptors and messages from host memory and writes shares there.
//!
//! ```text
//!   AXI4-Lite --> control --> registers --> sessions ----------keys----------.
//!                                 |                                          v
//!   AXI4 reads --> read --+--> fetch --> start --segment--------------> the core (figure)
//!                         |                '--job--> all units below         ^  |
//!                         '--------------------------> unpack ---message-----'  | ports
//!                                                                               v
//!   AXI4 writes <-- write <---------------- plan <---------------- gather: a pack for each port
//!                     '--> finish: completions, statuses --> interrupt
//! ```
//!
//! A job goes to all units at once, in [`start`], and each of them works through its jobs in order. No more than 15 are under way, so that no
//! queue of jobs ever lacks room.

pub mod block_fifo;
pub mod control;
pub mod fetch;
pub mod figure;
pub mod finish;
pub mod fixed;
pub mod gather;
pub mod interrupt;
pub mod pack;
pub mod plan;
pub mod read;
pub mod registers;
pub mod sessions;
pub mod start;
pub mod statistics;
pub mod unit;
pub mod unpack;
pub mod write;

/// The device's type from its core's number of channels and bits of a word; all other parameters follow from these.
#[macro_export]
macro_rules! device {
    (channels: $k:literal, word: $w:literal) => {
        $crate::device::unit::Device<
            $k,                                        // K: channels
            { ($k as u32).ilog2() as usize },          // LOG: bits of a channel
            $w,                                        // W: bits of a word
            { 2 * $w },                                // WW: of two
            { $k * $w },                               // KW: of a beat
            { ($w as u32 / 8).ilog2() as usize },      // B: bits of a byte's place in a word
            { ($w as u32 / 8).ilog2() as usize + 1 },  // BC: of the sum of two
            { ($k * $w as u32 / 8).ilog2() as usize }, // D: bits of a byte's place in a beat
            { $k * $w / 8 },                           // BYTES: of a beat
            { $k * $w / 128 },                         // TIMES: completions in a beat
            { $k * $w / 8 * 9 + 1 },                   // OUT: a beat, its bytes' marks, the last
            { if $k * $w == 128 { 8 } else { 9 } },    // N: log2 of a burst's bytes
            { ((256 + $k * 64) as usize).next_multiple_of($k * $w) },     // DW: bits of a descriptor
            { ((256 + $k * 64) as usize).next_multiple_of($k * $w) + 1 }, // DE: and whether it could be read
            { $k * 64 },                               // PORTS: bits of its addresses
            { $k * ($k * $w as u32 / 8).ilog2() as usize },      // OFFSETS: their places in a beat
            { $k * ($k * $w as u32 / 8).ilog2() as usize + 13 }, // JOB: and what else the ports are told
            { ($k as u32).ilog2() as usize + 5 },      // SLOTS: bits of a key word's place
            { ($k as u32).ilog2() as usize + 3 },      // SLOT: in its slot
        >
    };
}
