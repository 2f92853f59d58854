//! A queue of `2^A` words in block RAM.

use crate::fifo::Fifo;
use crate::memory::BlockMemory;
use rust_hdl::prelude::*;

/// First word falls through, some clocks after it was pushed. The pusher counts the room.
#[derive(LogicBlock, Default)]
pub struct BlockFifo<const A: usize, const W: usize> {
    /// Rising edge.
    pub clock: Signal<In, Clock>,
    /// Empties the queue.
    pub reset: Signal<In, Bit>,
    /// Takes `word`.
    pub push: Signal<In, Bit>,
    /// What is pushed.
    pub word: Signal<In, Bits<W>>,
    /// There is a word at `head`.
    pub valid: Signal<Out, Bit>,
    /// The oldest word.
    pub head: Signal<Out, Bits<W>>,
    /// Drops `head`; only while `valid`.
    pub pop: Signal<In, Bit>,
    memory: BlockMemory<A, W>,
    write_at: DFF<Bits<A>>,
    read_at: DFF<Bits<A>>,
    stored: DFF<Bits<8>>,
    fetching: DFF<Bit>,
    fetched: DFF<Bit>,
    front: Fifo<3, W>,
    fetch: Signal<Local, Bit>,
}

impl<const A: usize, const W: usize> Logic for BlockFifo<A, W> {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clock, write_at, read_at, stored, fetching, fetched);
        self.memory.clock.next = self.clock.val();
        self.front.clock.next = self.clock.val();
        self.front.reset.next = self.reset.val();

        // What is on its way from the memory finds room in front: that is at most half full when it sets out.
        self.fetch.next = (self.stored.q.val() != 0) && self.front.roomy.val();
        self.memory.write.next = self.push.val();
        self.memory.write_address.next = self.write_at.q.val();
        self.memory.write_data.next = self.word.val();
        self.memory.read_address.next = self.read_at.q.val();
        if self.push.val() {
            self.write_at.d.next = self.write_at.q.val() + 1;
        }
        if self.fetch.val() {
            self.read_at.d.next = self.read_at.q.val() + 1;
        }
        if self.push.val() && !self.fetch.val() {
            self.stored.d.next = self.stored.q.val() + 1;
        }
        if !self.push.val() && self.fetch.val() {
            self.stored.d.next = self.stored.q.val() - 1;
        }
        self.fetching.d.next = self.fetch.val();
        self.fetched.d.next = self.fetching.q.val();
        self.front.push.next = self.fetched.q.val();
        self.front.word.next = self.memory.read_data.val();
        self.front.pop.next = self.pop.val();
        self.valid.next = self.front.valid.val();
        self.head.next = self.front.head.val();

        if self.reset.val() {
            self.write_at.d.next = 0.into();
            self.read_at.d.next = 0.into();
            self.stored.d.next = 0.into();
            self.fetching.d.next = false;
            self.fetched.d.next = false;
        }
    }
}
