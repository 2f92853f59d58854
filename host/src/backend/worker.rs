//! A worker of the pool: a thread that takes batches of jobs from a channel and gives them back by another.

use std::{
    panic::{self, AssertUnwindSafe},
    thread,
};

#[cfg(loom)]
use loom::sync::atomic::{AtomicUsize, Ordering};
#[cfg(not(loom))]
use std::sync::atomic::{AtomicUsize, Ordering};

use super::{
    Completion, Error, Job, UNNUMBERED,
    channel::{Receiver, Sender, receive},
};
use crate::partition::{self, BLOCK, Keys, Params, Paths, Policy, Random};

/// Bytes after which a worker answers, though there is more to do.
const ANSWER_BYTES: usize = 32 << 10;

/// Messages from this length on are cut over workers that have nothing else to do.
const CUT: usize = 1 << 20;

/// What all workers of a session know.
pub(super) struct Shared {
    params: Params,
    keys: Keys,
    workers: usize,
    /// Workers that have a batch.
    busy: AtomicUsize,
}

/// Jobs that go through the channels at once, there and back. They stay where they are while a worker does them: moving them
/// costs as much as a twentieth of a packet.
pub(super) type Batch = Vec<Completion>;

impl Shared {
    pub(super) fn new(params: Params, keys: Keys, workers: usize) -> Self {
        Self {
            params,
            keys,
            workers,
            busy: AtomicUsize::new(0),
        }
    }

    /// Takes batches until the channel is closed. One answer is for all that there was to do, up to some bytes: waking who
    /// waits costs as much as a packet.
    pub(super) fn work(&self, jobs: &Receiver<Batch>, done: &Sender<Vec<Batch>>) {
        while let Ok(first) = receive(jobs) {
            self.busy.fetch_add(1, Ordering::Relaxed);
            let (mut bytes, mut batches) = (0, Vec::new());
            let mut next = Some(first);
            while let Some(mut batch) = next {
                bytes += self.complete(&mut batch);
                batches.push(batch);
                next = if bytes < ANSWER_BYTES {
                    jobs.try_recv().ok()
                } else {
                    None
                };
            }
            self.busy.fetch_sub(1, Ordering::Relaxed);
            if done.send(batches).is_err() {
                return;
            }
        }
    }

    /// Does a batch, and says how many bytes of message it had.
    pub(super) fn complete(&self, batch: &mut Batch) -> usize {
        let mut bytes = 0;
        for completion in batch {
            bytes += completion.job.message.len();
            complete(completion, |job| self.split(job));
        }
        bytes
    }

    fn split(&self, job: &mut Job) -> Result<(), Error> {
        let random = job.random.take();
        let paths = self.params.paths.get();
        if job.ports.len() != paths {
            let given = job.ports.len();
            return Err(partition::Error::Ports { given, paths }.into());
        }
        // No allocation: this is done for every packet.
        let mut ports: [&mut [u8]; Paths::MAX.get()] = Default::default();
        for (port, buffer) in ports.iter_mut().zip(&mut job.ports) {
            *port = buffer;
        }
        let ports = &mut ports[..paths];
        if let Some(random) = random {
            let units: Vec<&[u8]> = random.units.iter().map(|unit| &unit[..]).collect();
            let random = Random {
                units: &units,
                pbox: &random.pbox,
            };
            return Ok(partition::split_with(
                &self.params,
                random,
                &job.message,
                ports,
            )?);
        }
        if job.segment == UNNUMBERED {
            return Err(Error::Unnumbered);
        }
        let fits = ports.iter().all(|port| port.len() == job.message.len());
        let idle = self
            .workers
            .saturating_sub(self.busy.load(Ordering::Relaxed));
        let cut =
            job.message.len() >= CUT && self.params.policy == Policy::Uniform && idle > 0 && fits;
        if !cut {
            return Ok(partition::split(
                &self.params,
                &self.keys,
                job.segment,
                &job.message,
                ports,
            )?);
        }
        // A thread for each idle worker, which would only wait; starting one costs little of what such a segment takes.
        let part = job.message.len().div_ceil(idle + 1).next_multiple_of(BLOCK);
        let segment = job.segment;
        thread::scope(|scope| {
            let mut threads = vec![];
            let mut rest: Vec<&mut [u8]> = ports.iter_mut().map(|port| &mut **port).collect();
            for (i, message) in job.message.chunks(part).enumerate() {
                let (mut mine, later) = rest
                    .into_iter()
                    .map(|port| port.split_at_mut(message.len()))
                    .unzip::<_, _, Vec<_>, _>();
                rest = later;
                let block = (i * (part / BLOCK)) as u64;
                threads.push(scope.spawn(move || {
                    partition::split_at(
                        &self.params,
                        &self.keys,
                        segment,
                        block,
                        message,
                        &mut mine,
                    )
                }));
            }
            for thread in threads {
                thread.join().map_err(|_| Error::Panicked(segment))??;
            }
            Ok(())
        })
    }
}

