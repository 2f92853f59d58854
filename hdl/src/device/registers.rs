//! The registers: what the host wrote, what it reads, and what a write sets off.

use super::fixed::Fixed;
use super::statistics::Statistics;
use rust_hdl::prelude::*;
use shp_regs::blocks::{health, identity, interrupts, queue, sessions, statistics};
use shp_regs::cores::Core;

/// The register file; who uses a value has a port for it.
#[derive(LogicBlock)]
pub struct Registers {
    /// Rising edge.
    pub clock: Signal<In, Clock>,
    /// To zero.
    pub reset: Signal<In, Bit>,
    /// A register is written.
    pub write: Signal<In, Bit>,
    /// Which.
    pub write_at: Signal<In, Bits<12>>,
    /// With what.
    pub write_data: Signal<In, Bits<32>>,
    /// A register is read.
    pub read: Signal<In, Bit>,
    /// Which.
    pub read_at: Signal<In, Bits<12>>,
    /// What it holds.
    pub read_data: Signal<Out, Bits<32>>,
    /// State of the device, the register's bits.
    pub state: Signal<In, Bits<6>>,
    /// Forced failures of the self-test.
    pub faults: Signal<Out, Bits<3>>,
    /// Forced: no descriptor is taken.
    pub hang: Signal<Out, Bit>,
    /// Forced: no interrupt is sent.
    pub silent: Signal<Out, Bit>,
    /// A word of a key.
    pub key_write: Signal<Out, Bit>,
    /// Its place.
    pub key_at: Signal<Out, Bits<9>>,
    /// Opens a slot; `data` says how.
    pub open: Signal<Out, Bit>,
    /// Closes a slot; `data` says which.
    pub close: Signal<Out, Bit>,
    /// What is written.
    pub data: Signal<Out, Bits<32>>,
    /// Slots that are open, and above them those to be overwritten.
    pub slots_state: Signal<In, Bits<8>>,
    /// Address of the descriptors.
    pub ring: Signal<Out, Bits<64>>,
    /// Address of the completions.
    pub done_ring: Signal<Out, Bits<64>>,
    /// Slots of each, less one.
    pub slots: Signal<Out, Bits<16>>,
    /// Descriptors ever put into the ring.
    pub doorbell: Signal<Out, Bits<32>>,
    /// Descriptors ever taken.
    pub taken: Signal<In, Bits<32>>,
    /// Completions ever written.
    pub done: Signal<In, Bits<32>>,
    /// Send interrupts.
    pub enable: Signal<Out, Bit>,
    /// After so many completions...
    pub after: Signal<Out, Bits<8>>,
    /// ...or so many clocks.
    pub delay: Signal<Out, Bits<24>>,
    /// Interrupts ever sent.
    pub sent: Signal<In, Bits<32>>,
    /// To be counted, a bit each, in the order of the registers.
    pub events: Signal<In, Bits<9>>,
    fixed: Fixed,
    counters: Statistics,
    scratch: DFF<Bits<32>>,
    faults_held: DFF<Bits<5>>,
    next_key: DFF<Bits<9>>,
    ring_low: DFF<Bits<32>>,
    ring_high: DFF<Bits<32>>,
    done_low: DFF<Bits<32>>,
    done_high: DFF<Bits<32>>,
    mask: DFF<Bits<16>>,
    rung: DFF<Bits<32>>,
    enable_held: DFF<Bit>,
    after_held: DFF<Bits<8>>,
    delay_held: DFF<Bits<24>>,
    counted: Signal<Local, Bit>,
    at_scratch: Constant<Bits<12>>,
    at_state: Constant<Bits<12>>,
    at_faults: Constant<Bits<12>>,
    at_key_at: Constant<Bits<12>>,
    at_key: Constant<Bits<12>>,
    at_open: Constant<Bits<12>>,
    at_close: Constant<Bits<12>>,
    at_slots: Constant<Bits<12>>,
    at_ring_low: Constant<Bits<12>>,
    at_ring_high: Constant<Bits<12>>,
    at_done_low: Constant<Bits<12>>,
    at_done_high: Constant<Bits<12>>,
    at_mask: Constant<Bits<12>>,
    at_doorbell: Constant<Bits<12>>,
    at_taken: Constant<Bits<12>>,
    at_done: Constant<Bits<12>>,
    at_control: Constant<Bits<12>>,
    at_delay: Constant<Bits<12>>,
    at_sent: Constant<Bits<12>>,
    statistics_from: Constant<Bits<12>>,
    statistics_to: Constant<Bits<12>>,
    after_low: Constant<Bits<8>>,
}

