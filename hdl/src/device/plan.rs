//! Cuts the shares of a job into bursts, and says when each is to be written.
//!
//! Ports take turns, a burst each: up to where the next 2^`N` bytes begin, when its beats are there. A burst that was said goes to three
//! queues: its address to the bus, its beats to [`Write`](super::write), and what its answer means to [`Finish`](super::finish).
//!
//! | state | what |
//! |---|---|
//! | `Wait` | for a job |
//! | `Spread` | the job's addresses go into a memory, one a clock |
//! | `Visit` | a port's address and bytes left are read; one that is done is passed over |
//! | `Size` | its next burst |
//! | `Issue` | waits for the beats and for room, then says it |
//! | `End` | all bursts are said |

use crate::fifo::Fifo;
use crate::memory::SmallMemory;
use rust_hdl::prelude::*;
use shp_regs::ring::completion;

#[derive(LogicState, Copy, Clone, Debug, PartialEq)]
enum State {
    Wait,
    Spread,
    Visit,
    Size,
    Issue,
    End,
}

/// For ports of 2^`D` bytes a beat. The bits of a command: see [`Write`](super::write::Write).
#[derive(LogicBlock)]
pub struct Plan<const LOG: usize, const D: usize, const N: usize, const PORTS: usize> {
    /// Rising edge.
    pub clock: Signal<In, Clock>,
    /// Forgets all.
    pub reset: Signal<In, Bit>,
    /// Takes a job.
    pub job: Signal<In, Bit>,
    /// Not 0: it has no shares, only this status.
    pub status: Signal<In, Bits<4>>,
    /// k.
    pub paths: Signal<In, Bits<5>>,
    /// Bytes of each share.
    pub length: Signal<In, Bits<32>>,
    /// What the host wants back.
    pub cookie: Signal<In, Bits<64>>,
    /// Where the shares go, port 0 lowest.
    pub ports: Signal<In, Bits<PORTS>>,
    /// Whose beats `available` counts, and `reserve` takes.
    pub port: Signal<Out, Bits<LOG>>,
    /// Its whole beats.
    pub available: Signal<In, Bits<8>>,
    /// Reserves...
    pub reserve: Signal<Out, Bit>,
    /// ...so many.
    pub reserved: Signal<Out, Bits<8>>,
    /// Completions wait to be written.
    pub complete: Signal<In, Bit>,
    /// One of them is said.
    pub completing: Signal<Out, Bit>,
    /// Where they go.
    pub done: Signal<In, Bits<64>>,
    /// The slots there, less one.
    pub slots: Signal<In, Bits<16>>,
    /// A burst is said, and its command and address...
    pub say: Signal<Out, Bit>,
    /// ...the command...
    pub command: Signal<Out, Bits<32>>,
    /// ...and the address, of a whole beat.
    pub address: Signal<Out, Bits<64>>,
    /// There is room for it.
    pub room: Signal<In, Bit>,
    /// What its answer means: 0 a burst of shares, 1 a completion; 2: no burst, all of a job is said.
    pub meaning: Signal<Out, Bits<2>>,
    /// That is said...
    pub mark: Signal<Out, Bit>,
    /// ...if there is room.
    pub mark_room: Signal<In, Bit>,
    /// With meaning 2: the job's cookie.
    pub ended_cookie: Signal<Out, Bits<64>>,
    /// And its status.
    pub ended_status: Signal<Out, Bits<4>>,
    jobs: Fifo<4, 105>,
    addresses: Fifo<4, PORTS>,
    places: SmallMemory<LOG, 96>,
    state: DFF<State>,
    at_port: DFF<Bits<LOG>>,
    last_port: DFF<Bits<LOG>>,
    unfinished: DFF<Bits<5>>,
    bytes: DFF<Bits<32>>,
    job_cookie: DFF<Bits<64>>,
    job_status: DFF<Bits<4>>,
    spread: DFF<Bits<PORTS>>,
    at: DFF<Bits<64>>,
    left: DFF<Bits<32>>,
    burst: DFF<Bits<32>>,
    beats: DFF<Bits<8>>,
    end_at: DFF<Bits<8>>,
    number: DFF<Bits<32>>,
    offset: Signal<Local, Bits<32>>,
    space: Signal<Local, Bits<32>>,
    size: Signal<Local, Bits<32>>,
    first: Signal<Local, Bits<32>>,
    reach: Signal<Local, Bits<32>>,
    count: Signal<Local, Bits<32>>,
    job_paths: Signal<Local, Bits<5>>,
    paths_less_one: Signal<Local, Bits<5>>,
    next_port: Signal<Local, Bits<LOG>>,
    complete_now: Signal<Local, Bit>,
    issue_now: Signal<Local, Bit>,
    end_now: Signal<Local, Bit>,
    write_place: Signal<Local, Bit>,
    index: Signal<Local, Bits<32>>,
    done_at: Signal<Local, Bits<64>>,
    end_byte: Signal<Local, Bits<32>>,
    done_byte: Signal<Local, Bits<32>>,
    done_offset: Signal<Local, Bits<8>>,
    done_end: Signal<Local, Bits<8>>,
    beats_less_one: Signal<Local, Bits<8>>,
    moved_at: Signal<Local, Bits<64>>,
    moved_left: Signal<Local, Bits<32>>,
    status_in: Signal<Local, Bits<4>>,
    place: Signal<Local, Bits<96>>,
    place_left: Signal<Local, Bits<32>>,
    first_byte: Signal<Local, Bits<8>>,
    burst_bytes: Constant<Bits<32>>,
    beat_less_one: Constant<Bits<32>>,
    beat_log: Constant<Bits<8>>,
    align: Constant<Bits<64>>,
    done_log: Constant<Bits<8>>,
    done_last: Constant<Bits<8>>,
    of_completion: Constant<Bits<32>>,
}

