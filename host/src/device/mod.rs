//! The driver: a device behind a [`Transport`], its session slots, its ring of descriptors.
//!
//! ```text
//!   post --> descriptor in memory --.            .--> completion in memory --> complete
//!            ring: one register  ---+--> device --'      `- interrupt --> wait
//! ```
//!
//! Nothing here waits for ever, and nothing that a device says is believed without a look.

mod map;
mod queue;

use std::{
    fmt,
    time::{Duration, Instant},
};

use serde::{Deserialize, Serialize};
use shp_regs::{
    blocks::{
        capabilities, health, identity, interrupts, queue as queue_block, sessions, statistics,
    },
    map::{Block, Register},
    ring::Status,
    stream::{self, pbox_channel, unit_channel},
};

use capabilities::{core as fields, queue as queue_fields};

use crate::{
    partition::{Key, Keys, Lane, Params, Paths, Policy, Rounds},
    transport::{self, GONE, Memory, Transport},
};
use map::Map;
use queue::Queue;
pub use queue::{Descriptor, Done};

/// A self-test, or the overwriting of keys, takes microseconds; a simulation is slower.
const PATIENCE: Duration = Duration::from_secs(5);

/// Completions that one interrupt may tell of, and clocks that it may be late.
const MODERATION: (u32, u32) = (8, 2000);

/// Why a device did not do what it was asked to.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The way to it broke.
    #[error(transparent)]
    Transport(#[from] transport::Error),
    /// It has no SHP registers.
    #[error("this is no SHP device")]
    Magic,
    /// Its registers are no list of blocks.
    #[error("the device's list of register blocks is broken")]
    List,
    /// It lacks a block.
    #[error("the device has no registers for {0}")]
    Missing(&'static str),
    /// A block has a major version that this driver does not know.
    #[error("the device's registers for {0} have version {1}: this driver is too old or too new")]
    Version(&'static str, u32),
    /// It says that it can do what nothing can.
    #[error("the device says it has {0}")]
    Nonsense(String),
    /// It reads as all ones: it is gone.
    #[error("the device is gone")]
    Lost,
    /// It did nothing for too long.
    #[error("the device did not answer in time")]
    Timeout,
    /// Its self-test failed, a bit for each test.
    #[error("the device's self-test failed: {0:#05b}")]
    SelfTest(u32),
    /// It could not write to this host's memory.
    #[error("the device could not write a completion")]
    Mute,
    /// All of its session slots are taken.
    #[error("all session slots of the device are taken")]
    Slots,
    /// It did not open a session so.
    #[error("the device did not open the session")]
    Refused,
    /// It ended a job so.
    #[error("the device ended the job: {0:?}")]
    Job(Status),
    /// It completed what it was not asked to.
    #[error("the device completed a job that it was not given")]
    Stray,
}

/// What a device is and can do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Info {
    /// The most paths.
    pub channels: u8,
    /// Bytes of message a clock.
    pub word_bytes: u8,
    /// The rounds of its keystream.
    pub rounds: Rounds,
    /// Its lanes.
    pub lanes: Vec<Lane>,
    /// Its policies.
    pub policies: Vec<Policy>,
    /// Its session slots.
    pub slots: u8,
    /// The hash of the Verilog it was made of.
    pub hash: u64,
}

/// What a device counted since its last reset.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Statistics {
    /// Clocks.
    pub clocks: u64,
    /// Clocks in which a job was under way.
    pub busy: u64,
    /// Words of message that entered the core.
    pub words: u64,
    /// Clocks in which the core waited for the message.
    pub starved: u64,
    /// Clocks in which shares waited for the bus.
    pub blocked: u64,
    /// Clocks in which the message waited for the core.
    pub waiting: u64,
    /// Segments done.
    pub segments: u64,
    /// Descriptors refused.
    pub bad: u64,
    /// Bus errors.
    pub bus_errors: u64,
}

/// A device that this process drives.
pub struct Device {
    transport: Box<dyn Transport>,
    map: Map,
    info: Info,
    queue: Queue,
    /// Session slots that are in use.
    taken: [bool; 4],
}

impl Device {
    /// Takes a device over: resets it, walks its registers, waits for its self-test and gives it a ring of so many slots, a power of two
    /// up to 256.
    ///
    /// # Errors
    /// When it is no SHP device, or one of another time, or not well.
    pub fn open(mut transport: Box<dyn Transport>, slots: u16) -> Result<Self, Error> {
        transport.reset()?;
        let map = Map::walk(|at| transport.read(at))?;
        let info = Info::read(&mut |block, register| Ok(transport.read(map.at(block, register))?))?;
        let queue = Queue::new(&mut *transport, info.channels, slots)?;
        let mut device = Self {
            transport,
            map,
            info,
            queue,
            taken: [false; 4],
        };
        device.begin()?;
        Ok(device)
    }

    /// What it is.
    pub fn info(&self) -> &Info {
        &self.info
    }

    /// Puts it back to how it was when it was opened: no session is open, and no job is under way.
    ///
    /// # Errors
    /// When that does not help.
    pub fn reset(&mut self) -> Result<(), Error> {
        self.transport.reset()?;
        self.taken = [false; 4];
        self.queue.reset();
        self.begin()
    }

