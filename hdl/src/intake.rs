//! The segment whose words of M enter now, and which of them comes next.
//!
//! A word's number is never compared when the word comes: that it is a block's first or the segment's last is found out a word ahead, and that its block is the last one,
//! a block ahead.

use crate::lanes::Cuts;
use rust_hdl::prelude::*;

/// What is said of a segment: from the lowest bit up its blocks but one (28), the place of its last word in its block (4), k (5), lane (2), policy `definition`.
pub type Command = Bits<40>;

/// Blocks of `2^P` words, `U` units that make R.
#[derive(LogicBlock)]
pub struct Intake<const P: usize, const U: usize> {
    /// Rising edge.
    pub clock: Signal<In, Clock>,
    /// Forgets the segment.
    pub reset: Signal<In, Bit>,
    /// There is a next segment.
    pub command_valid: Signal<In, Bit>,
    /// What is said of it.
    pub command: Signal<In, Command>,
    /// It becomes this one.
    pub command_pop: Signal<Out, Bit>,
    /// A word enters.
    pub accept: Signal<In, Bit>,
    /// The segment's last word has its shares.
    pub close: Signal<In, Bit>,
    /// There is a segment.
    pub active: Signal<Out, Bit>,
    /// It wants another word.
    pub more: Signal<Out, Bit>,
    /// That word is the first of its block.
    pub first: Signal<Out, Bit>,
    /// That word is the segment's last.
    pub last: Signal<Out, Bit>,
    /// Lanes of 8, 16, 32, 64 bits: 0, 1, 2, 3.
    pub lane: Signal<Out, Bits<2>>,
    /// Where lanes end.
    pub cuts: Signal<Out, Cuts>,
    /// Policy `definition`.
    pub definition: Signal<Out, Bit>,
    /// Which units' words count.
    pub used: [Signal<Out, Bit>; U],
    under_way: DFF<Bit>,
    wanted: DFF<Bit>,
    after: DFF<Bits<28>>,
    turned: DFF<Bit>,
    next_block_is_last: DFF<Bit>,
    block_is_last: DFF<Bit>,
    tail: DFF<Bits<P>>,
    at: DFF<Bits<P>>,
    at_first: DFF<Bit>,
    at_tail: DFF<Bit>,
    held_lane: DFF<Bits<2>>,
    held_cuts: DFF<Cuts>,
    held_definition: DFF<Bit>,
    held_used: [DFF<Bit>; U],
    final_word: Signal<Local, Bit>,
    next_at: Signal<Local, Bits<P>>,
    pop: Signal<Local, Bit>,
    new_lane: Signal<Local, Bits<2>>,
    last_place: Constant<Bits<P>>,
}

impl<const P: usize, const U: usize> Default for Intake<P, U> {
    fn default() -> Self {
        blank! {
            clock reset command_valid command command_pop accept close active more first last lane cuts definition
            under_way wanted after turned next_block_is_last block_is_last tail at at_first at_tail held_lane held_cuts
            held_definition final_word next_at pop new_lane;
            [used] [held_used];
            last_place: Constant::new(((1_u64 << P) - 1).into()),
        }
    }
}

impl<const P: usize, const U: usize> Logic for Intake<P, U> {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(
            self,
            clock,
            under_way,
            wanted,
            after,
            turned,
            next_block_is_last,
            block_is_last,
            tail,
            at,
            at_first,
            at_tail,
            held_lane,
            held_cuts,
            held_definition
        );
        for c in 0..U {
            self.held_used[c].clock.next = self.clock.val();
            self.held_used[c].d.next = self.held_used[c].q.val();
            self.used[c].next = self.held_used[c].q.val();
        }
        self.final_word.next = self.block_is_last.q.val() && self.at_tail.q.val();
        self.next_block_is_last.d.next = self.after.q.val() == 1;
        self.turned.d.next = self.accept.val() && (self.at.q.val() == self.last_place.val());
        if self.turned.q.val() {
            self.after.d.next = self.after.q.val() - 1;
        }
        self.next_at.next = self.at.q.val() + 1;
        if self.accept.val() {
            self.at.d.next = self.next_at.val();
            self.at_tail.d.next = self.next_at.val() == self.tail.q.val();
            self.at_first.d.next = false;
            if self.at.q.val() == self.last_place.val() {
                self.at_first.d.next = true;
                self.block_is_last.d.next = self.next_block_is_last.q.val();
            }
            if self.final_word.val() {
                self.wanted.d.next = false;
            }
        }
        if self.close.val() {
            self.under_way.d.next = false;
        }

        self.pop.next = self.command_valid.val() && !self.under_way.q.val();
        self.new_lane.next = self.command.val().get_bits::<2>(37);
        if !self.under_way.q.val() {
            self.under_way.d.next = self.command_valid.val();
            self.wanted.d.next = self.command_valid.val();
            self.after.d.next = self.command.val().get_bits::<28>(0);
            self.block_is_last.d.next = self.command.val().get_bits::<28>(0) == 0;
            self.tail.d.next = self.command.val().get_bits::<P>(28);
            self.at.d.next = 0.into();
            self.at_tail.d.next = self.command.val().get_bits::<P>(28) == 0;
            self.at_first.d.next = true;
            self.held_lane.d.next = self.new_lane.val();
            self.held_cuts.d.next = bit_cast::<3, 1>((self.new_lane.val() == 0).into())
                | (bit_cast::<3, 1>((self.new_lane.val() < 2).into()) << 1)
                | (bit_cast::<3, 1>((self.new_lane.val() < 3).into()) << 2);
            self.held_definition.d.next = self.command.val().get_bit(39);
            for c in 0..U {
                self.held_used[c].d.next = self.command.val().get_bits::<5>(32) > (c + 2).to_bits();
            }
        }
        if self.reset.val() {
            self.under_way.d.next = false;
            self.wanted.d.next = false;
        }

        self.command_pop.next = self.pop.val();
        self.active.next = self.under_way.q.val();
        self.more.next = self.wanted.q.val();
        self.first.next = self.at_first.q.val();
        self.last.next = self.final_word.val();
        self.lane.next = self.held_lane.q.val();
        self.cuts.next = self.held_cuts.q.val();
        self.definition.next = self.held_definition.q.val();
    }
}
