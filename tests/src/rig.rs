//! A host that does by hand what a driver does: writes keys, descriptors and the doorbell, and looks at completions.

#![allow(
    clippy::missing_panics_doc,
    clippy::missing_errors_doc,
    reason = "it stands for a test, which panics; its errors are the simulation's"
)]

use shp::partition::{Keys, Lane, Params, Policy, Rounds, reference};
use shp_regs::blocks::sessions::open as fields;
use shp_regs::blocks::{health, queue, sessions};
use shp_regs::cores::{self, Core};
use shp_regs::ring::{Item, Status, completion, descriptor};
use shp_regs::stream::{pbox_channel, unit_channel};
use shp_sim::device::{Device, Plain};
use shp_sim::{Error, tops};

/// Where the descriptors are.
pub const RING: u64 = 0x10_0000;
/// Where the completions are.
pub const DONE: u64 = 0x11_0000;
/// Where messages and shares may be.
pub const DATA: u64 = 0x12_0000;
/// Where memory begins.
const BASE: u64 = 0x10_0000;
/// What memory holds before anything is written there.
const UNTOUCHED: u8 = 0xee;

/// A session slot's content.
pub struct Session {
    /// How it splits.
    pub params: Params,
    /// With which keys.
    pub keys: Keys,
}

impl Session {
    /// With keys that follow from `master`.
    pub fn new(master: u8, params: Params) -> Self {
        Self {
            keys: Keys::derive(&[master; 32], params.paths),
            params,
        }
    }

    /// The shares that the reference makes of a message.
    pub fn expected(&self, segment: u64, message: &[u8]) -> Vec<Vec<u8>> {
        let mut ports = vec![vec![0; message.len()]; self.params.paths.get()];
        let mut slices: Vec<&mut [u8]> = ports.iter_mut().map(Vec::as_mut_slice).collect();
        reference::split(&self.params, &self.keys, segment, message, &mut slices)
            .expect("the keys are for this k");
        ports
    }
}

/// A descriptor.
#[derive(Clone, Debug)]
pub struct Job {
    /// The session's slot.
    pub slot: u8,
    /// The segment's number.
    pub segment: u64,
    /// Where the message is.
    pub source: u64,
    /// Its bytes.
    pub length: u32,
    /// Where the shares go.
    pub ports: Vec<u64>,
    /// What should be zero.
    pub reserved: u8,
    /// Comes back with the completion.
    pub cookie: u64,
}

/// A device, its memory, and how far both are.
pub struct Rig {
    /// The device.
    pub device: Device,
    /// Its memory.
    pub memory: Plain,
    /// Channels of its core.
    pub channels: u8,
    /// Bytes of its core's word.
    pub word_bytes: u32,
    slots: u32,
    posted: u32,
    seen: u32,
}

fn core_of(top: &str) -> &'static Core {
    cores::find(top.trim_end_matches("_device")).expect("a device is called after its core")
}

impl Rig {
    /// How many channels a device has.
    pub fn channels_of(top: &str) -> u8 {
        core_of(top).channels
    }

    /// A device in service, with a ring of so many slots.
    pub fn new(top: &str, slots: u32, bytes: usize) -> Self {
        let core = core_of(top);
        let mut memory = Plain::new(BASE, (DATA - BASE) as usize + bytes);
        memory.bytes.fill(UNTOUCHED);
        let device = Device::new(tops::find(top).expect("this build has the device"));
        let mut rig = Self {
            device: device.expect("it has a device's ports"),
            memory,
            channels: core.channels,
            word_bytes: u32::from(core.word_bits) / 8,
            slots,
            posted: 0,
            seen: 0,
        };
        rig.begin().expect("the device answers");
        rig
    }

    /// Waits for the self-test and says where the ring is.
    pub fn begin(&mut self) -> Result<(), Error> {
        (self.posted, self.seen) = (0, 0);
        self.memory.at(DONE, 0x1_0000).fill(0);
        while health::state::passed.of(self.read(health::state::AT)?) == 0
            || sessions::state::wiping.of(self.read(sessions::state::AT)?) != 0
        {}
        self.write(queue::ring_low::AT, RING as u32)?;
        self.write(queue::done_low::AT, DONE as u32)?;
        self.write(queue::mask::AT, self.slots - 1)
    }

    /// Reads a register.
    pub fn read(&mut self, at: u16) -> Result<u32, Error> {
        self.device.read(&mut self.memory, at)
    }

    /// Writes a register.
    pub fn write(&mut self, at: u16, value: u32) -> Result<(), Error> {
        self.device.write(&mut self.memory, at, value)
    }