    /// Waits for the self-test, and tells the device of the ring.
    fn begin(&mut self) -> Result<(), Error> {
        self.until(|device| {
            device.check()?;
            let state = device.read(&health::BLOCK, &health::state::REGISTER)?;
            let slots = device.read(&sessions::BLOCK, &sessions::state::REGISTER)?;
            Ok(health::state::passed.of(state) == 1 && slots == 0)
        })?;
        for (register, value) in self.queue.place() {
            self.write(&queue_block::BLOCK, register, value)?;
        }
        let (after, delay) = MODERATION;
        let control = {
            use interrupts::control as fields;
            fields::enable.with(1) | fields::after.with(after)
        };
        self.write(&interrupts::BLOCK, &interrupts::delay::REGISTER, delay)?;
        self.write(&interrupts::BLOCK, &interrupts::control::REGISTER, control)
    }

    fn read(&mut self, block: &Block, register: &Register) -> Result<u32, Error> {
        match self.transport.read(self.map.at(block, register))? {
            GONE => Err(Error::Lost),
            value => Ok(value),
        }
    }

    fn write(&mut self, block: &Block, register: &Register, value: u32) -> Result<(), Error> {
        Ok(self.transport.write(self.map.at(block, register), value)?)
    }

    /// Asks until it is so, but not for ever.
    fn until(
        &mut self,
        mut is_so: impl FnMut(&mut Self) -> Result<bool, Error>,
    ) -> Result<(), Error> {
        let end = Instant::now() + PATIENCE;
        while !is_so(self)? {
            if Instant::now() > end {
                return Err(Error::Timeout);
            }
        }
        Ok(())
    }

    /// Whether it is there and well: its heartbeat.
    ///
    /// # Errors
    /// [`Error::Lost`], [`Error::SelfTest`], [`Error::Mute`], and those of the way there.
    pub fn check(&mut self) -> Result<(), Error> {
        let state = self.read(&health::BLOCK, &health::state::REGISTER)?;
        match health::state::failed.of(state) {
            0 if health::state::bus.of(state) == 1 => Err(Error::Mute),
            0 => Ok(()),
            failed => Err(Error::SelfTest(failed)),
        }
    }

    /// Forces faults, the register's bits: for tests of what is done about them.
    ///
    /// # Errors
    /// When the device cannot be reached.
    pub fn force(&mut self, faults: u32) -> Result<(), Error> {
        self.write(&health::BLOCK, &health::faults::REGISTER, faults)
    }

    /// Writes a word where it does nothing, and reads it back.
    ///
    /// # Errors
    /// When the device cannot be reached.
    pub fn echo(&mut self, word: u32) -> Result<u32, Error> {
        self.write(&identity::BLOCK, &identity::scratch::REGISTER, word)?;
        self.read(&identity::BLOCK, &identity::scratch::REGISTER)
    }

    /// What it counted.
    ///
    /// # Errors
    /// When it cannot be reached.
    pub fn statistics(&mut self) -> Result<Statistics, Error> {
        let mut counters = statistics::BLOCK.registers.chunks(2);
        let mut next = || {
            let pair = counters.next().unwrap_or_default();
            // The low half first: it holds the high one.
            let mut half = |n: usize| {
                let at = self.map.at(&statistics::BLOCK, &pair[n]);
                self.transport.read(at)
            };
            let (low, high) = (half(0)?, half(1)?);
            Ok::<u64, Error>(u64::from(low) | u64::from(high) << 32)
        };
        Ok(Statistics {
            clocks: next()?,
            busy: next()?,
            words: next()?,
            starved: next()?,
            blocked: next()?,
            waiting: next()?,
            segments: next()?,
            bad: next()?,
            bus_errors: next()?,
        })
    }

    /// Loads keys into a free slot and opens it.
    ///
    /// # Errors
    /// [`Error::Slots`] when none is free; [`Error::Refused`] when the device cannot split so.
    pub fn open_session(&mut self, params: &Params, keys: &Keys) -> Result<u8, Error> {
        let free = self.taken.iter().position(|taken| !taken);
        let slot = free.ok_or(Error::Slots)? as u8;
        let (k, channels) = (params.paths.get() as u8, self.info.channels);
        for (unit, key) in (0..).zip(keys.units()) {
            let channel = unit_channel(unit, k, channels).ok_or(Error::Refused)?;
            self.load(slot, channel, key)?;
        }
        self.load(slot, pbox_channel(channels), keys.pbox())?;
        let lane = match params.lane {
            Lane::Bits8 => stream::Lane::Bits8,
            Lane::Bits16 => stream::Lane::Bits16,
            Lane::Bits32 => stream::Lane::Bits32,
            Lane::Bits64 => stream::Lane::Bits64,
        };
        let open = {
            use sessions::open as fields;
            fields::slot.with(slot.into())
                | fields::paths.with(k.into())
                | fields::lane.with(lane.code().into())
                | fields::pbox.with(params.pbox.into())
                | fields::definition.with((params.policy == Policy::Definition).into())
        };
        self.write(&sessions::BLOCK, &sessions::open::REGISTER, open)?;
        let state = self.read(&sessions::BLOCK, &sessions::state::REGISTER)?;
        if sessions::state::open.of(state) & 1 << slot == 0 {
            return Err(Error::Refused);
        }
        self.taken[usize::from(slot)] = true;
        Ok(slot)
    }

