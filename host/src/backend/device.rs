//! The backend `device`: jobs go to a [`Device`], whose memory they are copied to and from.
//!
//! All sessions of a device share its ring. When the device does nothing for too long, is gone, or says what makes no sense, every job in flight
//! is given back with an error, and no share of it is used; the next session begins with a reset.

use std::{
    collections::{BTreeMap, HashMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
    time::{Duration, Instant},
};

use shp_regs::ring::Status;

use super::{Backend, Buffer, Capabilities, Completion, Error, Job, Session, Statistics};
use crate::{
    device::{self, Descriptor, Device},
    monitor::Report,
    partition::{self, Keys, Params, Paths},
    transport::{Memory, Transport},
};

/// The longest message: what share files have in a segment.
const LONGEST: usize = 64 << 10;

/// Jobs in flight.
const DEPTH: u16 = 32;

/// How long to wait for an interrupt before looking whether it was lost.
const SLICE: Duration = Duration::from_millis(20);

/// A device as a backend.
pub struct Hardware {
    handle: Arc<Handle>,
    capabilities: Capabilities,
    opened: Instant,
}

/// The way to what all sessions share. Whoever waits for it holds `turn`: a session that waits for its device again and again comes behind.
struct Handle {
    turn: Mutex<()>,
    shared: Mutex<Shared>,
}

/// A look at a device's counters and health while its owner works with it.
pub struct Probe {
    handle: Weak<Handle>,
    identity: String,
    opened: Instant,
}

/// What all sessions of a device share.
struct Shared {
    device: Device,
    arena: Memory,
    /// Places in `arena` that no job has.
    free: Vec<usize>,
    flying: BTreeMap<u64, Flying>,
    /// What is complete, by session.
    done: HashMap<u64, Vec<Completion>>,
    /// Never given twice: cookies and the ids of sessions.
    next: u64,
    /// Why the device is not to be used until a reset.
    lost: Option<device::Error>,
    patience: Duration,
    progress: Instant,
}

/// A job in the device.
struct Flying {
    session: u64,
    place: usize,
    job: Job,
}

impl Hardware {
    /// Takes a device over. A job that it has for longer than `patience` without any other being done is taken for lost.
    ///
    /// # Errors
    /// [`Error::Device`] when there is none, or it is not well.
    pub fn open(transport: Box<dyn Transport>, patience: Duration) -> Result<Self, Error> {
        let mut device = Device::open(transport, DEPTH)?;
        let info = device.info().clone();
        let stride = LONGEST * (usize::from(info.channels) + 1);
        let arena = device.memory(usize::from(DEPTH) * stride)?;
        let capabilities = Capabilities {
            identity: info.to_string(),
            paths: Paths::new(info.channels.into())?,
            lanes: info.lanes.clone(),
            policies: info.policies.clone(),
            rounds: vec![info.rounds],
            longest: LONGEST as u64,
            depth: DEPTH.into(),
        };
        let shared = Shared {
            device,
            arena,
            free: (0..usize::from(DEPTH)).map(|n| n * stride).collect(),
            flying: BTreeMap::new(),
            done: HashMap::new(),
            next: 0,
            lost: None,
            patience,
            progress: Instant::now(),
        };
        Ok(Self {
            handle: Arc::new(Handle {
                turn: Mutex::new(()),
                shared: Mutex::new(shared),
            }),
            capabilities,
            opened: Instant::now(),
        })
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
    fn lock(&self) -> MutexGuard<'_, Shared> {
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
            params,
            id,
            slot,
            in_flight: 0,
            statistics: Statistics::default(),
        }))
    }
}

impl Shared {
    fn number(&mut self) -> u64 {
        self.next += 1;
        self.next
    }

    /// Gives every job in flight back, with why; the device is used no more.
    fn lose(&mut self, why: device::Error) -> device::Error {
        // All slots taken says nothing of the device.
        if matches!(why, device::Error::Slots | device::Error::Refused) {
            return why;
        }
        for flying in std::mem::take(&mut self.flying).into_values() {
            self.free.push(flying.place);
            let result = Err(Error::Device(why.clone()));
            let job = flying.job;
            if let Some(done) = self.done.get_mut(&flying.session) {
                done.push(Completion { job, result });
            }
        }
        self.lost = Some(why.clone());
        why
    }

    /// Resets a device that was lost.
    fn revive(&mut self) -> Result<(), device::Error> {
        self.device.reset()?;
        self.lost = None;
        Ok(())
    }

    /// Takes one job to the device. There is a place for it.
    fn post(&mut self, session: u64, slot: u8, job: Job) {
        let Some(place) = self.free.pop() else {
            unreachable!("the caller looked");
        };
        self.arena.write(place, &job.message);
        let address = self.arena.address() + place as u64;
        let mut ports = [0; Paths::MAX.get()];
        for (path, port) in (1..).zip(&mut ports[..job.ports.len()]) {
            *port = address + path * LONGEST as u64;
        }
        let cookie = self.number();
        self.device.post(&Descriptor {
            source: address,
            segment: job.segment,
            length: job.message.len() as u32,
            slot,
            cookie,
            ports: &ports[..job.ports.len()],
        });
        if self.flying.is_empty() {
            self.progress = Instant::now();
        }
        self.flying.insert(
            cookie,
            Flying {
                session,
                place,
                job,
            },
        );
    }

    /// Takes what the device completed.
    fn collect(&mut self) {
        while let Some(done) = self.device.complete() {
            self.progress = Instant::now();
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
            if result.is_ok() {
                for (path, port) in (1..).zip(&mut flying.job.ports) {
                    self.arena.read(flying.place + path * LONGEST, port);
                }
            }
            self.free.push(flying.place);
            let job = flying.job;
            if let Some(list) = self.done.get_mut(&flying.session) {
                list.push(Completion { job, result });
            }
        }
    }

    /// Waits a little for the device, and gives it up when it took too long.
    fn linger(&mut self) {
        let waited = self.device.wait(SLICE);
        self.collect();
        if self.flying.is_empty() {
            return;
        }
        let sick = match waited {
            Err(error) => Some(error),
            Ok(_) if self.progress.elapsed() > self.patience => {
                Some(self.device.check().err().unwrap_or(device::Error::Timeout))
            }
            // A failed self-test sends an interrupt, and completes nothing.
            Ok(true) => self.device.check().err(),
            Ok(false) => None,
        };
        if let Some(error) = sick {
            self.lose(error);
        }
    }
}

/// A session: a slot of the device.
struct Work {
    handle: Arc<Handle>,
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
    fn take(&mut self, shared: &mut Shared, done: &mut Vec<Completion>) -> usize {
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
        Buffer::new(length)
    }

    fn submit(&mut self, jobs: &mut VecDeque<Job>) -> usize {
        let handle = Arc::clone(&self.handle);
        let mut shared = handle.lock();
        shared.collect();
        let mut taken = 0;
        let mut posted = false;
        while let Some(job) = jobs.front() {
            let error = shared
                .lost
                .clone()
                .map(Error::Device)
                .or_else(|| self.refuse(job));
            if error.is_none() && (shared.free.is_empty() || shared.device.room() == 0) {
                break;
            }
            let Some(job) = jobs.pop_front() else { break };
            taken += 1;
            if let Some(error) = error {
                let result = Err(error);
                if let Some(done) = shared.done.get_mut(&self.id) {
                    done.push(Completion { job, result });
                }
            } else {
                shared.post(self.id, self.slot, job);
                posted = true;
            }
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
