//! Devices with software behind them: what no device can do, or did not do, software does, with the same bits.
//!
//! Each job completes exactly once. A job that a device gave back with an error goes to software under the same number: it is the same message, and
//! no share of the first attempt was used. A device that failed gets no more jobs of this session; the next session tries it again.

use std::{collections::VecDeque, mem};

use super::{
    Backend, Buffer, Capabilities, Completion, Error, Job, Session, Statistics,
    calibrate::{calibrate, threshold},
};
use crate::partition::{Keys, Params};

/// Which messages are too short for a device: software has split them before the device has heard of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Threshold {
    /// Those of fewer bytes; with 0, none.
    Bytes(usize),
    /// Those that software splits sooner, measured when a session opens: that takes as long as two dozen messages.
    Measured,
}

/// A backend of several: jobs go to the devices in turns.
pub struct Scheduler {
    devices: Vec<Box<dyn Backend>>,
    software: Box<dyn Backend>,
    threshold: Threshold,
    capabilities: Capabilities,
}

impl Scheduler {
    /// Jobs go to those `devices` that can do them, else to `software`, which must be able to do all.
    pub fn new(
        devices: Vec<Box<dyn Backend>>,
        software: Box<dyn Backend>,
        threshold: Threshold,
    ) -> Self {
        let behind = software.capabilities();
        let mut identity = String::new();
        for device in &devices {
            identity += &device.capabilities().identity;
            identity += "; ";
        }
        let capabilities = Capabilities {
            identity: format!("{identity}behind it {}", behind.identity),
            ..behind.clone()
        };
        Self {
            devices,
            software,
            threshold,
            capabilities,
        }
    }
}

impl Backend for Scheduler {
    fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    fn open(&self, params: Params, keys: Keys) -> Result<Box<dyn Session>, Error> {
        let mut members = vec![];
        for device in &self.devices {
            let capabilities = device.capabilities();
            if !capabilities.allow(&params) {
                continue;
            }
            let copy = Keys::new(keys.units().to_vec(), *keys.pbox())?;
            let opened = self.lengths(&**device, params).and_then(|lengths| {
                let session = device.open(params, copy)?;
                Ok((session, lengths))
            });
            match opened {
                Ok((session, lengths)) => members.push(Member {
                    session,
                    lengths,
                    in_flight: 0,
                    failed: false,
                    told: false,
                }),
                Err(error) => tracing::warn!(%error, "software does the device's work"),
            }
        }
        Ok(Box::new(Work {
            members,
            turn: 0,
            software: self.software.open(params, keys)?,
            again: VecDeque::new(),
            in_software: 0,
            statistics: Statistics::default(),
        }))
    }
}

impl Scheduler {
    /// The messages that a device is to have: the shortest and the longest.
    fn lengths(&self, device: &dyn Backend, params: Params) -> Result<(u64, u64), Error> {
        let shortest = match self.threshold {
            Threshold::Bytes(bytes) => bytes,
            Threshold::Measured => {
                let times = calibrate(device, &*self.software, params)?;
                threshold(&times).unwrap_or(usize::MAX)
            }
        };
        Ok((shortest as u64, device.capabilities().longest))
    }
}

/// A device's part of a session.
struct Member {
    session: Box<dyn Session>,
    /// The shortest and the longest message that it is to have.
    lengths: (u64, u64),
    in_flight: usize,
    /// It gets no more jobs.
    failed: bool,
    /// That software does its work has been told; once is enough.
    told: bool,
}

impl Member {
    fn suits(&self, job: &Job) -> bool {
        let (shortest, longest) = self.lengths;
        !self.failed
            && job.random.is_none()
            && (shortest..=longest).contains(&(job.message.len() as u64))
    }
}

/// An open session.
struct Work {
    members: Vec<Member>,
    /// The member that gets the next jobs, and has had its last ones for the longest time.
    turn: usize,
    software: Box<dyn Session>,
    /// What a device gave back and software has not taken yet.
    again: VecDeque<Job>,
    in_software: usize,
    statistics: Statistics,
}

impl Work {
    /// The member whose turn it is among those for which something is so.
    fn next(&self, is_so: impl Fn(&Member) -> bool) -> Option<usize> {
        let all = self.members.len();
        (self.turn..self.turn + all)
            .map(|at| at % all)
            .find(|at| is_so(&self.members[*at]))
    }

