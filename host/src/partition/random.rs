//! Random words that the caller supplies.

/// The random words of one segment, one run of bytes for each unit.
///
/// The thesis' section 7.3.2: a worker makes no randomness of its own. Each unit takes 64 bytes a block, the last block
/// included however short it is; under the policy `definition` unit k - 2 takes as many more as words are thrown away.
/// They must be uniform, and none may ever be used twice.
#[derive(Clone, Copy)]
pub struct Random<'a> {
    /// What each unit's keystream would be, from block 0: k - 1 of them.
    pub units: &'a [&'a [u8]],
    /// What the P-box's keystream would be: 8 bytes a block; unread when it is off.
    pub pbox: &'a [u8],
}

impl std::fmt::Debug for Random<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Random({} units, redacted)", self.units.len())
    }
}