impl Registers {
    /// Of a core of shp-regs, and the hash of its Verilog.
    pub fn new(core: &Core, hash: u64) -> Self {
        blank! {
            clock reset write write_at write_data read read_at read_data state faults hang silent key_write key_at open close data
            slots_state ring done_ring slots doorbell taken done enable after delay sent events counters scratch faults_held
            next_key ring_low ring_high done_low done_high mask rung enable_held after_held delay_held counted;;
            fixed: Fixed::new(core, hash),
            at_scratch: at(identity::scratch::AT),
            at_state: at(health::state::AT),
            at_faults: at(health::faults::AT),
            at_key_at: at(sessions::key_at::AT),
            at_key: at(sessions::key::AT),
            at_open: at(sessions::open::AT),
            at_close: at(sessions::close::AT),
            at_slots: at(sessions::state::AT),
            at_ring_low: at(queue::ring_low::AT),
            at_ring_high: at(queue::ring_high::AT),
            at_done_low: at(queue::done_low::AT),
            at_done_high: at(queue::done_high::AT),
            at_mask: at(queue::mask::AT),
            at_doorbell: at(queue::doorbell::AT),
            at_taken: at(queue::taken::AT),
            at_done: at(queue::done::AT),
            at_control: at(interrupts::control::AT),
            at_delay: at(interrupts::delay::AT),
            at_sent: at(interrupts::sent::AT),
            statistics_from: at(statistics::clocks_low::AT),
            statistics_to: at(statistics::bus_errors_high::AT),
            after_low: Constant::new(u64::from(interrupts::control::after.low).into()),
        }
    }
}

fn at(register: u16) -> Constant<Bits<12>> {
    Constant::new(u64::from(register).into())
}

impl Logic for Registers {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(
            self,
            clock,
            scratch,
            faults_held,
            next_key,
            ring_low,
            ring_high,
            done_low,
            done_high,
            mask,
            rung,
            enable_held,
            after_held,
            delay_held
        );
        self.counters.clock.next = self.clock.val();
        self.counters.reset.next = self.reset.val();

        // Writes.
        self.data.next = self.write_data.val();
        self.key_at.next = self.next_key.q.val();
        self.key_write.next = false;
        self.open.next = false;
        self.close.next = false;
        if self.write.val() {
            self.key_write.next = self.write_at.val() == self.at_key.val();
            self.open.next = self.write_at.val() == self.at_open.val();
            self.close.next = self.write_at.val() == self.at_close.val();
            if self.write_at.val() == self.at_scratch.val() {
                self.scratch.d.next = self.write_data.val();
            }
            if self.write_at.val() == self.at_faults.val() {
                self.faults_held.d.next = self.write_data.val().get_bits::<5>(0);
            }
            if self.write_at.val() == self.at_key_at.val() {
                self.next_key.d.next = self.write_data.val().get_bits::<9>(0);
            }
            if self.write_at.val() == self.at_key.val() {
                self.next_key.d.next = self.next_key.q.val() + 1;
            }
            if self.write_at.val() == self.at_ring_low.val() {
                self.ring_low.d.next = self.write_data.val();
            }
            if self.write_at.val() == self.at_ring_high.val() {
                self.ring_high.d.next = self.write_data.val();
            }
            if self.write_at.val() == self.at_done_low.val() {
                self.done_low.d.next = self.write_data.val();
            }
            if self.write_at.val() == self.at_done_high.val() {
                self.done_high.d.next = self.write_data.val();
            }
            if self.write_at.val() == self.at_mask.val() {
                self.mask.d.next = self.write_data.val().get_bits::<16>(0);
            }
            if self.write_at.val() == self.at_doorbell.val() {
                self.rung.d.next = self.write_data.val();
            }
            if self.write_at.val() == self.at_control.val() {
                self.enable_held.d.next = self.write_data.val().get_bit(0);
                self.after_held.d.next = self
                    .write_data
                    .val()
                    .get_bits::<8>(self.after_low.val().index());
            }
            if self.write_at.val() == self.at_delay.val() {
                self.delay_held.d.next = self.write_data.val().get_bits::<24>(0);
            }
        }
        self.faults.next = self.faults_held.q.val().get_bits::<3>(0);
        self.hang.next = self.faults_held.q.val().get_bit(3);
        self.silent.next = self.faults_held.q.val().get_bit(4);
        self.ring.next = bit_cast::<64, 32>(self.ring_low.q.val())
            | (bit_cast::<64, 32>(self.ring_high.q.val()) << 32);
        self.done_ring.next = bit_cast::<64, 32>(self.done_low.q.val())
            | (bit_cast::<64, 32>(self.done_high.q.val()) << 32);
        self.slots.next = self.mask.q.val();
        self.doorbell.next = self.rung.q.val();
        self.enable.next = self.enable_held.q.val();
        self.after.next = self.after_held.q.val();
        self.delay.next = self.delay_held.q.val();

