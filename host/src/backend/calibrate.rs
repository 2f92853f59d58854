//! From which length of message on a device is worth its way.

use std::time::{Duration, Instant};

use super::{Backend, Error, Job, Session};
use crate::partition::{Keys, Params};

/// Lengths that are tried, as far as the device splits them.
const LENGTHS: [usize; 6] = [64, 256, 1 << 10, 4 << 10, 16 << 10, 64 << 10];

/// How often each is. The quickest counts: what else this machine does only ever adds.
const ROUNDS: u64 = 3;

/// How long one message takes, alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Times {
    /// Its length, in bytes.
    pub bytes: usize,
    /// On the device.
    pub device: Duration,
    /// In software.
    pub software: Duration,
}

/// Splits messages alone on both, from short to long, under keys that are used for nothing else.
///
/// # Errors
/// From the first that refuses or fails.
pub fn calibrate(
    device: &dyn Backend,
    software: &dyn Backend,
    params: Params,
) -> Result<Vec<Times>, Error> {
    let longest = device.capabilities().longest;
    let lengths = LENGTHS
        .into_iter()
        .filter(|length| *length as u64 <= longest);
    let times = |backend: &dyn Backend| -> Result<Vec<Duration>, Error> {
        let mut session = backend.open(params, Keys::random(params.paths)?)?;
        let segments = (0..).step_by(ROUNDS as usize);
        let times = segments.zip(lengths.clone());
        times
            .map(|(segment, length)| time(&mut *session, params, segment, length))
            .collect()
    };
    let both = times(device)?.into_iter().zip(times(software)?);
    let times = lengths.zip(both).map(|(bytes, (device, software))| Times {
        bytes,
        device,
        software,
    });
    Ok(times.collect())
}

/// The first length from which on the device is never later; none if it is later at the longest.
pub fn threshold(times: &[Times]) -> Option<usize> {
    let sooner = times
        .iter()
        .rev()
        .take_while(|times| times.device <= times.software);
    sooner.last().map(|times| times.bytes)
}

/// The time of one message.
fn time(
    session: &mut dyn Session,
    params: Params,
    segment: u64,
    length: usize,
) -> Result<Duration, Error> {
    let ports = (0..params.paths.get()).map(|_| session.buffer(length));
    let mut job = Job::new(session.buffer(length), ports.collect());
    let mut best = Duration::MAX;
    for round in 0..ROUNDS {
        job.segment = segment + round;
        let start = Instant::now();
        let completion = session.split(job, &mut vec![]);
        best = best.min(start.elapsed());
        completion.result?;
        job = completion.job;
    }
    Ok(best)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_threshold_is_where_the_device_stays_ahead() {
        let of = |times: [(u64, u64); 4]| {
            let times = LENGTHS.into_iter().zip(times);
            let times = times.map(|(bytes, (device, software))| Times {
                bytes,
                device: Duration::from_millis(device),
                software: Duration::from_millis(software),
            });
            threshold(&times.collect::<Vec<_>>())
        };
        assert_eq!(of([(5, 1), (5, 4), (6, 9), (9, 20)]), Some(1 << 10));
        assert_eq!(of([(1, 1), (2, 3), (3, 4), (4, 5)]), Some(64));
        // One lucky round of the device is no crossing.
        assert_eq!(of([(5, 1), (2, 3), (7, 6), (9, 9)]), Some(4 << 10));
        assert_eq!(of([(5, 1), (5, 2), (5, 3), (5, 4)]), None);
        assert_eq!(threshold(&[]), None);
    }
}
