//! The device: all units, and a core among them.

use super::control::Control;
use super::fetch::Fetch;
use super::figure::Figure;
use super::finish::Finish;
use super::gather::Gather;
use super::interrupt::Interrupt;
use super::plan::Plan;
use super::read::Read;
use super::registers::Registers;
use super::sessions::Sessions;
use super::start::Start;
use super::unpack::Unpack;
use super::write::Write;
use rust_hdl::prelude::*;
use shp_regs::cores::Core;

/// `K` channels of `W` bits; see [`device!`](crate::device!) for the others.
///
/// `control_` is AXI4-Lite for the registers, `bus_` AXI4 of one id for everything in host memory: bursts of whole beats that count upwards and never
/// cross 512 bytes.
#[derive(LogicBlock)]
pub struct Device<
    const K: usize,
    const LOG: usize,
    const W: usize,
    const WW: usize,
    const KW: usize,
    const B: usize,
    const BC: usize,
    const D: usize,
    const BYTES: usize,
    const TIMES: usize,
    const OUT: usize,
    const N: usize,
    const DW: usize,
    const DE: usize,
    const PORTS: usize,
    const OFFSETS: usize,
    const JOB: usize,
    const SLOTS: usize,
    const SLOT: usize,
> {
    /// Rising edge.
    pub clock: Signal<In, Clock>,
    /// Everything begins anew; held for four clocks. What is under way on the buses has to be forgotten on their other ends too.
    pub reset: Signal<In, Bit>,
    /// One clock of it is one interrupt.
    pub irq: Signal<Out, Bit>,
    /// Nothing to do: without a write to a register, it stays so.
    pub quiet: Signal<Out, Bit>,
    /// Registers.
    pub control_awaddr: Signal<In, Bits<12>>,
    /// Registers.
    pub control_awvalid: Signal<In, Bit>,
    /// Registers.
    pub control_awready: Signal<Out, Bit>,
    /// Registers.
    pub control_wdata: Signal<In, Bits<32>>,
    /// Registers.
    pub control_wstrb: Signal<In, Bits<4>>,
    /// Registers.
    pub control_wvalid: Signal<In, Bit>,
    /// Registers.
    pub control_wready: Signal<Out, Bit>,
    /// Registers.
    pub control_bresp: Signal<Out, Bits<2>>,
    /// Registers.
    pub control_bvalid: Signal<Out, Bit>,
    /// Registers.
    pub control_bready: Signal<In, Bit>,
    /// Registers.
    pub control_araddr: Signal<In, Bits<12>>,
    /// Registers.
    pub control_arvalid: Signal<In, Bit>,
    /// Registers.
    pub control_arready: Signal<Out, Bit>,
    /// Registers.
    pub control_rdata: Signal<Out, Bits<32>>,
    /// Registers.
    pub control_rresp: Signal<Out, Bits<2>>,
    /// Registers.
    pub control_rvalid: Signal<Out, Bit>,
    /// Registers.
    pub control_rready: Signal<In, Bit>,
    /// Host memory.
    pub bus_awaddr: Signal<Out, Bits<64>>,
    /// Host memory.
    pub bus_awlen: Signal<Out, Bits<8>>,
    /// Host memory.
    pub bus_awvalid: Signal<Out, Bit>,
    /// Host memory.
    pub bus_awready: Signal<In, Bit>,
    /// Host memory.
    pub bus_wdata: Signal<Out, Bits<KW>>,
    /// Host memory.
    pub bus_wstrb: Signal<Out, Bits<BYTES>>,
    /// Host memory.
    pub bus_wlast: Signal<Out, Bit>,
    /// Host memory.
    pub bus_wvalid: Signal<Out, Bit>,
    /// Host memory.
    pub bus_wready: Signal<In, Bit>,
    /// Host memory.
    pub bus_bresp: Signal<In, Bits<2>>,
    /// Host memory.
    pub bus_bvalid: Signal<In, Bit>,
    /// Host memory.
    pub bus_bready: Signal<Out, Bit>,
    /// Host memory.
    pub bus_araddr: Signal<Out, Bits<64>>,
    /// Host memory.
    pub bus_arlen: Signal<Out, Bits<8>>,
    /// Host memory.
    pub bus_arvalid: Signal<Out, Bit>,
    /// Host memory.
    pub bus_arready: Signal<In, Bit>,
    /// Host memory.
    pub bus_rdata: Signal<In, Bits<KW>>,
    /// Host memory.
    pub bus_rresp: Signal<In, Bits<2>>,
    /// Host memory.
    pub bus_rlast: Signal<In, Bit>,
    /// Host memory.
    pub bus_rvalid: Signal<In, Bit>,
    /// Host memory.
    pub bus_rready: Signal<Out, Bit>,
    lite: Control,
    registers: Registers,
    sessions: Sessions<LOG, SLOTS, SLOT>,
    fetch: Fetch<KW, DW, DE>,
    start: Start<DW, PORTS, B>,
    read: Read<KW, D, N>,
    unpack: Unpack<K, LOG, W, WW, KW, B, D>,
    core: Figure<W, KW>,
    gather: Gather<6, K, LOG, W, WW, KW, B, BC, D, PORTS, OFFSETS, JOB>,
    plan: Plan<LOG, D, N, PORTS>,
    write: Write<LOG, KW, BYTES, D, TIMES, OUT>,
    finish: Finish,
    interrupts: Interrupt,
    splits_as: Signal<Local, Bits<9>>,
    paths: Signal<Local, Bits<5>>,
    busy: Signal<Local, Bit>,
    failed: Signal<Local, Bit>,
    at_rest: Signal<Local, Bit>,
    waits: Signal<Local, Bit>,
}

