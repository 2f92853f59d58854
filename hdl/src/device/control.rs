//! AXI4-Lite: one write and one read at a time, of whole words.

use rust_hdl::prelude::*;

/// From the bus to the registers. A write shows for one clock at `write`; a read is answered in the clock in which `read` shows it.
#[derive(LogicBlock, Default)]
pub struct Control {
    /// Rising edge.
    pub clock: Signal<In, Clock>,
    /// Forgets what is under way.
    pub reset: Signal<In, Bit>,
    /// Where to write.
    pub awaddr: Signal<In, Bits<12>>,
    /// It is offered.
    pub awvalid: Signal<In, Bit>,
    /// It is taken.
    pub awready: Signal<Out, Bit>,
    /// What to write.
    pub wdata: Signal<In, Bits<32>>,
    /// Its bytes: all, or the write is refused.
    pub wstrb: Signal<In, Bits<4>>,
    /// It is offered.
    pub wvalid: Signal<In, Bit>,
    /// It is taken.
    pub wready: Signal<Out, Bit>,
    /// 0, or 2: refused.
    pub bresp: Signal<Out, Bits<2>>,
    /// The answer to a write is offered.
    pub bvalid: Signal<Out, Bit>,
    /// It is taken.
    pub bready: Signal<In, Bit>,
    /// Where to read.
    pub araddr: Signal<In, Bits<12>>,
    /// It is offered.
    pub arvalid: Signal<In, Bit>,
    /// It is taken.
    pub arready: Signal<Out, Bit>,
    /// What was read.
    pub rdata: Signal<Out, Bits<32>>,
    /// 0.
    pub rresp: Signal<Out, Bits<2>>,
    /// It is offered.
    pub rvalid: Signal<Out, Bit>,
    /// It is taken.
    pub rready: Signal<In, Bit>,
    /// A register is written.
    pub write: Signal<Out, Bit>,
    /// Which.
    pub write_at: Signal<Out, Bits<12>>,
    /// With what.
    pub write_data: Signal<Out, Bits<32>>,
    /// A register is read.
    pub read: Signal<Out, Bit>,
    /// Which.
    pub read_at: Signal<Out, Bits<12>>,
    /// What it holds.
    pub read_data: Signal<In, Bits<32>>,
    address: DFF<Bits<12>>,
    address_held: DFF<Bit>,
    data: DFF<Bits<32>>,
    whole: DFF<Bit>,
    data_held: DFF<Bit>,
    answered: DFF<Bit>,
    refused: DFF<Bit>,
    from: DFF<Bits<12>>,
    asked: DFF<Bit>,
    value: DFF<Bits<32>>,
    value_held: DFF<Bit>,
    write_now: Signal<Local, Bit>,
    read_now: Signal<Local, Bit>,
}

impl Logic for Control {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(
            self,
            clock,
            address,
            address_held,
            data,
            whole,
            data_held,
            answered,
            refused,
            from,
            asked,
            value,
            value_held
        );
        self.awready.next = !self.address_held.q.val();
        if self.awvalid.val() && !self.address_held.q.val() {
            self.address.d.next = self.awaddr.val();
            self.address_held.d.next = true;
        }
        self.wready.next = !self.data_held.q.val();
        if self.wvalid.val() && !self.data_held.q.val() {
            self.data.d.next = self.wdata.val();
            self.whole.d.next = self.wstrb.val() == 15;
            self.data_held.d.next = true;
        }
        self.write_now.next =
            self.address_held.q.val() && self.data_held.q.val() && !self.answered.q.val();
        self.write.next = self.write_now.val() && self.whole.q.val();
        self.write_at.next = self.address.q.val();
        self.write_data.next = self.data.q.val();
        self.bvalid.next = self.answered.q.val();
        self.bresp.next = 0.into();
        if self.refused.q.val() {
            self.bresp.next = 2.into();
        }
        if self.answered.q.val() && self.bready.val() {
            self.answered.d.next = false;
        }
        if self.write_now.val() {
            self.address_held.d.next = false;
            self.data_held.d.next = false;
            self.answered.d.next = true;
            self.refused.d.next = !self.whole.q.val();
        }

        self.arready.next = !self.asked.q.val();
        if self.arvalid.val() && !self.asked.q.val() {
            self.from.d.next = self.araddr.val();
            self.asked.d.next = true;
        }
        self.read_now.next = self.asked.q.val() && !self.value_held.q.val();
        self.read.next = self.read_now.val();
        self.read_at.next = self.from.q.val();
        self.rvalid.next = self.value_held.q.val();
        self.rdata.next = self.value.q.val();
        self.rresp.next = 0.into();
        if self.value_held.q.val() && self.rready.val() {
            self.value_held.d.next = false;
        }
        if self.read_now.val() {
            self.asked.d.next = false;
            self.value.d.next = self.read_data.val();
            self.value_held.d.next = true;
        }

        if self.reset.val() {
            self.address_held.d.next = false;
            self.data_held.d.next = false;
            self.answered.d.next = false;
            self.asked.d.next = false;
            self.value_held.d.next = false;
        }
    }
}