impl<const LOG: usize, const D: usize, const N: usize, const PORTS: usize> Default
    for Plan<LOG, D, N, PORTS>
{
    fn default() -> Self {
        assert!(N > D && N <= 12);
        blank! {
            clock reset job status paths length cookie ports port available reserve reserved complete completing done slots say
            command address room meaning mark mark_room ended_cookie ended_status jobs addresses places state at_port last_port
            unfinished bytes job_cookie job_status spread at left burst beats end_at number offset space size first reach count
            job_paths paths_less_one next_port complete_now issue_now end_now write_place index done_at end_byte done_byte
            done_offset done_end beats_less_one moved_at moved_left status_in place place_left first_byte;;
            burst_bytes: Constant::new((1_u64 << N).into()),
            beat_less_one: Constant::new(((1_u64 << D) - 1).into()),
            beat_log: Constant::new((D as u64).into()),
            align: Constant::new((u64::MAX << D).into()),
            done_log: Constant::new(u64::from(completion::BYTES.ilog2()).into()),
            done_last: Constant::new((completion::BYTES as u64 - 1).into()),
            of_completion: Constant::new((1_u64 << 31).into()),
        }
    }
}

impl<const LOG: usize, const D: usize, const N: usize, const PORTS: usize> Logic
    for Plan<LOG, D, N, PORTS>
{
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(
            self, clock, state, at_port, last_port, unfinished, bytes, job_cookie, job_status,
            spread, at, left, burst, beats, end_at, number
        );
        self.jobs.clock.next = self.clock.val();
        self.jobs.reset.next = self.reset.val();
        self.addresses.clock.next = self.clock.val();
        self.addresses.reset.next = self.reset.val();
        self.places.clock.next = self.clock.val();
        self.jobs.push.next = self.job.val();
        self.jobs.word.next = bit_cast::<105, 32>(self.length.val())
            | (bit_cast::<105, 64>(self.cookie.val()) << 32)
            | (bit_cast::<105, 5>(self.paths.val()) << 96)
            | (bit_cast::<105, 4>(self.status.val()) << 101);
        self.addresses.push.next = self.job.val();
        self.addresses.word.next = self.ports.val();
        self.jobs.pop.next = false;
        self.status_in.next = self.jobs.head.val().get_bits::<4>(101);
        self.places.read_address.next = self.at_port.q.val();
        self.place.next = self.places.read_data.val();
        self.place_left.next = self.place.val().get_bits::<32>(64);
        self.addresses.pop.next = false;
        self.job_paths.next = self.jobs.head.val().get_bits::<5>(96);
        self.paths_less_one.next = self.job_paths.val() - 1;

        // The burst of the port that is visited.
        self.offset.next = bit_cast::<32, N>(self.at.q.val().get_bits::<N>(0));
        self.space.next = self.burst_bytes.val() - self.offset.val();
        self.size.next = self.left.q.val();
        if self.space.val() < self.left.q.val() {
            self.size.next = self.space.val();
        }
        self.first.next = self.offset.val() & self.beat_less_one.val();
        self.reach.next = self.first.val() + self.size.val() - 1;
        self.end_byte.next = self.reach.val() & self.beat_less_one.val();
        self.count.next = (self.reach.val() >> self.beat_log.val()) + 1;
        self.first_byte.next = self.first.val().get_bits::<8>(0);
        self.next_port.next = self.at_port.q.val() + 1;
        if self.at_port.q.val() == self.last_port.q.val() {
            self.next_port.next = 0.into();
        }

        // A completion goes before any burst.
        self.complete_now.next = self.complete.val() && self.room.val() && self.mark_room.val();
        self.issue_now.next = false;
        self.end_now.next = false;
        self.write_place.next = false;
        match self.state.q.val() {
            State::Wait => {
                if self.jobs.valid.val() {
                    self.jobs.pop.next = true;
                    self.addresses.pop.next = true;
                    self.bytes.d.next = self.jobs.head.val().get_bits::<32>(0);
                    self.job_cookie.d.next = self.jobs.head.val().get_bits::<64>(32);
                    self.unfinished.d.next = self.job_paths.val();
                    self.last_port.d.next = self.paths_less_one.val().get_bits::<LOG>(0);
                    self.job_status.d.next = self.status_in.val();
                    self.spread.d.next = self.addresses.head.val();
                    self.at_port.d.next = 0.into();
                    self.state.d.next = State::End;
                    if self.status_in.val() == 0 {
                        self.state.d.next = State::Spread;
                    }
                }
            }
            State::Spread => {
                self.write_place.next = true;
                self.spread.d.next = self.spread.q.val() >> 64;
                self.at_port.d.next = self.next_port.val();
                if self.at_port.q.val() == self.last_port.q.val() {
                    self.state.d.next = State::Visit;
                }
            }
            State::Visit => {
                self.at.d.next = self.place.val().get_bits::<64>(0);
                self.left.d.next = self.place_left.val();
                self.state.d.next = State::Size;
                if self.place_left.val() == 0 {
                    self.state.d.next = State::Visit;
                    self.at_port.d.next = self.next_port.val();
                }
            }
            State::Size => {
                self.burst.d.next = self.size.val();
                self.beats.d.next = self.count.val().get_bits::<8>(0);
                self.end_at.d.next = self.end_byte.val().get_bits::<8>(0);
                self.state.d.next = State::Issue;
            }
            State::Issue => {
                self.issue_now.next = self.room.val()
                    && self.mark_room.val()
                    && !self.complete_now.val()
                    && (self.available.val() >= self.beats.q.val());
                if self.issue_now.val() {
                    self.write_place.next = true;
                    self.at_port.d.next = self.next_port.val();
                    self.state.d.next = State::Visit;
                    if self.burst.q.val() == self.left.q.val() {
                        self.unfinished.d.next = self.unfinished.q.val() - 1;
                        if self.unfinished.q.val() == 1 {
                            self.state.d.next = State::End;
                        }
                    }
                }
            }
            State::End => {
                self.end_now.next = self.mark_room.val() && !self.complete_now.val();
                if self.end_now.val() {
                    self.state.d.next = State::Wait;
                }
            }
        }
        self.moved_at.next = self.at.q.val() + bit_cast::<64, 32>(self.burst.q.val());
        self.moved_left.next = self.left.q.val() - self.burst.q.val();
        self.places.write_address.next = self.at_port.q.val();
        self.places.write.next = self.write_place.val();
        self.places.write_data.next = bit_cast::<96, 64>(self.moved_at.val())
            | (bit_cast::<96, 32>(self.moved_left.val()) << 64);
        if !self.issue_now.val() {
            self.places.write_data.next = bit_cast::<96, 64>(self.spread.q.val().get_bits::<64>(0))
                | (bit_cast::<96, 32>(self.bytes.q.val()) << 64);
        }
        self.port.next = self.at_port.q.val();
        self.reserve.next = self.issue_now.val();
        self.reserved.next = self.beats.q.val();

        // What is said.
        self.index.next = self.number.q.val() & bit_cast::<32, 16>(self.slots.val());
        self.done_at.next =
            self.done.val() + (bit_cast::<64, 32>(self.index.val()) << self.done_log.val());
        self.done_byte.next = self.done_at.val().get_bits::<32>(0) & self.beat_less_one.val();
        self.done_offset.next = self.done_byte.val().get_bits::<8>(0);
        self.done_end.next = self.done_offset.val() + self.done_last.val();
        self.beats_less_one.next = self.beats.q.val() - 1;
        self.completing.next = self.complete_now.val();
        self.say.next = self.complete_now.val() || self.issue_now.val();
        self.mark.next = self.complete_now.val() || self.issue_now.val() || self.end_now.val();
        self.meaning.next = 0.into();
        self.address.next = self.at.q.val() & self.align.val();
        self.command.next = bit_cast::<32, 8>(self.beats_less_one.val())
            | (bit_cast::<32, 8>(self.first_byte.val()) << 8)
            | (bit_cast::<32, 8>(self.end_at.q.val()) << 16)
            | (bit_cast::<32, LOG>(self.at_port.q.val()) << 24);
        if self.complete_now.val() {
            self.number.d.next = self.number.q.val() + 1;
            self.meaning.next = 1.into();
            self.address.next = self.done_at.val() & self.align.val();
            self.command.next = (bit_cast::<32, 8>(self.done_offset.val()) << 8)
                | (bit_cast::<32, 8>(self.done_end.val()) << 16)
                | self.of_completion.val();
        }
        if self.end_now.val() {
            self.meaning.next = 2.into();
        }
        self.ended_cookie.next = self.job_cookie.q.val();
        self.ended_status.next = self.job_status.q.val();
        if self.reset.val() {
            self.state.d.next = State::Wait;
            self.number.d.next = 0.into();
        }
    }
}
