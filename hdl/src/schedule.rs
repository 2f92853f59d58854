//! Who enters the engine when.
//!
//! Time is a wheel of turns, one for each unit: the P-box in turn 0, then the units in the order of their channels. A wheel takes as many clocks as a block has words,
//! and its blocks belong together: block number b of all units, and for every eighth b a block of the P-box.
//! The wheel runs on through the segments' ends, so the next segment's blocks are made while the last one's words are used.
//!
//! The engine never stops. Whether a wheel's blocks may enter is a matter of room behind the engine, so a gap in the message costs no keystream.
//!
//! A wheel whose blocks enter is counted in the clock after, and what the next decision needs of the counts is a register by the time of that decision, at least
//! three clocks later: no decision waits for a count.
//!
//! Policy `definition` uses up r faster than R: wheels in which r's block alone counts are put in between, one ahead and one for every sixteen words redrawn.
//! How many it takes is known only when the segment's last word is in, so the next segment waits for that.

use crate::own::Own;
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
    /// Its blocks but one, 0 to 2^26 - 1.
    pub more_blocks: Signal<In, Bits<28>>,
    /// Its number is taken for zero.
    pub number_zero: Signal<In, Bit>,
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
    /// Two clocks after `closed`: r is to be read on from `r_to`.
    pub jump: Signal<Out, Bit>,
    /// See `jump`.
    pub r_to: Signal<Out, Bits<N>>,
    /// This clock of the wheel.
    pub at: Signal<Out, Bits<P>>,
    /// The next clock of the wheel.
    pub next_at: Signal<Out, Bits<P>>,
    /// With what the wheel enters from its first clock on; its `draws` from the second.
    pub record: Signal<Out, Bits<RECORD>>,
    /// The second clock of a wheel whose blocks enter.
    pub entered: Signal<Out, Bit>,
    /// No segment, and nothing in the engine.
    pub idle: Signal<Out, Bit>,
    busy: DFF<Bit>,
    open: DFF<Bit>,
    busy_number: DFF<Bits<64>>,
    busy_paths: DFF<Bits<5>>,
    busy_pbox: DFF<Bit>,
    block: DFF<Bits<28>>,
    r_block: DFF<Bits<28>>,
    after: DFF<Bits<28>>,
    left: DFF<Bit>,
    begun: DFF<Bit>,
    last: DFF<Bit>,
    eight: DFF<Bit>,
    owed: DFF<Bits<8>>,
    redrawn: DFF<Bits<5>>,
    r_alone: DFF<Bit>,
    of_all: Signal<Local, Bit>,
    ahead: DFF<Bits<P>>,
    position: DFF<Bits<P>>,
    waiting: DFF<Bit>,
    boundary: DFF<Bit>,
    load_record: Own<1>,
    next_waiting: Signal<Local, Bit>,
    next_at_last: Signal<Local, Bit>,
    near_last: DFF<Bit>,
    may_enter: DFF<Bit>,
    vacant: DFF<Bit>,
    takes_number: Own<1>,
    takes_blocks: Own<1>,
    next_busy: Signal<Local, Bit>,
    enter: Signal<Local, Bit>,
    taken: DFF<Bits<RECORD>>,
    draws: DFF<Bits<4>>,
    fresh: DFF<Bit>,
    fresh_units: DFF<Bit>,
    counted: DFF<Bit>,
    in_flight: DFF<Bits<7>>,
    empty: DFF<Bit>,
    units_in: DFF<Bits<N>>,
    r_in: DFF<Bits<N>>,
    units_out: Signal<Local, Bits<N>>,
    r_out: Signal<Local, Bits<N>>,
    units_room: DFF<Bit>,
    r_room: DFF<Bit>,
    closing: DFF<Bit>,
    jumping: DFF<Bit>,
    one_more: Signal<Local, Bit>,
    one_less: Signal<Local, Bit>,
    flight_time: Constant<Bits<7>>,
    clock_before_last: Constant<Bits<P>>,
    room_bits: Constant<Bits<4>>,
}