    /// Gives a run of jobs that suit a device out, in parts: each part is one burst. Says how many were taken.
    fn share_out(&mut self, run: &mut VecDeque<Job>) -> usize {
        let before = run.len();
        let part = before.div_ceil(self.members.len());
        for _ in 0..self.members.len() {
            let Some(job) = run.front() else { break };
            let Some(at) = self.next(|member| member.suits(job)) else {
                break;
            };
            self.turn = at + 1;
            let member = &mut self.members[at];
            let same = run.iter().take(part).take_while(|job| member.suits(job));
            let mut burst: VecDeque<Job> = run.drain(..same.count()).collect();
            member.in_flight += member.session.submit(&mut burst);
            put_back(burst, run);
        }
        before - run.len()
    }

    /// Takes what a device completed, and passes on what it did not do.
    fn collect(&mut self, at: usize, completed: Vec<Completion>, done: &mut Vec<Completion>) {
        let member = &mut self.members[at];
        member.in_flight -= completed.len();
        for completion in completed {
            match completion.result {
                Err(Error::Device(error)) => {
                    if mem::replace(&mut member.told, true) {
                        tracing::debug!(%error, "software does the device's job");
                    } else {
                        tracing::warn!(%error, "software does the device's work");
                    }
                    member.failed |= !matches!(error, crate::device::Error::Job(_));
                    self.again.push_back(completion.job);
                }
                _ => done.push(completion),
            }
        }
    }

    /// Takes what is there, and counts it.
    fn gather(&mut self, done: &mut Vec<Completion>, before: usize) -> usize {
        self.in_software += self.software.submit(&mut self.again);
        self.in_software -= self.software.poll(done);
        for completion in &done[before..] {
            if completion.result.is_ok() {
                self.statistics.done += 1;
                self.statistics.bytes += completion.job.message.len() as u64;
            } else {
                self.statistics.failed += 1;
            }
        }
        done.len() - before
    }
}

/// Puts jobs to the front again, in their order.
fn put_back(mut jobs: VecDeque<Job>, to: &mut VecDeque<Job>) {
    while let Some(job) = jobs.pop_back() {
        to.push_front(job);
    }
}

impl Session for Work {
    /// One of the first device's; for others it is copied.
    fn buffer(&self, length: usize) -> Buffer {
        match self.members.iter().find(|member| !member.failed) {
            Some(member) => member.session.buffer(length),
            None => self.software.buffer(length),
        }
    }

    fn submit(&mut self, jobs: &mut VecDeque<Job>) -> usize {
        let mut all = 0;
        while let Some(job) = jobs.front() {
            // A run of jobs that go the same way.
            let suits = |job: &Job| self.members.iter().any(|member| member.suits(job));
            let hardware = suits(job);
            let same = jobs.iter().take_while(|job| suits(job) == hardware).count();
            let mut run: VecDeque<Job> = jobs.drain(..same).collect();
            all += if hardware {
                self.share_out(&mut run)
            } else {
                let taken = self.software.submit(&mut run);
                self.in_software += taken;
                taken
            };
            if !run.is_empty() {
                put_back(run, jobs);
                break;
            }
        }
        self.statistics.accepted += all as u64;
        all
    }

    fn poll(&mut self, done: &mut Vec<Completion>) -> usize {
        let before = done.len();
        for at in 0..self.members.len() {
            let mut completed = vec![];
            self.members[at].session.poll(&mut completed);
            self.collect(at, completed, done);
        }
        self.gather(done, before)
    }

    fn wait(&mut self, done: &mut Vec<Completion>) -> usize {
        loop {
            let count = self.poll(done);
            if count > 0 {
                return count;
            }
            let before = done.len();
            if self.in_software > 0 {
                self.in_software -= self.software.wait(done);
            } else if let Some(at) = self.next(|member| member.in_flight > 0) {
                let mut completed = vec![];
                self.members[at].session.wait(&mut completed);
                self.collect(at, completed, done);
            } else if self.again.is_empty() {
                return 0;
            }
            let count = self.gather(done, before);
            if count > 0 {
                return count;
            }
        }
    }

    fn statistics(&self) -> Statistics {
        self.statistics
    }
}
