//! What the bus says of each burst, and what that makes of its job.

use crate::fifo::Fifo;
use rust_hdl::prelude::*;
use shp_regs::ring::Status;

/// Takes the bus' answers in the order of the bursts. When all of a job are in, its completion is made; when that is written, the job is done.
#[derive(LogicBlock)]
pub struct Finish {
    /// Rising edge.
    pub clock: Signal<In, Clock>,
    /// Forgets all.
    pub reset: Signal<In, Bit>,
    /// A burst is said, or the end of a job.
    pub mark: Signal<In, Bit>,
    /// See [`Plan`](super::plan::Plan).
    pub meaning: Signal<In, Bits<2>>,
    /// There is room for another.
    pub room: Signal<Out, Bit>,
    /// The job's cookie.
    pub cookie: Signal<In, Bits<64>>,
    /// Its status.
    pub status: Signal<In, Bits<4>>,
    /// A part of the oldest message could not be read.
    pub lost: Signal<In, Bit>,
    /// Drops that verdict.
    pub pop_lost: Signal<Out, Bit>,
    /// From the bus: how a burst was written; bit 1 is a failure.
    pub bresp: Signal<In, Bits<2>>,
    /// It is offered.
    pub bvalid: Signal<In, Bit>,
    /// It is taken.
    pub bready: Signal<Out, Bit>,
    /// Completions wait to be written.
    pub complete: Signal<Out, Bit>,
    /// One of them is said.
    pub completing: Signal<In, Bit>,
    /// The oldest completion.
    pub completion: Signal<Out, Bits<128>>,
    /// Takes it.
    pub pop: Signal<In, Bit>,
    /// A completion was written.
    pub completed: Signal<Out, Bit>,
    /// A job is done. This and the next two come before the completion is written: who reads it finds its job counted.
    pub segment: Signal<Out, Bit>,
    /// Its descriptor was bad.
    pub bad: Signal<Out, Bit>,
    /// The bus failed it, or failed a completion.
    pub bus_error: Signal<Out, Bit>,
    /// Completions ever written.
    pub done: Signal<Out, Bits<32>>,
    /// One could not be written since the last reset.
    pub mute: Signal<Out, Bit>,
    marks: Fifo<7, 2>,
    ends: Fifo<4, 68>,
    completions: Fifo<4, 128>,
    waiting: DFF<Bits<5>>,
    error: DFF<Bit>,
    number: DFF<Bits<32>>,
    written: DFF<Bits<32>>,
    lost_one: DFF<Bit>,
    at_end: Signal<Local, Bit>,
    answer: Signal<Local, Bit>,
    of_completion: Signal<Local, Bit>,
    failure: Signal<Local, Bit>,
    end_status: Signal<Local, Bits<4>>,
    verdict: Signal<Local, Bits<4>>,
    next_sequence: Signal<Local, Bits<32>>,
    message_read: Constant<Bits<4>>,
    share_write: Constant<Bits<4>>,
}

impl Default for Finish {
    fn default() -> Self {
        blank! {
            clock reset mark meaning room cookie status lost pop_lost bresp bvalid bready complete completing completion pop
            completed segment bad bus_error done mute marks ends completions waiting error number written lost_one at_end
            answer of_completion failure end_status verdict next_sequence;;
            message_read: Constant::new(u64::from(Status::MessageRead.code()).into()),
            share_write: Constant::new(u64::from(Status::ShareWrite.code()).into()),
        }
    }
}

impl Logic for Finish {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clock, waiting, error, number, written, lost_one);
        self.marks.clock.next = self.clock.val();
        self.marks.reset.next = self.reset.val();
        self.ends.clock.next = self.clock.val();
        self.ends.reset.next = self.reset.val();
        self.completions.clock.next = self.clock.val();
        self.completions.reset.next = self.reset.val();
        self.room.next = self.marks.roomy.val();
        self.marks.push.next = self.mark.val();
        self.marks.word.next = self.meaning.val();
        self.ends.push.next = self.mark.val() && (self.meaning.val() == 2);
        self.ends.word.next =
            bit_cast::<68, 64>(self.cookie.val()) | (bit_cast::<68, 4>(self.status.val()) << 64);

        self.at_end.next = self.marks.valid.val() && (self.marks.head.val() == 2);
        self.bready.next = self.marks.valid.val() && (self.marks.head.val() != 2);
        self.answer.next =
            self.bvalid.val() && self.marks.valid.val() && (self.marks.head.val() != 2);
        self.of_completion.next = self.answer.val() && (self.marks.head.val() == 1);
        self.failure.next = self.bresp.val().get_bit(1);
        self.marks.pop.next = self.at_end.val() || self.answer.val();

        // All of a job is written.
        self.end_status.next = self.ends.head.val().get_bits::<4>(64);
        self.verdict.next = self.end_status.val();
        self.pop_lost.next = false;
        if self.end_status.val() == 0 {
            self.pop_lost.next = self.at_end.val();
            if self.error.q.val() {
                self.verdict.next = self.share_write.val();
            }
            if self.lost.val() {
                self.verdict.next = self.message_read.val();
            }
        }
        self.next_sequence.next = self.number.q.val() + 1;
        self.ends.pop.next = self.at_end.val();
        self.completions.push.next = self.at_end.val();
        self.completions.word.next = bit_cast::<128, 64>(self.ends.head.val().get_bits::<64>(0))
            | (bit_cast::<128, 4>(self.verdict.val()) << 64)
            | (bit_cast::<128, 32>(self.next_sequence.val()) << 96);
        self.segment.next = self.at_end.val() && (self.verdict.val() == 0);
        self.bad.next = self.at_end.val()
            && (self.verdict.val() != 0)
            && (self.verdict.val() < self.message_read.val());
        self.bus_error.next = (self.at_end.val()
            && (self.verdict.val() >= self.message_read.val()))
            || (self.of_completion.val() && self.failure.val());
        if self.at_end.val() {
            self.number.d.next = self.next_sequence.val();
            self.error.d.next = false;
        }
        if self.answer.val() && !self.of_completion.val() && self.failure.val() {
            self.error.d.next = true;
        }
        if self.at_end.val() && !self.completing.val() {
            self.waiting.d.next = self.waiting.q.val() + 1;
        }
        if !self.at_end.val() && self.completing.val() {
            self.waiting.d.next = self.waiting.q.val() - 1;
        }
        self.complete.next = self.waiting.q.val() != 0;
        self.completion.next = self.completions.head.val();
        self.completions.pop.next = self.pop.val();

        // A completion is written.
        self.completed.next = self.of_completion.val();
        if self.of_completion.val() {
            self.written.d.next = self.written.q.val() + 1;
            if self.failure.val() {
                self.lost_one.d.next = true;
            }
        }
        self.done.next = self.written.q.val();
        self.mute.next = self.lost_one.q.val();

        if self.reset.val() {
            self.waiting.d.next = 0.into();
            self.error.d.next = false;
            self.number.d.next = 0.into();
            self.written.d.next = 0.into();
            self.lost_one.d.next = false;
        }
    }
}
