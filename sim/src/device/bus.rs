//! The AXI4 bus between a device and its memory: latency, pauses, errors, and the rules that the device keeps.

use std::collections::VecDeque;

use super::Memory;
use crate::stalls::Stalls;
use crate::{Error, Input, Model, Output, Top};

/// Bursts of one direction that the bus takes before the first is answered.
const OUTSTANDING: usize = 256;

/// No burst crosses a boundary of so many bytes.
const BOUNDARY: u64 = 4096;

/// What `resp` says of a burst that failed: the slave's error.
const FAILED: u64 = 2;

/// The master's pins.
struct Pins {
    awaddr: Output,
    awlen: Output,
    awvalid: Output,
    awready: Input,
    wdata: Output,
    wstrb: Output,
    wlast: Output,
    wvalid: Output,
    wready: Input,
    bresp: Input,
    bvalid: Input,
    bready: Output,
    araddr: Output,
    arlen: Output,
    arvalid: Output,
    arready: Input,
    rdata: Input,
    rresp: Input,
    rlast: Input,
    rvalid: Input,
    rready: Output,
}

/// A burst that the bus took.
struct Burst {
    address: u64,
    beats: u64,
    /// The cycle from which on it is answered.
    due: u64,
}

/// A channel that the device drives: what is on it may not change until it is taken.
#[derive(Default)]
struct Watched(Option<Vec<u8>>);

impl Watched {
    /// Looks at one cycle; `payload` is `None` while `valid` is low.
    fn look(&mut self, payload: Option<Vec<u8>>, taken: bool) -> Result<(), &'static str> {
        if self.0.is_some() && self.0 != payload {
            return Err("a channel of the bus changed before it was taken");
        }
        self.0 = payload.filter(|_| !taken);
        Ok(())
    }
}

/// The bus, in front of a memory.
pub(super) struct Bus {
    pins: Pins,
    beat: usize,
    /// Cycles from an address to the first answer.
    latency: u64,
    stalls: [Stalls; 5],
    reads: VecDeque<Burst>,
    reading: bool,
    read_beat: u64,
    writes: VecDeque<Burst>,
    write_beat: u64,
    write_failed: bool,
    /// Answers to writes: when they are due, and what they say.
    answers: VecDeque<(u64, u64)>,
    answering: bool,
    watched: [Watched; 3],
    data: Vec<u8>,
    strobes: Vec<u8>,
}

impl Bus {
    pub(super) fn new(top: &'static Top) -> Result<Self, Error> {
        let pins = Pins {
            awaddr: top.output("bus_awaddr")?,
            awlen: top.output("bus_awlen")?,
            awvalid: top.output("bus_awvalid")?,
            awready: top.input("bus_awready")?,
            wdata: top.output("bus_wdata")?,
            wstrb: top.output("bus_wstrb")?,
            wlast: top.output("bus_wlast")?,
            wvalid: top.output("bus_wvalid")?,
            wready: top.input("bus_wready")?,
            bresp: top.input("bus_bresp")?,
            bvalid: top.input("bus_bvalid")?,
            bready: top.output("bus_bready")?,
            araddr: top.output("bus_araddr")?,
            arlen: top.output("bus_arlen")?,
            arvalid: top.output("bus_arvalid")?,
            arready: top.input("bus_arready")?,
            rdata: top.input("bus_rdata")?,
            rresp: top.input("bus_rresp")?,
            rlast: top.input("bus_rlast")?,
            rvalid: top.input("bus_rvalid")?,
            rready: top.output("bus_rready")?,
        };
        let beat = pins.wdata.width() as usize / 8;
        Ok(Self {
            data: vec![0; beat],
            strobes: vec![0; beat / 8],
            pins,
            beat,
            latency: 0,
            stalls: std::array::from_fn(|_| Stalls::none()),
            reads: VecDeque::new(),
            reading: false,
            read_beat: 0,
            writes: VecDeque::new(),
            write_beat: 0,
            write_failed: false,
            answers: VecDeque::new(),
            answering: false,
            watched: Default::default(),
        })
    }

    pub(super) fn beat(&self) -> usize {
        self.beat
    }

    pub(super) fn set_latency(&mut self, cycles: u64) {
        self.latency = cycles;
    }

    pub(super) fn set_stalls(&mut self, mut pattern: impl FnMut() -> Stalls) {
        self.stalls = std::array::from_fn(|_| pattern());
    }

    /// Whether nothing is on its way.
    pub(super) fn is_idle(&self) -> bool {
        self.reads.is_empty() && self.writes.is_empty() && self.answers.is_empty()
    }

    /// Forgets what is on its way, as its other end does.
    pub(super) fn reset(&mut self, model: &mut Model) {
        self.reads.clear();
        self.writes.clear();
        self.answers.clear();
        (self.reading, self.answering, self.write_failed) = (false, false, false);
        (self.read_beat, self.write_beat) = (0, 0);
        self.watched = Default::default();
        for pin in [
            self.pins.awready,
            self.pins.wready,
            self.pins.bvalid,
            self.pins.arready,
            self.pins.rvalid,
        ] {
            model.set(pin, 0);
        }
    }

    /// Does one cycle, up to the clock's edge.
    pub(super) fn step(
        &mut self,
        model: &mut Model,
        memory: &mut dyn Memory,
    ) -> Result<(), &'static str> {
        let cycle = model.cycles();
        let [ar, r, aw, w, b] = &mut self.stalls;
        let moves = [ar.moves(), r.moves(), aw.moves(), w.moves(), b.moves()];
        let room = [
            self.reads.len() < OUTSTANDING,
            self.writes.len() < OUTSTANDING,
        ];
        let ready = [moves[0] && room[0], moves[2] && room[1], moves[3]];
        model.set(self.pins.arready, ready[0].into());
        model.set(self.pins.awready, ready[1].into());
        model.set(self.pins.wready, ready[2].into());
        self.offer_read(model, memory, moves[1], cycle);
        self.offer_answer(model, moves[4], cycle);