impl<
    const K: usize,
    const LOG: usize,
    const W: usize,
    const WW: usize,
    const KW: usize,
    const B: usize,
    const BC: usize,
    const D: usize,
    const BYTES: usize,
    const TIMES: usize,
    const OUT: usize,
    const N: usize,
    const DW: usize,
    const DE: usize,
    const PORTS: usize,
    const OFFSETS: usize,
    const JOB: usize,
    const SLOTS: usize,
    const SLOT: usize,
>
    Device<
        K,
        LOG,
        W,
        WW,
        KW,
        B,
        BC,
        D,
        BYTES,
        TIMES,
        OUT,
        N,
        DW,
        DE,
        PORTS,
        OFFSETS,
        JOB,
        SLOTS,
        SLOT,
    >
{
    /// Around a core of shp-regs, with the hash of its Verilog.
    pub fn new(core: &Core, hash: u64) -> Self {
        blank! {
            clock reset irq quiet control_awaddr control_awvalid control_awready control_wdata control_wstrb control_wvalid
            control_wready control_bresp control_bvalid control_bready control_araddr control_arvalid control_arready control_rdata
            control_rresp control_rvalid control_rready bus_awaddr bus_awlen bus_awvalid bus_awready bus_wdata bus_wstrb bus_wlast
            bus_wvalid bus_wready bus_bresp bus_bvalid bus_bready bus_araddr bus_arlen bus_arvalid bus_arready bus_rdata bus_rresp
            bus_rlast bus_rvalid bus_rready lite start unpack gather plan write finish interrupts splits_as paths busy failed
            at_rest waits;;
            registers: Registers::new(core, hash),
            sessions: Sessions::new(core),
            fetch: Fetch::new(K),
            read: Read::new(DW / KW),
            core: Figure::new(core),
        }
    }
}

impl<
    const K: usize,
    const LOG: usize,
    const W: usize,
    const WW: usize,
    const KW: usize,
    const B: usize,
    const BC: usize,
    const D: usize,
    const BYTES: usize,
    const TIMES: usize,
    const OUT: usize,
    const N: usize,
    const DW: usize,
    const DE: usize,
    const PORTS: usize,
    const OFFSETS: usize,
    const JOB: usize,
    const SLOTS: usize,
    const SLOT: usize,
