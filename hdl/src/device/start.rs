//! Starts jobs: looks at each descriptor, waits for its session's keys, and tells all units of it at once.

use rust_hdl::prelude::*;
use shp_regs::ring::Status;

/// `DW` bits of descriptor with `PORTS` bits of addresses; a word of message has 2^`B` bytes.
#[derive(LogicBlock)]
pub struct Start<const DW: usize, const PORTS: usize, const B: usize> {
    /// Rising edge.
    pub clock: Signal<In, Clock>,
    /// Forgets all.
    pub reset: Signal<In, Bit>,
    /// There is a descriptor.
    pub valid: Signal<In, Bit>,
    /// The descriptor.
    pub descriptor: Signal<In, Bits<DW>>,
    /// The bus could not read it.
    pub failed: Signal<In, Bit>,
    /// Takes it.
    pub pop: Signal<Out, Bit>,
    /// A job waits for the session slot `slot`.
    pub ask: Signal<Out, Bit>,
    /// Its slot.
    pub slot: Signal<Out, Bits<2>>,
    /// The slot's keys are in the core.
    pub ready: Signal<In, Bit>,
    /// The slot is closed.
    pub refused: Signal<In, Bit>,
    /// To the core: a segment is offered.
    pub segment_valid: Signal<Out, Bit>,
    /// The core takes it.
    pub segment_ready: Signal<In, Bit>,
    /// Its length in words.
    pub words: Signal<Out, Bits<32>>,
    /// The job runs: it goes to all units in this clock.
    pub go: Signal<Out, Bit>,
    /// The job ends or runs: its completion is to be written with this status, unless it runs into another.
    pub job: Signal<Out, Bit>,
    /// The status.
    pub status: Signal<Out, Bits<4>>,
    /// Where the message is.
    pub source: Signal<Out, Bits<64>>,
    /// The segment's number.
    pub segment: Signal<Out, Bits<64>>,
    /// The message's bytes.
    pub length: Signal<Out, Bits<32>>,
    /// What the host wants back.
    pub cookie: Signal<Out, Bits<64>>,
    /// Where the shares go.
    pub ports: Signal<Out, Bits<PORTS>>,
    /// A completion was written.
    pub completed: Signal<In, Bit>,
    /// A descriptor waits to start.
    pub waits: Signal<Out, Bit>,
    /// No job is under way.
    pub none: Signal<Out, Bit>,
    held: DFF<Bit>,
    verdict: DFF<Bits<4>>,
    source_held: DFF<Bits<64>>,
    segment_held: DFF<Bits<64>>,
    length_held: DFF<Bits<32>>,
    cookie_held: DFF<Bits<64>>,
    slot_held: DFF<Bits<2>>,
    ports_held: DFF<Bits<PORTS>>,
    under_way: DFF<Bits<4>>,
    room: Signal<Local, Bit>,
    reserved: Signal<Local, Bits<24>>,
    session: Signal<Local, Bits<8>>,
    bytes: Signal<Local, Bits<32>>,
    less_one: Signal<Local, Bits<32>>,
    runs: Signal<Local, Bit>,
    ends: Signal<Local, Bit>,
    drop: Signal<Local, Bit>,
    word_log: Constant<Bits<8>>,
    no_descriptor: Constant<Bits<4>>,
    no_length: Constant<Bits<4>>,
    no_session: Constant<Bits<4>>,
    not_zero: Constant<Bits<4>>,
}

impl<const DW: usize, const PORTS: usize, const B: usize> Default for Start<DW, PORTS, B> {
    fn default() -> Self {
        blank! {
            clock reset valid descriptor failed pop ask slot ready refused segment_valid segment_ready words go job status source
            segment length cookie ports completed waits none held verdict source_held segment_held length_held cookie_held slot_held
            ports_held under_way room reserved session bytes less_one runs ends drop;;
            word_log: Constant::new((B as u64).into()),
            no_descriptor: status(Status::DescriptorRead),
            no_length: status(Status::Length),
            no_session: status(Status::Session),
            not_zero: status(Status::Reserved),
        }
    }
}

fn status(status: Status) -> Constant<Bits<4>> {
    Constant::new(u64::from(status.code()).into())
}

impl<const DW: usize, const PORTS: usize, const B: usize> Logic for Start<DW, PORTS, B> {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(
            self,
            clock,
            held,
            verdict,
            source_held,
            segment_held,
            length_held,
            cookie_held,
            slot_held,
            ports_held,
            under_way
        );

        // A descriptor at a time is held and looked at.
        self.pop.next = self.valid.val() && !self.held.q.val();
        self.bytes.next = self.descriptor.val().get_bits::<32>(128);
        self.session.next = self.descriptor.val().get_bits::<8>(160);
        self.reserved.next = self.descriptor.val().get_bits::<24>(168);
        if self.pop.val() {
            self.held.d.next = true;
            self.source_held.d.next = self.descriptor.val().get_bits::<64>(0);
            self.segment_held.d.next = self.descriptor.val().get_bits::<64>(64);
            self.length_held.d.next = self.bytes.val();
            self.slot_held.d.next = self.session.val().get_bits::<2>(0);
            self.cookie_held.d.next = self.descriptor.val().get_bits::<64>(192);
            self.ports_held.d.next = self.descriptor.val().get_bits::<PORTS>(256);
            self.verdict.d.next = 0.into();
            if self.session.val() > 3 {
                self.verdict.d.next = self.no_session.val();
            }
            if self.bytes.val() == 0 {
                self.verdict.d.next = self.no_length.val();
            }
            if self.reserved.val() != 0 {
                self.verdict.d.next = self.not_zero.val();
            }
            if self.failed.val() {
                self.verdict.d.next = self.no_descriptor.val();
                self.cookie_held.d.next = 0.into();
            }
        }

        // It runs when the core takes it, or ends at once. All queues of jobs have room for those under way.
        self.room.next = self.held.q.val() && (self.under_way.q.val() != 15);
        self.ask.next = self.held.q.val() && (self.verdict.q.val() == 0);
        self.slot.next = self.slot_held.q.val();
        self.runs.next = self.room.val() && (self.verdict.q.val() == 0) && self.ready.val();
        self.ends.next = self.room.val() && ((self.verdict.q.val() != 0) || self.refused.val());
        self.segment_valid.next = self.runs.val();
        self.go.next = self.runs.val() && self.segment_ready.val();
        self.status.next = self.verdict.q.val();
        if (self.verdict.q.val() == 0) && self.refused.val() {
            self.status.next = self.no_session.val();
        }
        self.drop.next = (self.runs.val() && self.segment_ready.val()) || self.ends.val();
        self.job.next = self.drop.val();
        if self.drop.val() {
            self.held.d.next = false;
        }
        if self.drop.val() && !self.completed.val() {
            self.under_way.d.next = self.under_way.q.val() + 1;
        }
        if !self.drop.val() && self.completed.val() {
            self.under_way.d.next = self.under_way.q.val() - 1;
        }
        self.waits.next = self.held.q.val();
        self.none.next = self.under_way.q.val() == 0;
        self.less_one.next = self.length_held.q.val() - 1;
        self.words.next = (self.less_one.val() >> self.word_log.val()) + 1;
        self.source.next = self.source_held.q.val();
        self.segment.next = self.segment_held.q.val();
        self.length.next = self.length_held.q.val();
        self.cookie.next = self.cookie_held.q.val();
        self.ports.next = self.ports_held.q.val();

        if self.reset.val() {
            self.held.d.next = false;
            self.under_way.d.next = 0.into();
        }
    }
}
