//! The key that only all k shares together have, and the tags under it. docs/share-files.md gives the argument.

use zeroize::{Zeroize, Zeroizing};

use super::{Error, Set};
use crate::partition;

/// Bytes of the set's key, of its pieces, its commitment and of a tag.
pub(super) const KEY_BYTES: usize = 32;

const CHECK: &str = "shp 2026 share file v1 key commitment";
const TAG: &str = "shp 2026 share file v1 share tag key";

/// The set's key. It exists in no file, only as the sum of the k pieces.
pub(super) struct SetKey(pub(super) Zeroizing<[u8; KEY_BYTES]>);

impl SetKey {
    pub(super) fn random() -> Result<Self, Error> {
        let mut key = Zeroizing::new([0; KEY_BYTES]);
        getrandom::fill(&mut *key).map_err(partition::Error::OperatingSystem)?;
        Ok(Self(key))
    }

    /// What every header holds, so that a piece with something added to it is found before its key is used.
    pub(super) fn check(&self, set: &Set) -> blake3::Hash {
        let mut hasher = blake3::Hasher::new_derive_key(CHECK);
        hasher.update(&*self.0).update(&set.to_bytes());
        let check = hasher.finalize();
        hasher.zeroize();
        check
    }

    /// The tagger of the share with this piece. The piece stands for the share, so that no two have one key.
    pub(super) fn tagger(&self, set: &Set, piece: &[u8; KEY_BYTES]) -> Tagger {
        let mut hasher = blake3::Hasher::new_derive_key(TAG);
        hasher
            .update(&*self.0)
            .update(&set.to_bytes())
            .update(piece);
        let mut key = hasher.finalize();
        hasher.zeroize();
        let tagger = Tagger(blake3::Hasher::new_keyed(key.as_bytes()));
        key.zeroize();
        tagger
    }
}

/// Makes the tags of one share.
pub(super) struct Tagger(blake3::Hasher);

impl Tagger {
    /// The tag of a segment's payload; `length` is 0 for the end mark. Number and length stand behind the payload, so
    /// that it lies on BLAKE3's chunks.
    pub(super) fn tag(&mut self, segment: u64, length: u32, payload: &[u8]) -> blake3::Hash {
        self.0.reset();
        self.0
            .update(payload)
            .update(&segment.to_le_bytes())
            .update(&length.to_le_bytes());
        self.0.finalize()
    }
}

impl Drop for Tagger {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}