> Logic
    for Device<
        K,
        LOG,
        W,
        WW,
        KW,
        B,
        BC,
        D,
        BYTES,
        TIMES,
        OUT,
        N,
        DW,
        DE,
        PORTS,
        OFFSETS,
        JOB,
        SLOTS,
        SLOT,
    >
{
    #[hdl_gen]
    fn update(&mut self) {
        self.lite.clock.next = self.clock.val();
        self.registers.clock.next = self.clock.val();
        self.sessions.clock.next = self.clock.val();
        self.fetch.clock.next = self.clock.val();
        self.start.clock.next = self.clock.val();
        self.read.clock.next = self.clock.val();
        self.unpack.clock.next = self.clock.val();
        self.core.clock.next = self.clock.val();
        self.gather.clock.next = self.clock.val();
        self.plan.clock.next = self.clock.val();
        self.write.clock.next = self.clock.val();
        self.finish.clock.next = self.clock.val();
        self.interrupts.clock.next = self.clock.val();
        self.lite.reset.next = self.reset.val();
        self.registers.reset.next = self.reset.val();
        self.sessions.reset.next = self.reset.val();
        self.fetch.reset.next = self.reset.val();
        self.start.reset.next = self.reset.val();
        self.read.reset.next = self.reset.val();
        self.unpack.reset.next = self.reset.val();
        self.core.reset.next = self.reset.val();
        self.gather.reset.next = self.reset.val();
        self.plan.reset.next = self.reset.val();
        self.write.reset.next = self.reset.val();
        self.finish.reset.next = self.reset.val();
        self.interrupts.reset.next = self.reset.val();

        // Registers.
        self.lite.awaddr.next = self.control_awaddr.val();
        self.lite.awvalid.next = self.control_awvalid.val();
        self.control_awready.next = self.lite.awready.val();
        self.lite.wdata.next = self.control_wdata.val();
        self.lite.wstrb.next = self.control_wstrb.val();
        self.lite.wvalid.next = self.control_wvalid.val();
        self.control_wready.next = self.lite.wready.val();
        self.control_bresp.next = self.lite.bresp.val();
        self.control_bvalid.next = self.lite.bvalid.val();
        self.lite.bready.next = self.control_bready.val();
        self.lite.araddr.next = self.control_araddr.val();
        self.lite.arvalid.next = self.control_arvalid.val();
        self.control_arready.next = self.lite.arready.val();
        self.control_rdata.next = self.lite.rdata.val();
        self.control_rresp.next = self.lite.rresp.val();
        self.control_rvalid.next = self.lite.rvalid.val();
        self.lite.rready.next = self.control_rready.val();
        self.registers.write.next = self.lite.write.val();
        self.registers.write_at.next = self.lite.write_at.val();
        self.registers.write_data.next = self.lite.write_data.val();
        self.registers.read.next = self.lite.read.val();
        self.registers.read_at.next = self.lite.read_at.val();
        self.lite.read_data.next = self.registers.read_data.val();
        self.busy.next = !self.start.none.val();
        self.failed.next = self.core.failed.val().any();
        self.registers.state.next = bit_cast::<6, 1>(self.core.passed.val().into())
            | (bit_cast::<6, 3>(self.core.failed.val()) << 1)
            | (bit_cast::<6, 1>(self.busy.val().into()) << 4)
            | (bit_cast::<6, 1>(self.finish.mute.val().into()) << 5);
        self.registers.slots_state.next = bit_cast::<8, 4>(self.sessions.opened.val())
            | (bit_cast::<8, 4>(self.sessions.wiping.val()) << 4);
        self.registers.taken.next = self.fetch.taken.val();
        self.registers.done.next = self.finish.done.val();
        self.registers.sent.next = self.interrupts.sent.val();
        self.registers.events.next = bit_cast::<9, 1>(true.into())
            | (bit_cast::<9, 1>(self.busy.val().into()) << 1)
            | (bit_cast::<9, 1>(
                (self.unpack.message_valid.val() && self.core.message_ready.val()).into(),
            ) << 2)
            | (bit_cast::<9, 1>(
                (!self.unpack.message_valid.val() && self.core.message_ready.val()).into(),
            ) << 3)
            | (bit_cast::<9, 1>(
                (self.core.ports_valid.val() && !self.gather.ports_ready.val()).into(),
            ) << 4)
            | (bit_cast::<9, 1>(
                (self.unpack.message_valid.val() && !self.core.message_ready.val()).into(),
            ) << 5)
            | (bit_cast::<9, 1>(self.finish.segment.val().into()) << 6)
            | (bit_cast::<9, 1>(self.finish.bad.val().into()) << 7)
            | (bit_cast::<9, 1>(self.finish.bus_error.val().into()) << 8);

        // Sessions.
        self.sessions.key_write.next = self.registers.key_write.val();
        self.sessions.key_at.next = self.registers.key_at.val();
        self.sessions.key_data.next = self.registers.data.val();
        self.sessions.open.next = self.registers.open.val();
        self.sessions.open_as.next = self.registers.data.val();
        self.sessions.close.next = self.registers.close.val();
        self.sessions.close_slot.next = self.registers.data.val().get_bits::<2>(0);
        self.sessions.failed.next = self.failed.val();
        self.sessions.quiet.next = self.start.none.val() && self.core.idle.val();
        self.sessions.ask.next = self.start.ask.val();
        self.sessions.ask_slot.next = self.start.slot.val();
        self.core.key_valid.next = self.sessions.load_valid.val();
        self.sessions.load_ready.next = self.core.key_ready.val();
        self.core.key_unit.next = self.sessions.load_channel.val();
        self.core.key_word.next = self.sessions.load_word.val();
        self.core.key_data.next = self.sessions.load_data.val();
        self.core.fault.next = self.registers.faults.val();

        // Descriptors, and the jobs that they make.
        self.fetch.enable.next = self.core.passed.val() && !self.registers.hang.val();
        self.fetch.ring.next = self.registers.ring.val();
        self.fetch.slots.next = self.registers.slots.val();
        self.fetch.doorbell.next = self.registers.doorbell.val();
        self.read.ask.next = self.fetch.ask.val();
        self.read.ask_at.next = self.fetch.address.val();
        self.fetch.asked.next = self.read.asked.val();
        self.fetch.beat.next = self.read.descriptor.val();
        self.fetch.data.next = self.read.data.val();
        self.fetch.last.next = self.read.last.val();
        self.fetch.wrong.next = self.read.wrong.val();
        self.start.valid.next = self.fetch.valid.val();
        self.start.descriptor.next = self.fetch.descriptor.val();
        self.start.failed.next = self.fetch.failed.val();
        self.fetch.pop.next = self.start.pop.val();
        self.start.ready.next = self.sessions.ready.val();
        self.start.refused.next = self.sessions.refused.val();
        self.start.segment_ready.next = self.core.segment_ready.val();
        self.start.completed.next = self.finish.completed.val();
        self.splits_as.next = self.sessions.splits_as.val();
        self.paths.next = self.splits_as.val().get_bits::<5>(0);
        self.core.segment_valid.next = self.start.segment_valid.val();
        self.core.segment_number.next = self.start.segment.val();
        self.core.segment_words.next = self.start.words.val();
        self.core.segment_paths.next = self.paths.val();
        self.core.segment_lane.next = self.splits_as.val().get_bits::<2>(5);
        self.core.segment_pbox.next = self.splits_as.val().get_bit(7);
        self.core.segment_definition.next = self.splits_as.val().get_bit(8);

        // The message.
        self.read.go.next = self.start.go.val();
        self.read.source.next = self.start.source.val();
        self.read.length.next = self.start.length.val();
        self.unpack.go.next = self.start.go.val();
        self.unpack.source.next = self.start.source.val();
        self.unpack.length.next = self.start.length.val();
        self.unpack.valid.next = self.read.valid.val();
        self.unpack.beat.next = self.read.beat.val();
        self.read.pop.next = self.unpack.pop.val();
        self.core.message_valid.next = self.unpack.message_valid.val();
        self.core.message_data.next = self.unpack.message_data.val();
        self.unpack.message_ready.next = self.core.message_ready.val();

        // The shares.
        self.gather.go.next = self.start.go.val();
        self.gather.ports.next = self.start.ports.val();
        self.gather.length.next = self.start.length.val();
        self.gather.paths.next = self.paths.val();
        self.gather.ports_valid.next = self.core.ports_valid.val();
        self.gather.ports_data.next = self.core.ports_data.val();
        self.gather.ports_last.next = self.core.ports_last.val();
        self.core.ports_ready.next = self.gather.ports_ready.val();
        self.plan.job.next = self.start.job.val();
        self.plan.status.next = self.start.status.val();
        self.plan.paths.next = self.paths.val();
        self.plan.length.next = self.start.length.val();
        self.plan.cookie.next = self.start.cookie.val();
        self.plan.ports.next = self.start.ports.val();
        self.gather.port.next = self.plan.port.val();
        self.plan.available.next = self.gather.available.val();
        self.gather.reserve.next = self.plan.reserve.val();
        self.gather.reserved.next = self.plan.reserved.val();
        self.gather.read.next = self.write.read.val();
        self.gather.read_port.next = self.write.read_port.val();
        self.write.beat.next = self.gather.beat.val();
        self.gather.beat_port.next = self.write.beat_port.val();
        self.plan.done.next = self.registers.done_ring.val();
        self.plan.slots.next = self.registers.slots.val();
        self.plan.complete.next = self.finish.complete.val();
        self.finish.completing.next = self.plan.completing.val();
        self.plan.room.next = self.write.room.val();
        self.plan.mark_room.next = self.finish.room.val();
        self.write.say.next = self.plan.say.val();
        self.write.command.next = self.plan.command.val();
        self.write.address.next = self.plan.address.val();
        self.finish.mark.next = self.plan.mark.val();
        self.finish.meaning.next = self.plan.meaning.val();
        self.finish.cookie.next = self.plan.ended_cookie.val();
        self.finish.status.next = self.plan.ended_status.val();
        self.finish.lost.next = self.read.lost.val();
        self.read.pop_lost.next = self.finish.pop_lost.val();
        self.write.completion.next = self.finish.completion.val();
        self.finish.pop.next = self.write.pop.val();

        // Host memory.
        self.bus_awaddr.next = self.write.awaddr.val();
        self.bus_awlen.next = self.write.awlen.val();
        self.bus_awvalid.next = self.write.awvalid.val();
        self.write.awready.next = self.bus_awready.val();
        self.bus_wdata.next = self.write.wdata.val();
        self.bus_wstrb.next = self.write.wstrb.val();
        self.bus_wlast.next = self.write.wlast.val();
        self.bus_wvalid.next = self.write.wvalid.val();
        self.write.wready.next = self.bus_wready.val();
        self.finish.bresp.next = self.bus_bresp.val();
        self.finish.bvalid.next = self.bus_bvalid.val();
        self.bus_bready.next = self.finish.bready.val();
        self.bus_araddr.next = self.read.araddr.val();
        self.bus_arlen.next = self.read.arlen.val();
        self.bus_arvalid.next = self.read.arvalid.val();
        self.read.arready.next = self.bus_arready.val();
        self.read.rdata.next = self.bus_rdata.val();
        self.read.rresp.next = self.bus_rresp.val();
        self.read.rlast.next = self.bus_rlast.val();
        self.read.rvalid.next = self.bus_rvalid.val();
        self.bus_rready.next = self.read.rready.val();

        // The host.
        self.interrupts.enable.next = self.registers.enable.val();
        self.interrupts.silent.next = self.registers.silent.val();
        self.interrupts.after.next = self.registers.after.val();
        self.interrupts.delay.next = self.registers.delay.val();
        self.interrupts.completed.next = self.finish.completed.val();
        self.interrupts.failed.next = self.failed.val();
        self.irq.next = self.interrupts.irq.val();
        self.waits.next = self.registers.doorbell.val() != self.fetch.taken.val();
        self.at_rest.next =
            self.sessions.rests.val() && (self.core.passed.val() || self.failed.val());
        self.quiet.next = self.at_rest.val()
            && !self.waits.val()
            && self.start.none.val()
            && self.fetch.none.val()
            && !self.start.waits.val()
            && self.interrupts.told.val();
    }
}
