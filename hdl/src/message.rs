//! M: segments and their words, from the ports to the subtractor.
//!
//! ```text
//!   segments --> queue --> intake
//!                            | whose word, and is it the last
//!   words ------------------'--+-------------------------> queue --> gate --> M, when all that belongs to it is there
//!                              '--> queue --> redraw --'
//! ```
//!
//! A word goes to the gate's queue at once in policy `uniform`, when an r was found for it in policy `definition`.

use crate::fifo::Fifo;
use crate::gate::Gate;
use crate::intake::{COMMAND, Intake};
use crate::lanes::Cuts;
use crate::own::Own;
use crate::redraw::Redraw;
use rust_hdl::prelude::*;

/// Words of `W` bits, blocks of `2^P` words.
#[derive(LogicBlock)]
pub struct Message<const W: usize, const P: usize> {
    /// Rising edge.
    pub clock: Signal<In, Clock>,
    /// Forgets everything.
    pub reset: Signal<In, Bit>,
    /// There is room for a segment.
    pub roomy: Signal<Out, Bit>,
    /// A segment enters.
    pub segment: Signal<In, Bit>,
    /// Its blocks but one.
    pub more_blocks: Signal<In, Bits<28>>,
    /// The place of its last word in its block.
    pub tail: Signal<In, Bits<P>>,
    /// Lanes of 8, 16, 32, 64 bits: 0, 1, 2, 3.
    pub lane: Signal<In, Bits<2>>,
    /// Policy `definition`.
    pub by_definition: Signal<In, Bit>,
    /// A word is offered.
    pub valid: Signal<In, Bit>,
    /// It is taken.
    pub ready: Signal<Out, Bit>,
    /// The word.
    pub data: Signal<In, Bits<W>>,
    /// See [`Redraw`].
    pub r_available: Signal<In, Bit>,
    /// See [`Redraw`].
    pub r_take: Signal<Out, Bit>,
    /// See [`Redraw`].
    pub r: Signal<In, Bits<W>>,
    /// See [`Redraw`].
    pub rejected: Signal<Out, Bit>,
    /// See [`Redraw`].
    pub rejected_two: Signal<Out, Bit>,
    /// See [`Gate`].
    pub block: Signal<In, Bit>,
    /// See [`Gate`].
    pub routes: Signal<In, Bit>,
    /// See [`Gate`].
    pub left: Signal<In, Bit>,
    /// What is taken in this clock, if a word is...
    pub word: Signal<Out, Bits<W>>,
    /// ...and its r, in policy `definition`.
    pub found_r: Signal<Out, Bits<W>>,
    /// A word was taken in the last clock...
    pub taken: Signal<Out, Bit>,
    /// ...the first of its block...
    pub taken_first: Signal<Out, Bit>,
    /// ...the last of its segment.
    pub taken_last: Signal<Out, Bit>,
    /// Where the segment's lanes end.
    pub cuts: Signal<Out, Cuts>,
    /// The segment is of policy `definition`.
    pub definition: Signal<Out, Bit>,
    /// No segment is here, and no result is under way.
    pub empty: Signal<Out, Bit>,
    commands: Fifo<4, COMMAND>,
    unmatched: Fifo<4, W>,
    words: Fifo<4, W>,
    matched: Fifo<4, W>,
    intake: Intake<P>,
    redraw: Redraw<W>,
    gate: Gate<P>,
    command: DFF<Bits<COMMAND>>,
    command_comes: DFF<Bit>,
    held: DFF<Bits<W>>,
    held_last: DFF<Bit>,
    redraws: Signal<Local, Bit>,
    last: Signal<Local, Bit>,
    comes: Own<1>,
    match_comes: Own<1>,
    unmatched_comes: DFF<Bit>,
    ends: Signal<Local, Bit>,
    entered: DFF<Bit>,
    matched_all: DFF<Bit>,
}

impl<const W: usize, const P: usize> Default for Message<W, P> {
    fn default() -> Self {
        blank! {
            clock reset roomy segment more_blocks tail lane by_definition valid ready data r_available r_take r rejected
            rejected_two block routes left word found_r taken taken_first taken_last cuts definition empty commands
            intake redraw gate command command_comes held held_last redraws last comes match_comes unmatched_comes ends entered matched_all;;
            unmatched: Fifo::with_a_place_free(),
            words: Fifo::with_a_place_free(),
            matched: Fifo::with_a_place_free(),
        }
    }
}

impl<const W: usize, const P: usize> Logic for Message<W, P> {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(
            self,
            clock,
            command,
            command_comes,
            held,
            held_last,
            unmatched_comes,
            entered,
            matched_all
        );
        self.commands.clock.next = self.clock.val();
        self.unmatched.clock.next = self.clock.val();
        self.words.clock.next = self.clock.val();
        self.matched.clock.next = self.clock.val();
        self.intake.clock.next = self.clock.val();
        self.redraw.clock.next = self.clock.val();
        self.gate.clock.next = self.clock.val();
        self.commands.reset.next = self.reset.val();
        self.unmatched.reset.next = self.reset.val();
        self.words.reset.next = self.reset.val();
        self.matched.reset.next = self.reset.val();
        self.intake.reset.next = self.reset.val();
        self.redraw.reset.next = self.reset.val();
        self.gate.reset.next = self.reset.val();