    /// Loads a slot's keys and opens it.
    pub fn open(&mut self, slot: u8, session: &Session) -> Result<(), Error> {
        let Params {
            paths,
            lane,
            policy,
            rounds,
            pbox,
        } = session.params;
        assert_eq!(rounds, Rounds::Twenty);
        let k = paths.get() as u8;
        let units = (0..).zip(session.keys.units());
        let channel =
            |unit| unit_channel(unit, k, self.channels).expect("k is within the channels");
        let mut keys: Vec<_> = units.map(|(unit, key)| (channel(unit), *key)).collect();
        keys.push((pbox_channel(self.channels), *session.keys.pbox()));
        for (channel, key) in keys {
            let at = sessions::key_at::slot.with(slot.into())
                | sessions::key_at::channel.with(channel.into());
            self.write(sessions::key_at::AT, at)?;
            for word in key.chunks(4) {
                let word = u32::from_le_bytes(word.try_into().expect("four bytes"));
                self.write(sessions::key::AT, word)?;
            }
        }
        let lane = Lane::ALL.iter().position(|known| *known == lane);
        let open = fields::slot.with(slot.into())
            | fields::paths.with(k.into())
            | fields::lane.with(lane.expect("it is one of these") as u32)
            | fields::pbox.with(pbox.into())
            | fields::definition.with((policy == Policy::Definition).into());
        self.write(sessions::open::AT, open)
    }

    /// Puts descriptors into the ring, without a word to the device.
    pub fn post(&mut self, job: &Job) {
        let bytes = descriptor::bytes(self.channels.into());
        let at = RING + u64::from(self.posted % self.slots) * bytes as u64;
        let record = self.memory.at(at, bytes);
        record.fill(0);
        let mut put = |item: Item, value: u64| {
            record[item.at..][..item.bytes].copy_from_slice(&value.to_le_bytes()[..item.bytes]);
        };
        put(descriptor::SOURCE, job.source);
        put(descriptor::SEGMENT, job.segment);
        put(descriptor::LENGTH, job.length.into());
        put(descriptor::SESSION, job.slot.into());
        put(descriptor::RESERVED, job.reserved.into());
        put(descriptor::COOKIE, job.cookie);
        for (port, address) in job.ports.iter().enumerate() {
            let at = descriptor::PORTS.at + 8 * port;
            put(
                Item {
                    at,
                    ..descriptor::PORTS
                },
                *address,
            );
        }
        self.posted += 1;
    }

    /// Tells the device how many descriptors there are.
    pub fn ring(&mut self) -> Result<(), Error> {
        self.write(queue::doorbell::AT, self.posted)
    }

    /// The next completion, if it is there.
    pub fn completion(&mut self) -> Option<(u64, Status)> {
        let at = DONE + u64::from(self.seen % self.slots) * completion::BYTES as u64;
        let record = self.memory.at(at, completion::BYTES).to_vec();
        let get = |item: Item| {
            let bytes = record[item.at..][..item.bytes].iter().rev();
            bytes.fold(0, |high, &low| high << 8 | u64::from(low))
        };
        if get(completion::SEQUENCE) as u32 != self.seen.wrapping_add(1) {
            return None;
        }
        self.seen += 1;
        let status = Status::from_code(get(completion::STATUS) as u32);
        Some((
            get(completion::COOKIE),
            status.expect("a status that is known"),
        ))
    }

    /// Runs until so many completions are there.
    pub fn completions(&mut self, count: usize) -> Result<Vec<(u64, Status)>, Error> {
        let mut all = Vec::new();
        let mut waited = 0;
        while all.len() < count {
            self.device.step(&mut self.memory)?;
            waited += 1;
            while let Some(completion) = self.completion() {
                all.push(completion);
                waited = 0;
            }
            if waited > 400_000 {
                return Err(Error::Stuck {
                    cycle: self.device.cycles(),
                    waited,
                    state: format!("{} of {count} completions", all.len()),
                });
            }
        }
        Ok(all)
    }

    /// Runs until the device is quiet: the host may see a completion before the bus told the device that it is written.
    pub fn settle(&mut self) -> Result<(), Error> {
        let since = self.device.cycles();
        while !self.device.is_quiet() {
            self.device.step(&mut self.memory)?;
            let (cycle, waited) = (self.device.cycles(), self.device.cycles() - since);
            if waited > 100_000 {
                let state = "the device is not quiet".to_owned();
                return Err(Error::Stuck {
                    cycle,
                    waited,
                    state,
                });
            }
        }
        Ok(())
    }

    /// What stands at the shares' places, and whether the bytes around them are untouched.
    pub fn shares(&mut self, job: &Job) -> (Vec<Vec<u8>>, bool) {
        let mut clean = true;
        let length = job.length as usize;
        let shares = job
            .ports
            .iter()
            .map(|&at| {
                for beside in [at - 1, at + length as u64] {
                    clean &= self.memory.at(beside, 1) == [UNTOUCHED];
                }
                self.memory.at(at, length).to_vec()
            })
            .collect();
        (shares, clean)
    }
}