    fn load(&mut self, slot: u8, channel: u8, key: &Key) -> Result<(), Error> {
        let at = {
            use sessions::key_at as fields;
            fields::slot.with(slot.into()) | fields::channel.with(channel.into())
        };
        self.write(&sessions::BLOCK, &sessions::key_at::REGISTER, at)?;
        for word in key.chunks_exact(4) {
            let word = u32::from_le_bytes([word[0], word[1], word[2], word[3]]);
            self.write(&sessions::BLOCK, &sessions::key::REGISTER, word)?;
        }
        Ok(())
    }

    /// Closes a slot, and waits until the device has no key of it.
    ///
    /// # Errors
    /// [`Error::Timeout`] when jobs of it stay under way, and when the device cannot be reached.
    pub fn close_session(&mut self, slot: u8) -> Result<(), Error> {
        let close = sessions::close::slot.with(slot.into());
        self.write(&sessions::BLOCK, &sessions::close::REGISTER, close)?;
        self.until(|device| {
            let state = device.read(&sessions::BLOCK, &sessions::state::REGISTER)?;
            let busy = sessions::state::open.of(state) | sessions::state::wiping.of(state);
            Ok(busy & 1 << slot == 0)
        })?;
        self.taken[usize::from(slot)] = false;
        Ok(())
    }

    /// Memory that the device can reach, for messages and shares.
    ///
    /// # Errors
    /// When there is none.
    pub fn memory(&mut self, bytes: usize) -> Result<Memory, Error> {
        Ok(self.transport.memory(bytes)?)
    }

    /// Descriptors that the ring takes now.
    pub fn room(&self) -> usize {
        self.queue.room()
    }

    /// Puts a descriptor into the ring; the device hears of it with [`Device::ring`].
    ///
    /// # Panics
    /// If there is no room.
    pub fn post(&mut self, descriptor: &Descriptor) {
        self.queue.post(descriptor);
    }

    /// Tells the device of all that was posted: one register.
    ///
    /// # Errors
    /// When the device cannot be reached.
    pub fn ring(&mut self) -> Result<(), Error> {
        let posted = self.queue.publish();
        self.write(
            &queue_block::BLOCK,
            &queue_block::doorbell::REGISTER,
            posted,
        )
    }

    /// The next completion, if there is one: no register is read.
    pub fn complete(&mut self) -> Option<Done> {
        self.queue.complete()
    }

    /// Waits for an interrupt, and says whether one came.
    ///
    /// # Errors
    /// When the device cannot be reached.
    pub fn wait(&mut self, timeout: Duration) -> Result<bool, Error> {
        Ok(self.transport.wait(timeout)?)
    }
}

impl fmt::Display for Info {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "device {}, hash {:016x}", self.core(), self.hash)
    }
}

impl Info {
    /// The name of the core within.
    pub fn core(&self) -> String {
        let word = u32::from(self.word_bytes) * 8;
        let rounds = match self.rounds.get() {
            20 => String::new(),
            rounds => format!("r{rounds}"),
        };
        format!("k{}w{word}{rounds}", self.channels)
    }

    fn read(read: &mut dyn FnMut(&Block, &Register) -> Result<u32, Error>) -> Result<Self, Error> {
        let core = read(&capabilities::BLOCK, &capabilities::core::REGISTER)?;
        let queue = read(&capabilities::BLOCK, &capabilities::queue::REGISTER)?;
        let low = read(&identity::BLOCK, &identity::hash_low::REGISTER)?;
        let high = read(&identity::BLOCK, &identity::hash_high::REGISTER)?;
        let nonsense = |what: &str, value: u32| Error::Nonsense(format!("{value} {what}"));
        let channels = fields::channels.of(core);
        if !(2..=Paths::MAX.get() as u32).contains(&channels) {
            return Err(nonsense("channels", channels));
        }
        let rounds = fields::rounds.of(core);
        let slots = queue_fields::sessions.of(queue);
        if !(1..=4).contains(&slots) {
            return Err(nonsense("session slots", slots));
        }
        let bits = |all: u32| move |place: &usize| all >> place & 1 == 1;
        let lanes = (0..4).filter(bits(fields::lanes.of(core)));
        let policies = (0..2).filter(bits(fields::policies.of(core)));
        Ok(Self {
            channels: channels as u8,
            word_bytes: fields::word_bytes.of(core) as u8,
            rounds: Rounds::new(rounds.into()).map_err(|_| nonsense("rounds", rounds))?,
            lanes: lanes.map(|place| Lane::ALL[place]).collect(),
            policies: policies.map(|place| Policy::ALL[place]).collect(),
            slots: slots as u8,
            hash: u64::from(low) | u64::from(high) << 32,
        })
    }
}
