//! What can go wrong in a simulation.

use std::path::PathBuf;

use crate::Direction;

/// Why a simulation did not come to its end.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The build has no such top module.
    #[error("no top module {0} in this build")]
    NoTop(String),

    /// The top module has no such port.
    #[error("{top} has no {direction:?} {port}")]
    NoPort {
        /// The top module.
        top: &'static str,
        /// The port.
        port: &'static str,
        /// The port's direction.
        direction: Direction,
    },

    /// The models of this build write no waveforms.
    #[error("no waveform {0}: build shp-sim with its feature `waves`, which is a default one")]
    NoWaves(PathBuf),

    /// The waveform's file cannot be written.
    #[error("cannot write the waveform {0}")]
    Trace(PathBuf),

    /// The core cannot do this, now or ever; it was not asked to.
    #[error("{0}")]
    Unsupported(&'static str),

    /// No stream moved for a long time.
    #[error("cycle {cycle}: nothing has moved for {waited} cycles; {state}")]
    Stuck {
        /// The cycle at which the driver gave up.
        cycle: u64,
        /// The cycles since a word last moved.
        waited: u64,
        /// What each stream was doing.
        state: String,
    },

    /// The board cannot listen there.
    #[error("no board at {0}: {1}")]
    Socket(PathBuf, String),

    /// The clock's thread could not be started.
    #[error("no thread for the board's clock: {0}")]
    Thread(#[source] std::io::Error),

    /// The clock's thread ended before it began.
    #[error("the board died")]
    Died,

    /// The device broke a rule of its buses.
    #[error("cycle {cycle}: {rule}")]
    Bus {
        /// The cycle in which it was seen.
        cycle: u64,
        /// The rule.
        rule: &'static str,
    },

    /// The core broke a rule of its streams.
    #[error("cycle {cycle}: {rule}")]
    Protocol {
        /// The cycle in which it was seen.
        cycle: u64,
        /// The rule.
        rule: Rule,
    },
}

/// A rule that the core's streams keep.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Rule {
    /// A word that was offered stays until it is taken.
    #[error("ports_valid fell before its word was taken")]
    ValidStays,
    /// A word that was offered does not change.
    #[error("ports_data or ports_last changed before the word was taken")]
    WordStays,
    /// A word belongs to a segment that was given.
    #[error("a word came out, and no segment was given")]
    WordHasSegment,
    /// The last word of a segment, and no other, says so.
    #[error("ports_last is wrong at word {word} of {words}")]
    LastIsLast {
        /// The word's place in the segment, from 0.
        word: u32,
        /// The words of the segment.
        words: u32,
    },
    /// Ports that are no path of the segment are zero.
    #[error("port {0} is no path of this segment, and is not zero")]
    UnusedIsZero(usize),
    /// A core with work is not idle.
    #[error("idle is high, and a segment is not out yet")]
    IdleIsIdle,
}
