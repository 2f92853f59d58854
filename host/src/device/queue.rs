//! The ring of descriptors and that of completions, in memory that the device reaches.

use shp_regs::{
    blocks::queue as registers,
    map::Register,
    ring::{Item, Status, completion, descriptor},
};

use super::Error;
use crate::transport::{Memory, Transport};

/// A job as the device is told of it. All addresses are the device's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Descriptor<'a> {
    /// Where the message is.
    pub source: u64,
    /// The segment's number.
    pub segment: u64,
    /// The message's bytes.
    pub length: u32,
    /// The session slot.
    pub slot: u8,
    /// What comes back with the completion.
    pub cookie: u64,
    /// Where the shares go.
    pub ports: &'a [u64],
}

/// A job that the device is done with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Done {
    /// The descriptor's cookie.
    pub cookie: u64,
    /// What became of it; `None` is no status of this version.
    pub status: Option<Status>,
}

/// Both rings. Counts are of all that ever was, mod 2^32.
pub(super) struct Queue {
    descriptors: Memory,
    completions: Memory,
    bytes: usize,
    slots: u32,
    posted: u32,
    completed: u32,
}

impl Queue {
    pub(super) fn new(
        transport: &mut dyn Transport,
        channels: u8,
        slots: u16,
    ) -> Result<Self, Error> {
        assert!(slots.is_power_of_two() && slots <= 256, "{slots} slots");
        let bytes = descriptor::bytes(channels.into());
        Ok(Self {
            descriptors: transport.memory(usize::from(slots) * bytes)?,
            completions: transport.memory(usize::from(slots) * completion::BYTES)?,
            bytes,
            slots: slots.into(),
            posted: 0,
            completed: 0,
        })
    }

    /// Both rings as at first.
    pub(super) fn reset(&mut self) {
        (self.posted, self.completed) = (0, 0);
        self.descriptors.wipe();
        self.completions.wipe();
    }

    /// What the device has to be told of them.
    pub(super) fn place(&self) -> [(&'static Register, u32); 5] {
        let [ring, done] = [&self.descriptors, &self.completions].map(Memory::address);
        [
            (&registers::ring_low::REGISTER, ring as u32),
            (&registers::ring_high::REGISTER, (ring >> 32) as u32),
            (&registers::done_low::REGISTER, done as u32),
            (&registers::done_high::REGISTER, (done >> 32) as u32),
            (&registers::mask::REGISTER, self.slots - 1),
        ]
    }

    pub(super) fn room(&self) -> usize {
        (self.slots - self.posted.wrapping_sub(self.completed)) as usize
    }

    pub(super) fn post(&mut self, job: &Descriptor) {
        assert!(self.room() > 0, "the ring is full");
        let mut record = [0; descriptor::bytes(16)];
        let mut put = |item: Item, value: u64| {
            record[item.at..][..item.bytes].copy_from_slice(&value.to_le_bytes()[..item.bytes]);
        };
        put(descriptor::SOURCE, job.source);
        put(descriptor::SEGMENT, job.segment);
        put(descriptor::LENGTH, job.length.into());
        put(descriptor::SESSION, job.slot.into());
        put(descriptor::COOKIE, job.cookie);
        for (port, &address) in job.ports.iter().enumerate() {
            let at = descriptor::PORTS.at + port * descriptor::PORTS.bytes;
            let item = Item {
                at,
                ..descriptor::PORTS
            };
            put(item, address);
        }
        let at = (self.posted % self.slots) as usize * self.bytes;
        self.descriptors.write(at, &record[..self.bytes]);
        self.posted = self.posted.wrapping_add(1);
    }

    /// The count for the doorbell, to be written after this.
    pub(super) fn publish(&self) -> u32 {
        self.descriptors.publish();
        self.posted
    }

    pub(super) fn complete(&mut self) -> Option<Done> {
        if self.completed == self.posted {
            return None;
        }
        let at = (self.completed % self.slots) as usize * completion::BYTES;
        let expected = self.completed.wrapping_add(1);
        if self.completions.flag(at + completion::SEQUENCE.at) != expected {
            return None;
        }
        let mut record = [0; completion::BYTES];
        self.completions.read(at, &mut record);
        let get = |item: Item| {
            let bytes = record[item.at..][..item.bytes].iter().rev();
            bytes.fold(0, |high, &low| high << 8 | u64::from(low))
        };
        self.completed = expected;
        Some(Done {
            cookie: get(completion::COOKIE),
            status: Status::from_code(get(completion::STATUS) as u32),
        })
    }
}
