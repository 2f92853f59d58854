//! The jobs that a device has: taken there, collected, and given back when it fails.

use std::{
    collections::{BTreeMap, HashMap},
    iter, mem,
    sync::Arc,
    time::{Duration, Instant},
};

use shp_regs::ring::Status;

use super::{DEPTH, LONGEST};
use crate::{
    backend::{Buffer, Completion, Error, Job},
    device::{self, Descriptor, Device},
    partition::Paths,
    transport::{Piece, Pieces},
};

/// Jobs in flight whose buffers are copied.
const COPIED: usize = 8;

/// How long to wait for an interrupt before looking whether it was lost.
const SLICE: Duration = Duration::from_millis(20);

/// How long a device may complete nothing before it is asked how it is. Asking reads registers, which no burst that goes well should cost.
const HEARTBEAT: Duration = Duration::from_secs(1);

/// What all sessions of a device share.
pub(super) struct Flights {
    pub(super) device: Device,
    /// What buffers are made of that the device reads and writes in place.
    pub(super) memory: Arc<Pieces>,
    /// What stands in for other buffers.
    copies: Arc<Pieces>,
    flying: BTreeMap<u64, Flying>,
    /// What a device that was lost may still write to.
    late: Vec<Buffer>,
    /// What is complete, by session.
    pub(super) done: HashMap<u64, Vec<Completion>>,
    /// Never given twice: cookies and the ids of sessions.
    next: u64,
    /// Why the device is not to be used until a reset.
    pub(super) lost: Option<device::Error>,
    patience: Duration,
    /// When something was last completed.
    progress: Instant,
    /// When something was last completed, or the device said that it is well.
    heard: Instant,
}

/// A job in the device.
struct Flying {
    session: u64,
    job: Job,
    /// What stands in for its buffers: 0 is the message, the next is the first port.
    copies: Vec<(usize, Piece)>,
}

impl Flights {
    pub(super) fn new(mut device: Device, patience: Duration) -> Result<Self, Error> {
        let buffers = usize::from(device.info().channels) + 1;
        let mut pieces = |jobs: usize| -> Result<Arc<Pieces>, Error> {
            let memory = device.memory(Pieces::bytes(jobs * buffers, LONGEST))?;
            Ok(Pieces::new(memory, LONGEST))
        };
        Ok(Self {
            memory: pieces(DEPTH.into())?,
            copies: pieces(COPIED)?,
            device,
            flying: BTreeMap::new(),
            late: vec![],
            done: HashMap::new(),
            next: 0,
            lost: None,
            patience,
            progress: Instant::now(),
            heard: Instant::now(),
        })
    }

    pub(super) fn number(&mut self) -> u64 {
        self.next += 1;
        self.next
    }

    /// Gives every job in flight back, with why; the device is used no more.
    pub(super) fn lose(&mut self, why: device::Error) -> device::Error {
        // All slots taken says nothing of the device.
        if matches!(why, device::Error::Slots | device::Error::Refused) {
            return why;
        }
        for mut flying in mem::take(&mut self.flying).into_values() {
            self.ground(&mut flying);
            self.complete(flying, Err(Error::Device(why.clone())));
        }
        self.lost = Some(why.clone());
        why
    }

    /// Moves a job to buffers that the device knows nothing of: it may still work on it.
    fn ground(&mut self, flying: &mut Flying) {
        let Job { message, ports, .. } = &mut flying.job;
        let copy = Buffer::from(&**message);
        self.late.push(mem::replace(message, copy));
        for port in ports {
            let empty = Buffer::new(port.len());
            self.late.push(mem::replace(port, empty));
        }
        let copies = flying.copies.drain(..);
        self.late
            .extend(copies.map(|(_, piece)| Buffer::from(piece)));
    }

    fn complete(&mut self, flying: Flying, result: Result<(), Error>) {
        let Flying { session, job, .. } = flying;
        if let Some(done) = self.done.get_mut(&session) {
            done.push(Completion { job, result });
        }
    }

    /// Resets a device that was lost.
    pub(super) fn revive(&mut self) -> Result<(), device::Error> {
        self.device.reset()?;
        self.late.clear();
        self.lost = None;
        Ok(())
    }

    /// Takes one job to the device, or gives it back when there is no room.
    pub(super) fn post(&mut self, session: u64, slot: u8, job: Job) -> Result<(), Job> {
        if self.device.room() == 0 {
            return Err(job);
        }
        let mut addresses = [0; Paths::MAX.get() + 1];
        let mut copies = vec![];
        let buffers = iter::once(&job.message).chain(&job.ports);
        for (place, (buffer, address)) in buffers.zip(&mut addresses).enumerate() {
            if let Some(known) = buffer.address(&self.memory) {
                *address = known;
                continue;
            }
            let Some(mut copy) = self.copies.take(buffer.len()) else {
                return Err(job);
            };
            if place == 0 {
                copy.copy_from_slice(buffer);
            }
            *address = copy.address();
            copies.push((place, copy));
        }
        let cookie = self.number();
        self.device.post(&Descriptor {
            source: addresses[0],
            segment: job.segment,
            length: job.message.len() as u32,
            slot,
            cookie,
            ports: &addresses[1..][..job.ports.len()],
        });
        if self.flying.is_empty() {
            self.progress = Instant::now();
            self.heard = self.progress;
        }
        let flying = Flying {
            session,
            job,
            copies,
        };
        self.flying.insert(cookie, flying);
        Ok(())
    }

    /// Takes what the device completed.
    pub(super) fn collect(&mut self) {
        while let Some(done) = self.device.complete() {
            self.progress = Instant::now();
            self.heard = self.progress;
            let Some(mut flying) = self.flying.remove(&done.cookie) else {
                // It has the cookie of no job: which one it did, nobody knows.
                self.lose(device::Error::Stray);
                return;
            };
            let result = match done.status {
                Some(Status::Done) => Ok(()),
                Some(status) => Err(Error::Device(device::Error::Job(status))),
                None => Err(Error::Device(device::Error::Stray)),
            };
            for (place, copy) in flying.copies.drain(..) {
                if let Some(port) = place.checked_sub(1) {
                    flying.job.ports[port].copy_from_slice(&copy);
                }
            }
            self.complete(flying, result);
        }
    }

    /// Waits a little for the device, and gives it up when it took too long.
    pub(super) fn linger(&mut self) {
        let waited = self.device.wait(SLICE);
        self.collect();
        if self.flying.is_empty() {
            return;
        }
        let late = self.progress.elapsed() > self.patience;
        let sick = match waited {
            Err(error) => Some(error),
            Ok(_) if late => Some(self.device.check().err().unwrap_or(device::Error::Timeout)),
            Ok(_) if self.heard.elapsed() > HEARTBEAT => {
                self.heard = Instant::now();
                self.device.check().err()
            }
            Ok(_) => None,
        };
        if let Some(error) = sick {
            self.lose(error);
        }
    }
}
