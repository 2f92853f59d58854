//! The worker pool (the thesis' sections 5.2.5 and 7.3.2), as a session sees it: batches of jobs go into one channel, from
//! which workers take them.

use std::{
    collections::VecDeque,
    num::NonZero,
    sync::Arc,
    thread::{self, JoinHandle},
};

use super::{
    Backend, Buffer, Capabilities, Completion, Error, Job, Session, Statistics,
    channel::{Receiver, Sender, receive, unbounded},
    worker::{Batch, Shared, undone},
};
use crate::partition::{self, Kernel, Keys, Lane, MESSAGE_MAX, Params, Paths, Policy, Rounds};

/// The most jobs that go through the channel at once. It costs about as much as half a packet's split; from 8 on it is lost.
const BATCH: usize = 8;

/// Bytes of message that go through it at once, unless one job alone has more: large jobs are spread over the workers.
const BATCH_BYTES: usize = 16 << 10;

/// How a pool is built.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Config {
    /// How many threads each session has.
    pub workers: NonZero<usize>,
    /// How many jobs may be in flight.
    pub depth: NonZero<usize>,
    /// Whether each worker stays on a core of its own.
    pub pinned: bool,
}

impl Default for Config {
    /// A worker for each core, 64 jobs for each worker, not pinned.
    fn default() -> Self {
        let workers = thread::available_parallelism().unwrap_or(NonZero::<usize>::MIN);
        Self {
            workers,
            depth: workers.saturating_mul(const { NonZero::new(64).expect("not 0") }),
            pinned: false,
        }
    }
}

/// The backend `software`. Who waits for packets splits some meanwhile.
#[derive(Debug)]
pub struct Software {
    config: Config,
    capabilities: Capabilities,
}

impl Software {
    /// A pool that is built so. Its threads start with a session.
    pub fn new(config: Config) -> Self {
        let capabilities = Capabilities {
            identity: format!(
                "software, kernel {}, {} workers",
                Kernel::best().name(),
                config.workers
            ),
            paths: Paths::MAX,
            lanes: Lane::ALL.to_vec(),
            policies: Policy::ALL.to_vec(),
            rounds: Rounds::ALL.to_vec(),
            longest: MESSAGE_MAX,
            depth: config.depth.get(),
        };
        Self {
            config,
            capabilities,
        }
    }
}

impl Default for Software {
    fn default() -> Self {
        Self::new(Config::default())
    }
}

impl Backend for Software {
    fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    fn open(&self, params: Params, keys: Keys) -> Result<Box<dyn Session>, Error> {
        let (given, paths) = (keys.units().len(), params.paths);
        if given != paths.units() {
            return Err(partition::Error::Units {
                given,
                paths: paths.get(),
            }
            .into());
        }
        Ok(Box::new(Pool::start(self.config, params, keys)?))
    }
}

/// One session's workers.
struct Pool {
    /// None when it is being closed.
    jobs: Option<Sender<Batch>>,
    /// The same jobs, for who waits.
    waiting: Receiver<Batch>,
    shared: Arc<Shared>,
    done: Receiver<Vec<Batch>>,
    workers: Vec<JoinHandle<()>>,
    depth: usize,
    in_flight: usize,
    /// Those among them that make a batch alone.
    long: usize,
    statistics: Statistics,
}

impl Pool {
    fn start(config: Config, params: Params, keys: Keys) -> Result<Self, Error> {
        let workers = config.workers.get();
        let shared = Arc::new(Shared::new(params, keys, workers));
        // Neither channel is ever fuller than `depth`: `submit` sees to it.
        let (jobs, waiting) = unbounded();
        let (finished, done) = unbounded();
        let mut pool = Self {
            jobs: Some(jobs),
            waiting: waiting.clone(),
            shared: Arc::clone(&shared),
            done,
            workers: vec![],
            depth: config.depth.get(),
            in_flight: 0,
            long: 0,
            statistics: Statistics::default(),
        };
        let cores = if config.pinned {
            core_affinity::get_core_ids().unwrap_or_default()
        } else {
            vec![]
        };
        for worker in 0..workers {
            let (shared, waiting, finished) =
                (Arc::clone(&shared), waiting.clone(), finished.clone());
            let core = cores.get(worker).copied();
            let work = move || {
                core.map(core_affinity::set_for_current);
                shared.work(&waiting, &finished);
            };
            let started = thread::Builder::new()
                .name(format!("shp worker {worker}"))
                .spawn(work);
            pool.workers
                .push(started.map_err(|error| Error::Thread(error.to_string()))?);
        }
        Ok(pool)
    }