impl<const P: usize, const N: usize> Schedule<P, N> {
    /// For at most 2^`room_bits` blocks of a unit between here and their use.
    pub fn new(room_bits: u64) -> Self {
        blank! {
            clock reset segment_valid segment_ready number number_zero more_blocks paths pbox definition units_at r_at
            rejected rejected_two closed jump r_to at next_at record entered idle busy open busy_number
            busy_paths busy_pbox block r_block after left begun last eight owed redrawn r_alone of_all ahead position
            waiting boundary load_record next_waiting next_at_last near_last may_enter vacant takes_number takes_blocks next_busy enter taken draws fresh fresh_units counted in_flight empty units_in
            r_in units_out r_out units_room r_room closing jumping one_more one_less;;
            // From a wheel's second clock until its last word is written behind the engine.
            flight_time: Constant::new(125.into()),
            clock_before_last: Constant::new(((1_u64 << P) - 2).into()),
            room_bits: Constant::new(room_bits.into()),
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
            after,
            left,
            begun,
            last,
            eight,
            owed,
            redrawn,
            r_alone,
            ahead,
            position,
            waiting,
            near_last,
            boundary,
            may_enter,
            vacant,
            taken,
            draws,
            fresh,
            fresh_units,
            counted,
            in_flight,
            empty,
            units_in,
            r_in,
            units_room,
            r_room,
            closing,
            jumping
        );
        // The wheel. With nothing in the engine it waits at its start, so that the next segment need not wait for it.
        self.next_busy.next = self.busy.q.val();
        self.enter.next = self.boundary.q.val() && self.busy.q.val() && self.may_enter.q.val();
        self.may_enter.d.next = self.r_room.q.val()
            && (self.r_alone.q.val() || (self.units_room.q.val() && self.left.q.val()))
            && !self.closed.val();
        self.next_waiting.next = self.boundary.q.val() && self.empty.q.val() && !self.enter.val();
        self.ahead.d.next = self.ahead.q.val() + 1;
        if self.next_waiting.val() {
            self.ahead.d.next = 0.into();
        }
        self.position.d.next = self.ahead.q.val();
        self.near_last.d.next = self.ahead.q.val() == self.clock_before_last.val();
        self.next_at_last.next = self.near_last.q.val() && !self.waiting.q.val();
        self.waiting.d.next = self.next_waiting.val();
        self.boundary.d.next = self.next_waiting.val() || self.next_at_last.val();
        self.load_record.clock.next = self.clock.val();
        self.load_record.d.next = (self.next_waiting.val() || self.next_at_last.val()).into();

        // What enters.
        self.fresh.d.next = self.enter.val();
        self.fresh_units.d.next = self.enter.val() && !self.r_alone.q.val();
        self.of_all.next = !self.r_alone.q.val();
        if self.load_record.q.val().any() {
            self.taken.d.next = bit_cast::<RECORD, 64>(self.busy_number.q.val())
                | (bit_cast::<RECORD, 28>(self.block.q.val()) << 64)
                | (bit_cast::<RECORD, 28>(self.r_block.q.val()) << 92)
                | (bit_cast::<RECORD, 5>(self.busy_paths.q.val()) << 120)
                | (bit_cast::<RECORD, 1>(self.busy_pbox.q.val().into()) << 125)
                | (bit_cast::<RECORD, 1>(self.of_all.val().into()) << 130);
        }
        // The P-box draws once a block; a block of its own lasts for eight, or to the segment's end.
        if self.fresh.q.val() {
            self.draws.d.next = 0.into();
            if (self.block.q.val().get_bits::<3>(0) == 0) && self.fresh_units.q.val() {
                self.draws.d.next = 8.into();
                if !self.eight.q.val() {
                    self.draws.d.next = bit_cast::<4, 3>(self.after.q.val().get_bits::<3>(0)) + 1;
                }
            }
        }
        self.counted.d.next = self.fresh.q.val();

        // Its counts.
        self.last.d.next = self.after.q.val() == 0;
        self.eight.d.next =
            ((self.after.q.val() >> 3) != 0) || (self.after.q.val().get_bits::<3>(0) == 7);
        if self.rejected.val() {
            self.redrawn.d.next = bit_cast::<5, 4>(self.redrawn.q.val().get_bits::<4>(0)) + 1;
            if self.rejected_two.val() {
                self.redrawn.d.next = bit_cast::<5, 4>(self.redrawn.q.val().get_bits::<4>(0)) + 2;
            }
        }
        if !self.rejected.val() {
            self.redrawn.d.next = bit_cast::<5, 4>(self.redrawn.q.val().get_bits::<4>(0));
        }
        self.one_more.next = self.redrawn.q.val().get_bit(4);
        self.one_less.next = self.fresh.q.val() && !self.fresh_units.q.val();
        if self.one_more.val() && !self.one_less.val() {
            self.owed.d.next = self.owed.q.val() + 1;
        }
        if !self.one_more.val() && self.one_less.val() {
            self.owed.d.next = self.owed.q.val() - 1;
        }
        self.r_alone.d.next = self.open.q.val() && self.begun.q.val() && (self.owed.q.val() != 0);
        if self.in_flight.q.val() != 0 {
            self.in_flight.d.next = self.in_flight.q.val() - 1;
        }
        self.empty.d.next = (self.in_flight.q.val() == 0) && !self.fresh.q.val();
        if self.fresh.q.val() {
            self.in_flight.d.next = self.flight_time.val();
            self.r_block.d.next = self.r_block.q.val() + 1;
            self.r_in.d.next = self.r_in.q.val() + 1;
        }
        if self.fresh_units.q.val() {
            self.begun.d.next = true;
            self.block.d.next = self.block.q.val() + 1;
            self.units_in.d.next = self.units_in.q.val() + 1;
            self.after.d.next = self.after.q.val() - 1;
            if self.last.q.val() {
                self.left.d.next = false;
                if !self.open.q.val() {
                    self.next_busy.next = false;
                }
            }
        }
        self.closing.d.next = self.closed.val();
        self.jumping.d.next = self.closing.q.val();
        if self.closing.q.val() {
            self.next_busy.next = false;
        }

        // The next segment: what is said of it is taken down until there is one, so that no strobe has to wait for `segment_valid`.
        if self.vacant.q.val() {
            self.next_busy.next = self.segment_valid.val();
            self.open.d.next = self.definition.val();
            self.left.d.next = true;
            self.begun.d.next = false;
            self.owed.d.next = 1.into();
            self.redrawn.d.next = 0.into();
            self.r_alone.d.next = false;
            self.may_enter.d.next = self.r_room.q.val() && self.units_room.q.val();
        }
        if self.takes_number.q.val().any() {
            self.busy_number.d.next = self.number.val();
            self.busy_paths.d.next = self.paths.val();
            self.busy_pbox.d.next = self.pbox.val();
        }
        if self.takes_blocks.q.val().any() {
            self.block.d.next = 0.into();
            self.r_block.d.next = 0.into();
            self.after.d.next = self.more_blocks.val();
        }
        if self.number_zero.val() {
            self.busy_number.d.next = 0.into();
        }

        self.units_out.next = self.units_in.q.val() - self.units_at.val();
        self.units_room.d.next = (self.units_out.val() >> self.room_bits.val()) == 0;
        self.r_out.next = self.r_in.q.val() - self.r_at.val();
        self.r_room.d.next = (self.r_out.val() >> self.room_bits.val()) == 0;
        if self.reset.val() {
            self.next_busy.next = false;
            self.fresh.d.next = false;
            self.fresh_units.d.next = false;
            self.counted.d.next = false;
            self.closing.d.next = false;
            self.jumping.d.next = false;
            self.units_in.d.next = 0.into();
            self.r_in.d.next = 0.into();
        }

        self.busy.d.next = self.next_busy.val();
        self.vacant.d.next = !self.next_busy.val();
        self.takes_number.clock.next = self.clock.val();
        self.takes_number.d.next = (!self.next_busy.val()).into();
        self.takes_blocks.clock.next = self.clock.val();
        self.takes_blocks.d.next = (!self.next_busy.val()).into();
        self.segment_ready.next = self.vacant.q.val();
        self.jump.next = self.jumping.q.val();
        self.r_to.next = self.r_in.q.val();
        self.at.next = self.position.q.val();
        self.next_at.next = self.ahead.q.val();
        self.record.next = self.taken.q.val() | (bit_cast::<RECORD, 4>(self.draws.q.val()) << 126);
        self.entered.next = self.counted.q.val();
        self.idle.next = !self.busy.q.val() && self.empty.q.val();
    }
}
