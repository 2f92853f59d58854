//! Who enters the engine when.
//!
//! Time is a wheel of turns, one for each unit: the P-box in turn 0, then the units in the order of their channels. A wheel takes as many clocks as a block has words,
//! and its blocks belong together: block number b of all units, and for every eighth b a block of the P-box.
//! The wheel runs on through the segments' ends, so the next segment's blocks are made while the last one's words are used.
//!
//! The engine never stops. Whether a wheel's blocks may enter is a matter of room behind the engine, so a gap in the message costs no keystream.
//!
//! Policy `definition` uses up r faster than R: wheels in which r's block alone counts are put in between, one ahead and one for every sixteen words redrawn.
//! How many it takes is known only when the segment's last word is in, so the next segment waits for that.

use crate::wheels::RECORD;
use rust_hdl::prelude::*;

/// A wheel of `2^P` clocks. Blocks are counted in `N` bits.
#[derive(LogicBlock)]
pub struct Schedule<const P: usize, const N: usize> {
    /// Rising edge.
    pub clock: Signal<In, Clock>,
    /// Forgets the segment. Hold it until the engine and all behind it ran empty.
    pub reset: Signal<In, Bit>,
    /// A segment is offered.
    pub segment_valid: Signal<In, Bit>,
    /// It is taken if offered.
    pub segment_ready: Signal<Out, Bit>,
    /// Its number.
    pub number: Signal<In, Bits<64>>,
    /// Its length in blocks, 1 to 2^26.
    pub blocks: Signal<In, Bits<28>>,
    /// k.
    pub paths: Signal<In, Bits<5>>,
    /// It is permuted.
    pub pbox: Signal<In, Bit>,
    /// Policy `definition`.
    pub definition: Signal<In, Bit>,
    /// The block that the units of R are read at.
    pub units_at: Signal<In, Bits<N>>,
    /// The block that r is read at.
    pub r_at: Signal<In, Bits<N>>,
    /// 32 bits of r were redrawn, or 64 with `rejected_two`.
    pub rejected: Signal<In, Bit>,
    /// See `rejected`.
    pub rejected_two: Signal<In, Bit>,
    /// The last word of a segment of policy `definition` was taken.
    pub closed: Signal<In, Bit>,
    /// In the clock after `closed`: r is to be read on from `r_to`.
    pub jump: Signal<Out, Bit>,
    /// See `jump`.
    pub r_to: Signal<Out, Bits<N>>,
    /// This clock of the wheel.
    pub at: Signal<Out, Bits<P>>,
    /// The next clock of the wheel.
    pub next_at: Signal<Out, Bits<P>>,
    /// The first clock of a wheel whose blocks enter.
    pub start: Signal<Out, Bit>,
    /// With what they enter, throughout the wheel.
    pub record: Signal<Out, Bits<RECORD>>,
    /// No segment, and nothing in the engine.
    pub idle: Signal<Out, Bit>,
    busy: DFF<Bit>,
    open: DFF<Bit>,
    busy_number: DFF<Bits<64>>,
    busy_paths: DFF<Bits<5>>,
    busy_pbox: DFF<Bit>,
    block: DFF<Bits<28>>,
    r_block: DFF<Bits<28>>,
    left: DFF<Bits<28>>,
    owed: DFF<Bits<8>>,
    redrawn: DFF<Bits<5>>,
    position: DFF<Bits<P>>,
    following: Signal<Local, Bits<P>>,
    entered: DFF<Bits<RECORD>>,
    fresh: DFF<Bit>,
    in_flight: DFF<Bits<7>>,
    units_in: DFF<Bits<N>>,
    r_in: DFF<Bits<N>>,
    units_out: Signal<Local, Bits<N>>,
    r_out: Signal<Local, Bits<N>>,
    units_room: DFF<Bit>,
    r_room: DFF<Bit>,
    jumping: DFF<Bit>,
    still: Signal<Local, Bit>,
    boundary: Signal<Local, Bit>,
    r_alone: Signal<Local, Bit>,
    enter: Signal<Local, Bit>,
    draws: Signal<Local, Bits<4>>,
    flight_time: Constant<Bits<7>>,
    last_clock: Constant<Bits<P>>,
    room: Constant<Bits<N>>,
}

