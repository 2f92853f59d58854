//! Secure Homomorphic Partitioning: a message becomes k additive shares, one for each path; all k add up to it, and
//! fewer tell nothing.
//!
//! From the ground up: [`partition`] computes (SPEC.md as functions over slices), [`session`] owns the keys and hands
//! out segment numbers, [`conformance`] checks all of it against vectors made elsewhere.

pub mod conformance;
pub mod partition;
pub mod session;
