//! A queue of `2^A` words; its head is what the memory shows.

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
    /// There is no other.
    pub alone: Signal<Out, Bit>,
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
    below_half: DFF<Bit>,
    half_bits: Constant<Bits<4>>,
    each_clock: Constant<Bit>,
}

impl<const A: usize, const W: usize> Default for Fifo<A, W> {
    fn default() -> Self {
        blank! {
            clock reset push word valid alone head pop roomy memory write_at read_at below_half;;
            stored: Credit::new(0),
            half_bits: Constant::new((A as u64 - 1).into()),
            each_clock: Constant::new(false),
        }
    }
}

impl<const A: usize, const W: usize> Fifo<A, W> {
    /// For who always leaves one place free: the memory is written in each clock, and `push` need not reach all of it.
    pub fn with_a_place_free() -> Self {
        Self {
            each_clock: Constant::new(true),
            ..Self::default()
        }
    }
}

impl<const A: usize, const W: usize> Logic for Fifo<A, W> {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clock, write_at, read_at, below_half);
        self.memory.clock.next = self.clock.val();
        self.memory.write.next = self.push.val() || self.each_clock.val();
        self.memory.write_address.next = self.write_at.q.val();
        self.memory.write_data.next = self.word.val();
        self.memory.read_address.next = self.read_at.q.val();
        if self.push.val() {
            self.write_at.d.next = self.write_at.q.val() + 1;
        }
        if self.pop.val() {
            self.read_at.d.next = self.read_at.q.val() + 1;
        }
        if self.reset.val() {
            self.write_at.d.next = 0.into();
            self.read_at.d.next = 0.into();
        }
        self.stored.clock.next = self.clock.val();
        self.stored.reset.next = self.reset.val();
        self.stored.up.next = self.push.val();
        self.stored.down.next = self.pop.val();
        self.valid.next = self.stored.some.val();
        self.alone.next = self.stored.one.val();
        self.head.next = self.memory.read_data.val();
        self.below_half.d.next = (self.stored.count.val() >> self.half_bits.val()) == 0;
        self.roomy.next = self.below_half.q.val();
    }
}