impl<const P: usize, const N: usize> Schedule<P, N> {
    /// For at most so many blocks of a unit between here and their use.
    pub fn new(room: u64) -> Self {
        Self {
            clock: Signal::default(),
            reset: Signal::default(),
            segment_valid: Signal::default(),
            segment_ready: Signal::default(),
            number: Signal::default(),
            blocks: Signal::default(),
            paths: Signal::default(),
            pbox: Signal::default(),
            definition: Signal::default(),
            units_at: Signal::default(),
            r_at: Signal::default(),
            rejected: Signal::default(),
            rejected_two: Signal::default(),
            closed: Signal::default(),
            jump: Signal::default(),
            r_to: Signal::default(),
            at: Signal::default(),
            next_at: Signal::default(),
            start: Signal::default(),
            record: Signal::default(),
            idle: Signal::default(),
            busy: DFF::default(),
            open: DFF::default(),
            busy_number: DFF::default(),
            busy_paths: DFF::default(),
            busy_pbox: DFF::default(),
            block: DFF::default(),
            r_block: DFF::default(),
            left: DFF::default(),
            owed: DFF::default(),
            redrawn: DFF::default(),
            position: DFF::default(),
            following: Signal::default(),
            entered: DFF::default(),
            fresh: DFF::default(),
            in_flight: DFF::default(),
            units_in: DFF::default(),
            r_in: DFF::default(),
            units_out: Signal::default(),
            r_out: Signal::default(),
            units_room: DFF::default(),
            r_room: DFF::default(),
            jumping: DFF::default(),
            still: Signal::default(),
            boundary: Signal::default(),
            r_alone: Signal::default(),
            enter: Signal::default(),
            draws: Signal::default(),
            // From a wheel's first clock until its last word is written behind the engine.
            flight_time: Constant::new(126.into()),
            last_clock: Constant::new(((1_u64 << P) - 1).into()),
            room: Constant::new(room.into()),
        }
    }
}

impl<const P: usize, const N: usize> Logic for Schedule<P, N> {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(
            self,
            clock,
            busy,
            open,
            busy_number,
            busy_paths,
            busy_pbox,
            block,
            r_block,
            left,
            owed,
            redrawn,
            position,
            entered,
            fresh,
            in_flight,
            units_in,
            r_in,
            units_room,
            r_room,
            jumping
        );
        // With nothing in the engine the wheel waits at its start, so that the next segment need not wait for it.
        self.still.next =
            (self.in_flight.q.val() == 0) && (self.position.q.val() == 0) && !self.fresh.q.val();
        self.boundary.next = self.still.val() || (self.position.q.val() == self.last_clock.val());
        self.r_alone.next =
            self.open.q.val() && (self.owed.q.val() != 0) && (self.block.q.val() != 0);
        self.enter.next = self.boundary.val()
            && self.busy.q.val()
            && self.r_room.q.val()
            && (self.r_alone.val() || (self.units_room.q.val() && (self.left.q.val() != 0)))
            && !self.closed.val();
        // The P-box draws once a block; a block of its own lasts for eight, or to the segment's end.
        self.draws.next = 0.into();
        if (self.block.q.val().get_bits::<3>(0) == 0) && !self.r_alone.val() {
            self.draws.next = 8.into();
            if self.left.q.val() < 8 {
                self.draws.next = self.left.q.val().get_bits::<4>(0);
            }
        }

