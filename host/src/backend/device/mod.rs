//! The backend `device`: jobs go to a [`Device`]. Buffers that a session hands out are memory that the device reads and writes in place; others
//! are copied.
//!
//! All sessions of a device share its ring. When the device does nothing for too long, is gone, or says what makes no sense, every job in flight
//! is given back with an error, in buffers that the device does not reach, and no share of it is used; the next session begins with a reset.

mod flights;

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
    time::{Duration, Instant},
};

use super::{Backend, Buffer, Capabilities, Completion, Error, Job, Session, Statistics};
use crate::{
    device::{self, Device, Info},
    monitor::Report,
    partition::{self, Keys, Params, Paths},
    transport::{Pieces, Transport},
};
use flights::Flights;

/// The longest message: what share files have in a segment.
const LONGEST: usize = 64 << 10;

/// Jobs in flight.
const DEPTH: u16 = 32;

/// A device as a backend.
pub struct Hardware {
    handle: Arc<Handle>,
    info: Info,
    capabilities: Capabilities,
    opened: Instant,
}

/// The way to what all sessions share. Whoever waits for it holds `turn`: a session that waits for its device again and again comes behind.
struct Handle {
    turn: Mutex<()>,
    shared: Mutex<Flights>,
}

/// A look at a device's counters and health while its owner works with it.
pub struct Probe {
    handle: Weak<Handle>,
    identity: String,
    opened: Instant,
}

impl Hardware {
    /// Takes a device over. A job that it has for longer than `patience` without any other being done is taken for lost.
    ///
    /// # Errors
    /// [`Error::Device`] when there is none, or it is not well.
    pub fn open(transport: Box<dyn Transport>, patience: Duration) -> Result<Self, Error> {
        let device = Device::open(transport, DEPTH)?;
        let info = device.info().clone();
        let capabilities = Capabilities {
            identity: info.to_string(),
            paths: Paths::new(info.channels.into())?,
            lanes: info.lanes.clone(),
            policies: info.policies.clone(),
            rounds: vec![info.rounds],
            longest: LONGEST as u64,
            depth: DEPTH.into(),
        };
        Ok(Self {
            handle: Arc::new(Handle {
                turn: Mutex::new(()),
                shared: Mutex::new(Flights::new(device, patience)?),
            }),
            info,
            capabilities,
            opened: Instant::now(),
        })
    }

    /// What the device is.
    pub fn info(&self) -> &Info {
        &self.info
    }

    /// What the device counted since its last reset.
    ///
    /// # Errors
    /// When it cannot be reached.
    pub fn statistics(&self) -> Result<device::Statistics, Error> {
        Ok(self.handle.lock().device.statistics()?)
    }

    /// Whether the device is there and well.
    ///
    /// # Errors
    /// When it is not, with what is wrong.
    pub fn check(&self) -> Result<(), Error> {
        Ok(self.handle.lock().device.check()?)
    }

    /// A look at the device that does not keep it open.
    pub fn probe(&self) -> Probe {
        Probe {
            handle: Arc::downgrade(&self.handle),
            identity: self.capabilities.identity.clone(),
            opened: self.opened,
        }
    }

    /// Forces faults: see [`Device::force`].
    ///
    /// # Errors
    /// When the device cannot be reached.
    pub fn force(&self, faults: u32) -> Result<(), Error> {
        Ok(self.handle.lock().device.force(faults)?)
    }
}

