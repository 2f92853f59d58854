//! Codes shared by the RTL, its simulation and its driver: the only place where one is written.
#![no_std]

pub mod cores;
pub mod stream;
