//! Which blocks enter the engine in which wheel.

// Fault: in schedule, after_q[(32'h0)+:(3)] == 32'h7 => after_q[(32'h0)+:(3)] == 32'h6

use proptest::prelude::*;
use shp_sim::tops::schedule::{
    AT, CLOSED, DEFINITION, ENTERED, IDLE, JUMP, MORE_BLOCKS, NEXT_AT, NUMBER, NUMBER_ZERO, PATHS,
    PBOX, R_AT, R_TO, RECORD, REJECTED, REJECTED_TWO, RESET, SEGMENT_READY, SEGMENT_VALID, TOP,
    UNITS_AT,
};
use shp_sim::{Model, Stalls};

use crate::support::{read, stalls};

/// Clocks a wheel.
const WHEEL: u64 = 16;
/// Blocks of a unit that may be between here and their use.
const ROOM: u64 = 16;
/// Blocks are counted modulo this.
const COUNTED: u64 = 64;
/// From a wheel's second clock until its last word is written behind the engine.
const FLIGHT: u64 = 125;

#[derive(Clone, Debug)]
struct Segment {
    number: u64,
    blocks: u64,
    paths: u64,
    pbox: bool,
    /// Policy `definition`, with so many words redrawn for each of its blocks.
    redrawn: Option<u64>,
}

fn segment() -> impl Strategy<Value = Segment> {
    let blocks = prop_oneof![1..4_u64, 1..40_u64];
    (
        any::<u64>(),
        blocks,
        2..5_u64,
        any::<bool>(),
        proptest::option::of(0..20_u64),
    )
        .prop_map(|(number, blocks, paths, pbox, redrawn)| Segment {
            number,
            blocks,
            paths,
            pbox,
            redrawn,
        })
}

/// What a wheel entered with.
#[derive(Debug, PartialEq)]
struct Record {
    number: u64,
    block: u64,
    r_block: u64,
    paths: u64,
    pbox: bool,
    draws: u64,
    units: bool,
}

impl Record {
    fn read(model: &mut Model) -> Self {
        let bytes = read(model, RECORD);
        let field = |from: usize, bits: usize| {
            (from..from + bits).rev().fold(0, |high, bit| {
                high << 1 | u64::from(bytes[bit / 8] >> (bit % 8) & 1)
            })
        };
        Self {
            number: field(0, 64),
            block: field(64, 28),
            r_block: field(92, 28),
            paths: field(120, 5),
            pbox: field(125, 1) == 1,
            draws: field(126, 4),
            units: field(130, 1) == 1,
        }
    }
}

/// The schedule, and what stands behind it: readers that take blocks as they like.
struct Bench {
    model: Model,
    units: Stalls,
    r: Stalls,
    units_in: u64,
    units_at: u64,
    r_in: u64,
    r_at: u64,
    wheels: Vec<Record>,
    at: Option<u64>,
    since: u64,
    clock: u64,
}

impl Bench {
    /// A clock, with the inputs that are set; sees to what holds in each.
    fn tick(&mut self) -> Result<(), TestCaseError> {
        let Self { model, .. } = self;
        model.set(UNITS_AT, self.units_at % COUNTED);
        model.set(R_AT, self.r_at % COUNTED);
        let at = model.get(AT);
        if let Some(expected) = self.at {
            prop_assert_eq!(at, expected);
        }
        let next = model.get(NEXT_AT);
        prop_assert!(
            next == (at + 1) % WHEEL || (at == 0 && next == 0),
            "{} after {}",
            next,
            at
        );
        self.at = Some(next);
        self.since += 1;
        if model.is_high(ENTERED) {
            prop_assert_eq!(at, 1);
            let record = Record::read(model);
            self.units_in += u64::from(record.units);
            self.r_in += 1;
            self.wheels.push(record);
            self.since = 0;
            prop_assert!(
                self.units_in - self.units_at <= ROOM && self.r_in - self.r_at <= ROOM,
                "no room"
            );
        }
        prop_assert!(
            !model.is_high(IDLE) || self.wheels.is_empty() || self.since + 2 >= FLIGHT,
            "something is in the engine"
        );
        if self.since > FLIGHT {
            if self.units_at < self.units_in && self.units.moves() {
                self.units_at += 1;
            }
            if self.r_at < self.r_in && self.r.moves() {
                self.r_at += 1;
            }
        } else if self.clock.is_multiple_of(WHEEL) {
            // Blocks are used some time after they entered.
            if self.units_at + 8 < self.units_in && self.units.moves() {
                self.units_at += 1;
            }
            if self.r_at + 8 < self.r_in && self.r.moves() {
                self.r_at += 1;
            }
        }
        self.model.tick();
        self.clock += 1;
        prop_assert!(self.clock < 1_000_000, "nothing moves");
        Ok(())
    }