impl Handle {
    /// Nobody panics while holding it but by a bug, and then its invariants hold all the same: each call leaves every job in one place.
    fn lock(&self) -> MutexGuard<'_, Flights> {
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Probe {
    /// How the device is now; nothing when it was closed.
    pub(crate) fn look(&self) -> Option<Report> {
        let handle = self.handle.upgrade()?;
        let mut shared = handle.lock();
        let mut report = Report::new(&self.identity, self.opened.elapsed());
        let counted = shared.device.statistics();
        let failure = shared.lost.clone().or_else(|| shared.device.check().err());
        report.failure = failure.as_ref().map(ToString::to_string);
        report.counted = counted.unwrap_or_default();
        Some(report)
    }
}

impl Backend for Hardware {
    fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    fn open(&self, params: Params, keys: Keys) -> Result<Box<dyn Session>, Error> {
        if !self.capabilities.allow(&params) {
            return Err(Error::Incapable(self.capabilities.identity.clone()));
        }
        let (given, paths) = (keys.units().len(), params.paths);
        if given != paths.units() {
            let paths = paths.get();
            return Err(partition::Error::Units { given, paths }.into());
        }
        let mut shared = self.handle.lock();
        if shared.lost.is_some() {
            shared.revive()?;
        }
        let slot = match shared.device.open_session(&params, &keys) {
            Ok(slot) => slot,
            Err(error) => return Err(shared.lose(error).into()),
        };
        let id = shared.number();
        shared.done.insert(id, vec![]);
        Ok(Box::new(Work {
            handle: Arc::clone(&self.handle),
            memory: Arc::clone(&shared.memory),
            params,
            id,
            slot,
            in_flight: 0,
            statistics: Statistics::default(),
        }))
    }
}

/// A session: a slot of the device.
struct Work {
    handle: Arc<Handle>,
    memory: Arc<Pieces>,
    params: Params,
    id: u64,
    slot: u8,
    in_flight: usize,
    statistics: Statistics,
}

impl Work {
    /// Why a job cannot go to the device.
    fn refuse(&self, job: &Job) -> Option<Error> {
        let (given, paths) = (job.ports.len(), self.params.paths.get());
        if given != paths {
            return Some(partition::Error::Ports { given, paths }.into());
        }
        let fits = job.ports.iter().all(|port| port.len() == job.message.len());
        let length = (1..=LONGEST).contains(&job.message.len());
        (job.random.is_some() || !fits || !length)
            .then(|| Error::Incapable("the device".to_owned()))
    }

    /// What is complete, counted.
    fn take(&mut self, shared: &mut Flights, done: &mut Vec<Completion>) -> usize {
        let Some(complete) = shared.done.get_mut(&self.id) else {
            return 0;
        };
        let count = complete.len();
        for completion in complete.drain(..) {
            if completion.result.is_ok() {
                self.statistics.done += 1;
                self.statistics.bytes += completion.job.message.len() as u64;
            } else {
                self.statistics.failed += 1;
            }
            done.push(completion);
        }
        self.in_flight -= count;
        count
    }
}

impl Session for Work {
    fn buffer(&self, length: usize) -> Buffer {
        let piece = self.memory.take(length);
        piece.map_or_else(|| Buffer::new(length), Buffer::from)
    }

    fn submit(&mut self, jobs: &mut VecDeque<Job>) -> usize {
        let handle = Arc::clone(&self.handle);
        let mut shared = handle.lock();
        shared.collect();
        let mut taken = 0;
        let mut posted = false;
        while let Some(job) = jobs.pop_front() {
            let lost = shared.lost.clone().map(Error::Device);
            if let Some(error) = lost.or_else(|| self.refuse(&job)) {
                let result = Err(error);
                if let Some(done) = shared.done.get_mut(&self.id) {
                    done.push(Completion { job, result });
                }
            } else if let Err(job) = shared.post(self.id, self.slot, job) {
                jobs.push_front(job);
                break;
            } else {
                posted = true;
            }
            taken += 1;
        }
        if posted && let Err(error) = shared.device.ring() {
            shared.lose(error);
        }
        self.in_flight += taken;
        self.statistics.accepted += taken as u64;
        taken
    }

    fn poll(&mut self, done: &mut Vec<Completion>) -> usize {
        let handle = Arc::clone(&self.handle);
        let mut shared = handle.lock();
        shared.collect();
        self.take(&mut shared, done)
    }

    fn wait(&mut self, done: &mut Vec<Completion>) -> usize {
        let handle = Arc::clone(&self.handle);
        loop {
            let mut shared = handle.lock();
            shared.collect();
            let count = self.take(&mut shared, done);
            if count > 0 || self.in_flight == 0 {
                return count;
            }
            shared.linger();
        }
    }

    fn statistics(&self) -> Statistics {
        self.statistics
    }
}

impl Drop for Work {
    fn drop(&mut self) {
        while self.in_flight > 0 {
            self.wait(&mut vec![]);
        }
        let mut shared = self.handle.lock();
        shared.done.remove(&self.id);
        // A device that was lost is reset before it is used again, and until then best now: it may hold keys.
        let gone = shared.lost.is_some();
        if gone || shared.device.close_session(self.slot).is_err() {
            if !gone {
                shared.lose(device::Error::Timeout);
            }
            if shared.done.is_empty() {
                // It may be out of reach; then its server, or the host's bridge, resets it.
                let _ = shared.revive();
            }
        }
    }
}
