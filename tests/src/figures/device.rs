//! The devices under Verilator against a slow memory, by their own counters; and what a device costs its host.

use std::collections::VecDeque;
use std::time::Duration;

use anyhow::{Result, anyhow, ensure};
use nix::time::{ClockId, clock_gettime};
use shp::backend::device::Hardware;
use shp::backend::{self, Backend as _, Open};
use shp::partition::{Params, Paths};
use shp::session;
use shp_regs::blocks::statistics;
use shp_regs::ring::Status;
use shp_sim::board::Options;

use super::{Figure, Reading, Target};
use crate::bench::{SEGMENT, software_speed};
use crate::counting::Counting;
use crate::rig::{DATA, Job, Rig, Session};
use crate::socket::Socket;

/// Clocks until memory answers.
const LATENCY: u64 = 200;
/// Words that a figure is measured over: the first answer, which everything waits for, is a hundredth of them.
const WORDS: u32 = 20_000;
/// Descriptors in the ring.
const SLOTS: u32 = 64;

/// A device, a length of segments, and the cycles a word that they may take.
const CASES: [(&str, u32, &str, f64); 5] = [
    ("k4w32", 16 << 10, "16KiB", 1.10),
    ("k4w32", 1500, "1500B", 1.25),
    ("k16w32", 16 << 10, "16KiB", 1.10),
    ("k16w32", 1500, "1500B", 1.25),
    ("k4w128", 64 << 10, "64KiB", 1.10),
];

pub(super) fn figures() -> Vec<Figure> {
    let figure = |(core, bytes, length, bound)| {
        let name = format!("device.{core}.{length}-slow-memory");
        Figure::at_most(bound, name, "cycles/word", move || {
            cycles_a_word(core, bytes)
        })
    };
    let mut figures: Vec<Figure> = CASES.map(figure).into();
    figures.extend([
        Figure::at_most(1.0, "device.register-writes", "a burst", || {
            Ok(steady(1500)?.writes)
        }),
        Figure::at_most(0.0, "device.register-reads", "a burst", || {
            Ok(steady(1500)?.reads)
        }),
        Figure::new("device.host-cpu", "us/job", || {
            // Nothing is copied, so a long message costs the host what a short one does; of a short one a slow simulation adds the least waiting.
            // Were it more than software takes for a segment of a share file, a device would save nothing.
            let software = f64::from(SEGMENT as u32) / software_speed(params()?, SEGMENT)?;
            Ok(Reading {
                value: steady(1500)?.cpu * 1e6,
                target: Target::AtMost(software * 1e6),
            })
        }),
    ]);
    figures
}

/// What bursts cost a host: register accesses a burst, seconds of CPU a job.
struct Steady {
    reads: f64,
    writes: f64,
    cpu: f64,
}

/// Bursts that are measured, after one that is not.
const BURSTS: u32 = 8;

fn params() -> Result<Params> {
    Ok(Params::new(Paths::new(4)?))
}

/// Runs bursts of messages of so many bytes through the driver to a virtual board. All of the driver is in this thread, and the board in others.
fn steady(bytes: usize) -> Result<Steady> {
    let board = Socket::new("k4w32", Options::default()).map_err(|error| anyhow!("{error}"))?;
    let (way, accesses) = Counting::new(board.uri.connect()?);
    let hardware = Hardware::open(Box::new(way), Duration::from_mins(1))?;
    let depth = hardware.capabilities().depth;
    let mut open = Open::new(&hardware, session::Session::open(params()?)?)?;
    let jobs = (0..depth).map(|_| open.job(open.buffer(bytes)));
    let mut jobs: VecDeque<backend::Job> = jobs.collect();
    let mut begun = None;
    for _ in 0..=BURSTS {
        let mut done = Vec::with_capacity(depth);
        while done.len() < depth {
            open.submit(&mut jobs)?;
            open.wait(&mut done);
        }
        for completion in done {
            completion.result?;
            jobs.push_back(completion.job);
        }
        // The first burst is the one that is not measured.
        begun.get_or_insert((accesses.get(), cpu()?));
    }
    let ([reads, writes], start) = begun.unwrap_or_default();
    let cpu = cpu()? - start;
    let [all_reads, all_writes] = accesses.get();
    let a_burst =
        |count: u64| Ok::<f64, anyhow::Error>(f64::from(u32::try_from(count)?) / f64::from(BURSTS));
    Ok(Steady {
        reads: a_burst(all_reads - reads)?,
        writes: a_burst(all_writes - writes)?,
        cpu: cpu / f64::from(BURSTS) / f64::from(u32::try_from(depth)?),
    })
}

/// Seconds of CPU that this thread has had.
fn cpu() -> Result<f64> {
    let time = clock_gettime(ClockId::CLOCK_THREAD_CPUTIME_ID)?;
    Ok(Duration::from(time).as_secs_f64())
}

/// Clocks in which a job was under way, for each word that entered the core; as many segments wait in the ring as it has room for.
fn cycles_a_word(core: &str, bytes: u32) -> Result<f64> {
    let stride = u64::from(bytes) + 64;
    let mut rig = Rig::new(&format!("{core}_device"), SLOTS, 17 * stride as usize);
    rig.device.set_latency(LATENCY);
    let paths = Paths::new(rig.channels.into())?;
    rig.open(0, &Session::new(1, Params::new(paths)))?;
    let jobs = (WORDS * rig.word_bytes).div_ceil(bytes).max(2);
    ensure!(jobs < SLOTS, "{jobs} jobs are more than the ring holds");
    let places = 1..=u64::from(rig.channels);
    let ports: Vec<u64> = places.map(|port| DATA + port * stride).collect();
    let (busy, words) = counters(&mut rig)?;
    for segment in 0..u64::from(jobs) {
        rig.post(&Job {
            slot: 0,
            segment,
            source: DATA,
            length: bytes,
            ports: ports.clone(),
            reserved: 0,
            cookie: segment,
        });
    }
    rig.ring()?;
    let completions = rig.completions(jobs as usize)?;
    let done = |(_, status): &(u64, Status)| *status == Status::Done;
    ensure!(completions.iter().all(done), "a job failed");
    rig.settle()?;
    let (busy_after, words_after) = counters(&mut rig)?;
    let entered = words_after - words;
    ensure!(
        entered == jobs * bytes.div_ceil(rig.word_bytes),
        "words were lost"
    );
    Ok(f64::from(busy_after - busy) / f64::from(entered))
}

/// Clocks in which a job was under way, and words that entered the core.
fn counters(rig: &mut Rig) -> Result<(u32, u32)> {
    Ok((
        rig.read(statistics::busy_low::AT)?,
        rig.read(statistics::words_low::AT)?,
    ))
}
