//! What a wheel entered with comes back when its blocks do.

// Fault: in wheels, read_at_d = 32'h0 => read_at_d = read_at_q

use proptest::collection::vec;
use proptest::prelude::*;
use shp_sim::Model;
use shp_sim::tops::wheels::{
    AT, ENTER, ENTERING, NEXT_AT, NEXT_START, RECORD, RESET, SECOND_AT, START, TOP,
};

use crate::support::read;

/// Clocks a wheel, 2^P.
pub(crate) const WHEEL: usize = 4;
/// Clocks from `enter` to `start`.
pub(crate) const FLIGHT: usize = 80;
/// Wheels that may be in the engine, 2^F.
const ROOM: usize = 32;

// Wheels follow each other no nearer than one is long, so there is always room.
const _: () = assert!(FLIGHT.div_ceil(WHEEL) <= ROOM);

/// 131 bits.
type Record = [u8; 17];

fn record() -> impl Strategy<Value = Record> {
    any::<Record>().prop_map(|mut record| {
        record[16] &= 7;
        record
    })
}

/// Clocks from a wheel to the next one.
fn gap() -> impl Strategy<Value = usize> {
    prop_oneof![3 => Just(WHEEL), 2 => WHEEL..3 * WHEEL, 1 => WHEEL..2 * FLIGHT]
}

struct Bench {
    model: Model,
    /// The clock of each wheel that entered since the last reset, and with what.
    entered: Vec<(usize, Record)>,
    clock: usize,
}

impl Bench {
    /// The last wheel that has started by this clock: since how many clocks, and what it entered with.
    fn started(&self, clock: usize) -> Option<(usize, Record)> {
        let mut latest = self.entered.iter().rev();
        latest.find_map(|(enter, record)| Some((clock.checked_sub(enter + FLIGHT)?, *record)))
    }

    /// A clock; sees to what holds in each.
    fn tick(&mut self, enter: Option<Record>, reset: bool) -> Result<(), TestCaseError> {
        self.model.set(RESET, reset.into());
        self.model.set(ENTER, enter.is_some().into());
        self.model
            .set_bytes(ENTERING, &enter.unwrap_or([2; size_of::<Record>()]));
        let [now, next, second] = [0, 1, 2].map(|ahead| self.started(self.clock + ahead));
        for (start, wheel) in [(START, now), (NEXT_START, next)] {
            let starts = wheel.is_some_and(|(clocks, _)| clocks == 0);
            prop_assert_eq!(self.model.is_high(start), starts, "{}", start.name());
        }
        // Before the first wheel these mean nothing.
        for (at, wheel) in [(AT, now), (NEXT_AT, next), (SECOND_AT, second)] {
            if let Some((clocks, _)) = wheel {
                let place = (clocks % WHEEL) as u64;
                prop_assert_eq!(self.model.get(at), place, "{}", at.name());
            }
        }
        if let Some((_, record)) = next {
            prop_assert_eq!(read(&mut self.model, RECORD), record);
        }
        self.model.tick();
        if reset {
            self.entered.clear();
        } else if let Some(record) = enter {
            self.entered.push((self.clock, record));
        }
        self.clock += 1;
        Ok(())
    }
}

proptest! {
    /// Wheels start in order, each with its record, and from then on their clocks are counted; what is in the engine at a reset never starts.
    #[test]
    fn wheels_come_back(
        lives in vec((vec((gap(), record()), 0..60), WHEEL..2 * FLIGHT, proptest::option::of(record())), 1..5),
    ) {
        let mut bench = Bench { model: Model::new(&TOP), entered: Vec::new(), clock: 0 };
        for _ in 0..FLIGHT {
            bench.model.set(RESET, 1);
            bench.model.tick();
        }
        for (wheels, rest, too_late) in lives {
            for (gap, record) in wheels {
                for _ in 1..gap {
                    bench.tick(None, false)?;
                }
                bench.tick(Some(record), false)?;
            }
            for _ in 0..rest {
                bench.tick(None, false)?;
            }
            // What tells of a wheel learns of the reset a clock late.
            bench.tick(too_late, true)?;
            for _ in 1..FLIGHT {
                bench.tick(None, true)?;
            }
        }
    }
}
