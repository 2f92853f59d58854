//! What host and device say to each other in memory: descriptors, completions, status codes. All numbers are little-endian.

/// A number in a descriptor or completion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Item {
    /// Its name.
    pub name: &'static str,
    /// Where it begins, in bytes.
    pub at: usize,
    /// How many bytes it has.
    pub bytes: usize,
    /// What it says.
    pub text: &'static str,
}

const fn item(name: &'static str, at: usize, bytes: usize, text: &'static str) -> Item {
    Item {
        name,
        at,
        bytes,
        text,
    }
}

/// A job: what to split and where to.
pub mod descriptor {
    use super::{Item, item};

    /// Where the message is, at any alignment.
    pub const SOURCE: Item = item("source", 0, 8, "address of the message");
    /// The segment's number.
    pub const SEGMENT: Item = item("segment", 8, 8, "number of the segment");
    /// The length of the message and of each share.
    pub const LENGTH: Item = item("length", 16, 4, "bytes of the message, not 0");
    /// The session slot.
    pub const SESSION: Item = item("session", 20, 1, "session slot");
    /// Nothing yet.
    pub const RESERVED: Item = item("reserved", 21, 3, "0");
    /// Whatever the host wants to find in the completion.
    pub const COOKIE: Item = item("cookie", 24, 8, "returned in the completion");
    /// Where the first share goes; the others follow.
    pub const PORTS: Item = item(
        "ports",
        32,
        8,
        "addresses of the shares, one for each channel of the core",
    );

    /// All of it, in order.
    pub const ITEMS: &[Item] = &[SOURCE, SEGMENT, LENGTH, SESSION, RESERVED, COOKIE, PORTS];

    /// Bytes from one descriptor to the next, for a core of so many channels: a power of two.
    #[must_use]
    pub const fn bytes(channels: usize) -> usize {
        (PORTS.at + channels * PORTS.bytes).next_power_of_two()
    }
}

/// What became of a job. Completions come in the order of the descriptors.
pub mod completion {
    use super::{Item, item};

    /// The descriptor's.
    pub const COOKIE: Item = item("cookie", 0, 8, "the descriptor's");
    /// See [`Status`](super::Status).
    pub const STATUS: Item = item("status", 8, 4, "what became of the job");
    /// Tells a new completion from an old one in the same slot. It comes last, so that whoever sees it sees the others.
    pub const SEQUENCE: Item = item(
        "sequence",
        12,
        4,
        "completions ever written, this one included, mod 2^32",
    );

    /// All of it, in order.
    pub const ITEMS: &[Item] = &[COOKIE, STATUS, SEQUENCE];

    /// Bytes of a completion.
    pub const BYTES: usize = 16;
}

/// What became of a job; the discriminant is its code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Status {
    /// The shares are in memory.
    Done = 0,
    /// The bus gave no descriptor; the cookie is 0.
    DescriptorRead = 1,
    /// The length is 0.
    Length = 2,
    /// The session slot is closed, or there is no such slot.
    Session = 3,
    /// What is reserved is not 0.
    Reserved = 4,
    /// The bus did not give all of the message. The shares are not to be used.
    MessageRead = 5,
    /// The bus did not take all of the shares. They are not to be used.
    ShareWrite = 6,
}

impl Status {
    /// All codes, in order, with what they say.
    pub const ALL: &[(Self, &str, &str)] = &[
        (Self::Done, "done", "the shares are in memory"),
        (
            Self::DescriptorRead,
            "descriptor_read",
            "the bus gave no descriptor; the cookie is 0",
        ),
        (Self::Length, "length", "the length is 0"),
        (
            Self::Session,
            "session",
            "the session slot is closed, or there is none",
        ),
        (Self::Reserved, "reserved", "what is reserved is not 0"),
        (
            Self::MessageRead,
            "message_read",
            "the bus did not give all of the message; the shares are not to be used",
        ),
        (
            Self::ShareWrite,
            "share_write",
            "the bus did not take all of the shares; they are not to be used",
        ),
    ];

    /// The status of this code, if there is one.
    #[must_use]
    pub fn from_code(code: u32) -> Option<Self> {
        let found = Self::ALL.iter().find(|(status, ..)| status.code() == code);
        found.map(|(status, ..)| *status)
    }

    /// Its code.
    #[must_use]
    pub const fn code(self) -> u32 {
        self as u32
    }
}
