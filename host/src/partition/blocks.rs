//! What to use. For now it is the reference's work.

use super::{Error, Keys, Lane, Params, Random, reference};

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
    reference::split(params, keys, segment, message, ports)
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
    reference::split_with(params, random, message, ports)
}

/// Adds up k shares, given in any order. It has no way to tell whether they belong together.
///
/// # Errors
/// [`Error::Paths`], [`Error::MessageLength`] and [`Error::PortLength`]; nothing is written then.
pub fn join(lane: Lane, shares: &[&[u8]], message: &mut [u8]) -> Result<(), Error> {
    reference::join(lane, shares, message)
}
