//! The soak: burst after burst, each with a reset or a kill of the device somewhere in it, and software behind the device. No job may be lost or
//! doubled, and no byte wrong.

use std::{
    collections::VecDeque,
    fmt,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
    thread::{self, ScopedJoinHandle},
    time::Duration,
};

use anyhow::{Result, anyhow, ensure};
use shp::{
    backend::{
        Completion, Open,
        device::Hardware,
        scheduler::{Scheduler, Threshold},
        software::{Config, Software},
    },
    partition::{Keys, Lane, Params, Paths, split},
    session::Session,
    transport::{Error, Memory, Transport, Uri, VfioUser},
};
use shp_sim::board::{DEVICE_CONTROL, FUNCTION_RESET, Options};

use crate::{server::Server, socket::Socket};

/// The board's core.
const CORE: &str = "k4w32";
/// Jobs in a burst.
const BURST: usize = 12;
/// Threads.
const WORKERS: u32 = 6;
/// How long a device that was reset behind the driver's back is waited for.
const PATIENCE: Duration = Duration::from_millis(40);

/// What the device suffers.
#[derive(Clone)]
enum Harm {
    /// A reset by the protocol's own command.
    Reset,
    /// A function-level reset, by the switch in the configuration space.
    FunctionReset,
    /// The end of the process that is the device.
    Kill(Arc<Mutex<Server>>),
}

/// A way to the device on which it is harmed, once, after so many more calls.
struct Saboteur {
    way: VfioUser,
    left: Arc<AtomicU32>,
    interrupts: Arc<AtomicU32>,
    harm: Harm,
}

/// Nothing happens.
const NEVER: u32 = u32::MAX;

impl Saboteur {
    fn count(&mut self) -> Result<(), Error> {
        let left = self.left.load(Ordering::Relaxed);
        if left == NEVER {
            return Ok(());
        }
        self.left.store(left.wrapping_sub(1), Ordering::Relaxed);
        if left > 0 {
            return Ok(());
        }
        match &self.harm {
            Harm::Reset => self.way.reset(),
            Harm::FunctionReset => self
                .way
                .write_config(DEVICE_CONTROL as u64, &FUNCTION_RESET.to_le_bytes()),
            Harm::Kill(server) => {
                let mut server = server.lock().unwrap_or_else(PoisonError::into_inner);
                server.kill();
                Ok(())
            }
        }
    }
}

impl Transport for Saboteur {
    fn read(&mut self, at: u16) -> Result<u32, Error> {
        self.count()?;
        self.way.read(at)
    }

    fn write(&mut self, at: u16, value: u32) -> Result<(), Error> {
        self.count()?;
        self.way.write(at, value)
    }

    fn memory(&mut self, bytes: usize) -> Result<Memory, Error> {
        self.way.memory(bytes)
    }

    fn wait(&mut self, timeout: Duration) -> Result<bool, Error> {
        self.count()?;
        let heard = self.way.wait(timeout)?;
        self.interrupts.fetch_add(heard.into(), Ordering::Relaxed);
        Ok(heard)
    }

    fn reset(&mut self) -> Result<(), Error> {
        self.way.reset()
    }
}

/// What a soak did.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Report {
    /// Resets by the protocol's command, in a burst.
    pub resets: u32,
    /// Function-level resets, in a burst.
    pub function_resets: u32,
    /// Kills, in a burst.
    pub kills: u32,
    /// Bursts that ended before their harm came.
    pub spared: u32,
    /// Jobs done, all of them once and right.
    pub jobs: u64,
    /// Interrupts heard: the device worked too.
    pub interrupts: u64,
}

impl Report {
    fn plus(self, other: Self) -> Self {
        Self {
            resets: self.resets + other.resets,
            function_resets: self.function_resets + other.function_resets,
            kills: self.kills + other.kills,
            spared: self.spared + other.spared,
            jobs: self.jobs + other.jobs,
            interrupts: self.interrupts + other.interrupts,
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            resets,
            function_resets,
            kills,
            spared,
            jobs,
            interrupts,
        } = self;
        write!(
            f,
            "{resets} resets, {function_resets} function-level resets, {kills} kills, {spared} bursts spared; {interrupts} interrupts; {jobs} jobs done: \
             none lost, none doubled, all bytes right"
        )
    }
}

/// A device that suffers, and the way to arm what it suffers from.
struct Victim {
    scheduler: Scheduler,
    left: Arc<AtomicU32>,
    interrupts: Arc<AtomicU32>,
}

impl Victim {
    fn new(uri: &Uri, harm: Harm) -> Result<Self> {
        let Uri::VfioUser(path) = uri else {
            return Err(anyhow!("{uri} is no socket"));
        };
        let left = Arc::new(AtomicU32::new(NEVER));
        let interrupts = Arc::new(AtomicU32::new(0));
        let way = Saboteur {
            way: VfioUser::connect(path)?,
            left: Arc::clone(&left),
            interrupts: Arc::clone(&interrupts),
            harm,
        };
        let hardware = Hardware::open(Box::new(way), PATIENCE)?;
        let software = Software::new(Config::default());
        let scheduler = Scheduler::new(
            vec![Box::new(hardware)],
            Box::new(software),
            Threshold::Bytes(0),
        );
        Ok(Self {
            scheduler,
            left,
            interrupts,
        })
    }

