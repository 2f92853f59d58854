//! A CSPRNG unit of Figure 7.1: one key's stream of words.
//!
//! The engine makes the blocks in turns; the unit keeps them and hands out a word a clock. What is left of a block when its segment ends
//! is dropped, so each segment starts at a block of its own.

use crate::memory::BlockMemory;
use rust_hdl::prelude::*;

/// Words of `W` bits, `2^P` of them a block, 256 in all. Blocks are counted in `N` bits, one more than twice the number of blocks needs.
#[derive(LogicBlock)]
pub struct Csprng<const W: usize, const P: usize, const N: usize> {
    /// Rising edge.
    pub clock: Signal<In, Clock>,
    /// Forgets every block.
    pub reset: Signal<In, Bit>,
    /// A block counts as here from the next clock on. It need not be: the reader follows the writer word by word. Not in two clocks that follow each other.
    pub announce: Signal<In, Bit>,
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
    /// The blocks before `jump_to` are not wanted, even if they are still to come.
    pub jump: Signal<In, Bit>,
    /// The block to read next.
    pub jump_to: Signal<In, Bits<N>>,
    /// What was taken two clocks ago.
    pub taken: Signal<Out, Bits<W>>,
    /// The block being read; all before it have made room.
    pub block: Signal<Out, Bits<N>>,
    memory: BlockMemory<8, W>,
    writing: DFF<Bit>,
    write_at: DFF<Bits<8>>,
    write_word: Signal<Local, Bits<P>>,
    announced: DFF<Bits<N>>,
    read_block: DFF<Bits<N>>,
    read_word: DFF<Bits<P>>,
    ahead: DFF<Bits<N>>,
    some: DFF<Bit>,
    at_end: DFF<Bit>,
    next_word: Signal<Local, Bits<P>>,
    finish: Signal<Local, Bit>,
    counts: Signal<Local, Bit>,
    missed: DFF<Bit>,
    behind: Signal<Local, Bit>,
    word_bits: Constant<Bits<4>>,
    sign: Constant<Bits<4>>,
    last_word: Constant<Bits<P>>,
}

impl<const W: usize, const P: usize, const N: usize> Default for Csprng<W, P, N> {
    fn default() -> Self {
        assert!(N == 10 - P);
        blank! {
            clock reset announce start word available take drop jump jump_to taken block memory writing write_at
            write_word announced read_block read_word ahead some at_end next_word finish counts missed behind;;
            word_bits: Constant::new((P as u64).into()),
            sign: Constant::new((N as u64 - 1).into()),
            last_word: Constant::new(((1_u64 << P) - 1).into()),
        }
    }
}

impl<const W: usize, const P: usize, const N: usize> Logic for Csprng<W, P, N> {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(
            self, clock, writing, write_at, announced, read_block, read_word, ahead, some, at_end,
            missed
        );
        self.memory.clock.next = self.clock.val();
        self.memory.write.next = self.start.val() || self.writing.q.val();
        self.memory.write_address.next = self.write_at.q.val();
        self.memory.write_data.next = self.word.val();
        self.memory.read_address.next = (bit_cast::<8, N>(self.read_block.q.val())
            << self.word_bits.val())
            | bit_cast::<8, P>(self.read_word.q.val());
        self.taken.next = self.memory.read_data.val();

        self.write_word.next = self.write_at.q.val().get_bits::<P>(0);
        if self.start.val() {
            self.writing.d.next = true;
        }
        if self.start.val() || self.writing.q.val() {
            self.write_at.d.next = self.write_at.q.val() + 1;
        }
        if self.write_word.val() == self.last_word.val() {
            self.writing.d.next = false;
        }
        if self.announce.val() {
            self.announced.d.next = self.announced.q.val() + 1;
        }

        self.finish.next = self.take.val() && (self.drop.val() || self.at_end.q.val());
        self.next_word.next = self.read_word.q.val() + 1;
        if self.take.val() {
            self.read_word.d.next = self.next_word.val();
            self.at_end.d.next = self.next_word.val() == self.last_word.val();
        }
        if self.finish.val() {
            self.read_word.d.next = 0.into();
            self.at_end.d.next = false;
            self.read_block.d.next = self.read_block.q.val() + 1;
        }
        // Blocks announced and not yet read; after a jump the reader may be ahead of what has come.
        // What is announced in the clock of a jump counts in the next one, when nothing else is.
        self.missed.d.next = self.jump.val() && self.announce.val();
        self.counts.next = self.announce.val() || self.missed.q.val();
        self.behind.next = self.ahead.q.val().get_bit(self.sign.val().index());
        if self.finish.val() {
            self.some.d.next = self.counts.val() || ((self.ahead.q.val() >> 1) != 0);
            if !self.counts.val() {
                self.ahead.d.next = self.ahead.q.val() - 1;
            }
        }
        if !self.finish.val() {
            self.some.d.next =
                !self.behind.val() && (self.counts.val() || (self.ahead.q.val() != 0));
            if self.counts.val() {
                self.ahead.d.next = self.ahead.q.val() + 1;
            }
        }
        if self.jump.val() {
            self.read_word.d.next = 0.into();
            self.at_end.d.next = false;
            self.read_block.d.next = self.jump_to.val();
            self.ahead.d.next = self.announced.q.val() - self.jump_to.val();
            self.some.d.next = false;
        }
        if self.reset.val() {
            self.writing.d.next = false;
            self.write_at.d.next = 0.into();
            self.announced.d.next = 0.into();
            self.read_block.d.next = 0.into();
            self.read_word.d.next = 0.into();
            self.at_end.d.next = false;
            self.ahead.d.next = 0.into();
            self.some.d.next = false;
            self.missed.d.next = false;
        }
        self.available.next = self.some.q.val();
        self.block.next = self.read_block.q.val();
    }
}