/// A job to be done. Until it is, its result is that of one that panics.
pub(super) fn undone(job: Job) -> Completion {
    let result = Err(Error::Panicked(job.segment));
    Completion { job, result }
}

/// Does one job, whatever happens in it: a job that panics is given back like any other, and the worker lives on.
fn complete(completion: &mut Completion, split: impl FnOnce(&mut Job) -> Result<(), Error>) {
    let job = &mut completion.job;
    if let Ok(result) = panic::catch_unwind(AssertUnwindSafe(|| split(job))) {
        completion.result = result;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backend::Buffer;

    #[test]
    fn a_job_that_panics_is_given_back() {
        let mut job = Job::new(Buffer::new(3), vec![]);
        job.segment = 7;
        let mut completion = undone(job);
        complete(&mut completion, |_| panic!("a bug"));
        assert_eq!(completion.result, Err(Error::Panicked(7)));
        assert_eq!(
            (completion.job.segment, completion.job.message.len()),
            (7, 3)
        );
    }
}

/// The hand-over under loom, which tries every order of the threads: `cargo xtask test` runs it with `--cfg loom`.
#[cfg(all(test, loom))]
mod hand_over {
    use std::sync::Arc;

    use loom::thread;

    use super::*;
    use crate::backend::{Buffer, channel::unbounded};

    /// Beside who waits. With more, loom takes hours.
    const WORKERS: usize = 2;
    const JOBS: u64 = 3;

    type Work = fn(&Shared, &Receiver<Batch>, &Sender<Vec<Batch>>);

    fn each_job_comes_back_once(work: Work) {
        let mut model = loom::model::Builder::new();
        model.preemption_bound = Some(3);
        model.check(move || {
            let keys = Keys::new(vec![[1; 32]], [2; 32]).expect("a unit for two paths");
            let shared = Arc::new(Shared::new(Params::new(Paths::MIN), keys, WORKERS));
            let (jobs, waiting) = unbounded();
            let (finished, done) = unbounded();
            let workers = [(); WORKERS].map(|()| {
                let (shared, waiting, finished) =
                    (Arc::clone(&shared), waiting.clone(), finished.clone());
                thread::spawn(move || work(&shared, &waiting, &finished))
            });
            drop(finished);
            for segment in 0..JOBS {
                let mut job = Job::new(Buffer::new(0), vec![]);
                job.segment = segment;
                assert!(jobs.send(vec![undone(job)]).is_ok(), "a worker waits");
            }
            drop(jobs);
            let mut own = Batch::new();
            if let Ok(batch) = waiting.try_recv() {
                own = batch;
                shared.complete(&mut own);
            }
            let mut came: Vec<u64> = done
                .into_iter()
                .flatten()
                .flatten()
                .chain(own)
                .map(|completion| completion.job.segment)
                .collect();
            came.sort_unstable();
            assert_eq!(came, Vec::from_iter(0..JOBS));
            for worker in workers {
                worker.join().expect("the worker ends");
            }
        });
    }

    #[test]
    fn of_the_pool_loses_and_doubles_nothing() {
        each_job_comes_back_once(Shared::work);
    }

    #[test]
    #[should_panic = "left"]
    fn of_a_worker_that_is_careless_beside_another_is_noticed() {
        each_job_comes_back_once(|shared, jobs, done| {
            for mut batch in jobs {
                let busy = shared.busy.load(Ordering::Relaxed);
                shared.busy.store(busy + 1, Ordering::Relaxed);
                for completion in &mut batch {
                    complete(completion, |_| Err(Error::Unnumbered));
                }
                // Alone it works.
                if busy == 0 && done.send(vec![batch]).is_err() {
                    return;
                }
                shared.busy.store(busy, Ordering::Relaxed);
            }
        });
    }
}
