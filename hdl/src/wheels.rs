//! What entered the engine with each wheel, kept until its blocks come out, and the wheel's clock on that side.

use crate::delay::Delay;
use crate::memory::SmallMemory;
use crate::own::Own;
use rust_hdl::prelude::*;

/// Bits of a record: number 64, block 28, r_block 28, paths 5, P-box on, draws 4, a block of each unit or of r's alone; from the lowest bit up.
pub const RECORD: usize = 131;

/// Positions of `P` bits, at most `2^F` wheels in the engine.
#[derive(LogicBlock)]
pub struct Wheels<const P: usize, const F: usize> {
    /// Rising edge.
    pub clock: Signal<In, Clock>,
    /// Forgets all wheels. Hold it until they have left the engine.
    pub reset: Signal<In, Bit>,
    /// A wheel enters the engine.
    pub enter: Signal<In, Bit>,
    /// Its record: what it enters with.
    pub entering: Signal<In, Bits<RECORD>>,
    /// The first block of the oldest wheel is at the engine's end, or was a clock ago where a turn takes several.
    pub start: Signal<Out, Bit>,
    /// `start` in the next clock.
    pub next_start: Signal<Out, Bit>,
    /// Its record, from the clock before `start` until the clock before the next `start`.
    pub record: Signal<Out, Bits<RECORD>>,
    /// This clock of the wheel on this side, 0 at `start`.
    pub at: Signal<Out, Bits<P>>,
    /// The next clock of the wheel.
    pub next_at: Signal<Out, Bits<P>>,
    /// The clock after that.
    pub second_at: Signal<Out, Bits<P>>,
    flight: Delay<1>,
    memory: SmallMemory<F, RECORD>,
    write_at: DFF<Bits<F>>,
    read_at: DFF<Bits<F>>,
    held: DFF<Bits<RECORD>>,
    starting: DFF<Bit>,
    started: DFF<Bit>,
    earlier: DFF<Bits<P>>,
    early: DFF<Bits<P>>,
    position: DFF<Bits<P>>,
    due: Own<1>,
    due_position: Own<1>,
    following: Signal<Local, Bits<P>>,
}

impl<const P: usize, const F: usize> Wheels<P, F> {
    /// Behind an engine that a wheel leaves so many clocks after `enter`.
    pub fn new(clocks: usize) -> Self {
        blank! {
            clock reset enter entering start next_start record at next_at second_at memory write_at read_at held starting started
            earlier early position due due_position
            following;;
            flight: Delay::new(clocks - 4),
        }
    }
}

impl<const P: usize, const F: usize> Logic for Wheels<P, F> {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(
            self, clock, write_at, read_at, held, starting, started, earlier, early, position
        );
        self.flight.clock.next = self.clock.val();
        self.flight.word.next = self.enter.val().into();
        self.memory.clock.next = self.clock.val();
        self.memory.write.next = self.enter.val();
        self.memory.write_address.next = self.write_at.q.val();
        self.memory.write_data.next = self.entering.val();
        self.memory.read_address.next = self.read_at.q.val();
        if self.enter.val() {
            self.write_at.d.next = self.write_at.q.val() + 1;
        }

        self.due.clock.next = self.clock.val();
        self.due.d.next = self.due_position.q.val();
        self.due_position.clock.next = self.clock.val();
        self.due_position.d.next = self.flight.later.val();
        self.starting.d.next = self.due.q.val().any();
        self.started.d.next = self.starting.q.val();
        self.following.next = self.earlier.q.val() + 1;
        if self.due_position.q.val().any() {
            self.following.next = 0.into();
        }
        if self.due.q.val().any() {
            self.held.d.next = self.memory.read_data.val();
            self.read_at.d.next = self.read_at.q.val() + 1;
        }
        self.earlier.d.next = self.following.val();
        self.early.d.next = self.earlier.q.val();
        self.position.d.next = self.early.q.val();
        if self.reset.val() {
            self.write_at.d.next = 0.into();
            self.read_at.d.next = 0.into();
            self.starting.d.next = false;
            self.started.d.next = false;
        }
        self.start.next = self.started.q.val();
        self.next_start.next = self.starting.q.val();
        self.record.next = self.held.q.val();
        self.at.next = self.position.q.val();
        self.next_at.next = self.early.q.val();
        self.second_at.next = self.earlier.q.val();
    }
}
