//! The first 132 bytes of a share file.

use std::fmt;

use zeroize::Zeroizing;

use super::{Error, SEGMENT_BYTES_MAX, tag::KEY_BYTES};
use crate::partition::{BLOCK, Lane, Params, Paths, Policy, Rounds};

const MAGIC: [u8; 8] = *b"SHPSHARE";
const VERSION: u8 = 1;

const PBOX: u32 = 1;
const DEFINITION: u32 = 2;

/// Bytes of what all k headers say alike.
pub(super) const SET_BYTES: usize = 36;
const CHECK: usize = SET_BYTES;
const PIECE: usize = CHECK + KEY_BYTES;
const SUM: usize = PIECE + KEY_BYTES;
/// Bytes of a header.
pub(super) const HEADER_BYTES: usize = SUM + 32;

/// The random name of a set of shares. It tells which shares belong together and nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct SetId(pub [u8; 16]);

impl fmt::Display for SetId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

/// What all k headers of a set say alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Set {
    /// The set's name.
    pub id: SetId,
    /// How the message was split. To join it takes k and the lane; the rest is told for the record.
    pub params: Params,
    /// Bytes of message in every segment but the last: a multiple of 64, at most [`SEGMENT_BYTES_MAX`].
    pub segment_bytes: u32,
}

impl Set {
    /// The header's first bytes, which the tag keys are bound to.
    pub(super) fn to_bytes(self) -> [u8; SET_BYTES] {
        let Params {
            paths,
            lane,
            policy,
            rounds,
            pbox,
        } = self.params;
        let flags = if pbox { PBOX } else { 0 }
            | if policy == Policy::Definition {
                DEFINITION
            } else {
                0
            };
        let mut bytes = [0; SET_BYTES];
        bytes[..8].copy_from_slice(&MAGIC);
        bytes[8..12].copy_from_slice(&[
            VERSION,
            paths.get() as u8,
            lane.bits() as u8,
            rounds.get() as u8,
        ]);
        bytes[12..16].copy_from_slice(&flags.to_le_bytes());
        bytes[16..20].copy_from_slice(&self.segment_bytes.to_le_bytes());
        bytes[20..].copy_from_slice(&self.id.0);
        bytes
    }

    fn from_bytes(bytes: &[u8], name: &str) -> Result<Self, Error> {
        let word = |at: usize| u32::from_le_bytes(array(&bytes[at..at + 4]));
        let field = |field, value| Error::Field {
            name: name.into(),
            field,
            value,
        };
        let [k, lane, rounds] = array(&bytes[9..12]);
        let (flags, segment_bytes) = (word(12), word(16));
        if flags & !(PBOX | DEFINITION) != 0 {
            return Err(field("flags", flags));
        }
        if segment_bytes == 0
            || segment_bytes > SEGMENT_BYTES_MAX
            || !(segment_bytes as usize).is_multiple_of(BLOCK)
        {
            return Err(Error::SegmentBytes {
                name: name.into(),
                bytes: segment_bytes,
            });
        }
        let params = Params {
            paths: Paths::new(k.into()).map_err(|_| field("number of shares", k.into()))?,
            lane: Lane::from_bits(lane.into()).map_err(|_| field("lane width", lane.into()))?,
            policy: if flags & DEFINITION == 0 {
                Policy::Uniform
            } else {
                Policy::Definition
            },
            rounds: Rounds::new(rounds.into())
                .map_err(|_| field("number of rounds", rounds.into()))?,
            pbox: flags & PBOX != 0,
        };
        Ok(Self {
            id: SetId(array(&bytes[20..SET_BYTES])),
            params,
            segment_bytes,
        })
    }
}

/// A share file's header. No index: shares have no order.
pub(super) struct Header {
    pub(super) set: Set,
    /// The commitment to the tag key, the same in all k headers.
    pub(super) check: [u8; KEY_BYTES],
    /// This share's piece of the tag key.
    pub(super) piece: Zeroizing<[u8; KEY_BYTES]>,
}

impl Header {
    pub(super) fn to_bytes(&self) -> Zeroizing<[u8; HEADER_BYTES]> {
        let mut bytes = Zeroizing::new([0; HEADER_BYTES]);
        bytes[..CHECK].copy_from_slice(&self.set.to_bytes());
        bytes[CHECK..PIECE].copy_from_slice(&self.check);
        bytes[PIECE..SUM].copy_from_slice(&*self.piece);
        let sum = blake3::hash(&bytes[..SUM]);
        bytes[SUM..].copy_from_slice(sum.as_bytes());
        bytes
    }

    /// Reads a header that may be cut. What it says is in range afterwards, and not yet to be believed.
    pub(super) fn from_bytes(bytes: &[u8], name: &str) -> Result<Self, Error> {
        if !bytes.starts_with(&MAGIC) {
            return Err(Error::Magic(name.into()));
        }
        match bytes.get(MAGIC.len()) {
            Some(&VERSION) if bytes.len() == HEADER_BYTES => {}
            Some(&VERSION) | None => {
                return Err(Error::Cut {
                    name: name.into(),
                    segment: 1,
                });
            }
            Some(&version) => {
                return Err(Error::Version {
                    name: name.into(),
                    version,
                });
            }
        }
        if blake3::hash(&bytes[..SUM])
            != *<&[u8; 32]>::try_from(&bytes[SUM..]).expect("the sum has 32 bytes")
        {
            return Err(Error::Header(name.into()));
        }
        Ok(Self {
            set: Set::from_bytes(bytes, name)?,
            check: array(&bytes[CHECK..PIECE]),
            piece: Zeroizing::new(array(&bytes[PIECE..SUM])),
        })
    }
}

/// A slice whose length is known to the caller as an array.
fn array<const N: usize>(bytes: &[u8]) -> [u8; N] {
    bytes.try_into().expect("the caller cut N bytes")
}
