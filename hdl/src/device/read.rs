//! The reading half of the bus master: descriptors, and messages in bursts far ahead of the core.
//!
//! A burst ends where the next 2^`N` bytes begin, so it never crosses 4096. Room for its beats is set aside before it is asked for, so
//! the bus never waits. All bursts have one id: what was asked for first comes first.

use super::block_fifo::BlockFifo;
use crate::fifo::Fifo;
use rust_hdl::prelude::*;

/// Beats of `KW` bits, 2^`D` bytes; a descriptor is `beats` of them.
#[derive(LogicBlock)]
pub struct Read<const KW: usize, const D: usize, const N: usize> {
    /// Rising edge.
    pub clock: Signal<In, Clock>,
    /// Forgets all.
    pub reset: Signal<In, Bit>,
    /// A descriptor is asked for...
    pub ask: Signal<In, Bit>,
    /// ...at this address.
    pub ask_at: Signal<In, Bits<64>>,
    /// The bus was asked for it.
    pub asked: Signal<Out, Bit>,
    /// A beat of a descriptor is here.
    pub descriptor: Signal<Out, Bit>,
    /// What the bus read.
    pub data: Signal<Out, Bits<KW>>,
    /// It is the last of its burst.
    pub last: Signal<Out, Bit>,
    /// The bus could not read it.
    pub wrong: Signal<Out, Bit>,
    /// Takes a message.
    pub go: Signal<In, Bit>,
    /// Its address.
    pub source: Signal<In, Bits<64>>,
    /// Its bytes.
    pub length: Signal<In, Bits<32>>,
    /// There is a beat of a message.
    pub valid: Signal<Out, Bit>,
    /// The oldest one.
    pub beat: Signal<Out, Bits<KW>>,
    /// Drops it.
    pub pop: Signal<In, Bit>,
    /// Of the oldest message that is here whole: a part of it could not be read, and is zero.
    pub lost: Signal<Out, Bit>,
    /// Drops that message's verdict.
    pub pop_lost: Signal<In, Bit>,
    /// To the bus: an address.
    pub araddr: Signal<Out, Bits<64>>,
    /// Its beats, less one.
    pub arlen: Signal<Out, Bits<8>>,
    /// It is offered.
    pub arvalid: Signal<Out, Bit>,
    /// It is taken.
    pub arready: Signal<In, Bit>,
    /// From the bus: a beat.
    pub rdata: Signal<In, Bits<KW>>,
    /// How it was read: bit 1 is a failure.
    pub rresp: Signal<In, Bits<2>>,
    /// The last of its burst.
    pub rlast: Signal<In, Bit>,
    /// It is offered.
    pub rvalid: Signal<In, Bit>,
    /// It is taken: always.
    pub rready: Signal<Out, Bit>,
    jobs: Fifo<4, 96>,
    bursts: Fifo<6, 2>,
    beats: BlockFifo<7, KW>,
    verdicts: Fifo<4, 1>,
    active: DFF<Bit>,
    address: DFF<Bits<64>>,
    left: DFF<Bits<32>>,
    room: DFF<Bits<8>>,
    offering: DFF<Bit>,
    offered: DFF<Bits<64>>,
    offered_beats: DFF<Bits<8>>,
    error: DFF<Bit>,
    offset: Signal<Local, Bits<32>>,
    space: Signal<Local, Bits<32>>,
    bytes: Signal<Local, Bits<32>>,
    end_at: Signal<Local, Bits<32>>,
    count: Signal<Local, Bits<32>>,
    beats_now: Signal<Local, Bits<8>>,
    fits: Signal<Local, Bit>,
    choose: Signal<Local, Bit>,
    descriptor_now: Signal<Local, Bit>,
    message_now: Signal<Local, Bit>,
    of_message: Signal<Local, Bit>,
    ends_message: Signal<Local, Bit>,
    arrives: Signal<Local, Bit>,
    failure: Signal<Local, Bit>,
    burst_bytes: Constant<Bits<32>>,
    beat_less_one: Constant<Bits<32>>,
    beat_log: Constant<Bits<8>>,
    descriptor_beats: Constant<Bits<8>>,
    align: Constant<Bits<64>>,
}

impl<const KW: usize, const D: usize, const N: usize> Read<KW, D, N> {
    /// For descriptors of so many beats.
    ///
    /// # Panics
    /// If the parameters do not belong together.
    pub fn new(descriptor_beats: usize) -> Self {
        assert!(KW == 8 << D && N > D && N <= 12);
        blank! {
            clock reset ask ask_at asked descriptor data last wrong go source length valid beat pop lost pop_lost araddr arlen
            arvalid arready rdata rresp rlast rvalid rready jobs bursts beats verdicts active address left room offering offered
            offered_beats error offset space bytes end_at count beats_now fits choose descriptor_now message_now of_message
            ends_message arrives failure;;
            burst_bytes: Constant::new((1_u64 << N).into()),
            beat_less_one: Constant::new(((1_u64 << D) - 1).into()),
            beat_log: Constant::new((D as u64).into()),
            descriptor_beats: Constant::new((descriptor_beats as u64).into()),
            align: Constant::new((u64::MAX << D).into()),
        }
    }
}

