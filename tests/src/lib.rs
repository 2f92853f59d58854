//! Suites over software, simulation and programs, and what the programs `demo` and `figures` are made of.

pub mod artwork;
pub mod bench;
pub mod counting;
pub mod demo;
pub mod figures;
pub mod picture;
pub mod programs;
pub mod rig;
pub mod server;
pub mod soak;
pub mod socket;
pub mod wave;
