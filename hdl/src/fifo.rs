//! A queue of `2^A` words and one more at its head.

use crate::memory::SmallMemory;
use rust_hdl::prelude::*;

/// First word falls through: pushed into an empty queue it shows at `head` in the next clock.
#[derive(LogicBlock)]
pub struct Fifo<const A: usize, const W: usize> {
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
    /// At most half full.
    pub roomy: Signal<Out, Bit>,
    memory: SmallMemory<A, W>,
    write_at: DFF<Bits<A>>,
    read_at: DFF<Bits<A>>,
    stored: DFF<Bits<8>>,
    at_head: DFF<Bits<W>>,
    shown: DFF<Bit>,
    free: Signal<Local, Bit>,
    refill: Signal<Local, Bit>,
    write: Signal<Local, Bit>,
    half: Constant<Bits<8>>,
}

impl<const A: usize, const W: usize> Default for Fifo<A, W> {
    fn default() -> Self {
        Self {
            clock: Signal::default(),
            reset: Signal::default(),
            push: Signal::default(),
            word: Signal::default(),
            valid: Signal::default(),
            head: Signal::default(),
            pop: Signal::default(),
            roomy: Signal::default(),
            memory: SmallMemory::default(),
            write_at: DFF::default(),
            read_at: DFF::default(),
            stored: DFF::default(),
            at_head: DFF::default(),
            shown: DFF::default(),
            free: Signal::default(),
            refill: Signal::default(),
            write: Signal::default(),
            half: Constant::new((1_u64 << (A - 1)).into()),
        }
    }
}

impl<const A: usize, const W: usize> Logic for Fifo<A, W> {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clock, write_at, read_at, stored, at_head, shown);
        self.free.next = !self.shown.q.val() || self.pop.val();
        self.refill.next = (self.stored.q.val() != 0) && self.free.val();
        self.write.next = self.push.val() && (!self.free.val() || (self.stored.q.val() != 0));
        self.memory.clock.next = self.clock.val();
        self.memory.write.next = self.write.val();
        self.memory.write_address.next = self.write_at.q.val();
        self.memory.write_data.next = self.word.val();
        self.memory.read_address.next = self.read_at.q.val();

        if self.free.val() {
            self.shown.d.next = self.push.val() || self.refill.val();
            self.at_head.d.next = self.word.val();
            if self.refill.val() {
                self.at_head.d.next = self.memory.read_data.val();
            }
        }
        if self.refill.val() {
            self.read_at.d.next = self.read_at.q.val() + 1;
        }
        if self.write.val() {
            self.write_at.d.next = self.write_at.q.val() + 1;
        }
        if self.write.val() && !self.refill.val() {
            self.stored.d.next = self.stored.q.val() + 1;
        }
        if !self.write.val() && self.refill.val() {
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
        self.roomy.next = self.stored.q.val() < self.half.val();
    }
}