impl<const KW: usize, const D: usize, const N: usize> Logic for Read<KW, D, N> {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(
            self,
            clock,
            active,
            address,
            left,
            room,
            offering,
            offered,
            offered_beats,
            error
        );
        self.jobs.clock.next = self.clock.val();
        self.jobs.reset.next = self.reset.val();
        self.bursts.clock.next = self.clock.val();
        self.bursts.reset.next = self.reset.val();
        self.beats.clock.next = self.clock.val();
        self.beats.reset.next = self.reset.val();
        self.verdicts.clock.next = self.clock.val();
        self.verdicts.reset.next = self.reset.val();

        // One message after the other.
        self.jobs.push.next = self.go.val();
        self.jobs.word.next =
            bit_cast::<96, 64>(self.source.val()) | (bit_cast::<96, 32>(self.length.val()) << 64);
        self.jobs.pop.next = self.jobs.valid.val() && !self.active.q.val();
        if self.jobs.valid.val() && !self.active.q.val() {
            self.active.d.next = true;
            self.address.d.next = self.jobs.head.val().get_bits::<64>(0);
            self.left.d.next = self.jobs.head.val().get_bits::<32>(64);
        }

        // Its next burst.
        self.offset.next = bit_cast::<32, N>(self.address.q.val().get_bits::<N>(0));
        self.space.next = self.burst_bytes.val() - self.offset.val();
        self.bytes.next = self.left.q.val();
        if self.space.val() < self.left.q.val() {
            self.bytes.next = self.space.val();
        }
        self.end_at.next = (self.offset.val() & self.beat_less_one.val())
            + self.bytes.val()
            + self.beat_less_one.val();
        self.count.next = self.end_at.val() >> self.beat_log.val();
        self.beats_now.next = self.count.val().get_bits::<8>(0);
        self.fits.next = self.beats_now.val() <= self.room.q.val();

        // A descriptor goes first. An address is offered until it is taken.
        self.choose.next = !self.offering.q.val() && self.bursts.roomy.val();
        self.descriptor_now.next = self.choose.val() && self.ask.val();
        self.message_now.next =
            self.choose.val() && !self.ask.val() && self.active.q.val() && self.fits.val();
        self.asked.next = self.descriptor_now.val();
        self.bursts.push.next = self.descriptor_now.val() || self.message_now.val();
        self.bursts.word.next = 0.into();
        if self.message_now.val() {
            self.bursts.word.next = 1.into();
            if self.bytes.val() == self.left.q.val() {
                self.bursts.word.next = 3.into();
            }
        }
        if self.offering.q.val() && self.arready.val() {
            self.offering.d.next = false;
        }
        if self.descriptor_now.val() {
            self.offering.d.next = true;
            self.offered.d.next = self.ask_at.val();
            self.offered_beats.d.next = self.descriptor_beats.val() - 1;
        }
        if self.message_now.val() {
            self.offering.d.next = true;
            self.offered.d.next = self.address.q.val() & self.align.val();
            self.offered_beats.d.next = self.beats_now.val() - 1;
            self.address.d.next = self.address.q.val() + bit_cast::<64, 32>(self.bytes.val());
            self.left.d.next = self.left.q.val() - self.bytes.val();
            if self.bytes.val() == self.left.q.val() {
                self.active.d.next = false;
            }
        }
        self.arvalid.next = self.offering.q.val();
        self.araddr.next = self.offered.q.val();
        self.arlen.next = self.offered_beats.q.val();

        // What comes back.
        self.rready.next = true;
        self.arrives.next = self.rvalid.val() && self.bursts.valid.val();
        self.of_message.next = self.bursts.head.val().get_bit(0);
        self.ends_message.next = self.bursts.head.val().get_bit(1);
        self.failure.next = self.rresp.val().get_bit(1);
        self.bursts.pop.next = self.arrives.val() && self.rlast.val();
        self.descriptor.next = self.arrives.val() && !self.of_message.val();
        self.data.next = self.rdata.val();
        self.last.next = self.rlast.val();
        self.wrong.next = self.failure.val();
        self.beats.push.next = self.arrives.val() && self.of_message.val();
        self.beats.word.next = self.rdata.val();
        if self.failure.val() {
            self.beats.word.next = 0.into();
        }
        self.verdicts.push.next = false;
        self.verdicts.word.next = (self.error.q.val() || self.failure.val()).into();
        if self.arrives.val() && self.of_message.val() {
            self.error.d.next = self.error.q.val() || self.failure.val();
            if self.rlast.val() && self.ends_message.val() {
                self.error.d.next = false;
                self.verdicts.push.next = true;
            }
        }
        self.lost.next = self.verdicts.head.val().any();
        self.verdicts.pop.next = self.pop_lost.val();
        self.valid.next = self.beats.valid.val();
        self.beat.next = self.beats.head.val();
        self.beats.pop.next = self.pop.val();
        if self.message_now.val() {
            self.room.d.next = self.room.q.val() - self.beats_now.val();
            if self.pop.val() {
                self.room.d.next = self.room.q.val() - self.beats_now.val() + 1;
            }
        } else if self.pop.val() {
            self.room.d.next = self.room.q.val() + 1;
        }

        if self.reset.val() {
            self.active.d.next = false;
            self.offering.d.next = false;
            self.error.d.next = false;
            self.room.d.next = 128.into();
        }
    }
}
