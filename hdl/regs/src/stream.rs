//! Codes on the core's streams of keys and segments.

/// Words of 32 bits in a unit's key.
pub const KEY_WORDS: u8 = 8;

/// The largest number of words in a segment, as the core counts them.
pub const SEGMENT_WORDS: u32 = 1 << 30;

/// The width of a lane; the discriminant is its code on `segment_lane`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Lane {
    /// 8 bits, n = 2^8.
    Bits8 = 0,
    /// 16 bits, n = 2^16.
    Bits16 = 1,
    /// 32 bits, n = 2^32.
    Bits32 = 2,
    /// 64 bits, n = 2^64.
    Bits64 = 3,
}

impl Lane {
    /// The lane of so many bits, if there is one.
    #[must_use]
    pub const fn from_bits(bits: u32) -> Option<Self> {
        Some(match bits {
            8 => Self::Bits8,
            16 => Self::Bits16,
            32 => Self::Bits32,
            64 => Self::Bits64,
            _ => return None,
        })
    }

    /// The lane's width in bits.
    #[must_use]
    pub const fn bits(self) -> u32 {
        8 << self as u32
    }

    /// The lane's code.
    #[must_use]
    pub const fn code(self) -> u8 {
        self as u8
    }
}

/// The channel of a core that serves unit `unit` of a set of `paths` paths, or `None` if there is no such unit.
///
/// A core has a channel for each of its paths. Units that make R use the first ones; r always has the last but one.
#[must_use]
pub const fn unit_channel(unit: u8, paths: u8, channels: u8) -> Option<u8> {
    if paths < 2 || paths > channels || unit > paths - 2 {
        None
    } else if unit == paths - 2 {
        Some(channels - 2)
    } else {
        Some(unit)
    }
}

/// The channel of a core that serves the P-box: the last.
#[must_use]
pub const fn pbox_channel(channels: u8) -> u8 {
    channels - 1
}
