//! A queue of sixteen words and one more at its head.

use crate::memory::SmallMemory;
use rust_hdl::prelude::*;

/// First word falls through: a word pushed shows at `head` two clocks later when the queue is empty.
#[derive(LogicBlock, Default)]
pub struct Fifo<const W: usize> {
    /// Rising edge.
    pub clock: Signal<In, Clock>,
    /// Empties the queue.
    pub reset: Signal<In, Bit>,
    /// Takes `word`. The pusher sees to it that there is room.
    pub push: Signal<In, Bit>,
    /// What is pushed.
    pub word: Signal<In, Bits<W>>,
    /// There is a word at `head`.
    pub valid: Signal<Out, Bit>,
    /// The oldest word.
    pub head: Signal<Out, Bits<W>>,
    /// Drops `head`; only while `valid`.
    pub pop: Signal<In, Bit>,
    /// Eight more words have room.
    pub roomy: Signal<Out, Bit>,
    memory: SmallMemory<4, W>,
    write_at: DFF<Bits<4>>,
    read_at: DFF<Bits<4>>,
    stored: DFF<Bits<5>>,
    at_head: DFF<Bits<W>>,
    shown: DFF<Bit>,
    refill: Signal<Local, Bit>,
}

impl<const W: usize> Logic for Fifo<W> {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clock, write_at, read_at, stored, at_head, shown);
        self.memory.clock.next = self.clock.val();
        self.memory.write.next = self.push.val();
        self.memory.write_address.next = self.write_at.q.val();
        self.memory.write_data.next = self.word.val();
        self.memory.read_address.next = self.read_at.q.val();

        self.refill.next = (self.stored.q.val() != 0) && (!self.shown.q.val() || self.pop.val());
        if self.pop.val() {
            self.shown.d.next = false;
        }
        if self.refill.val() {
            self.at_head.d.next = self.memory.read_data.val();
            self.shown.d.next = true;
            self.read_at.d.next = self.read_at.q.val() + 1;
        }
        if self.push.val() {
            self.write_at.d.next = self.write_at.q.val() + 1;
        }
        if self.push.val() && !self.refill.val() {
            self.stored.d.next = self.stored.q.val() + 1;
        }
        if !self.push.val() && self.refill.val() {
            self.stored.d.next = self.stored.q.val() - 1;
        }
        if self.reset.val() {
            self.write_at.d.next = 0.into();
            self.read_at.d.next = 0.into();
            self.stored.d.next = 0.into();
            self.shown.d.next = false;
        }
        self.valid.next = self.shown.q.val();
        self.head.next = self.at_head.q.val();
        self.roomy.next = self.stored.q.val() < 8;
    }
}