        self.following.next = self.position.q.val() + 1;
        if self.still.val() {
            self.following.next = 0.into();
        }
        self.position.d.next = self.following.val();
        self.fresh.d.next = self.enter.val();
        if self.boundary.val() {
            self.entered.d.next = bit_cast::<RECORD, 64>(self.busy_number.q.val())
                | (bit_cast::<RECORD, 28>(self.block.q.val()) << 64)
                | (bit_cast::<RECORD, 28>(self.r_block.q.val()) << 92)
                | (bit_cast::<RECORD, 5>(self.busy_paths.q.val()) << 120)
                | (bit_cast::<RECORD, 1>(self.busy_pbox.q.val().into()) << 125)
                | (bit_cast::<RECORD, 4>(self.draws.val()) << 126)
                | (bit_cast::<RECORD, 1>((!self.r_alone.val()).into()) << 130);
        }
        if self.in_flight.q.val() != 0 {
            self.in_flight.d.next = self.in_flight.q.val() - 1;
        }
        if self.rejected.val() {
            self.redrawn.d.next = bit_cast::<5, 4>(self.redrawn.q.val().get_bits::<4>(0)) + 1;
            if self.rejected_two.val() {
                self.redrawn.d.next = bit_cast::<5, 4>(self.redrawn.q.val().get_bits::<4>(0)) + 2;
            }
        }
        if !self.rejected.val() {
            self.redrawn.d.next = bit_cast::<5, 4>(self.redrawn.q.val().get_bits::<4>(0));
        }
        if self.redrawn.q.val().get_bit(4) {
            self.owed.d.next = self.owed.q.val() + 1;
        }
        if self.enter.val() {
            self.in_flight.d.next = self.flight_time.val();
            self.r_block.d.next = self.r_block.q.val() + 1;
            self.r_in.d.next = self.r_in.q.val() + 1;
            if self.r_alone.val() {
                if !self.redrawn.q.val().get_bit(4) {
                    self.owed.d.next = self.owed.q.val() - 1;
                }
                if self.redrawn.q.val().get_bit(4) {
                    self.owed.d.next = self.owed.q.val();
                }
            }
            if !self.r_alone.val() {
                self.block.d.next = self.block.q.val() + 1;
                self.units_in.d.next = self.units_in.q.val() + 1;
                self.left.d.next = self.left.q.val() - 1;
                if (self.left.q.val() == 1) && !self.open.q.val() {
                    self.busy.d.next = false;
                }
            }
        }
        if self.closed.val() {
            self.busy.d.next = false;
        }
        self.jumping.d.next = self.closed.val();
        if self.segment_valid.val() && !self.busy.q.val() {
            self.busy.d.next = true;
            self.open.d.next = self.definition.val();
            self.busy_number.d.next = self.number.val();
            self.busy_paths.d.next = self.paths.val();
            self.busy_pbox.d.next = self.pbox.val();
            self.block.d.next = 0.into();
            self.r_block.d.next = 0.into();
            self.left.d.next = self.blocks.val();
            self.owed.d.next = 1.into();
            self.redrawn.d.next = 0.into();
        }

        self.units_out.next = self.units_in.q.val() - self.units_at.val();
        self.units_room.d.next = self.units_out.val() < self.room.val();
        self.r_out.next = self.r_in.q.val() - self.r_at.val();
        self.r_room.d.next = self.r_out.val() < self.room.val();
        if self.reset.val() {
            self.busy.d.next = false;
            self.fresh.d.next = false;
            self.jumping.d.next = false;
            self.units_in.d.next = 0.into();
            self.r_in.d.next = 0.into();
        }

        self.segment_ready.next = !self.busy.q.val();
        self.jump.next = self.jumping.q.val();
        self.r_to.next = self.r_in.q.val();
        self.at.next = self.position.q.val();
        self.next_at.next = self.following.val();
        self.start.next = self.fresh.q.val();
        self.record.next = self.entered.q.val();
        self.idle.next = !self.busy.q.val() && (self.in_flight.q.val() == 0);
    }
}
