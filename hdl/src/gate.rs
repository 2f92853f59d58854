//! Which clock takes a word of M, in order, with all that belongs to it: a word of each R, its block's routes, room for the result.
//!
//! Whether a word can be taken is known from registers alone; that it was taken is said from a register too, a clock later, to all that follow it.

use crate::credit::Credit;
use rust_hdl::prelude::*;

/// Blocks of `2^P` words, four at least.
#[derive(LogicBlock)]
pub struct Gate<const P: usize> {
    /// Rising edge.
    pub clock: Signal<In, Clock>,
    /// Forgets everything.
    pub reset: Signal<In, Bit>,
    /// A segment is under way.
    pub active: Signal<In, Bit>,
    /// A word is offered.
    pub valid: Signal<In, Bit>,
    /// It is the segment's last.
    pub last: Signal<In, Bit>,
    /// It is taken.
    pub take: Signal<Out, Bit>,
    /// It is taken, and the segment's last.
    pub close: Signal<Out, Bit>,
    /// A word was taken in the last clock...
    pub taken: Signal<Out, Bit>,
    /// ...the first of its block...
    pub taken_first: Signal<Out, Bit>,
    /// ...the last of its segment.
    pub taken_last: Signal<Out, Bit>,
    /// A block of each R is announced: a word of it can be taken from the next clock on.
    pub block: Signal<In, Bit>,
    /// A block's routes are announced: a word of it can be taken from the next clock on.
    pub routes: Signal<In, Bit>,
    /// A result has left.
    pub left: Signal<In, Bit>,
    /// No result is under way or queued.
    pub empty: Signal<Out, Bit>,
    blocks_here: Credit<7>,
    routes_here: Credit<7>,
    room: Credit<5>,
    here: Signal<Local, Bit>,
    open: DFF<Bit>,
    place: DFF<Bits<P>>,
    at_first: DFF<Bit>,
    at_end: DFF<Bit>,
    was_taken: DFF<Bit>,
    was_first: DFF<Bit>,
    was_last: DFF<Bit>,
    was_left: DFF<Bit>,
    before_end: Constant<Bits<P>>,
    all_room: Constant<Bits<5>>,
}

/// What the queue of results holds but one.
const ROOM: u64 = 15;

impl<const P: usize> Default for Gate<P> {
    fn default() -> Self {
        blank! {
            clock reset active valid last take close taken taken_first taken_last block routes left empty
            here open place at_first at_end was_taken was_first was_last was_left;;
            blocks_here: Credit::new(0),
            routes_here: Credit::new(0),
            room: Credit::new(ROOM),
            before_end: Constant::new(((1_u64 << P) - 2).into()),
            all_room: Constant::new(ROOM.into()),
        }
    }
}

impl<const P: usize> Logic for Gate<P> {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(
            self, clock, open, place, at_first, at_end, was_taken, was_first, was_last, was_left
        );
        self.blocks_here.clock.next = self.clock.val();
        self.routes_here.clock.next = self.clock.val();
        self.room.clock.next = self.clock.val();
        self.blocks_here.reset.next = self.reset.val();
        self.routes_here.reset.next = self.reset.val();
        self.room.reset.next = self.reset.val();
        self.blocks_here.up.next = self.block.val();
        self.routes_here.up.next = self.routes.val();
        self.was_left.d.next = self.left.val();
        self.room.up.next = self.was_left.q.val();
        self.blocks_here.down.next = self.was_first.q.val();
        self.routes_here.down.next = self.was_first.q.val();

        self.take.next = self.open.q.val() && self.room.some.val() && self.valid.val();
        self.room.down.next = self.take.val();
        self.close.next = self.take.val() && self.last.val();
        self.was_taken.d.next = self.take.val();
        self.was_first.d.next = self.take.val() && self.at_first.q.val();
        self.was_last.d.next = self.last.val();

        // A block is counted down two clocks after its first word is taken, so before its end, but not before the next segment's word
        // when it has one word alone: hence the wait for `was_taken`.
        self.here.next = self.blocks_here.some.val() && self.routes_here.some.val();
        if !self.open.q.val() {
            self.open.d.next = (self.blocks_here.some.val() || self.block.val())
                && (self.routes_here.some.val() || self.routes.val())
                && self.active.val()
                && !self.was_taken.q.val();
        }
        if self.take.val() {
            self.place.d.next = self.place.q.val() + 1;
            self.at_first.d.next = self.at_end.q.val();
            self.at_end.d.next = self.place.q.val() == self.before_end.val();
            if self.at_end.q.val() {
                self.open.d.next = self.here.val();
            }
            if self.last.val() {
                self.open.d.next = false;
                self.place.d.next = 0.into();
                self.at_first.d.next = true;
                self.at_end.d.next = false;
            }
        }
        if self.reset.val() {
            self.open.d.next = false;
            self.place.d.next = 0.into();
            self.at_first.d.next = true;
            self.at_end.d.next = false;
            self.was_taken.d.next = false;
            self.was_first.d.next = false;
            self.was_left.d.next = false;
        }

        self.taken.next = self.was_taken.q.val();
        self.taken_first.next = self.was_first.q.val();
        self.taken_last.next = self.was_last.q.val();
        self.empty.next = self.room.count.val() == self.all_room.val();
    }
}
