//! From which length of message on a device is worth its way.

use std::time::{Duration, Instant};

use super::{Backend, Error, Job, Session};
use crate::partition::{Keys, Params};

/// Lengths that are tried, as far as the device splits them.
const LENGTHS: [usize; 6] = [64, 256, 1 << 10, 4 << 10, 16 << 10, 64 << 10];

/// How often each is. The quickest counts: what else this machine does only ever adds.
const ROUNDS: u64 = 3;

/// Splits messages alone on both, under keys that are used for nothing else, and gives the length from which on the device is sooner.
pub(super) fn threshold(
    device: &dyn Backend,
    software: &dyn Backend,
    params: Params,
) -> Result<usize, Error> {
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
    let (device, software) = (times(device)?, times(software)?);
    let both: Vec<_> = lengths.zip(device).zip(software).collect();
    Ok(crossing(&both))
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

/// The first length from which on the device is never later; past all if it is later at the longest.
fn crossing(times: &[((usize, Duration), Duration)]) -> usize {
    let sooner = times
        .iter()
        .rev()
        .take_while(|((_, device), software)| device <= software);
    sooner.last().map_or(usize::MAX, |((length, _), _)| *length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_threshold_is_where_the_device_stays_ahead() {
        let ms = Duration::from_millis;
        let of = |times: [(u64, u64); 4]| {
            let times = LENGTHS.into_iter().zip(times);
            let times =
                times.map(|(length, (device, software))| ((length, ms(device)), ms(software)));
            crossing(&times.collect::<Vec<_>>())
        };
        assert_eq!(of([(5, 1), (5, 4), (6, 9), (9, 20)]), 1 << 10);
        assert_eq!(of([(1, 1), (2, 3), (3, 4), (4, 5)]), 64);
        // One lucky round of the device is no crossing.
        assert_eq!(of([(5, 1), (2, 3), (7, 6), (9, 9)]), 4 << 10);
        assert_eq!(of([(5, 1), (5, 2), (5, 3), (5, 4)]), usize::MAX);
        assert_eq!(crossing(&[]), usize::MAX);
    }
}
