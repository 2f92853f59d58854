//! A CSPRNG unit of Figure 7.1: one key's stream of words.
//!
//! The engine makes the blocks in turns; the unit keeps sixteen of them and hands out a word a clock. What is left of a block when its segment ends
//! is dropped, so each segment starts at a block of its own.

use crate::memory::BlockMemory;
use rust_hdl::prelude::*;

/// Blocks of sixteen words of `W` = 32 bits. A word follows `take` by two clocks.
#[derive(LogicBlock, Default)]
pub struct Csprng<const W: usize> {
    /// Rising edge.
    pub clock: Signal<In, Clock>,
    /// Forgets every block.
    pub reset: Signal<In, Bit>,
    /// The first word of a block is at `word`, the others follow in the next clocks.
    pub start: Signal<In, Bit>,
    /// The engine's words.
    pub word: Signal<In, Bits<W>>,
    /// There is a word to take.
    pub available: Signal<Out, Bit>,
    /// Takes the next word.
    pub take: Signal<In, Bit>,
    /// With `take`: the rest of this block is not wanted.
    pub drop: Signal<In, Bit>,
    /// What was taken two clocks ago.
    pub taken: Signal<Out, Bits<W>>,
    /// A block was used up in this clock: room for another.
    pub freed: Signal<Out, Bit>,
    memory: BlockMemory<8, W>,
    writing: DFF<Bit>,
    write_at: DFF<Bits<8>>,
    read_at: DFF<Bits<8>>,
    blocks: DFF<Bits<5>>,
    block_ends: Signal<Local, Bit>,
}

impl<const W: usize> Logic for Csprng<W> {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clock, writing, write_at, read_at, blocks);
        self.memory.clock.next = self.clock.val();
        self.memory.write.next = self.start.val() || self.writing.q.val();
        self.memory.write_address.next = self.write_at.q.val();
        self.memory.write_data.next = self.word.val();
        self.memory.read_address.next = self.read_at.q.val();
        self.taken.next = self.memory.read_data.val();

        if self.start.val() {
            self.writing.d.next = true;
        }
        if self.start.val() || self.writing.q.val() {
            self.write_at.d.next = self.write_at.q.val() + 1;
        }
        if self.write_at.q.val().get_bits::<4>(0) == 15 {
            self.writing.d.next = false;
        }

        self.block_ends.next =
            self.take.val() && (self.drop.val() || (self.read_at.q.val().get_bits::<4>(0) == 15));
        if self.take.val() {
            self.read_at.d.next = self.read_at.q.val() + 1;
        }
        if self.block_ends.val() {
            self.read_at.d.next = (self.read_at.q.val() | 15) + 1;
        }
        // The reader follows the writer word by word: a block counts as soon as it begins.
        if self.start.val() && !self.block_ends.val() {
            self.blocks.d.next = self.blocks.q.val() + 1;
        }
        if !self.start.val() && self.block_ends.val() {
            self.blocks.d.next = self.blocks.q.val() - 1;
        }
        if self.reset.val() {
            self.writing.d.next = false;
            self.write_at.d.next = 0.into();
            self.read_at.d.next = 0.into();
            self.blocks.d.next = 0.into();
        }
        self.available.next = self.blocks.q.val() != 0;
        self.freed.next = self.block_ends.val();
    }
}