    fn count(&mut self, batches: Vec<Batch>, done: &mut Vec<Completion>) -> usize {
        let before = done.len();
        done.extend(batches.into_iter().flatten());
        for completion in &done[before..] {
            self.long -= usize::from(is_long(&completion.job));
            if completion.result.is_ok() {
                self.statistics.done += 1;
                self.statistics.bytes += completion.job.message.len() as u64;
            } else {
                self.statistics.failed += 1;
            }
        }
        let completed = done.len() - before;
        self.in_flight -= completed;
        completed
    }
}

impl Session for Pool {
    fn buffer(&self, length: usize) -> Buffer {
        Buffer::new(length)
    }

    fn submit(&mut self, jobs: &mut VecDeque<Job>) -> usize {
        let taken = jobs.len().min(self.depth - self.in_flight);
        // A batch for each worker, and for who waits.
        let each = taken.div_ceil(self.workers.len() + 1).min(BATCH);
        let mut left = taken;
        while left > 0 {
            let mut bytes = 0;
            let small = |job: &&Job| {
                bytes += job.message.len();
                bytes <= BATCH_BYTES
            };
            let together = jobs.iter().take(left.min(each)).take_while(small).count();
            let batch: Batch = jobs.drain(..together.max(1)).map(undone).collect();
            left -= batch.len();
            let long = batch.iter().filter(|completion| is_long(&completion.job));
            self.long += long.count();
            if let Some(sender) = &self.jobs {
                sender
                    .send(batch)
                    .expect("workers hang up only when this sender is gone");
            }
        }
        self.in_flight += taken;
        self.statistics.accepted += taken as u64;
        taken
    }

    fn poll(&mut self, done: &mut Vec<Completion>) -> usize {
        let mut completed = 0;
        while let Ok(batches) = self.done.try_recv() {
            completed += self.count(batches, done);
        }
        completed
    }

    fn wait(&mut self, done: &mut Vec<Completion>) -> usize {
        if self.in_flight == 0 {
            return 0;
        }
        let completed = self.poll(done);
        if completed > 0 {
            return completed;
        }
        // Who waits works: to wake a worker takes longer than a packet. But not on what takes long itself: other jobs would
        // be back before.
        if self.long == 0
            && let Ok(mut batch) = self.waiting.try_recv()
        {
            self.shared.complete(&mut batch);
            return self.count(vec![batch], done) + self.poll(done);
        }
        let first = receive(&self.done).expect("workers hang up only when all is done");
        self.count(first, done) + self.poll(done)
    }

    fn statistics(&self) -> Statistics {
        self.statistics
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        self.jobs = None;
        for worker in self.workers.drain(..) {
            // Workers catch what their jobs throw; there is nothing to tell.
            let _ = worker.join();
        }
    }
}

/// Whether a job is never in a batch with others.
fn is_long(job: &Job) -> bool {
    job.message.len() > BATCH_BYTES
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Waits for a job that no worker will ever do.
    fn wait_alone(length: usize) -> Vec<Completion> {
        let keys = Keys::new(vec![[1; 32]], [2; 32]).expect("a unit for two paths");
        let (jobs, waiting) = unbounded();
        let (_, done) = unbounded();
        let mut pool = Pool {
            jobs: Some(jobs),
            waiting,
            shared: Arc::new(Shared::new(Params::new(Paths::MIN), keys, 1)),
            done,
            workers: vec![],
            depth: 1,
            in_flight: 0,
            long: 0,
            statistics: Statistics::default(),
        };
        let mut job = Job::new(Buffer::new(length), vec![]);
        job.segment = 7;
        assert_eq!(pool.submit(&mut VecDeque::from([job])), 1);
        let mut done = vec![];
        assert_eq!(pool.wait(&mut done), 1);
        assert_eq!((pool.in_flight, pool.long), (0, 0));
        done
    }

    #[test]
    fn who_waits_does_packets() {
        let done = wait_alone(BATCH_BYTES);
        assert_eq!(done[0].job.segment, 7);
    }

    #[test]
    #[should_panic = "workers hang up"]
    fn who_waits_leaves_long_segments_to_workers() {
        wait_alone(BATCH_BYTES + 1);
    }
}
