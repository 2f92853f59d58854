//! Share files in memory: what is split comes back, and whatever was done to a share is found.

mod forged;
mod identity;
mod tampered;
mod version1;

use std::io::Cursor;

use shp::{
    container::{self, Error, Named, SEGMENT_BYTES},
    partition::{Params, Paths},
};

/// Bytes of a header, of what stands before a payload, and of an end mark: docs/share-files.md.
const HEADER: usize = 132;
const HEAD: usize = 36;
const END: usize = HEAD + 8;
const SEGMENT: usize = SEGMENT_BYTES as usize;

fn params(k: usize) -> Params {
    Params::new(Paths::new(k).expect("the test's k is in range"))
}

/// A message that is nowhere like itself.
fn message(length: usize) -> Vec<u8> {
    let block = |number: usize| *blake3::hash(&number.to_le_bytes()).as_bytes();
    (0..length.div_ceil(32))
        .flat_map(block)
        .take(length)
        .collect()
}

fn split(params: Params, mut message: &[u8]) -> Vec<Vec<u8>> {
    let share = |at| Named {
        name: format!("share {at}"),
        stream: Vec::new(),
    };
    let mut shares: Vec<_> = (0..params.paths.get()).map(share).collect();
    container::split(params, &mut message, &mut shares, &mut |_| ()).expect("memory takes all");
    shares.into_iter().map(|share| share.stream).collect()
}

/// Joins; the message as far as it was written comes even with an error.
fn join(shares: &[impl AsRef<[u8]>]) -> (Vec<u8>, Result<(), Error>) {
    let named = |(at, share): (usize, &_)| Named {
        name: format!("share {at}"),
        stream: Cursor::new(bytes(share)),
    };
    let shares = shares.iter().enumerate().map(named).collect();
    let mut message = Vec::new();
    let joined = container::join(shares, &mut message, &mut |_| ());
    (message, joined.map(|_| ()))
}

fn bytes(share: &impl AsRef<[u8]>) -> Vec<u8> {
    share.as_ref().to_vec()
}

/// Joins what must not join. Whatever came out first must be the message's own segments.
fn refused(shares: &[impl AsRef<[u8]>], message: &[u8]) -> Error {
    let (written, joined) = join(shares);
    assert!(
        message.starts_with(&written),
        "{} bytes that are not the message's",
        written.len()
    );
    joined.expect_err("a bad share was joined")
}
