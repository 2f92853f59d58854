//! Secure Homomorphic Partitioning: a message becomes k additive shares, one for each path; all k add up to it, and
//! fewer tell nothing.
//!
//! From the ground up: [`partition`] computes (SPEC.md as functions over slices), [`session`] owns the keys and hands
//! out segment numbers, [`backend`] splits bursts of messages on many threads, [`container`] puts shares into files and
//! tells when one was changed, [`conformance`] checks the arithmetic against vectors made elsewhere, and [`mod@bench`]
//! measures a backend. [`device`] drives hardware over a [`transport`], [`pci`] finds it and hands it over, [`selftest`]
//! tries it, and [`monitor`] tells what it counts.

pub mod backend;
pub mod bench;
pub mod conformance;
pub mod container;
pub mod device;
pub mod monitor;
pub mod partition;
pub mod pci;
pub mod selftest;
pub mod session;
pub mod transport;

/// The examples of the README, as tests.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;