    /// Gives a segment after some pause, and takes its wheels.
    fn run(&mut self, segment: &Segment, pause: u64, zero: bool) -> Result<(), TestCaseError> {
        for _ in 0..pause {
            self.tick()?;
        }
        for (port, value) in [
            (SEGMENT_VALID, 1),
            (NUMBER, segment.number),
            (MORE_BLOCKS, segment.blocks - 1),
            (PATHS, segment.paths),
            (PBOX, segment.pbox.into()),
            (DEFINITION, segment.redrawn.is_some().into()),
        ] {
            self.model.set(port, value);
        }
        while !self.model.is_high(SEGMENT_READY) {
            self.tick()?;
        }
        let first = self.wheels.len();
        self.tick()?;
        for (port, noise) in [
            (SEGMENT_VALID, 0),
            (NUMBER, !segment.number),
            (MORE_BLOCKS, 77),
            (PATHS, 0),
            (PBOX, 1),
            (DEFINITION, 1),
        ] {
            self.model.set(port, noise);
        }

        let of = |bench: &Self, units| {
            bench.wheels[first..]
                .iter()
                .filter(|wheel| wheel.units == units)
                .count() as u64
        };
        let mut redrawn = 0;
        if let Some(each) = segment.redrawn {
            // Words are redrawn by one or two while the segment runs; what is owed for them comes.
            for step in 0..segment.blocks * each {
                let two = step % 3 == 0;
                self.model.set(REJECTED, 1);
                self.model.set(REJECTED_TWO, two.into());
                redrawn += 1 + u64::from(two);
                self.tick()?;
                self.model.set(REJECTED, 0);
                // At most 255 blocks are ever owed.
                while redrawn / 16 > of(self, false) + 4 {
                    self.tick()?;
                }
                prop_assert!(
                    of(self, false) <= 1 + redrawn / 16,
                    "more than was asked for"
                );
            }
            while of(self, true) < segment.blocks || of(self, false) < 1 + redrawn / 16 {
                self.tick()?;
            }
            prop_assert!(
                !self.model.is_high(SEGMENT_READY),
                "the segment is not closed"
            );
            self.model.set(CLOSED, 1);
            self.tick()?;
            self.model.set(CLOSED, 0);
            prop_assert!(!self.model.is_high(JUMP));
            self.tick()?;
            prop_assert!(self.model.is_high(JUMP));
            prop_assert_eq!(self.model.get(R_TO), self.r_in % COUNTED);
            self.r_at = self.r_in;
            self.tick()?;
            prop_assert!(!self.model.is_high(JUMP));
        } else {
            while of(self, true) < segment.blocks {
                self.tick()?;
            }
        }
        let mut block = 0;
        for (r_block, wheel) in (0..).zip(&self.wheels[first..]) {
            let units = wheel.units;
            let expected = Record {
                number: if zero { 0 } else { segment.number },
                block: if units { block } else { wheel.block },
                r_block,
                paths: segment.paths,
                pbox: segment.pbox,
                draws: if units && block % 8 == 0 {
                    8.min(segment.blocks - block)
                } else {
                    0
                },
                units,
            };
            prop_assert_eq!(wheel, &expected);
            block += u64::from(units);
        }
        prop_assert_eq!(
            (block, of(self, false)),
            (
                segment.blocks,
                segment.redrawn.map_or(0, |_| 1 + redrawn / 16)
            )
        );
        Ok(())
    }
}

proptest! {
    /// Each segment's blocks enter once and in order, as far as there is room behind the engine.
    #[test]
    fn wheels_of_segments(
        lives in proptest::collection::vec(proptest::collection::vec((segment(), 0..200_u64), 1..5), 1..3),
        units: Option<u64>,
        r: Option<u64>,
        zero: bool,
    ) {
        let mut bench = Bench {
            model: Model::new(&TOP),
            units: stalls(units),
            r: stalls(r),
            units_in: 0,
            units_at: 0,
            r_in: 0,
            r_at: 0,
            wheels: Vec::new(),
            at: None,
            since: FLIGHT,
            clock: 0,
        };
        for segments in lives {
            // A reset in the middle of whatever is under way.
            (bench.units_in, bench.units_at, bench.r_in, bench.r_at) = (0, 0, 0, 0);
            bench.model.set(UNITS_AT, 0);
            bench.model.set(R_AT, 0);
            bench.model.set(RESET, 1);
            bench.model.set(NUMBER_ZERO, zero.into());
            for _ in 0..FLIGHT + 16 {
                bench.model.tick();
            }
            bench.model.set(RESET, 0);
            bench.at = None;
            bench.since = FLIGHT;
            prop_assert!(bench.model.is_high(IDLE) && !bench.model.is_high(ENTERED));
            for (segment, pause) in &segments {
                bench.run(segment, *pause, zero)?;
            }
        }
    }

    /// With nothing in the engine and nothing to do it says so, and the first wheel enters at once.
    #[test]
    fn an_idle_schedule_begins_at_once(segment in segment(), pause in 0..40_u64) {
        let mut model = Model::new(&TOP);
        model.set(RESET, 1);
        for _ in 0..FLIGHT + 16 {
            model.tick();
        }
        model.set(RESET, 0);
        for _ in 0..pause {
            prop_assert!(model.is_high(IDLE) && model.is_high(SEGMENT_READY));
            model.tick();
        }
        model.set(SEGMENT_VALID, 1);
        model.set(PATHS, segment.paths);
        model.tick();
        model.set(SEGMENT_VALID, 0);
        let mut clocks = 1;
        while !model.is_high(ENTERED) {
            prop_assert!(clocks < 8, "it waits for a wheel that nothing is in");
            model.tick();
            clocks += 1;
        }
    }
}
