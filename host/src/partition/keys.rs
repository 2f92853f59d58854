//! Keys: one for each unit and one for the P-box, never shared and never printed.

use std::{fmt, sync::OnceLock};

use hkdf::Hkdf;
use sha2::Sha256;
use zeroize::Zeroize;

use super::{Error, Paths, chacha::KeyTable};

/// Bytes of a key.
pub const KEY_BYTES: usize = 32;

/// One key.
pub type Key = [u8; KEY_BYTES];

/// The keys of one session. Wiped when dropped.
///
/// Two sessions with the same keys hand out the same segment numbers and give away both messages. Keys are therefore
/// not `Clone`.
pub struct Keys {
    units: Vec<Key>,
    pbox: Key,
    /// The same keys as the kernels read them.
    table: OnceLock<KeyTable>,
}

impl Keys {
    /// One key for each unit, 0 to k - 2, and the P-box's.
    ///
    /// # Errors
    /// [`Error::SameKey`] when two are equal; [`Error::Paths`] when no k has so many units.
    pub fn new(units: Vec<Key>, pbox: Key) -> Result<Self, Error> {
        let keys = Self {
            units,
            pbox,
            table: OnceLock::new(),
        };
        Paths::new(keys.units.len() + 1)?;
        let all: Vec<&Key> = keys.units.iter().chain([&keys.pbox]).collect();
        for (later, b) in all.iter().enumerate() {
            if let Some(earlier) = all[..later].iter().position(|a| same(a, b)) {
                return Err(Error::SameKey(earlier, later));
            }
        }
        Ok(keys)
    }

    fn blank(paths: Paths) -> Self {
        Self {
            units: vec![[0; KEY_BYTES]; paths.units()],
            pbox: [0; KEY_BYTES],
            table: OnceLock::new(),
        }
    }

    /// Fresh keys from the operating system.
    ///
    /// # Errors
    /// [`Error::OperatingSystem`] when it has no random bytes to give.
    pub fn random(paths: Paths) -> Result<Self, Error> {
        let mut keys = Self::blank(paths);
        for key in keys.units.iter_mut().chain([&mut keys.pbox]) {
            getrandom::fill(key).map_err(Error::OperatingSystem)?;
        }
        Ok(keys)
    }

    /// Keys from a master key by HKDF-SHA256 (RFC 5869), as SPEC.md fixes it.
    #[expect(clippy::missing_panics_doc, reason = "32 bytes are within HKDF's 8160")]
    pub fn derive(master: &Key, paths: Paths) -> Self {
        const PBOX: u8 = 255;
        let hkdf = Hkdf::<Sha256>::new(None, master);
        let fill = |key: &mut Key, unit: u8| {
            hkdf.expand_multi_info(&[b"shp v1 unit", &[unit]], key)
                .expect("HKDF gives 32 bytes");
        };
        let mut keys = Self::blank(paths);
        for (key, unit) in keys.units.iter_mut().zip(0..) {
            fill(key, unit);
        }
        fill(&mut keys.pbox, PBOX);
        keys
    }

    /// The units' keys: k - 2 for R, then r's.
    pub fn units(&self) -> &[Key] {
        &self.units
    }

    /// The same keys as the kernels read them.
    pub(super) fn table(&self) -> &KeyTable {
        self.table
            .get_or_init(|| KeyTable::new(&self.units, &self.pbox))
    }

    /// The P-box's key.
    pub fn pbox(&self) -> &Key {
        &self.pbox
    }
}

impl Drop for Keys {
    fn drop(&mut self) {
        self.units.zeroize();
        self.pbox.zeroize();
    }
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Keys({} units, redacted)", self.units.len())
    }
}

/// Looks at every byte, so that the time tells nothing of where two keys part.
fn same(a: &Key, b: &Key) -> bool {
    a.iter().zip(b).fold(0, |differ, (x, y)| differ | (x ^ y)) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_no_key() {
        let keys =
            Keys::new(vec![[0xab; 32], [0xcd; 32]], [0xef; 32]).expect("three different keys");
        assert_eq!(format!("{keys:?}"), "Keys(2 units, redacted)");
    }

    #[test]
    fn a_shared_key_is_refused() {
        assert_eq!(
            Keys::new(vec![[1; 32], [2; 32]], [1; 32]).err(),
            Some(Error::SameKey(0, 2))
        );
        assert_eq!(
            Keys::new(vec![], [1; 32]).err(),
            Some(Error::Paths("1".into()))
        );
    }

    #[test]
    fn random_keys_differ() {
        let keys = Keys::random(Paths::MAX).expect("the system has random bytes");
        assert!(Keys::new(keys.units.clone(), keys.pbox).is_ok());
    }
}
