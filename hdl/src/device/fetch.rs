//! The ring of descriptors: reads ahead what the host has rung for.

use crate::fifo::Fifo;
use rust_hdl::prelude::*;
use shp_regs::ring::descriptor;

/// A descriptor is `DW` bits in beats of `KW`. Up to eight are on their way or wait at `descriptor`.
#[derive(LogicBlock)]
pub struct Fetch<const KW: usize, const DW: usize, const DE: usize> {
    /// Rising edge.
    pub clock: Signal<In, Clock>,
    /// Forgets all.
    pub reset: Signal<In, Bit>,
    /// Descriptors may be taken.
    pub enable: Signal<In, Bit>,
    /// Address of the ring.
    pub ring: Signal<In, Bits<64>>,
    /// Its slots, less one.
    pub slots: Signal<In, Bits<16>>,
    /// Descriptors ever put into it.
    pub doorbell: Signal<In, Bits<32>>,
    /// Descriptors ever asked for.
    pub taken: Signal<Out, Bits<32>>,
    /// A descriptor is asked for...
    pub ask: Signal<Out, Bit>,
    /// ...that stands here.
    pub address: Signal<Out, Bits<64>>,
    /// The bus was asked for it.
    pub asked: Signal<In, Bit>,
    /// A beat of a descriptor is here.
    pub beat: Signal<In, Bit>,
    /// The beat.
    pub data: Signal<In, Bits<KW>>,
    /// It is the descriptor's last.
    pub last: Signal<In, Bit>,
    /// The bus could not read it.
    pub wrong: Signal<In, Bit>,
    /// None is on its way or waits.
    pub none: Signal<Out, Bit>,
    /// There is a descriptor.
    pub valid: Signal<Out, Bit>,
    /// The oldest one.
    pub descriptor: Signal<Out, Bits<DW>>,
    /// The bus could not read it.
    pub failed: Signal<Out, Bit>,
    /// Takes it.
    pub pop: Signal<In, Bit>,
    head: DFF<Bits<32>>,
    room: DFF<Bits<4>>,
    parts: DFF<Bits<DW>>,
    bad: DFF<Bit>,
    whole: Signal<Local, Bits<DW>>,
    entry: Signal<Local, Bits<DE>>,
    index: Signal<Local, Bits<32>>,
    queue: Fifo<3, DE>,
    beat_bits: Constant<Bits<16>>,
    beat_shift: Constant<Bits<16>>,
    whole_bits: Constant<Bits<16>>,
    slot_log: Constant<Bits<16>>,
}

impl<const KW: usize, const DW: usize, const DE: usize> Fetch<KW, DW, DE> {
    /// For a core of so many channels.
    ///
    /// # Panics
    /// If the parameters do not belong together.
    pub fn new(channels: usize) -> Self {
        assert!(DW.is_multiple_of(KW) && DE == DW + 1 && DW >= 256 + 64 * channels);
        blank! {
            clock reset enable ring slots doorbell taken none ask address asked beat data last wrong valid descriptor failed pop head
            room parts bad whole entry index queue;;
            beat_bits: Constant::new((KW as u64).into()),
            beat_shift: Constant::new(((DW - KW) as u64).into()),
            whole_bits: Constant::new((DW as u64).into()),
            slot_log: Constant::new(u64::from(descriptor::bytes(channels).ilog2()).into()),
        }
    }
}

impl<const KW: usize, const DW: usize, const DE: usize> Logic for Fetch<KW, DW, DE> {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clock, head, room, parts, bad);
        self.queue.clock.next = self.clock.val();
        self.queue.reset.next = self.reset.val();
        self.ask.next = self.enable.val()
            && (self.head.q.val() != self.doorbell.val())
            && (self.room.q.val() != 0);
        self.index.next = self.head.q.val() & bit_cast::<32, 16>(self.slots.val());
        self.address.next =
            self.ring.val() + (bit_cast::<64, 32>(self.index.val()) << self.slot_log.val());
        self.taken.next = self.head.q.val();
        if self.asked.val() {
            self.head.d.next = self.head.q.val() + 1;
        }
        if self.asked.val() && !self.pop.val() {
            self.room.d.next = self.room.q.val() - 1;
        }
        if !self.asked.val() && self.pop.val() {
            self.room.d.next = self.room.q.val() + 1;
        }

        // The first beat ends up lowest.
        self.whole.next = (self.parts.q.val() >> self.beat_bits.val())
            | (bit_cast::<DW, KW>(self.data.val()) << self.beat_shift.val());
        self.entry.next = bit_cast::<DE, DW>(self.whole.val())
            | (bit_cast::<DE, 1>((self.bad.q.val() || self.wrong.val()).into())
                << self.whole_bits.val());
        if self.beat.val() {
            self.parts.d.next = self.whole.val();
            self.bad.d.next = (self.bad.q.val() || self.wrong.val()) && !self.last.val();
        }
        self.queue.push.next = self.beat.val() && self.last.val();
        self.queue.word.next = self.entry.val();
        self.queue.pop.next = self.pop.val();
        self.none.next = self.room.q.val() == 8;
        self.valid.next = self.queue.valid.val();
        self.descriptor.next = self.queue.head.val().get_bits::<DW>(0);
        self.failed.next = self.queue.head.val().get_bit(self.whole_bits.val().index());

        if self.reset.val() {
            self.head.d.next = 0.into();
            self.room.d.next = 8.into();
            self.bad.d.next = false;
        }
    }
}
