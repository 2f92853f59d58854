//! What can be wrong with a split or a join.

use super::{MESSAGE_MAX, Policy, Rounds};

/// What was wrong, where, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// k is out of range.
    #[error("{0} is no number of paths: give 2 to 16")]
    Paths(String),
    /// A lane width that SPEC.md does not know.
    #[error("{0} is no lane width: give 8, 16, 32 or 64 bits")]
    Lane(String),
    /// A policy that SPEC.md does not know.
    #[error("{0} is no policy: give {uniform} or {definition}", uniform = Policy::Uniform, definition = Policy::Definition)]
    Policy(String),
    /// A number of rounds that SPEC.md does not know.
    #[error("{0} is no number of ChaCha rounds: give {r8}, {r12} or {r20}", r8 = Rounds::Eight, r12 = Rounds::Twelve, r20 = Rounds::Twenty)]
    Rounds(String),
    /// The number of unit keys, or of units' random words, does not fit k.
    #[error("{given} units for {paths} paths: give one less than there are paths")]
    Units {
        /// How many were given.
        given: usize,
        /// k.
        paths: usize,
    },
    /// Two units, or a unit and the P-box, have the same key.
    #[error(
        "units {0} and {1} have the same key (the P-box counts as the last unit): give each its own"
    )]
    SameKey(usize, usize),
    /// The number of ports does not fit k.
    #[error("{given} ports for {paths} paths: give one to each path")]
    Ports {
        /// How many were given.
        given: usize,
        /// k.
        paths: usize,
    },
    /// A port or share is not as long as the message.
    #[error("port {port} is {given} bytes long and the message {message}: make them equal")]
    PortLength {
        /// Which one, from 0.
        port: usize,
        /// Its length in bytes.
        given: usize,
        /// The message's length in bytes.
        message: usize,
    },
    /// A message is empty, or longer than a segment may be.
    #[error("a segment of {0} bytes: give 1 to {MESSAGE_MAX}")]
    MessageLength(u64),
    /// The random words supplied by the caller ran out.
    #[error(
        "the random words of unit {unit} end after {given} bytes: give more (the P-box counts as the last unit)"
    )]
    Random {
        /// Which unit; the P-box is unit k - 1.
        unit: usize,
        /// How many bytes there were.
        given: usize,
    },
    /// A split that starts inside a segment, under the policy `definition`.
    #[error(
        "policy definition cannot start at block {0}: its r depends on all blocks before, so start at block 0"
    )]
    Position(u64),
    /// The operating system gave no random bytes.
    #[error("the operating system gave no random bytes: {0}")]
    OperatingSystem(getrandom::Error),
}
