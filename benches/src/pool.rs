//! What the worker pool costs, and what it gains. This takes the wall's time: most of a pool's work is on other threads.

use std::{collections::VecDeque, num::NonZero, time::Instant};

use shp::{
    backend::{
        Buffer, Job, Open,
        software::{Config, Software},
    },
    partition::{Kernel, Keys, Params, Paths},
    session::Session,
};

use crate::clock::median;

const ROUNDS: usize = 21;

/// A pool of so many workers, and its jobs.
pub struct Pool {
    session: Open,
    jobs: VecDeque<Job>,
}

impl Pool {
    /// With so many jobs, each a message of `length` bytes over k paths.
    ///
    /// # Panics
    /// Without workers, or when k is out of range.
    pub fn new(workers: usize, k: usize, length: usize, jobs: usize) -> Self {
        let paths = Paths::new(k).expect("the figures use 2 to 16");
        let workers = NonZero::new(workers).expect("a pool has workers");
        let pool = Software::new(Config {
            workers,
            ..Config::default()
        });
        let session = Session::open(Params::new(paths)).expect("the system has random bytes");
        let session = Open::new(&pool, session).expect("it opens");
        let jobs = (0..jobs).map(|_| session.job(Buffer::new(length)));
        let jobs = jobs.collect();
        Self { session, jobs }
    }

    /// Seconds until all jobs are back.
    ///
    /// # Panics
    /// When the session has no segment numbers left.
    pub fn round(&mut self) -> f64 {
        let all = self.jobs.len();
        let mut done = Vec::with_capacity(all);
        let start = Instant::now();
        while done.len() < all {
            self.session
                .submit(&mut self.jobs)
                .expect("there are numbers");
            self.session.wait(&mut done);
        }
        let time = start.elapsed().as_secs_f64();
        self.jobs = done.into_iter().map(|completion| completion.job).collect();
        time
    }
}

/// How many times as fast two workers are as one, on segments of 16 MiB.
pub(crate) fn two_workers() -> f64 {
    let [mut one, mut two] = [1, 2].map(|workers| Pool::new(workers, 4, 16 << 20, 4));
    ratio(5, || one.round(), || two.round())
}

/// The fastest round of the one to that of the other, taken in turns: what else the machine does only ever adds to a
/// round.
fn ratio(rounds: usize, mut one: impl FnMut() -> f64, mut other: impl FnMut() -> f64) -> f64 {
    let mut fastest = [f64::INFINITY; 2];
    for _ in 0..rounds {
        fastest[0] = fastest[0].min(one());
        fastest[1] = fastest[1].min(other());
    }
    fastest[0] / fastest[1]
}

/// What a pool of one worker takes for batches of 8 packets, as a multiple of the bare splits. Who waits works too, so it is
/// less than one where there is a core for each.
pub(crate) fn cost() -> f64 {
    const PACKETS: usize = 1024;
    const LENGTH: usize = 1500;
    let mut pool = Pool::new(1, 4, LENGTH, PACKETS);
    let paths = Paths::new(4).expect("k is in range");
    let (params, keys) = (Params::new(paths), Keys::derive(&[1; 32], paths));
    let mut jobs = Pool::new(1, 4, LENGTH, PACKETS).jobs;
    let bare = || {
        let start = Instant::now();
        for (job, segment) in jobs.iter_mut().zip(0..) {
            let mut ports: Vec<&mut [u8]> = job.ports.iter_mut().map(|port| &mut **port).collect();
            Kernel::best()
                .split(&params, &keys, segment, &job.message, &mut ports)
                .expect("the work fits");
        }
        start.elapsed().as_secs_f64()
    };
    ratio(ROUNDS, || pool.round(), bare)
}

/// Packets of 1500 bytes a second at k = 4, so many submitted at once.
pub(crate) fn packets(workers: usize, burst: u32) -> f64 {
    let mut pool = Pool::new(workers, 4, 1500, burst as usize);
    let bursts = 4096 / burst;
    let rates = (0..5).map(|_| {
        let time: f64 = (0..bursts).map(|_| pool.round()).sum();
        f64::from(bursts * burst) / time
    });
    median(rates.collect())
}
