//! The stream format of SPEC.md as pure functions over slices.
//!
//! [`split`] and [`join`] are what to use; [`mod@reference`] says the same in the most readable form and is what everything
//! else is tested against. Nothing here remembers which segment numbers were used: that is
//! [`session`](crate::session)'s work.

mod blocks;
mod check;
mod error;
mod keys;
mod params;
mod random;
pub mod reference;

pub use blocks::{join, split, split_with};
pub use error::Error;
pub use keys::{KEY_BYTES, Key, Keys};
pub use params::{Lane, Params, Paths, Policy, Rounds};
pub use random::Random;

/// Bytes of a block: what one ChaCha block makes, and what one permutation of the P-box serves.
pub const BLOCK: usize = 64;

/// The longest message of one segment, in bytes.
pub const MESSAGE_MAX: u64 = u32::MAX as u64;
