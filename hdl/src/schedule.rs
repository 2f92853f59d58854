//! Who enters the engine when.
//!
//! Time is a wheel of `K` turns of `T` clocks, sixteen clocks in all; in each turn one unit's block may enter: the P-box in turn 0, then
//! the units in the order of their channels. A wheel's blocks belong together: block number b of all units, and a block of the P-box for every eighth.
//! The wheel runs on through the segments' ends, so the next segment's blocks are made while the last one's words are used.
//!
//! The engine never stops. Whether a wheel's blocks may enter is a matter of credit: there is room for sixteen blocks of a unit behind the engine,
//! and none enters that could find no room when it comes out. So a gap in the message costs no keystream.

use rust_hdl::prelude::*;

/// The wheel for four turns of four clocks.
#[derive(LogicBlock)]
pub struct Schedule {
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
    /// It wants permutations.
    pub pbox: Signal<In, Bit>,
    /// A block of each unit was used up.
    pub freed: Signal<In, Bit>,
    /// A block of the P-box was used up.
    pub draw_freed: Signal<In, Bit>,
    /// This clock of the wheel.
    pub at: Signal<Out, Bits<4>>,
    /// The next clock of the wheel.
    pub next_at: Signal<Out, Bits<4>>,
    /// The first clock of a wheel whose blocks enter.
    pub start: Signal<Out, Bit>,
    /// With `start`: a block of the P-box is among them.
    pub start_draw: Signal<Out, Bit>,
    /// The segment of this wheel's blocks.
    pub wheel_number: Signal<Out, Bits<64>>,
    /// The block counter of this wheel's blocks.
    pub wheel_block: Signal<Out, Bits<32>>,
    /// No segment, and nothing in the engine.
    pub idle: Signal<Out, Bit>,
    busy: DFF<Bit>,
    busy_number: DFF<Bits<64>>,
    busy_pbox: DFF<Bit>,
    block: DFF<Bits<28>>,
    left: DFF<Bits<28>>,
    position: DFF<Bits<4>>,
    following: Signal<Local, Bits<4>>,
    entered: DFF<Bit>,
    entered_draw: DFF<Bit>,
    entered_number: DFF<Bits<64>>,
    entered_block: DFF<Bits<28>>,
    fresh: DFF<Bit>,
    in_flight: DFF<Bits<7>>,
    unit_blocks: DFF<Bits<5>>,
    draw_blocks: DFF<Bits<5>>,
    wants_draw: Signal<Local, Bit>,
    still: Signal<Local, Bit>,
    boundary: Signal<Local, Bit>,
    enter: Signal<Local, Bit>,
    enter_draw: Signal<Local, Bit>,
    flight_time: Constant<Bits<7>>,
}

impl Default for Schedule {
    fn default() -> Self {
        Self {
            clock: Signal::default(),
            reset: Signal::default(),
            segment_valid: Signal::default(),
            segment_ready: Signal::default(),
            number: Signal::default(),
            blocks: Signal::default(),
            pbox: Signal::default(),
            freed: Signal::default(),
            draw_freed: Signal::default(),
            at: Signal::default(),
            next_at: Signal::default(),
            start: Signal::default(),
            start_draw: Signal::default(),
            wheel_number: Signal::default(),
            wheel_block: Signal::default(),
            idle: Signal::default(),
            busy: DFF::default(),
            busy_number: DFF::default(),
            busy_pbox: DFF::default(),
            block: DFF::default(),
            left: DFF::default(),
            position: DFF::default(),
            following: Signal::default(),
            entered: DFF::default(),
            entered_draw: DFF::default(),
            entered_number: DFF::default(),
            entered_block: DFF::default(),
            fresh: DFF::default(),
            in_flight: DFF::default(),
            unit_blocks: DFF::default(),
            draw_blocks: DFF::default(),
            wants_draw: Signal::default(),
            still: Signal::default(),
            boundary: Signal::default(),
            enter: Signal::default(),
            enter_draw: Signal::default(),
            // From a wheel's first clock until its last word is written behind the engine.
            flight_time: Constant::new(126.into()),
        }
    }
}

impl Logic for Schedule {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(
            self,
            clock,
            busy,
            busy_number,
            busy_pbox,
            block,
            left,
            position,
            entered,
            entered_draw,
            entered_number,
            entered_block,
            fresh,
            in_flight,
            unit_blocks,
            draw_blocks
        );
        // With nothing in the engine the wheel waits at its start, so that the next segment need not wait for it.
        self.still.next =
            (self.in_flight.q.val() == 0) && (self.position.q.val() == 0) && !self.fresh.q.val();
        self.boundary.next = self.still.val() || (self.position.q.val() == 15);
        self.wants_draw.next = self.busy_pbox.q.val() && (self.block.q.val().get_bits::<3>(0) == 0);
        self.enter.next = self.boundary.val()
            && self.busy.q.val()
            && (self.unit_blocks.q.val() < 16)
            && (!self.wants_draw.val() || (self.draw_blocks.q.val() < 16));
        self.enter_draw.next = self.enter.val() && self.wants_draw.val();

        self.following.next = self.position.q.val() + 1;
        if self.still.val() {
            self.following.next = 0.into();
        }
        self.position.d.next = self.following.val();
        self.fresh.d.next = self.enter.val();
        if self.boundary.val() {
            self.entered.d.next = self.enter.val();
            self.entered_draw.d.next = self.enter_draw.val();
            self.entered_number.d.next = self.busy_number.q.val();
            self.entered_block.d.next = self.block.q.val();
        }
        if self.in_flight.q.val() != 0 {
            self.in_flight.d.next = self.in_flight.q.val() - 1;
        }
        if self.enter.val() {
            self.in_flight.d.next = self.flight_time.val();
            self.block.d.next = self.block.q.val() + 1;
            self.left.d.next = self.left.q.val() - 1;
            if self.left.q.val() == 1 {
                self.busy.d.next = false;
            }
        }
        if self.segment_valid.val() && !self.busy.q.val() {
            self.busy.d.next = true;
            self.busy_number.d.next = self.number.val();
            self.busy_pbox.d.next = self.pbox.val();
            self.block.d.next = 0.into();
            self.left.d.next = self.blocks.val();
        }

        if self.enter.val() && !self.freed.val() {
            self.unit_blocks.d.next = self.unit_blocks.q.val() + 1;
        }
        if !self.enter.val() && self.freed.val() {
            self.unit_blocks.d.next = self.unit_blocks.q.val() - 1;
        }
        if self.enter_draw.val() && !self.draw_freed.val() {
            self.draw_blocks.d.next = self.draw_blocks.q.val() + 1;
        }
        if !self.enter_draw.val() && self.draw_freed.val() {
            self.draw_blocks.d.next = self.draw_blocks.q.val() - 1;
        }
        if self.reset.val() {
            self.busy.d.next = false;
            self.fresh.d.next = false;
            self.unit_blocks.d.next = 0.into();
            self.draw_blocks.d.next = 0.into();
        }

        self.segment_ready.next = !self.busy.q.val();
        self.at.next = self.position.q.val();
        self.next_at.next = self.following.val();
        self.start.next = self.fresh.q.val();
        self.start_draw.next = self.fresh.q.val() && self.entered_draw.q.val();
        self.wheel_number.next = self.entered_number.q.val();
        self.wheel_block.next = bit_cast::<32, 28>(self.entered_block.q.val());
        self.idle.next = !self.busy.q.val() && (self.in_flight.q.val() == 0);
    }
}
