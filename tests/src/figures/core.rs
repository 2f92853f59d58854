//! The cores under Verilator, and what their clocks would make of their cycles.

use std::time::Instant;

use anyhow::{Context, Result, ensure};
use shp::partition::{Params, Paths};
use shp_sim::Outcome;
use xtask::area::{Row, Table};

use super::program::vectors_passed;
use super::software::count;
use super::{Figure, Reading, Target};
use crate::bench::{Bench, SEGMENT, software_speed};

/// What is asked of a core.
struct Core {
    top: &'static str,
    paths: usize,
    /// Simulated cycles a second.
    speed: f64,
    /// MHz on an ECP5-85F-6.
    clock: f64,
    lut: u32,
    ff: u32,
}

const CORES: [Core; 3] = [
    Core {
        top: "k4w32",
        paths: 4,
        speed: 1e6,
        clock: 170.0,
        lut: 12_000,
        ff: 18_000,
    },
    Core {
        top: "k16w32",
        paths: 16,
        speed: 2e5,
        clock: 150.0,
        lut: 36_000,
        ff: 58_000,
    },
    Core {
        top: "k4w128",
        paths: 4,
        speed: 2e5,
        clock: 140.0,
        lut: 31_000,
        ff: 54_000,
    },
];

pub(super) fn figures() -> Vec<Figure> {
    let mut figures = vec![Figure::new("core.vectors", "passed", || {
        Ok(Reading {
            value: vectors_passed("shp-sim")?,
            target: Target::AtLeast(count(is_covered)?),
        })
    })];
    figures.extend(CORES.iter().flat_map(of_core));
    figures
}

/// Whether one of the cores has to pass a vector: all but lanes of 64 bits over more than four paths.
fn is_covered(vector: &serde_json::Value) -> bool {
    let more_than =
        |field: &str, bound: u64| vector[field].as_u64().is_some_and(|number| number > bound);
    !(more_than("lane_bits", 32) && more_than("k", 4))
}

fn of_core(core: &'static Core) -> [Figure; 9] {
    let name = |what: &str| format!("core.{}.{what}", core.top);
    [
        Figure::at_most(110.0, name("first-word"), "cycles", || {
            let outcome = &core.split(64, 1)?[0];
            Ok(float(outcome.first - outcome.given))
        }),
        Figure::at_most(1.02, name("64KiB"), "cycles/word", || {
            core.cycles_a_word(SEGMENT, 1)
        }),
        Figure::at_most(1.01, name("64KiB-back-to-back"), "cycles/word", || {
            core.cycles_a_word(SEGMENT, 8)
        }),
        Figure::at_most(1.05, name("1500B-back-to-back"), "cycles/word", || {
            core.cycles_a_word(1500, 100)
        }),
        Figure::at_least(core.speed, name("simulation"), "cycles/s", || {
            core.simulation_speed()
        }),
        Figure::at_least(core.clock, name("clock"), "MHz", || Ok(core.area()?.mhz)),
        Figure::at_most(core.lut.into(), name("lut"), "LUT", || {
            Ok(float(core.area()?.lut))
        }),
        Figure::at_most(core.ff.into(), name("ff"), "FF", || {
            Ok(float(core.area()?.ff))
        }),
        Figure::new(name("message-projected"), "MB/s", || {
            core.against_software()
        }),
    ]
}

impl Core {
    fn params(&self) -> Result<Params> {
        Ok(Params::new(Paths::new(self.paths)?))
    }

    /// Splits segments of so many bytes, back to back.
    fn split(&self, bytes: usize, segments: usize) -> Result<Vec<Outcome>> {
        let message: Vec<u8> = (0..bytes * segments).map(|place| place as u8).collect();
        Bench::new(self.top, self.params()?)?.split(message.chunks(bytes))
    }

    /// Cycles a word after the first one.
    fn cycles_a_word(&self, bytes: usize, segments: usize) -> Result<f64> {
        let outcomes = self.split(bytes, segments)?;
        let (first, last) = outcomes
            .first()
            .zip(outcomes.last())
            .context("nothing came out")?;
        let words: u64 = outcomes
            .iter()
            .map(|outcome| u64::from(outcome.words))
            .sum();
        Ok(float(last.last - first.first) / float(words - 1))
    }

    /// Simulated cycles a second, the driver included, tracing off.
    fn simulation_speed(&self) -> Result<f64> {
        let mut bench = Bench::new(self.top, self.params()?)?;
        let message = vec![0; SEGMENT];
        bench.run([message.as_slice()].into_iter())?;
        let (start, before) = (Instant::now(), bench.core.cycles());
        while start.elapsed().as_secs_f64() < 2.0 {
            bench.run([message.as_slice()].into_iter())?;
        }
        Ok(float(bench.core.cycles() - before) / start.elapsed().as_secs_f64())
    }

    /// The row of `docs/area.md`, if it belongs to the committed Verilog.
    fn area(&self) -> Result<Row> {
        Table::read()?
            .fresh(self.top, &format!("hdl/verilog/{}.v", self.top))?
            .cloned()
            .context("docs/area.md is stale")
    }

    /// Message speed at the clock of `docs/area.md`, a projection, against one thread of software at the same k.
    fn against_software(&self) -> Result<Reading> {
        let word = Bench::new(self.top, self.params()?)?.core.word_bytes();
        let bytes_a_cycle = float(u64::try_from(word)?) / self.cycles_a_word(SEGMENT, 8)?;
        let value = self.area()?.mhz * bytes_a_cycle;
        let software = software_speed(self.params()?, SEGMENT)? / 1e6;
        ensure!(software > 0.0, "software could not be measured");
        Ok(Reading {
            value,
            target: Target::AtLeast(software),
        })
    }
}

/// Counts of cycles and cells are far below 2^52.
#[allow(clippy::cast_precision_loss)]
fn float(count: u64) -> f64 {
    count as f64
}
