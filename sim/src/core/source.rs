//! The driving end of a stream into the core.

use std::collections::VecDeque;

use super::pins::Pins;
use crate::stalls::Stalls;
use crate::{Input, Model, Output};

/// What goes over a stream into the core.
pub(crate) trait Word {
    /// What stands on the pins while nothing is offered: something that is never meant, so that a
    /// core that looks is found out.
    const POISON: Self;

    /// Puts the word on the stream's pins.
    fn set(&self, pins: &Pins, model: &mut Model);
}

/// A stream into the core, and what is still to go over it.
pub(crate) struct Source<T> {
    pub(crate) queue: VecDeque<T>,
    pub(crate) stalls: Stalls,
    valid: Input,
    ready: Output,
    standing: Standing,
}

/// What is on a stream's pins.
#[derive(PartialEq)]
enum Standing {
    /// The first word of the queue.
    Offered,
    /// A word that moved.
    Old,
    /// Nothing that is meant.
    Poison,
}

impl<T: Word> Source<T> {
    pub(crate) fn new(valid: Input, ready: Output) -> Self {
        Self {
            queue: VecDeque::new(),
            stalls: Stalls::none(),
            valid,
            ready,
            standing: Standing::Old,
        }
    }

    /// Offers the next word, unless the stream pauses; what was offered before stays.
    pub(crate) fn offer(&mut self, pins: &Pins, model: &mut Model, held: bool) {
        let moves = self.stalls.moves() && !held;
        if self.standing == Standing::Offered {
            return;
        }
        if let Some(word) = self.queue.front().filter(|_| moves) {
            word.set(pins, model);
            model.set(self.valid, 1);
            self.standing = Standing::Offered;
        } else if self.standing == Standing::Old {
            T::POISON.set(pins, model);
            model.set(self.valid, 0);
            self.standing = Standing::Poison;
        }
    }

    /// The word that moves on the coming edge, if one does.
    pub(crate) fn take(&mut self, model: &mut Model) -> Option<T> {
        if self.standing == Standing::Offered && model.is_high(self.ready) {
            self.standing = Standing::Old;
            self.queue.pop_front()
        } else {
            None
        }
    }

    /// Forgets all.
    pub(crate) fn clear(&mut self, model: &mut Model) {
        self.queue.clear();
        self.standing = Standing::Old;
        model.set(self.valid, 0);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.queue.is_empty()
    }

    /// What the stream is doing, in two words.
    pub(crate) fn state(&self, model: &mut Model) -> &'static str {
        match (
            self.standing == Standing::Offered,
            model.is_high(self.ready),
        ) {
            (true, true) => "moving",
            (true, false) => "refused",
            (false, true) => "awaited",
            (false, false) => "at rest",
        }
    }
}
