//! Share files: k streams that carry a split message, found out when changed.
//!
//! docs/share-files.md fixes the form byte by byte and says why it is safe. Nothing here knows of paths or folders:
//! [`split`] and [`join`] go from reader to writer with bounded memory, whatever the message's length.

mod burst;
mod error;
mod header;
mod join;
mod record;
mod split;
mod tag;

use std::io::{self, Read};

pub use burst::split_on;
pub use error::Error;
pub use header::{Set, SetId};
pub use join::{Summary, inspect, join};
pub use split::split;

/// Bytes of message in every segment that `split` writes but the last. Small enough that k = 16 of them stay in a
/// core's cache, large enough that a segment's 36 bytes of head and its system call weigh nothing.
pub const SEGMENT_BYTES: u32 = 64 << 10;

/// The longest segment that `join` takes. A header that asks for more is refused before anything is allocated.
pub const SEGMENT_BYTES_MAX: u32 = 1 << 20;

/// A stream and what messages call it: a path, as a rule.
#[derive(Debug)]
pub struct Named<T> {
    /// What messages call it.
    pub name: String,
    /// The stream.
    pub stream: T,
}

/// Reads until `buffer` is full or the stream ends, and tells how much it read.
fn fill(stream: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match stream.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}
