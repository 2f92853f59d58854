//! What can go wrong between a message and its share files.

use std::io;

use super::{SEGMENT_BYTES_MAX, SetId};
use crate::{backend, partition, session};

/// What was wrong, with which share, and what to do about it. `name` is always that of a [`Named`](super::Named).
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The message cannot be read.
    #[error("reading the message: {0}")]
    ReadMessage(io::Error),
    /// The message cannot be written.
    #[error("writing the message: {0}")]
    WriteMessage(io::Error),
    /// A share cannot be read.
    #[error("reading {name}: {error}")]
    ReadShare {
        /// Which share.
        name: String,
        /// Why.
        error: io::Error,
    },
    /// A share cannot be written.
    #[error("writing {name}: {error}")]
    WriteShare {
        /// Which share.
        name: String,
        /// Why.
        error: io::Error,
    },
    /// The split itself is refused.
    #[error(transparent)]
    Partition(#[from] partition::Error),
    /// The session refuses: a message of 2^64 segments.
    #[error(transparent)]
    Session(#[from] session::Error),
    /// The backend refuses, or did not do a segment.
    #[error(transparent)]
    Backend(#[from] backend::Error),

    /// No share file at all.
    #[error("{0} is no share file")]
    Magic(String),
    /// A share file of another time.
    #[error("{name} is a share file of version {version}: this program knows version 1")]
    Version {
        /// Which share.
        name: String,
        /// The version it claims.
        version: u8,
    },
    /// The header was changed by accident, or is cut.
    #[error("{0} is damaged in its header")]
    Header(String),
    /// The header says what no `split` writes.
    #[error("{name} is damaged: its header gives {value} as its {field}")]
    Field {
        /// Which share.
        name: String,
        /// Which field.
        field: &'static str,
        /// What it holds.
        value: u32,
    },
    /// Segments longer than this program takes into memory.
    #[error(
        "{name} asks for segments of {bytes} bytes: at most {SEGMENT_BYTES_MAX}, in steps of 64, are taken"
    )]
    SegmentBytes {
        /// Which share.
        name: String,
        /// What the header asks for.
        bytes: u32,
    },

    /// A share of another message.
    #[error("{name} is foreign: it is of set {set}, {other} of set {other_set}")]
    Foreign {
        /// The odd one.
        name: String,
        /// Its set.
        set: SetId,
        /// One of the larger part.
        other: String,
        /// Its set.
        other_set: SetId,
    },
    /// The same share twice.
    #[error("{name} is the same share as {other}: each must be given once")]
    Doubled {
        /// The later one.
        name: String,
        /// The earlier one.
        other: String,
    },
    /// Too few shares.
    #[error("{given} of {needed} shares given: all {needed} are needed")]
    Missing {
        /// How many were given.
        given: usize,
        /// k.
        needed: usize,
    },
    /// Too many shares.
    #[error("{given} shares given where {needed} make the set")]
    Surplus {
        /// How many were given.
        given: usize,
        /// k, or 16 when the shares were not even looked at.
        needed: usize,
    },

    /// Two headers of one set differ.
    #[error("{name} or {other} was changed: they are of one set and their headers differ")]
    Differ {
        /// The odd one.
        name: String,
        /// One of the larger part.
        other: String,
    },
    /// The pieces of the tag key do not make the key that the headers vouch for.
    #[error(
        "a share's key was changed: the pieces in the headers do not fit together (none can be singled out)"
    )]
    Key,
    /// The file ends too early.
    #[error("{name} is cut: it ends within segment {segment} (from 1) or before its end mark")]
    Cut {
        /// Which share.
        name: String,
        /// The segment that is not whole.
        segment: u64,
    },
    /// A length that no `split` writes, or that differs between shares.
    #[error("{name} was changed: segment {segment} (from 1) has a wrong length")]
    Length {
        /// Which share.
        name: String,
        /// Which segment.
        segment: u64,
    },
    /// A tag does not fit.
    #[error("{name} was changed: segment {segment} (from 1) does not fit its tag")]
    Tag {
        /// Which share.
        name: String,
        /// Which segment; the end mark counts as the last.
        segment: u64,
    },
    /// Bytes behind the end mark.
    #[error("{0} was changed: there are bytes behind its end mark")]
    Trailing(String),
}
