//! What goes into a core and what comes out, as a caller sees it.

use shp_regs::stream::Lane;

use crate::watch::Place;

/// What a core is told of a segment beside its message.
#[derive(Clone, Copy, Debug)]
pub struct Segment {
    /// The segment's number under its set of keys.
    pub number: u64,
    /// k, the number of paths.
    pub paths: u8,
    /// The width of a lane.
    pub lane: Lane,
    /// Whether the P-box is on.
    pub pbox: bool,
    /// Policy `definition` instead of `uniform`.
    pub definition: bool,
}

/// The keys of all units of a session.
#[derive(Clone, Copy)]
pub struct Keys<'a> {
    /// The keys of units 0..k-2: one less than there are paths.
    pub units: &'a [[u8; 32]],
    /// The key of the P-box.
    pub pbox: &'a [u8; 32],
}

/// A segment that came out, and when. Cycles are counted from the making of the core.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// What left by each port, cut to the message's length; as many as there are paths.
    pub ports: Vec<Vec<u8>>,
    /// Words that left by each port.
    pub words: u32,
    /// The cycle in which the core took the segment.
    pub given: u64,
    /// The cycle in which the first words left.
    pub first: u64,
    /// The cycle in which the last words left.
    pub last: u64,
}

/// A stream of the core.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stream {
    /// Keys into the core.
    Keys,
    /// Segments into the core.
    Segments,
    /// Message words into the core.
    Message,
    /// Share words out of the core.
    Ports,
}

/// A segment on its way through the core.
pub(crate) struct Running {
    pub(crate) segment: Segment,
    /// Bytes of the message.
    pub(crate) length: usize,
    /// Words that are out.
    pub(crate) word: u32,
    pub(crate) outcome: Outcome,
}

impl Running {
    /// Where its next words stand.
    pub(crate) fn place(&self) -> Place {
        Place {
            word: self.word,
            words: self.outcome.words,
            paths: self.outcome.ports.len(),
        }
    }

    /// Takes the words of all ports as they leave in `cycle`, without what was computed on padding.
    pub(crate) fn collect<'a>(&mut self, cycle: u64, words: impl Iterator<Item = &'a [u8]>) {
        if self.word == 0 {
            self.outcome.first = cycle;
        }
        self.word += 1;
        self.outcome.last = cycle;
        for (port, word) in self.outcome.ports.iter_mut().zip(words) {
            let left = self.length - port.len();
            port.extend_from_slice(&word[..word.len().min(left)]);
        }
    }
}
