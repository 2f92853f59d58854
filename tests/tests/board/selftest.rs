//! What `shp selftest` notices: a way to the device that is false in one place.

use std::time::Duration;

use shp::{
    selftest::{self, Failure},
    transport::{Error, Memory, Transport},
};
use shp_regs::blocks::{health, identity, sessions, statistics};
use shp_sim::board::Options;
use shp_tests::socket::Socket;

use crate::Outcome;

/// A way that changes what is read or written.
struct False {
    way: Box<dyn Transport>,
    read: fn(u16, u32) -> u32,
    write: fn(u16, u32) -> u32,
    deaf: bool,
    /// A session that is closed stays open until the next one opens.
    keeps: bool,
    kept: bool,
}

impl Transport for False {
    fn read(&mut self, at: u16) -> Result<u32, Error> {
        let value = self.way.read(at)?;
        if self.kept && at == sessions::state::AT {
            return Ok(0);
        }
        Ok((self.read)(at, value))
    }

    fn write(&mut self, at: u16, value: u32) -> Result<(), Error> {
        if self.keeps && at == sessions::close::AT {
            self.kept = true;
            return Ok(());
        }
        if self.kept && at == sessions::key_at::AT {
            self.kept = false;
            self.way
                .write(sessions::close::AT, sessions::close::slot.with(0))?;
            while self.way.read(sessions::state::AT)? != 0 {}
        }
        self.way.write(at, (self.write)(at, value))
    }

    fn memory(&mut self, bytes: usize) -> Result<Memory, Error> {
        self.way.memory(bytes)
    }

    fn wait(&mut self, timeout: Duration) -> Result<bool, Error> {
        Ok(self.way.wait(timeout.min(Duration::from_millis(100)))? && !self.deaf)
    }

    fn reset(&mut self) -> Result<(), Error> {
        self.kept = false;
        self.way.reset()
    }
}

/// Whoever changes `bits` of the register at `at`.
fn flip(at: u16, register: u16, value: u32, bits: u32) -> u32 {
    if at == register { value ^ bits } else { value }
}

type Lie = fn(&mut False);

/// Which check notices what.
const FAULTS: [(&str, Lie); 6] = [
    ("registers keep what is written", |way| {
        way.read = |at, value| flip(at, identity::scratch::AT, value, 1 << 9);
    }),
    ("shares are those of software", |way| {
        way.write = |at, value| flip(at, sessions::open::AT, value, sessions::open::pbox.with(1));
    }),
    ("an interrupt tells of a completion", |way| way.deaf = true),
    ("a job of no session ends alone", |way| way.keeps = true),
    ("counters count", |way| {
        way.read = |at, value| flip(at, statistics::segments_low::AT, value, 1);
    }),
    ("a failure shows, and a reset ends it", |way| {
        way.write = |at, value| if at == health::faults::AT { 0 } else { value };
    }),
];

#[test]
fn each_fault_is_noticed_by_its_check() -> Outcome {
    let board = Socket::new("k4w32", Options::default())?;
    for (check, lie) in FAULTS {
        let mut way = False {
            way: board.uri.connect()?,
            read: |_, value| value,
            write: |_, value| value,
            deaf: false,
            keeps: false,
            kept: false,
        };
        lie(&mut way);
        let (name, failure) = first_failure(way)?.ok_or(check)?;
        assert_eq!(name, check, "{failure}");
    }
    Ok(())
}

/// The first check that fails, if any does.
fn first_failure(way: False) -> Result<Option<(String, Failure)>, Box<dyn std::error::Error>> {
    let mut first = None;
    selftest::run(Box::new(way), &mut |name, result| {
        if let Err(failure) = result
            && first.is_none()
        {
            first = Some((name.to_owned(), failure));
        }
    })?;
    Ok(first)
}
