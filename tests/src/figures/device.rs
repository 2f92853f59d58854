//! The devices under Verilator against a slow memory, by their own counters.

use anyhow::{Result, ensure};
use shp::partition::{Params, Paths};
use shp_regs::blocks::statistics;
use shp_regs::ring::Status;

use super::Figure;
use crate::rig::{DATA, Job, Rig, Session};

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
    CASES.map(figure).into()
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