        // Reads.
        self.fixed.at.next = self.read_at.val();
        self.counted.next = (self.read_at.val() >= self.statistics_from.val())
            && (self.read_at.val() <= self.statistics_to.val());
        self.counters.events.next = self.events.val();
        self.counters.at.next = self.read_at.val().get_bits::<5>(2);
        self.counters.read.next = self.read.val() && self.counted.val();
        self.read_data.next = self.fixed.value.val();
        if self.counted.val() {
            self.read_data.next = self.counters.value.val();
        }
        if self.read_at.val() == self.at_scratch.val() {
            self.read_data.next = self.scratch.q.val();
        }
        if self.read_at.val() == self.at_state.val() {
            self.read_data.next = bit_cast::<32, 6>(self.state.val());
        }
        if self.read_at.val() == self.at_faults.val() {
            self.read_data.next = bit_cast::<32, 5>(self.faults_held.q.val());
        }
        if self.read_at.val() == self.at_slots.val() {
            self.read_data.next = bit_cast::<32, 8>(self.slots_state.val());
        }
        if self.read_at.val() == self.at_ring_low.val() {
            self.read_data.next = self.ring_low.q.val();
        }
        if self.read_at.val() == self.at_ring_high.val() {
            self.read_data.next = self.ring_high.q.val();
        }
        if self.read_at.val() == self.at_done_low.val() {
            self.read_data.next = self.done_low.q.val();
        }
        if self.read_at.val() == self.at_done_high.val() {
            self.read_data.next = self.done_high.q.val();
        }
        if self.read_at.val() == self.at_mask.val() {
            self.read_data.next = bit_cast::<32, 16>(self.mask.q.val());
        }
        if self.read_at.val() == self.at_doorbell.val() {
            self.read_data.next = self.rung.q.val();
        }
        if self.read_at.val() == self.at_taken.val() {
            self.read_data.next = self.taken.val();
        }
        if self.read_at.val() == self.at_done.val() {
            self.read_data.next = self.done.val();
        }
        if self.read_at.val() == self.at_control.val() {
            self.read_data.next = bit_cast::<32, 1>(self.enable_held.q.val().into())
                | (bit_cast::<32, 8>(self.after_held.q.val()) << self.after_low.val());
        }
        if self.read_at.val() == self.at_delay.val() {
            self.read_data.next = bit_cast::<32, 24>(self.delay_held.q.val());
        }
        if self.read_at.val() == self.at_sent.val() {
            self.read_data.next = self.sent.val();
        }

        if self.reset.val() {
            self.scratch.d.next = 0.into();
            self.faults_held.d.next = 0.into();
            self.next_key.d.next = 0.into();
            self.ring_low.d.next = 0.into();
            self.ring_high.d.next = 0.into();
            self.done_low.d.next = 0.into();
            self.done_high.d.next = 0.into();
            self.mask.d.next = 0.into();
            self.rung.d.next = 0.into();
            self.enable_held.d.next = false;
            self.after_held.d.next = 0.into();
            self.delay_held.d.next = 0.into();
        }
    }
}
