//! Codes shared by the RTL, its simulation and its driver: the only place where one is written.
#![no_std]

pub mod blocks;
pub mod cores;
pub mod map;
pub mod pci;
pub mod ring;
pub mod stream;
pub mod text;
