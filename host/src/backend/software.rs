//! The worker pool (the thesis' sections 5.2.5 and 7.3.2): threads that take batches of jobs from one channel.

use std::{
    collections::VecDeque,
    num::NonZero,
    panic::{self, AssertUnwindSafe},
    sync::Arc,
    thread::{self, JoinHandle},
};

#[cfg(loom)]
use loom::sync::atomic::{AtomicUsize, Ordering};
#[cfg(not(loom))]
use std::sync::atomic::{AtomicUsize, Ordering};

use super::{
    Backend, Buffer, Capabilities, Completion, Error, Job, Session, Statistics, UNNUMBERED,
    channel::{Receiver, Sender, receive, unbounded},
};
use crate::partition::{
    self, BLOCK, Kernel, Keys, Lane, MESSAGE_MAX, Params, Paths, Policy, Random, Rounds,
};

/// Jobs that go through the channel at once. It costs about as much as half a packet's split; from 8 on it is lost.
const BATCH: usize = 8;

/// Bytes of message that go through it at once, unless one job alone has more: large jobs are spread over the workers.
const BATCH_BYTES: usize = 16 << 10;

/// Bytes after which a worker answers, though there is more to do.
const ANSWER_BYTES: usize = 32 << 10;

/// Messages from this length on are cut over workers that have nothing else to do.
const CUT: usize = 1 << 20;

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

/// What all workers of a session know.
struct Shared {
    params: Params,
    keys: Keys,
    workers: usize,
    /// Workers that have a batch.
    busy: AtomicUsize,
}

/// Jobs that go through the channels at once, there and back. They stay where they are while a worker does them: moving them
/// costs as much as a twentieth of a packet.
type Batch = Vec<Completion>;

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
        let shared = Arc::new(Shared {
            params,
            keys,
            workers,
            busy: AtomicUsize::new(0),
        });
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
        let mut left = taken;
        while left > 0 {
            let mut bytes = 0;
            let small = |job: &&Job| {
                bytes += job.message.len();
                bytes <= BATCH_BYTES
            };
            let together = jobs.iter().take(left.min(BATCH)).take_while(small).count();
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

impl Shared {
    /// Takes batches until the channel is closed. One answer is for all that there was to do, up to some bytes: waking who waits costs as much as a packet.
    fn work(&self, jobs: &Receiver<Batch>, done: &Sender<Vec<Batch>>) {
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
    fn complete(&self, batch: &mut Batch) -> usize {
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

/// Whether a job is never in a batch with others.
fn is_long(job: &Job) -> bool {
    job.message.len() > BATCH_BYTES
}

/// A job to be done. Until it is, its result is that of one that panics.
fn undone(job: Job) -> Completion {
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

    /// Waits for a job that no worker will ever do.
    fn wait_alone(length: usize) -> Vec<Completion> {
        let (jobs, waiting) = unbounded();
        let (_, done) = unbounded();
        let mut pool = Pool {
            jobs: Some(jobs),
            waiting,
            shared: Arc::new(Shared {
                params: Params::new(Paths::MIN),
                keys: Keys::new(vec![[1; 32]], [2; 32]).expect("a unit for two paths"),
                workers: 1,
                busy: AtomicUsize::new(0),
            }),
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

/// The hand-over under loom, which tries every order of the threads: `cargo xtask test` runs it with `--cfg loom`.
#[cfg(all(test, loom))]
mod hand_over {
    use loom::thread;

    use super::*;

    /// Beside who waits. With more, loom takes hours.
    const WORKERS: usize = 2;
    const JOBS: u64 = 3;

    type Work = fn(&Shared, &Receiver<Batch>, &Sender<Vec<Batch>>);

    fn each_job_comes_back_once(work: Work) {
        let mut model = loom::model::Builder::new();
        model.preemption_bound = Some(3);
        model.check(move || {
            let shared = Arc::new(Shared {
                params: Params::new(Paths::MIN),
                keys: Keys::new(vec![[1; 32]], [2; 32]).expect("a unit for two paths"),
                workers: WORKERS,
                busy: AtomicUsize::new(0),
            });
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
