//! The device, pin by pin under Verilator, against the reference in software.
//!
//! ```text
//!   proptest --> sessions, jobs, stalls --+--> registers, ring --> shp_sim::Device --> memory --.
//!                                         '--> partition::reference -------------------+--> equal?
//! ```

mod faults;
mod jobs;
mod registers;

/// The devices: one around each core of 20 rounds, with its bits of a word.
const DEVICES: [(&str, usize); 3] = [
    ("k4w32_device", 32),
    ("k16w32_device", 32),
    ("k4w128_device", 128),
];
