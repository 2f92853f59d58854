//! What a split is told besides keys and message. Every value that exists is valid.

use std::{fmt, str::FromStr};

use super::Error;

/// k, the number of paths: 2 to 16.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Paths(u8);

impl Paths {
    /// The fewest paths.
    pub const MIN: Self = Self(2);
    /// The most paths.
    pub const MAX: Self = Self(16);

    /// # Errors
    /// [`Error::Paths`] unless `k` is 2 to 16.
    pub fn new(k: usize) -> Result<Self, Error> {
        match u8::try_from(k) {
            Ok(small) if (Self::MIN.0..=Self::MAX.0).contains(&small) => Ok(Self(small)),
            _ => Err(Error::Paths(k.to_string())),
        }
    }

    /// k.
    pub const fn get(self) -> usize {
        self.0 as usize
    }

    /// How many units make R and r: k - 1. The P-box's is not counted.
    pub const fn units(self) -> usize {
        self.get() - 1
    }
}

/// A lane: an unsigned little-endian integer of so many bits. Arithmetic is mod 2^bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Lane {
    /// 8 bits: shares of a picture's bytes.
    Bits8,
    /// 16 bits.
    Bits16,
    /// 32 bits.
    #[default]
    Bits32,
    /// 64 bits.
    Bits64,
}

impl Lane {
    /// Every width, narrowest first.
    pub const ALL: [Self; 4] = [Self::Bits8, Self::Bits16, Self::Bits32, Self::Bits64];

    /// The width in bytes.
    pub const fn bytes(self) -> usize {
        match self {
            Self::Bits8 => 1,
            Self::Bits16 => 2,
            Self::Bits32 => 4,
            Self::Bits64 => 8,
        }
    }

    /// The width in bits.
    pub const fn bits(self) -> usize {
        self.bytes() * 8
    }

    /// # Errors
    /// [`Error::Lane`] unless `bits` is 8, 16, 32 or 64.
    pub fn from_bits(bits: u64) -> Result<Self, Error> {
        let found = Self::ALL
            .into_iter()
            .find(|lane| lane.bits() as u64 == bits);
        found.ok_or_else(|| Error::Lane(bits.to_string()))
    }
}

/// How r is drawn (SPEC.md, "Splitting a segment").
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Policy {
    /// r is uniform: any k - 1 shares are independent of the message.
    #[default]
    Uniform,
    /// Definition 7.2.2 to the letter: r is redrawn while M - r = 0. This leaks, and is there to measure just that.
    Definition,
}

impl Policy {
    /// Both policies, the default first.
    pub const ALL: [Self; 2] = [Self::Uniform, Self::Definition];
}

/// How many rounds of ChaCha make the keystream.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Rounds {
    /// `ChaCha8`.
    Eight,
    /// `ChaCha12`.
    Twelve,
    /// `ChaCha20`.
    #[default]
    Twenty,
}

impl Rounds {
    /// Every choice, fewest first.
    pub const ALL: [Self; 3] = [Self::Eight, Self::Twelve, Self::Twenty];

    /// The number.
    pub const fn get(self) -> usize {
        match self {
            Self::Eight => 8,
            Self::Twelve => 12,
            Self::Twenty => 20,
        }
    }

    /// # Errors
    /// [`Error::Rounds`] unless `rounds` is 8, 12 or 20.
    pub fn new(rounds: u64) -> Result<Self, Error> {
        let found = Self::ALL
            .into_iter()
            .find(|known| known.get() as u64 == rounds);
        found.ok_or_else(|| Error::Rounds(rounds.to_string()))
    }
}

/// How a session splits. All of it must be known to nobody but the splitter: joining needs the lane width alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Params {
    /// k.
    pub paths: Paths,
    /// The lane width.
    pub lane: Lane,
    /// How r is drawn.
    pub policy: Policy,
    /// The keystream's rounds.
    pub rounds: Rounds,
    /// Whether the P-box permutes the shares of each block.
    pub pbox: bool,
}

impl Params {
    /// k paths and the defaults: lanes of 32 bits, policy `uniform`, 20 rounds, P-box on.
    pub fn new(paths: Paths) -> Self {
        Self {
            paths,
            lane: Lane::default(),
            policy: Policy::default(),
            rounds: Rounds::default(),
            pbox: true,
        }
    }
}

impl fmt::Display for Paths {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for Lane {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.bits().fmt(f)
    }
}

impl fmt::Display for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Uniform => "uniform",
            Self::Definition => "definition",
        })
    }
}

impl fmt::Display for Rounds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.get().fmt(f)
    }
}

impl FromStr for Paths {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        text.parse()
            .ok()
            .and_then(|k| Self::new(k).ok())
            .ok_or_else(|| Error::Paths(text.into()))
    }
}

impl FromStr for Lane {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        text.parse()
            .ok()
            .and_then(|bits| Self::from_bits(bits).ok())
            .ok_or_else(|| Error::Lane(text.into()))
    }
}

impl FromStr for Policy {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        match text {
            "uniform" => Ok(Self::Uniform),
            "definition" => Ok(Self::Definition),
            _ => Err(Error::Policy(text.into())),
        }
    }
}

impl FromStr for Rounds {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        text.parse()
            .ok()
            .and_then(|rounds| Self::new(rounds).ok())
            .ok_or_else(|| Error::Rounds(text.into()))
    }
}