    /// A burst with harm after so many calls; says whether it came.
    fn burst(&self, random: &mut fastrand::Rng, report: &mut Report) -> Result<bool> {
        let params = Params {
            lane: Lane::ALL[random.usize(..3)],
            pbox: random.bool(),
            ..Params::new(Paths::new(random.usize(2..=4))?)
        };
        let keys = Keys::derive(&std::array::from_fn(|_| random.u8(..)), params.paths);
        // Some 50 calls open a session and end a burst.
        self.left.store(random.u32(..55), Ordering::Relaxed);
        let copy = Keys::new(keys.units().to_vec(), *keys.pbox())?;
        let mut open = Open::new(&self.scheduler, Session::resume(params, copy, Some(0))?)?;
        let messages: Vec<Vec<u8>> = (0..BURST)
            .map(|_| (0..random.usize(1..3000)).map(|_| random.u8(..)).collect())
            .collect();
        let mut jobs: VecDeque<_> = messages
            .iter()
            .map(|message| open.job(message.as_slice().into()))
            .collect();
        let mut done = vec![];
        while done.len() < BURST {
            open.submit(&mut jobs)?;
            ensure!(open.wait(&mut done) > 0, "a job is lost");
        }
        ensure!(open.wait(&mut done) == 0, "a job is doubled");
        drop(open);
        let came = self.left.swap(NEVER, Ordering::Relaxed) == NEVER;
        report.jobs += BURST as u64;
        report.interrupts += u64::from(self.interrupts.swap(0, Ordering::Relaxed));
        report.spared += u32::from(!came);
        check(params, &keys, &messages, &done)?;
        Ok(came)
    }
}

/// Each message is there once, with its shares.
fn check(params: Params, keys: &Keys, messages: &[Vec<u8>], done: &[Completion]) -> Result<()> {
    let mut seen = vec![false; messages.len()];
    for completion in done {
        completion.result.clone()?;
        let job = &completion.job;
        let segment = job
            .segment()
            .ok_or_else(|| anyhow!("a job that was not taken"))?;
        let message = messages
            .get(segment as usize)
            .ok_or_else(|| anyhow!("segment {segment} is nobody's"))?;
        ensure!(
            !std::mem::replace(&mut seen[segment as usize], true),
            "segment {segment} is doubled"
        );
        ensure!(
            *job.message == **message,
            "segment {segment} is another message"
        );
        let mut shares = vec![vec![0; message.len()]; params.paths.get()];
        let mut ports: Vec<&mut [u8]> = shares.iter_mut().map(Vec::as_mut_slice).collect();
        split(&params, keys, segment, message, &mut ports)?;
        for (port, share) in job.ports.iter().zip(&shares) {
            ensure!(**port == **share, "segment {segment} has wrong shares");
        }
    }
    Ok(())
}

/// Does harm so many times, one in twenty a kill, from several threads: most of the time is spent waiting.
///
/// # Errors
/// If a job is lost, doubled or wrong.
pub fn run(rounds: u32, seed: u64) -> Result<Report> {
    let reports = thread::scope(|scope| {
        let share = |worker| rounds / WORKERS + u32::from(worker < rounds % WORKERS);
        let start =
            |worker| scope.spawn(move || work(share(worker), seed << 8 | u64::from(worker)));
        let workers: Vec<_> = (0..WORKERS).map(start).collect();
        let end =
            |worker: ScopedJoinHandle<'_, _>| worker.join().map_err(|_| anyhow!("a panic"))?;
        workers.into_iter().map(end).collect::<Result<Vec<_>>>()
    })?;
    Ok(reports.into_iter().fold(Report::default(), Report::plus))
}

/// One thread's share of it.
fn work(rounds: u32, seed: u64) -> Result<Report> {
    let mut random = fastrand::Rng::with_seed(seed);
    let mut report = Report::default();
    let lasting = |harm| {
        let board = Socket::new(CORE, Options::default()).map_err(|error| anyhow!("{error}"))?;
        let victim = Victim::new(&board.uri, harm)?;
        anyhow::Ok((board, victim))
    };
    let (_first, reset) = lasting(Harm::Reset)?;
    let (_second, function_reset) = lasting(Harm::FunctionReset)?;
    while report.resets + report.function_resets + report.kills < rounds {
        let (count, came) = match random.u32(..20) {
            0 => {
                let server = Server::start(CORE)?;
                let uri = server.uri();
                let server = Arc::new(Mutex::new(server));
                let victim = Victim::new(&uri, Harm::Kill(server))?;
                let came = victim.burst(&mut random, &mut report)?;
                (&mut report.kills, came)
            }
            number if number % 2 == 0 => {
                let came = reset.burst(&mut random, &mut report)?;
                (&mut report.resets, came)
            }
            _ => {
                let came = function_reset.burst(&mut random, &mut report)?;
                (&mut report.function_resets, came)
            }
        };
        *count += u32::from(came);
    }
    Ok(report)
}
