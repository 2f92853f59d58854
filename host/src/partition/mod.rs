//! The stream format of SPEC.md as pure functions over slices.
//!
//! [`split`] and [`join`] are what to use, on the fastest [`Kernel`] this machine has; [`mod@reference`] says the same in the
//! most readable form and is what every kernel is tested against. Nothing here remembers which segment numbers were
//! used: that is [`session`](crate::session)'s work.

#![allow(
    clippy::inline_always,
    reason = "what a kernel runs must become part of functions compiled for its unit"
)]

mod ahead;
#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
mod chacha;
mod check;
mod error;
mod few;
mod head;
mod join;
mod kernel;
mod keys;
mod late;
mod params;
mod pbox;
mod portable;
mod random;
mod redraw;
pub mod reference;
mod scratch;
mod settle;
mod simd;
mod slots;
mod small;
mod split;
mod strip;
mod supplied;

pub use error::Error;
pub use kernel::Kernel;
pub use keys::{KEY_BYTES, Key, Keys};
pub use params::{Lane, Params, Paths, Policy, Rounds};
pub use random::Random;

/// Bytes of a block: what one ChaCha block makes, and what one permutation of the P-box serves.
pub const BLOCK: usize = 64;

/// The longest message of one segment, in bytes.
pub const MESSAGE_MAX: u64 = u32::MAX as u64;

/// Splits one segment into k shares, one a port.
///
/// Each port is as long as the message, 1 to 2^32 - 1 bytes. A segment number must never be used twice under the same
/// keys; a [`Session`](crate::session::Session) sees to it.
///
/// # Errors
/// [`Error::MessageLength`], [`Error::Ports`], [`Error::PortLength`] and [`Error::Units`]; nothing is written then.
pub fn split(
    params: &Params,
    keys: &Keys,
    segment: u64,
    message: &[u8],
    ports: &mut [&mut [u8]],
) -> Result<(), Error> {
    Kernel::best().split(params, keys, segment, message, ports)
}

/// Splits the part of a segment that starts at `block`; all parts together are what [`split`] makes of the whole.
///
/// So one segment can be split by many threads. Only the last part may end inside a block.
///
/// # Errors
/// As [`split`]; [`Error::Position`] under the policy `definition` unless `block` is 0, and [`Error::MessageLength`]
/// where the part would end beyond the longest message.
pub fn split_at(
    params: &Params,
    keys: &Keys,
    segment: u64,
    block: u64,
    part: &[u8],
    ports: &mut [&mut [u8]],
) -> Result<(), Error> {
    Kernel::best().split_at(params, keys, segment, block, part, ports)
}

/// Splits one segment with random words supplied by the caller.
///
/// # Errors
/// As [`split`], and [`Error::Random`] when the words end too early; the ports then hold nothing to be used.
pub fn split_with(
    params: &Params,
    random: Random<'_>,
    message: &[u8],
    ports: &mut [&mut [u8]],
) -> Result<(), Error> {
    Kernel::best().split_with(params, random, message, ports)
}

/// Adds up k shares, given in any order. It has no way to tell whether they belong together.
///
/// # Errors
/// [`Error::Paths`], [`Error::MessageLength`] and [`Error::PortLength`]; nothing is written then.
pub fn join(lane: Lane, shares: &[&[u8]], message: &mut [u8]) -> Result<(), Error> {
    Kernel::best().join(lane, shares, message)
}
