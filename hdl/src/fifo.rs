//! A queue of `2^A` words and one more at its head.

use crate::credit::Credit;
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
    /// It was less than half full a clock ago.
    pub roomy: Signal<Out, Bit>,
    memory: SmallMemory<A, W>,
    write_at: DFF<Bits<A>>,
    read_at: DFF<Bits<A>>,
    stored: Credit<8>,
    at_head: DFF<Bits<W>>,
    shown: DFF<Bit>,
    below_half: DFF<Bit>,
    free: Signal<Local, Bit>,
    refill: Signal<Local, Bit>,
    write: Signal<Local, Bit>,
    half_bits: Constant<Bits<4>>,
}

impl<const A: usize, const W: usize> Default for Fifo<A, W> {
    fn default() -> Self {
        blank! {
            clock reset push word valid head pop roomy memory write_at read_at at_head shown below_half free refill write;;
            stored: Credit::new(0),
            half_bits: Constant::new((A as u64 - 1).into()),
        }
    }
}

impl<const A: usize, const W: usize> Logic for Fifo<A, W> {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clock, write_at, read_at, at_head, shown, below_half);
        self.free.next = !self.shown.q.val() || self.pop.val();
        self.refill.next = self.stored.some.val() && self.free.val();
        self.write.next = self.push.val() && (!self.free.val() || self.stored.some.val());
        self.memory.clock.next = self.clock.val();
        self.memory.write.next = self.write.val();
        self.memory.write_address.next = self.write_at.q.val();
        self.memory.write_data.next = self.word.val();
        self.memory.read_address.next = self.read_at.q.val();

        if self.free.val() {
            self.shown.d.next = self.push.val() || self.refill.val();
            self.at_head.d.next = self.word.val();
            if self.stored.some.val() {
                self.at_head.d.next = self.memory.read_data.val();
            }
        }
        if self.refill.val() {
            self.read_at.d.next = self.read_at.q.val() + 1;
        }
        if self.write.val() {
            self.write_at.d.next = self.write_at.q.val() + 1;
        }
        if self.reset.val() {
            self.write_at.d.next = 0.into();
            self.read_at.d.next = 0.into();
            self.shown.d.next = false;
        }
        self.stored.clock.next = self.clock.val();
        self.stored.reset.next = self.reset.val();
        self.stored.up.next = self.write.val();
        self.stored.down.next = self.refill.val();
        self.valid.next = self.shown.q.val();
        self.head.next = self.at_head.q.val();
        self.below_half.d.next = (self.stored.count.val() >> self.half_bits.val()) == 0;
        self.roomy.next = self.below_half.q.val();
    }
}