        // Segments.
        self.roomy.next = self.commands.roomy.val();
        self.command_comes.d.next = self.segment.val();
        self.command.d.next = bit_cast::<COMMAND, 28>(self.more_blocks.val())
            | (bit_cast::<COMMAND, P>(self.tail.val()) << 28)
            | (bit_cast::<COMMAND, 2>(self.lane.val()) << 32)
            | (bit_cast::<COMMAND, 1>(self.by_definition.val().into()) << 34);
        self.commands.push.next = self.command_comes.q.val();
        self.commands.word.next = self.command.q.val();
        self.intake.command_valid.next = self.commands.valid.val();
        self.intake.command.next = self.commands.head.val();
        self.commands.pop.next = self.intake.command_pop.val();

        // Words.
        self.redraws.next = self.intake.definition.val();
        self.intake.offered.next = self.valid.val();
        self.intake.roomy.next = self.words.roomy.val();
        if self.redraws.val() {
            self.intake.roomy.next = self.unmatched.roomy.val();
        }
        self.ready.next = self.intake.ready.val();
        self.unmatched_comes.d.next = self.intake.accept.val() && self.redraws.val();
        self.held.d.next = self.data.val();
        self.held_last.d.next = self.intake.last.val();

        // Those that want an r.
        self.unmatched.push.next = self.unmatched_comes.q.val();
        self.unmatched.word.next = self.held.q.val();
        self.unmatched.pop.next = self.redraw.message_pop.val();
        self.redraw.active.next = self.intake.redraws.val();
        self.redraw.lane.next = self.intake.lane.val();
        self.redraw.message_valid.next = self.unmatched.valid.val();
        self.redraw.message.next = self.unmatched.head.val();
        self.redraw.last.next = self.entered.q.val() && self.unmatched.alone.val();
        self.redraw.r_available.next = self.r_available.val();
        self.redraw.r.next = self.r.val();
        self.redraw.roomy.next = self.words.roomy.val();
        self.r_take.next = self.redraw.r_take.val();
        self.rejected.next = self.redraw.rejected.val();
        self.rejected_two.next = self.redraw.rejected_two.val();

        // Those that the gate may take.
        self.comes.clock.next = self.clock.val();
        self.comes.d.next = self.intake.accept.val().into();
        self.match_comes.clock.next = self.clock.val();
        self.match_comes.d.next = self.intake.accept.val().into();
        self.ends.next = self.held_last.q.val();
        self.words.word.next = self.held.q.val();
        if self.redraws.val() {
            self.comes.d.next = self.redraw.found_next.val().into();
            self.match_comes.d.next = self.redraw.found_next.val().into();
            self.ends.next = self.redraw.found_last.val();
            self.words.word.next = self.redraw.found_message.val();
        }
        // In policy `uniform` whatever stands there, so that both queues move alike.
        self.matched.word.next = self.redraw.found_r.val();
        self.words.push.next = self.comes.q.val().any();
        self.matched.push.next = self.match_comes.q.val().any();
        self.gate.active.next = self.intake.active.val();
        self.gate.block.next = self.block.val();
        self.gate.routes.next = self.routes.val();
        self.gate.left.next = self.left.val();
        self.gate.valid.next = self.words.valid.val();
        self.last.next = self.matched_all.q.val() && self.words.alone.val();
        self.gate.last.next = self.last.val();
        self.words.pop.next = self.gate.take.val();
        self.matched.pop.next = self.gate.take.val();
        self.intake.close.next = self.gate.close.val();
        // The next segment's words come after this one's last has gone, so a segment's last word is its queue's.
        if self.unmatched_comes.q.val() && self.held_last.q.val() {
            self.entered.d.next = true;
        }
        if self.comes.q.val().any() && self.ends.val() {
            self.matched_all.d.next = true;
        }
        if self.gate.close.val() || self.reset.val() {
            self.entered.d.next = false;
            self.matched_all.d.next = false;
        }
        self.word.next = self.words.head.val();
        self.found_r.next = self.matched.head.val();

        self.taken.next = self.gate.taken.val();
        self.taken_first.next = self.gate.taken_first.val();
        self.taken_last.next = self.gate.taken_last.val();
        self.cuts.next = self.intake.cuts.val();
        self.definition.next = self.redraws.val();
        self.empty.next = !self.intake.active.val()
            && !self.intake.waiting.val()
            && !self.commands.valid.val()
            && !self.command_comes.q.val()
            && self.gate.empty.val();
    }
}
