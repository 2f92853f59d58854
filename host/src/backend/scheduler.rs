//! A device with software behind it: what the device cannot do, or did not do, software does, with the same bits.
//!
//! Each job completes exactly once. A job that a device gave back with an error goes to software under the same number: it is the same message, and
//! no share of the first attempt was used. A device that failed gets no more jobs of this session; the next session tries it again.

use std::collections::VecDeque;

use super::{Backend, Buffer, Capabilities, Completion, Error, Job, Session, Statistics};
use crate::partition::{Keys, Params};

/// A backend in front of another.
pub struct Scheduler {
    device: Box<dyn Backend>,
    software: Box<dyn Backend>,
    capabilities: Capabilities,
}

impl Scheduler {
    /// Jobs go to `device` if it can do them, else to `software`, which must be able to do all.
    pub fn new(device: Box<dyn Backend>, software: Box<dyn Backend>) -> Self {
        let [first, behind] = [&device, &software].map(|backend| backend.capabilities());
        let capabilities = Capabilities {
            identity: format!("{}; behind it {}", first.identity, behind.identity),
            ..behind.clone()
        };
        Self {
            device,
            software,
            capabilities,
        }
    }
}

impl Backend for Scheduler {
    fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    fn open(&self, params: Params, keys: Keys) -> Result<Box<dyn Session>, Error> {
        let capabilities = self.device.capabilities();
        let mut device = None;
        if capabilities.allow(&params) {
            let copy = Keys::new(keys.units().to_vec(), *keys.pbox())?;
            match self.device.open(params, copy) {
                Ok(session) => device = Some(session),
                Err(error) => tracing::warn!(%error, "software does the device's work"),
            }
        }
        Ok(Box::new(Work {
            device,
            longest: capabilities.longest,
            software: self.software.open(params, keys)?,
            again: VecDeque::new(),
            in_device: 0,
            in_software: 0,
            failed: false,
            told: false,
            statistics: Statistics::default(),
        }))
    }
}

/// An open session.
struct Work {
    /// None when there is none for this session.
    device: Option<Box<dyn Session>>,
    /// The device's longest message.
    longest: u64,
    software: Box<dyn Session>,
    /// What the device gave back and software has not taken yet.
    again: VecDeque<Job>,
    in_device: usize,
    in_software: usize,
    /// The device failed: it gets no more jobs.
    failed: bool,
    /// That software does its work has been told; once is enough.
    told: bool,
    statistics: Statistics,
}

impl Work {
    fn suits_device(&self, job: &Job) -> bool {
        self.device.is_some()
            && !self.failed
            && job.random.is_none()
            && job.message.len() as u64 <= self.longest
    }

    /// Takes what both completed, and passes on what the device did not do.
    fn collect(&mut self, device: Vec<Completion>, done: &mut Vec<Completion>) -> usize {
        let before = done.len();
        self.in_device -= device.len();
        for completion in device {
            match completion.result {
                Err(Error::Device(error)) => {
                    if std::mem::replace(&mut self.told, true) {
                        tracing::debug!(%error, "software does the device's job");
                    } else {
                        tracing::warn!(%error, "software does the device's work");
                    }
                    self.failed |= !matches!(error, crate::device::Error::Job(_));
                    self.again.push_back(completion.job);
                }
                _ => done.push(completion),
            }
        }
        self.in_software += self.software.submit(&mut self.again);
        self.in_software -= self.software.poll(done);
        self.count(&done[before..])
    }

    fn count(&mut self, done: &[Completion]) -> usize {
        for completion in done {
            if completion.result.is_ok() {
                self.statistics.done += 1;
                self.statistics.bytes += completion.job.message.len() as u64;
            } else {
                self.statistics.failed += 1;
            }
        }
        done.len()
    }
}

impl Session for Work {
    fn buffer(&self, length: usize) -> Buffer {
        match &self.device {
            Some(device) => device.buffer(length),
            None => self.software.buffer(length),
        }
    }

    fn submit(&mut self, jobs: &mut VecDeque<Job>) -> usize {
        let mut all = 0;
        while let Some(job) = jobs.front() {
            // A run of jobs that go the same way.
            let suits = self.suits_device(job);
            let same = jobs
                .iter()
                .take_while(|job| self.suits_device(job) == suits)
                .count();
            let mut run: VecDeque<Job> = jobs.drain(..same).collect();
            let taken = match &mut self.device {
                Some(device) if suits => {
                    let taken = device.submit(&mut run);
                    self.in_device += taken;
                    taken
                }
                _ => {
                    let taken = self.software.submit(&mut run);
                    self.in_software += taken;
                    taken
                }
            };
            all += taken;
            let full = !run.is_empty();
            while let Some(job) = run.pop_back() {
                jobs.push_front(job);
            }
            if full {
                break;
            }
        }
        self.statistics.accepted += all as u64;
        all
    }

    fn poll(&mut self, done: &mut Vec<Completion>) -> usize {
        let mut device = vec![];
        if let Some(session) = &mut self.device {
            session.poll(&mut device);
        }
        self.collect(device, done)
    }

    fn wait(&mut self, done: &mut Vec<Completion>) -> usize {
        loop {
            let count = self.poll(done);
            if count > 0 || self.in_device + self.in_software + self.again.len() == 0 {
                return count;
            }
            let mut device = vec![];
            if self.in_software > 0 {
                let before = done.len();
                self.in_software -= self.software.wait(done);
                return self.count(&done[before..]);
            }
            if let Some(session) = &mut self.device {
                session.wait(&mut device);
            }
            let count = self.collect(device, done);
            if count > 0 {
                return count;
            }
        }
    }

    fn statistics(&self) -> Statistics {
        self.statistics
    }
}
