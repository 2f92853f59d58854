//! Watches the core's output: the rules that hold for every segment, whatever the words are.

use crate::error::Rule;

/// The state of the core's output in one cycle.
#[derive(Clone, Default)]
pub(crate) struct Outputs {
    pub(crate) valid: bool,
    pub(crate) last: bool,
    pub(crate) idle: bool,
    /// The words of all ports, port 0 first; meaningful while `valid`.
    pub(crate) data: Vec<u8>,
}

/// Where the output stands in the segment that it belongs to.
#[derive(Clone, Copy)]
pub(crate) struct Place {
    pub(crate) word: u32,
    pub(crate) words: u32,
    pub(crate) paths: usize,
}

/// Remembers the cycle before.
pub(crate) struct Watch {
    /// Bytes of a port's word.
    word_bytes: usize,
    /// A word that was offered and not taken.
    waiting: Option<(bool, Vec<u8>)>,
}

impl Watch {
    /// Watches ports of so many bytes each.
    pub(crate) fn new(word_bytes: usize) -> Self {
        Self {
            word_bytes,
            waiting: None,
        }
    }

    /// Looks at one cycle. `place` is `None` while no segment is in the core; `taken` is whether the word will be.
    pub(crate) fn look(
        &mut self,
        now: &Outputs,
        place: Option<Place>,
        taken: bool,
    ) -> Result<(), Rule> {
        if let Some((last, data)) = &self.waiting {
            if !now.valid {
                return Err(Rule::ValidStays);
            }
            if *last != now.last || *data != now.data {
                return Err(Rule::WordStays);
            }
        }
        if place.is_some() && now.idle {
            return Err(Rule::IdleIsIdle);
        }
        if now.valid {
            let Place { word, words, paths } = place.ok_or(Rule::WordHasSegment)?;
            if now.last != (word + 1 == words) {
                return Err(Rule::LastIsLast { word, words });
            }
            let mut unused = now.data.chunks(self.word_bytes).enumerate().skip(paths);
            if let Some((port, _)) = unused.find(|(_, word)| word.iter().any(|&byte| byte != 0)) {
                return Err(Rule::UnusedIsZero(port));
            }
        }
        self.waiting = (now.valid && !taken).then(|| (now.last, now.data.clone()));
        Ok(())
    }
}
