//! Whether time tells secrets, in the manner of dudect: two classes of inputs in random order, and Welch's t between them.

use std::{hint::black_box, time::Instant};

use shp::partition::{Kernel, Keys, Params, Paths};

/// Measurements, of both classes together.
const MEASUREMENTS: usize = 40_000;

/// Bytes of a message: two whole strips, the first of which is finished between the rounds of the second, a tile and a tail.
const LENGTH: usize = 6000;

/// |t| between splits of one fixed message under one fixed key, and of random messages under random keys.
pub(crate) fn t(kernel: Kernel, k: usize) -> f64 {
    let paths = Paths::new(k).expect("the figures use 2 to 16");
    let params = Params::new(paths);
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut random = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    // All inputs are made first and lie in like places, so that making them is not measured.
    let inputs: Vec<(bool, Keys, Vec<u8>)> = (0..512)
        .map(|_| {
            let fixed = random() & 1 == 0;
            let mut master = [0; 32];
            let mut message = vec![0; LENGTH];
            if !fixed {
                master.fill_with(|| random() as u8);
                message.fill_with(|| random() as u8);
            }
            (fixed, Keys::derive(&master, paths), message)
        })
        .collect();
    let mut ports = vec![vec![0; LENGTH]; k];
    let mut ports: Vec<&mut [u8]> = ports.iter_mut().map(Vec::as_mut_slice).collect();
    let mut times: Vec<(bool, f64)> = vec![];
    for i in 0..MEASUREMENTS + inputs.len() {
        let (fixed, keys, message) = &inputs[random() as usize % inputs.len()];
        let start = Instant::now();
        kernel
            .split(&params, keys, i as u64, message, &mut ports)
            .expect("the work fits");
        let time = start.elapsed().as_secs_f64();
        black_box(&ports);
        // The first splits also make the tables of the keys.
        if i >= inputs.len() {
            times.push((*fixed, time));
        }
    }
    // Interrupts are no secrets: what is far beyond the usual is left out of both classes alike.
    let mut sorted: Vec<f64> = times.iter().map(|(_, time)| *time).collect();
    sorted.sort_by(f64::total_cmp);
    let bound = sorted[sorted.len() * 9 / 10];
    let class = |wanted| {
        times
            .iter()
            .filter(move |(fixed, time)| *fixed == wanted && *time <= bound)
            .map(|(_, time)| *time)
    };
    let [(n, mean, variance), (m, other, spread)] = [moments(class(true)), moments(class(false))];
    ((mean - other) / (variance / n + spread / m).sqrt()).abs()
}

/// How many, their mean, their variance.
fn moments(times: impl Iterator<Item = f64>) -> (f64, f64, f64) {
    let (mut n, mut mean, mut squares) = (0.0, 0.0, 0.0);
    for time in times {
        n += 1.0;
        let step = time - mean;
        mean += step / n;
        squares += step * (time - mean);
    }
    (n, mean, squares / (n - 1.0))
}
