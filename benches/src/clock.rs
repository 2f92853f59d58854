//! CPU time of this thread, and fair comparisons with it.

use std::time::Duration;

use nix::time::{ClockId, clock_gettime};

/// Rounds of a comparison: at most, and at least where a round takes long.
const ROUNDS: std::ops::RangeInclusive<usize> = 5..=201;

/// Seconds that a comparison should take where it may take fewer rounds.
const LONG: f64 = 1.5;

/// Seconds that a round of one contender should take at least, far above what reading the clock takes.
const ROUND: f64 = 0.0005;

/// Something to time.
pub type Contender<'a> = Box<dyn FnMut() + 'a>;

/// CPU seconds of one call of each: the fastest of many rounds in which all take turns. What else the machine does,
/// and that may be much, only ever adds to the time of a round.
pub(crate) fn seconds(mut contenders: Vec<Contender<'_>>) -> Vec<f64> {
    let calls: Vec<u32> = contenders
        .iter_mut()
        .map(|contender| calibrate(contender))
        .collect();
    let mut fastest = vec![f64::INFINITY; contenders.len()];
    let start = now();
    for round in 0..*ROUNDS.end() {
        if round >= *ROUNDS.start() && now() - start > LONG {
            break;
        }
        for ((contender, calls), fastest) in contenders.iter_mut().zip(&calls).zip(&mut fastest) {
            *fastest = fastest.min(time(contender, *calls) / f64::from(*calls));
        }
    }
    fastest
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
pub(crate) fn now() -> f64 {
    let time = clock_gettime(ClockId::CLOCK_THREAD_CPUTIME_ID).expect("Linux has this clock");
    Duration::from(time).as_secs_f64()
}
