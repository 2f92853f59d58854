//! The AXI4-Lite bus to a device's registers.

use std::collections::VecDeque;

use crate::stalls::Stalls;
use crate::{Error, Input, Model, Output, Top};

/// What is asked of the registers.
#[derive(Clone, Copy, Debug)]
pub(super) enum Access {
    Read(u16),
    Write(u16, u32),
}

struct Pins {
    awaddr: Input,
    awvalid: Input,
    awready: Output,
    wdata: Input,
    wstrb: Input,
    wvalid: Input,
    wready: Output,
    bresp: Output,
    bvalid: Output,
    bready: Input,
    araddr: Input,
    arvalid: Input,
    arready: Output,
    rdata: Output,
    rvalid: Output,
    rready: Input,
}

/// One access after the other, with pauses.
pub(super) struct Control {
    pins: Pins,
    queue: VecDeque<Access>,
    /// What of the first access is still to move: the address, the data.
    address: bool,
    data: bool,
    begun: bool,
    values: VecDeque<u32>,
    stalls: Stalls,
}

impl Control {
    pub(super) fn new(top: &'static Top) -> Result<Self, Error> {
        Ok(Self {
            pins: Pins {
                awaddr: top.input("control_awaddr")?,
                awvalid: top.input("control_awvalid")?,
                awready: top.output("control_awready")?,
                wdata: top.input("control_wdata")?,
                wstrb: top.input("control_wstrb")?,
                wvalid: top.input("control_wvalid")?,
                wready: top.output("control_wready")?,
                bresp: top.output("control_bresp")?,
                bvalid: top.output("control_bvalid")?,
                bready: top.input("control_bready")?,
                araddr: top.input("control_araddr")?,
                arvalid: top.input("control_arvalid")?,
                arready: top.output("control_arready")?,
                rdata: top.output("control_rdata")?,
                rvalid: top.output("control_rvalid")?,
                rready: top.input("control_rready")?,
            },
            queue: VecDeque::new(),
            address: false,
            data: false,
            begun: false,
            values: VecDeque::new(),
            stalls: Stalls::none(),
        })
    }

    pub(super) fn set_stalls(&mut self, stalls: Stalls) {
        self.stalls = stalls;
    }

    pub(super) fn queue(&mut self, access: Access) {
        self.queue.push_back(access);
    }

    pub(super) fn is_idle(&self) -> bool {
        self.queue.is_empty()
    }

    /// What was read, the oldest first.
    pub(super) fn value(&mut self) -> Option<u32> {
        self.values.pop_front()
    }

    pub(super) fn reset(&mut self, model: &mut Model) {
        self.queue.clear();
        self.values.clear();
        (self.address, self.data, self.begun) = (false, false, false);
        for pin in [
            self.pins.awvalid,
            self.pins.wvalid,
            self.pins.arvalid,
            self.pins.bready,
            self.pins.rready,
        ] {
            model.set(pin, 0);
        }
    }

    /// Does one cycle, up to the clock's edge.
    pub(super) fn step(&mut self, model: &mut Model) -> Result<(), &'static str> {
        let moves = self.stalls.moves();
        let Some(access) = self.queue.front().copied() else {
            return Ok(());
        };
        if !self.begun {
            (self.begun, self.address) = (true, true);
            self.data = matches!(access, Access::Write(..));
        }
        let done = match access {
            Access::Write(at, value) => {
                model.set(self.pins.awaddr, at.into());
                model.set(self.pins.awvalid, self.address.into());
                model.set(self.pins.wdata, value.into());
                model.set(self.pins.wstrb, 0xf);
                model.set(self.pins.wvalid, self.data.into());
                model.set(self.pins.bready, moves.into());
                let answered = moves && model.is_high(self.pins.bvalid);
                if answered && model.get(self.pins.bresp) != 0 {
                    return Err("a whole register could not be written");
                }
                self.address &= !model.is_high(self.pins.awready);
                self.data &= !model.is_high(self.pins.wready);
                answered
            }
            Access::Read(at) => {
                model.set(self.pins.araddr, at.into());
                model.set(self.pins.arvalid, self.address.into());
                model.set(self.pins.rready, moves.into());
                let answered = moves && model.is_high(self.pins.rvalid);
                if answered {
                    self.values.push_back(model.get(self.pins.rdata) as u32);
                }
                self.address &= !model.is_high(self.pins.arready);
                answered
            }
        };
        if done {
            self.queue.pop_front();
            self.begun = false;
        }
        Ok(())
    }

    /// After the clock's edge: nothing is offered or taken unless the next cycle says so.
    pub(super) fn rest(&mut self, model: &mut Model) {
        if self.queue.is_empty() {
            model.set(self.pins.bready, 0);
            model.set(self.pins.rready, 0);
            model.set(self.pins.awvalid, 0);
            model.set(self.pins.wvalid, 0);
            model.set(self.pins.arvalid, 0);
        }
    }
}
