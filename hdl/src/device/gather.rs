//! What leaves the core's ports, on its way to the bus: a word of each port a clock, and two clocks more a segment.

use super::pack::Pack;
use crate::fifo::Fifo;
use crate::join::Join;
use rust_hdl::prelude::*;

/// `K` ports. `OFFSETS` is `K` * `D`, `JOB` eight bits and five more.
#[derive(LogicBlock)]
pub struct Gather<
    const A: usize,
    const K: usize,
    const LOG: usize,
    const W: usize,
    const WW: usize,
    const KW: usize,
    const B: usize,
    const BC: usize,
    const D: usize,
    const PORTS: usize,
    const OFFSETS: usize,
    const JOB: usize,
> {
    /// Rising edge.
    pub clock: Signal<In, Clock>,
    /// Forgets all.
    pub reset: Signal<In, Bit>,
    /// Takes a job.
    pub go: Signal<In, Bit>,
    /// The addresses of its shares, port 0 lowest.
    pub ports: Signal<In, Bits<PORTS>>,
    /// Its bytes.
    pub length: Signal<In, Bits<32>>,
    /// k.
    pub paths: Signal<In, Bits<5>>,
    /// From the core: a word of each port is offered.
    pub ports_valid: Signal<In, Bit>,
    /// It is taken.
    pub ports_ready: Signal<Out, Bit>,
    /// The words, port 0 lowest.
    pub ports_data: Signal<In, Bits<KW>>,
    /// The last of its segment.
    pub ports_last: Signal<In, Bit>,
    /// Whose beats `available` counts, and `reserve` takes.
    pub port: Signal<In, Bits<LOG>>,
    /// Its beats that are whole and not reserved yet.
    pub available: Signal<Out, Bits<8>>,
    /// Reserves...
    pub reserve: Signal<In, Bit>,
    /// ...so many.
    pub reserved: Signal<In, Bits<8>>,
    /// Reads the oldest beat...
    pub read: Signal<In, Bit>,
    /// ...of this port...
    pub read_port: Signal<In, Bits<LOG>>,
    /// ...here, two clocks later.
    pub beat: Signal<Out, Bits<KW>>,
    /// Whose beat that is.
    pub beat_port: Signal<In, Bits<LOG>>,
    jobs: Fifo<4, JOB>,
    offset: [Signal<Local, Bits<D>>; K],
    offsets: Join<K, D, OFFSETS>,
    pack: [Pack<A, LOG, W, WW, KW, B, BC, D>; K],
    active: DFF<Bit>,
    flushing: DFF<Bit>,
    starts: Signal<Local, Bit>,
    take: Signal<Local, Bit>,
    room: Signal<Local, Bit>,
    less_one: Signal<Local, Bits<32>>,
    job: Signal<Local, Bits<JOB>>,
    job_paths: Signal<Local, Bits<5>>,
    job_tail: Signal<Local, Bits<B>>,
    word_bits: Constant<Bits<16>>,
    beat_log: Constant<Bits<16>>,
    tail_at: Constant<Bits<16>>,
    paths_at: Constant<Bits<16>>,
}

impl<
    const A: usize,
    const K: usize,
    const LOG: usize,
    const W: usize,
    const WW: usize,
    const KW: usize,
    const B: usize,
    const BC: usize,
    const D: usize,
    const PORTS: usize,
    const OFFSETS: usize,
    const JOB: usize,
> Default for Gather<A, K, LOG, W, WW, KW, B, BC, D, PORTS, OFFSETS, JOB>
{
    fn default() -> Self {
        assert!(OFFSETS == K * D && JOB == OFFSETS + 13 && PORTS == K * 64);
        blank! {
            clock reset go ports length paths ports_valid ports_ready ports_data ports_last port available reserve reserved read
            read_port beat beat_port jobs offsets active flushing starts take room less_one job job_paths job_tail;
            [offset] [pack];
            word_bits: Constant::new((W as u64).into()),
            beat_log: Constant::new((D as u64).into()),
            tail_at: Constant::new((OFFSETS as u64).into()),
            paths_at: Constant::new(((OFFSETS + 8) as u64).into()),
        }
    }
}

impl<
    const A: usize,
    const K: usize,
    const LOG: usize,
    const W: usize,
    const WW: usize,
    const KW: usize,
    const B: usize,
    const BC: usize,
    const D: usize,
    const PORTS: usize,
    const OFFSETS: usize,
    const JOB: usize,
> Logic for Gather<A, K, LOG, W, WW, KW, B, BC, D, PORTS, OFFSETS, JOB>
{
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clock, active, flushing);
        self.jobs.clock.next = self.clock.val();
        self.jobs.reset.next = self.reset.val();

        // Of each address only its place in a beat is needed.
        for p in 0..K {
            self.offset[p].next = self.ports.val().get_bits::<D>(p * 64);
            self.offsets.word[p].next = self.offset[p].val();
        }
        self.less_one.next = self.length.val() - 1;
        self.jobs.push.next = self.go.val();
        self.jobs.word.next = bit_cast::<JOB, OFFSETS>(self.offsets.joined.val())
            | (bit_cast::<JOB, B>(self.less_one.val().get_bits::<B>(0)) << self.tail_at.val())
            | (bit_cast::<JOB, 5>(self.paths.val()) << self.paths_at.val());
        self.starts.next = self.jobs.valid.val() && !self.active.q.val();
        self.jobs.pop.next = self.starts.val();
        self.job.next = self.jobs.head.val();
        self.job_paths.next = self.job.val().get_bits::<5>(self.paths_at.val().index());
        self.job_tail.next = self.job.val().get_bits::<B>(self.tail_at.val().index());

        self.room.next = true;
        for p in 0..K {
            if !self.pack[p].room.val() {
                self.room.next = false;
            }
        }
        self.ports_ready.next = self.active.q.val() && !self.flushing.q.val() && self.room.val();
        self.take.next = self.ports_valid.val()
            && self.active.q.val()
            && !self.flushing.q.val()
            && self.room.val();
        if self.take.val() && self.ports_last.val() {
            self.flushing.d.next = true;
        }
        if self.flushing.q.val() {
            self.flushing.d.next = false;
            self.active.d.next = false;
        }
        if self.starts.val() {
            self.active.d.next = true;
        }
        self.available.next = 0.into();
        self.beat.next = 0.into();
        for p in 0..K {
            self.pack[p].clock.next = self.clock.val();
            self.pack[p].reset.next = self.reset.val();
            self.pack[p].starts.next = self.starts.val();
            self.pack[p].offset.next = self
                .job
                .val()
                .get_bits::<D>(p * self.beat_log.val().index());
            self.pack[p].used.next = self.job_paths.val() > p.to_bits();
            self.pack[p].tail.next = self.job_tail.val();
            self.pack[p].take.next = self.take.val();
            self.pack[p].word.next = self
                .ports_data
                .val()
                .get_bits::<W>(p * self.word_bits.val().index());
            self.pack[p].last.next = self.ports_last.val();
            self.pack[p].flush.next = self.flushing.q.val();
            self.pack[p].reserve.next = self.reserve.val() && (self.port.val() == p.to_bits());
            self.pack[p].reserved.next = self.reserved.val();
            self.pack[p].read.next = self.read.val() && (self.read_port.val() == p.to_bits());
            if self.port.val() == p.to_bits() {
                self.available.next = self.pack[p].available.val();
            }
            if self.beat_port.val() == p.to_bits() {
                self.beat.next = self.pack[p].beat.val();
            }
        }
        if self.reset.val() {
            self.active.d.next = false;
            self.flushing.d.next = false;
        }
    }
}
