//! How fast a backend is: messages through it in bursts and one by one, and what comes back joined again.

use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};

use crate::{
    backend::{Backend, Buffer, Completion, Error, Job, Open, device::Hardware},
    device::Statistics,
    partition::{self, Lane, Params},
    session::Session,
};

/// What there was to measure for one length of message.
#[derive(Debug, Clone, PartialEq)]
pub struct Measurement {
    /// The message's length, in bytes.
    pub bytes: usize,
    /// k.
    pub paths: usize,
    /// Bytes of message a second, in bursts.
    pub throughput: f64,
    /// How long one message takes when nothing else is in flight: half of them take longer.
    pub latency: Duration,
    /// Clocks a word of message in bursts, as a device counts them: those in which a job was under way.
    pub cycles: Option<f64>,
    /// Whether every message's shares added up to it.
    pub verified: bool,
}

/// Why there is no measurement.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Failure {
    /// No session.
    #[error(transparent)]
    Session(#[from] crate::session::Error),
    /// The backend refused, or a job failed.
    #[error(transparent)]
    Backend(#[from] Error),
}

/// Bytes of message in flight, unless one alone has more.
const BURST: usize = 8 << 20;

/// Measures messages of so many bytes, for about `time` in bursts and as long one by one. Each is joined again, outside
/// of the time.
///
/// # Errors
/// [`Failure`], from the first thing that went wrong.
pub fn measure(
    backend: &dyn Backend,
    params: Params,
    bytes: usize,
    time: Duration,
) -> Result<Measurement, Failure> {
    measure_counting(backend, params, bytes, time, &|| Ok(Statistics::default()))
}

/// The same of a device, with its own counters before and after the bursts.
///
/// # Errors
/// As [`measure`].
pub fn measure_device(
    device: &Hardware,
    params: Params,
    bytes: usize,
    time: Duration,
) -> Result<Measurement, Failure> {
    measure_counting(device, params, bytes, time, &|| device.statistics())
}

fn measure_counting(
    backend: &dyn Backend,
    params: Params,
    bytes: usize,
    time: Duration,
    counters: &dyn Fn() -> Result<Statistics, Error>,
) -> Result<Measurement, Failure> {
    let mut session = Open::new(backend, Session::open(params)?)?;
    let depth = (BURST / bytes).clamp(1, backend.capabilities().depth);
    let mut jobs: VecDeque<Job> = (0..depth)
        .map(|i| {
            let mut message = session.buffer(bytes);
            for (byte, at) in message.iter_mut().zip(i..) {
                *byte = (at * 31) as u8;
            }
            session.job(message)
        })
        .collect();

    // The first burst also wakes threads and touches pages; it is not counted.
    burst(&mut session, &mut jobs)?;
    let before = counters()?;
    let mut verified = true;
    let (mut spent, mut messages) = (Duration::ZERO, 0);
    while spent < time {
        let start = Instant::now();
        burst(&mut session, &mut jobs)?;
        spent += start.elapsed();
        messages += jobs.len();
        verified &= jobs.iter().all(|job| adds_up(params.lane, job));
    }

    let after = counters()?;
    let mut latencies = vec![];
    let (mut alone, mut others) = (Duration::ZERO, vec![]);
    while let Some(job) = jobs.pop_front() {
        let start = Instant::now();
        let Completion { job, result } = session.split(job, &mut others)?;
        let latency = start.elapsed();
        result?;
        verified &= adds_up(params.lane, &job);
        jobs.push_back(job);
        latencies.push(latency);
        alone += latency;
        if alone >= time {
            break;
        }
    }
    latencies.sort_unstable();
    Ok(Measurement {
        bytes,
        paths: params.paths.get(),
        throughput: float(bytes) * float(messages) / spent.as_secs_f64(),
        latency: latencies[latencies.len() / 2],
        cycles: cycles(before, after),
        verified,
    })
}

/// Clocks a word between two looks at the counters, if any word went by.
fn cycles(before: Statistics, after: Statistics) -> Option<f64> {
    let passed = |of: fn(&Statistics) -> u64| of(&after).saturating_sub(of(&before)) as usize;
    let words = passed(|counted| counted.words);
    (words > 0).then(|| float(passed(|counted| counted.busy)) / float(words))
}

/// All jobs once; they come back in any order.
fn burst(session: &mut Open, jobs: &mut VecDeque<Job>) -> Result<(), Error> {
    let all = jobs.len();
    let mut done = Vec::with_capacity(all);
    while done.len() < all {
        session.submit(jobs)?;
        session.wait(&mut done);
    }
    for Completion { job, result } in done {
        result?;
        jobs.push_back(job);
    }
    Ok(())
}

fn adds_up(lane: Lane, job: &Job) -> bool {
    let shares: Vec<&[u8]> = job.ports.iter().map(|port| &**port).collect();
    let mut sum = Buffer::new(job.message.len());
    partition::join(lane, &shares, &mut sum).is_ok() && *sum == *job.message
}

#[expect(clippy::cast_precision_loss, reason = "a measurement is no better")]
fn float(n: usize) -> f64 {
    n as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{backend::software::Software, partition::Paths};

    #[test]
    fn what_is_measured_adds_up() {
        let params = Params::new(Paths::MAX);
        for bytes in [1, 1500, BURST + 1] {
            let measured = measure(
                &Software::default(),
                params,
                bytes,
                Duration::from_millis(1),
            );
            let measured = measured.expect("the pool splits");
            assert!(measured.verified && measured.throughput > 0.0);
            assert_eq!(measured.cycles, None, "software has no such clock");
            assert_eq!((measured.bytes, measured.paths), (bytes, 16));
        }
    }
}
