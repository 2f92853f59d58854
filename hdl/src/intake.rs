//! The segment whose words of M enter now, and which of them comes next.
//!
//! A word's number is never compared when the word comes: that it is the segment's last is found out a word ahead, and that its block is the last one,
//! a block ahead.

use crate::lanes::Cuts;
use rust_hdl::prelude::*;

/// Bits of what is said of a segment: from the lowest up its blocks but one (28), the place of its last word in its block (4), lane (2), policy `definition`.
pub const COMMAND: usize = 35;

/// Blocks of `2^P` words.
#[derive(LogicBlock)]
pub struct Intake<const P: usize> {
    /// Rising edge.
    pub clock: Signal<In, Clock>,
    /// Forgets the segment.
    pub reset: Signal<In, Bit>,
    /// There is a next segment.
    pub command_valid: Signal<In, Bit>,
    /// What is said of it.
    pub command: Signal<In, Bits<COMMAND>>,
    /// It becomes this one.
    pub command_pop: Signal<Out, Bit>,
    /// A word is offered.
    pub offered: Signal<In, Bit>,
    /// There is room for it.
    pub roomy: Signal<In, Bit>,
    /// The segment's last word has its shares.
    pub close: Signal<In, Bit>,
    /// A segment waits for its turn.
    pub waiting: Signal<Out, Bit>,
    /// There is a segment.
    pub active: Signal<Out, Bit>,
    /// It takes the word on offer.
    pub ready: Signal<Out, Bit>,
    /// A word enters.
    pub accept: Signal<Out, Bit>,
    /// That word is the segment's last.
    pub last: Signal<Out, Bit>,
    /// Lanes of 8, 16, 32, 64 bits: 0, 1, 2, 3.
    pub lane: Signal<Out, Bits<2>>,
    /// Where lanes end.
    pub cuts: Signal<Out, Cuts>,
    /// Policy `definition`.
    pub definition: Signal<Out, Bit>,
    /// There is a segment, of policy `definition`.
    pub redraws: Signal<Out, Bit>,
    staged: DFF<Bits<COMMAND>>,
    staged_valid: DFF<Bit>,
    known: DFF<Bit>,
    one_block: DFF<Bit>,
    one_word: DFF<Bit>,
    under_way: DFF<Bit>,
    wanted: DFF<Bit>,
    now_ready: DFF<Bit>,
    enters: Signal<Local, Bit>,
    after: DFF<Bits<28>>,
    turned: DFF<Bit>,
    next_block_is_last: DFF<Bit>,
    block_is_last: DFF<Bit>,
    tail: DFF<Bits<P>>,
    at: DFF<Bits<P>>,
    at_tail: DFF<Bit>,
    held_lane: DFF<Bits<2>>,
    held_cuts: DFF<Cuts>,
    held_definition: DFF<Bit>,
    held_redraws: DFF<Bit>,
    final_word: Signal<Local, Bit>,
    next_at: Signal<Local, Bits<P>>,
    pop: Signal<Local, Bit>,
    new_lane: Signal<Local, Bits<2>>,
    last_place: Constant<Bits<P>>,
}

impl<const P: usize> Default for Intake<P> {
    fn default() -> Self {
        blank! {
            clock reset command_valid command command_pop offered roomy close waiting active ready accept last lane cuts definition redraws
            staged staged_valid known one_block one_word under_way wanted now_ready enters after turned next_block_is_last block_is_last tail at at_tail held_lane held_cuts
            held_definition held_redraws final_word next_at pop new_lane;;
            last_place: Constant::new(((1_u64 << P) - 1).into()),
        }
    }
}

impl<const P: usize> Logic for Intake<P> {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(
            self,
            clock,
            staged,
            staged_valid,
            known,
            one_block,
            one_word,
            under_way,
            wanted,
            now_ready,
            after,
            turned,
            next_block_is_last,
            block_is_last,
            tail,
            at,
            at_tail,
            held_lane,
            held_cuts,
            held_definition,
            held_redraws
        );
        self.enters.next = self.offered.val() && self.now_ready.q.val();
        self.now_ready.d.next = self.roomy.val() && self.wanted.q.val();
        self.final_word.next = self.block_is_last.q.val() && self.at_tail.q.val();
        self.next_block_is_last.d.next = self.after.q.val() == 1;
        self.turned.d.next = self.enters.val() && (self.at.q.val() == self.last_place.val());
        if self.turned.q.val() {
            self.after.d.next = self.after.q.val() - 1;
        }
        self.next_at.next = self.at.q.val() + 1;
        if self.enters.val() {
            self.at.d.next = self.next_at.val();
            self.at_tail.d.next = self.next_at.val() == self.tail.q.val();
            if self.at.q.val() == self.last_place.val() {
                self.block_is_last.d.next = self.next_block_is_last.q.val();
            }
            if self.final_word.val() {
                self.wanted.d.next = false;
                self.now_ready.d.next = false;
            }
        }
        if self.close.val() {
            self.under_way.d.next = false;
            self.held_redraws.d.next = false;
        }

        // The next segment waits here, so that what is to be known of it is known when its turn comes.
        self.pop.next = self.command_valid.val() && !self.staged_valid.q.val();
        if !self.staged_valid.q.val() {
            self.staged.d.next = self.command.val();
            self.staged_valid.d.next = self.command_valid.val();
        }
        self.known.d.next = self.staged_valid.q.val();
        self.one_block.d.next = self.staged.q.val().get_bits::<28>(0) == 0;
        self.one_word.d.next = self.staged.q.val().get_bits::<P>(28) == 0;
        self.new_lane.next = self.staged.q.val().get_bits::<2>(32);
        if !self.under_way.q.val() {
            self.under_way.d.next = self.known.q.val();
            self.wanted.d.next = self.known.q.val();
            if self.known.q.val() {
                self.staged_valid.d.next = false;
                self.known.d.next = false;
            }
            self.after.d.next = self.staged.q.val().get_bits::<28>(0);
            self.block_is_last.d.next = self.one_block.q.val();
            self.tail.d.next = self.staged.q.val().get_bits::<P>(28);
            self.at.d.next = 0.into();
            self.at_tail.d.next = self.one_word.q.val();
            self.held_lane.d.next = self.new_lane.val();
            self.held_cuts.d.next = bit_cast::<3, 1>((self.new_lane.val() == 0).into())
                | (bit_cast::<3, 1>((self.new_lane.val() < 2).into()) << 1)
                | (bit_cast::<3, 1>((self.new_lane.val() < 3).into()) << 2);
            self.held_definition.d.next = self.staged.q.val().get_bit(34);
            self.held_redraws.d.next = self.known.q.val() && self.staged.q.val().get_bit(34);
        }
        if self.reset.val() {
            self.under_way.d.next = false;
            self.wanted.d.next = false;
            self.held_redraws.d.next = false;
            self.staged_valid.d.next = false;
            self.known.d.next = false;
            self.now_ready.d.next = false;
        }

        self.command_pop.next = self.pop.val();
        self.waiting.next = self.staged_valid.q.val();
        self.active.next = self.under_way.q.val();
        self.ready.next = self.now_ready.q.val();
        self.accept.next = self.enters.val();
        self.last.next = self.final_word.val();
        self.lane.next = self.held_lane.q.val();
        self.cuts.next = self.held_cuts.q.val();
        self.definition.next = self.held_definition.q.val();
        self.redraws.next = self.held_redraws.q.val();
    }
}