        self.take_read(model);
        self.take_address(model, ready[0], cycle)?;
        self.take_beat(model, memory, ready[2], cycle)?;
        self.take_write(model, ready[1], cycle)?;
        if self.answering && model.is_high(self.pins.bready) {
            self.answers.pop_front();
            self.answering = false;
        }
        Ok(())
    }

    /// Puts the next beat that was read on the bus, and garbage when there is none.
    fn offer_read(&mut self, model: &mut Model, memory: &mut dyn Memory, moves: bool, cycle: u64) {
        if self.reading {
            return;
        }
        let due = self.reads.front().filter(|burst| burst.due <= cycle);
        let Some(burst) = due.filter(|_| moves) else {
            self.data.fill(0xa5);
            model.set_bytes(self.pins.rdata, &self.data);
            model.set(self.pins.rvalid, 0);
            return;
        };
        let good = memory.read(
            burst.address + self.read_beat * self.beat as u64,
            &mut self.data,
        );
        model.set_bytes(self.pins.rdata, &self.data);
        model.set(self.pins.rresp, if good { 0 } else { FAILED });
        model.set(
            self.pins.rlast,
            u64::from(self.read_beat + 1 == burst.beats),
        );
        model.set(self.pins.rvalid, 1);
        self.reading = true;
    }

    fn take_read(&mut self, model: &mut Model) {
        if self.reading && model.is_high(self.pins.rready) {
            self.reading = false;
            self.read_beat += 1;
            if self
                .reads
                .front()
                .is_some_and(|burst| burst.beats == self.read_beat)
            {
                self.reads.pop_front();
                self.read_beat = 0;
            }
        }
    }

    fn offer_answer(&mut self, model: &mut Model, moves: bool, cycle: u64) {
        if self.answering {
            return;
        }
        let due = self.answers.front().filter(|(due, _)| *due <= cycle);
        if let Some((_, answer)) = due.filter(|_| moves) {
            model.set(self.pins.bresp, *answer);
            self.answering = true;
        }
        model.set(self.pins.bvalid, self.answering.into());
    }

    fn take_address(
        &mut self,
        model: &mut Model,
        ready: bool,
        cycle: u64,
    ) -> Result<(), &'static str> {
        let valid = model.is_high(self.pins.arvalid);
        let burst = self.burst(model, self.pins.araddr, self.pins.arlen, cycle);
        self.watched[0].look(valid.then(|| payload(&burst)), ready)?;
        if valid && ready {
            self.check(&burst)?;
            self.reads.push_back(burst);
        }
        Ok(())
    }

    fn take_write(
        &mut self,
        model: &mut Model,
        ready: bool,
        cycle: u64,
    ) -> Result<(), &'static str> {
        let valid = model.is_high(self.pins.awvalid);
        let burst = self.burst(model, self.pins.awaddr, self.pins.awlen, cycle);
        self.watched[1].look(valid.then(|| payload(&burst)), ready)?;
        if valid && ready {
            self.check(&burst)?;
            self.writes.push_back(burst);
        }
        Ok(())
    }

    /// Takes a beat to be written, which belongs to the oldest burst whose beats are not all in.
    fn take_beat(
        &mut self,
        model: &mut Model,
        memory: &mut dyn Memory,
        ready: bool,
        cycle: u64,
    ) -> Result<(), &'static str> {
        if !model.is_high(self.pins.wvalid) {
            return self.watched[2].look(None, ready);
        }
        model.get_bytes(self.pins.wdata, &mut self.data);
        model.get_bytes(self.pins.wstrb, &mut self.strobes);
        let last = model.is_high(self.pins.wlast);
        let together = [&self.data[..], &self.strobes[..], &[u8::from(last)]].concat();
        self.watched[2].look(Some(together), ready)?;
        if !ready {
            return Ok(());
        }
        let Some(burst) = self.writes.front() else {
            return Err("a beat was written before its address");
        };
        if last != (self.write_beat + 1 == burst.beats) {
            return Err("wlast is not at the last beat");
        }
        let strobes = self
            .strobes
            .iter()
            .rev()
            .fold(0, |high, &low| high << 8 | u64::from(low));
        if strobes == 0 {
            return Err("a beat without a byte");
        }
        let address = burst.address + self.write_beat * self.beat as u64;
        self.write_failed |= !memory.write(address, &self.data, strobes);
        self.write_beat += 1;
        if last {
            let answer = if self.write_failed { FAILED } else { 0 };
            self.answers.push_back((cycle + self.latency, answer));
            self.writes.pop_front();
            (self.write_beat, self.write_failed) = (0, false);
        }
        Ok(())
    }

    fn burst(&self, model: &mut Model, address: Output, length: Output, cycle: u64) -> Burst {
        Burst {
            address: model.get(address),
            beats: model.get(length) + 1,
            due: cycle + self.latency,
        }
    }

    fn check(&self, burst: &Burst) -> Result<(), &'static str> {
        let bytes = burst.beats * self.beat as u64;
        if !burst.address.is_multiple_of(self.beat as u64) {
            Err("a burst does not begin with a beat")
        } else if burst.address / BOUNDARY != (burst.address + (bytes - 1)) / BOUNDARY {
            Err("a burst crosses 4096 bytes")
        } else {
            Ok(())
        }
    }
}

fn payload(burst: &Burst) -> Vec<u8> {
    [burst.address.to_le_bytes(), burst.beats.to_le_bytes()].concat()
}
