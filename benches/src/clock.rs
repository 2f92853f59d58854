//! CPU time of this thread, and fair comparisons with it.

use std::time::Duration;

use nix::time::{ClockId, clock_gettime};

/// Rounds of a comparison; odd, so that there is a median.
const ROUNDS: usize = 21;

/// Seconds that a round of one contender should take at least, far above what reading the clock takes.
const ROUND: f64 = 0.002;

/// Something to time.
pub(crate) type Contender<'a> = Box<dyn FnMut() + 'a>;

/// CPU seconds of one call of each, the median over rounds in which all take turns: what else the machine does then
/// meets all of them alike.
pub(crate) fn seconds(mut contenders: Vec<Contender<'_>>) -> Vec<f64> {
    let calls: Vec<u32> = contenders
        .iter_mut()
        .map(|contender| calibrate(contender))
        .collect();
    let mut times = vec![Vec::with_capacity(ROUNDS); contenders.len()];
    for _ in 0..ROUNDS {
        for ((contender, calls), times) in contenders.iter_mut().zip(&calls).zip(&mut times) {
            times.push(time(contender, *calls) / f64::from(*calls));
        }
    }
    times.into_iter().map(median).collect()
}

/// The middle one.
pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// How many calls make a round.
fn calibrate(contender: &mut Contender<'_>) -> u32 {
    let mut calls = 1;
    while time(contender, calls) < ROUND {
        calls *= 2;
    }
    calls
}

fn time(contender: &mut Contender<'_>, calls: u32) -> f64 {
    let start = now();
    for _ in 0..calls {
        contender();
    }
    now() - start
}

/// CPU seconds of this thread.
fn now() -> f64 {
    let time = clock_gettime(ClockId::CLOCK_THREAD_CPUTIME_ID).expect("Linux has this clock");
    Duration::from(time).as_secs_f64()
}
