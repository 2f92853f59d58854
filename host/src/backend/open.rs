//! Where a session meets a backend: the jobs of both get their numbers here and nowhere else.

use std::collections::VecDeque;

use super::{Backend, Buffer, Completion, Error, Job, Session, Statistics};
use crate::{partition::Paths, session};

/// A session that a backend works for. It owns the keys' segment numbers: a job has none before it is taken, and gets a
/// new one each time, so that no number splits two messages.
pub struct Open {
    work: Box<dyn Session>,
    paths: Paths,
    /// The next segment number.
    next: u64,
}

impl Open {
    /// Hands a session over to a backend, its keys and the numbers it has left.
    ///
    /// # Errors
    /// [`Error::Incapable`], and what the backend has to say.
    pub fn new(backend: &dyn Backend, session: session::Session) -> Result<Self, Error> {
        let (params, keys, next) = session.into_parts();
        let capabilities = backend.capabilities();
        if !capabilities.allow(&params) {
            return Err(Error::Incapable(capabilities.identity.clone()));
        }
        Ok(Self {
            work: backend.open(params, keys)?,
            paths: params.paths,
            next,
        })
    }

    /// A buffer of so many zero bytes that costs no copy on the way.
    pub fn buffer(&self, length: usize) -> Buffer {
        self.work.buffer(length)
    }

    /// A job for a message, with a port for each path.
    pub fn job(&self, message: Buffer) -> Job {
        let ports = (0..self.paths.get()).map(|_| self.buffer(message.len()));
        let ports = ports.collect();
        Job::new(message, ports)
    }

    /// Takes jobs from the front, as many as there is room for, and says how many.
    ///
    /// # Errors
    /// [`Error::Exhausted`] when there are no numbers for all of them; none is taken then.
    pub fn submit(&mut self, jobs: &mut VecDeque<Job>) -> Result<usize, Error> {
        // The last number is 2^64 - 2.
        if u64::MAX - self.next < jobs.len() as u64 {
            return Err(Error::Exhausted);
        }
        for (job, number) in jobs.iter_mut().zip(self.next..) {
            job.segment = number;
        }
        let taken = self.work.submit(jobs);
        self.next += taken as u64;
        Ok(taken)
    }

    /// Appends what is complete, and says how many that are.
    pub fn poll(&mut self, done: &mut Vec<Completion>) -> usize {
        self.work.poll(done)
    }

    /// The same, but waits for at least one if any is in flight.
    pub fn wait(&mut self, done: &mut Vec<Completion>) -> usize {
        self.work.wait(done)
    }

    /// Splits one message and waits for it: for those who need no bursts. Other jobs in flight complete into `others`.
    ///
    /// # Errors
    /// [`Error::Exhausted`]; how the split went is in the completion.
    pub fn split(
        &mut self,
        mut job: Job,
        others: &mut Vec<Completion>,
    ) -> Result<Completion, Error> {
        if self.next == u64::MAX {
            return Err(Error::Exhausted);
        }
        job.segment = self.next;
        self.next += 1;
        Ok(self.work.split(job, others))
    }

    /// What it has done.
    pub fn statistics(&self) -> Statistics {
        self.work.statistics()
    }
}

impl std::fmt::Debug for Open {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Open(next segment {})", self.next)
    }
}
