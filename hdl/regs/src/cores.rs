//! The cores that the generator makes.

/// What tells one core from another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Core {
    /// Its top module.
    pub name: &'static str,
    /// Its channels, and the most paths.
    pub channels: u8,
    /// The bits of a message word, and the widest lane if that is less than 64.
    pub word_bits: u16,
    /// Rounds of `ChaCha`: 20, 12 or 8.
    pub rounds: u8,
    /// How many of them stand in a row; a block passes these as often as it takes.
    pub unrolled: u8,
}

const fn core(name: &'static str, channels: u8, word_bits: u16, rounds: u8, unrolled: u8) -> Core {
    Core {
        name,
        channels,
        word_bits,
        rounds,
        unrolled,
    }
}

/// All cores: the number of channels, the bits of a word and the rounds make the name, 20 rounds unsaid.
pub const CORES: [Core; 9] = [
    core("k4w32", 4, 32, 20, 5),
    core("k4w32r12", 4, 32, 12, 3),
    core("k4w32r8", 4, 32, 8, 2),
    core("k16w32", 16, 32, 20, 20),
    core("k16w32r12", 16, 32, 12, 12),
    core("k16w32r8", 16, 32, 8, 8),
    core("k4w128", 4, 128, 20, 20),
    core("k4w128r12", 4, 128, 12, 12),
    core("k4w128r8", 4, 128, 8, 8),
];

/// The core of this name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Core> {
    CORES.iter().find(|core| core.name == name)
}
