//! What a burst costs when all goes well.

use std::{collections::VecDeque, error::Error, time::Duration};

use shp::{
    backend::{Backend as _, Buffer, Job, Open, device::Hardware},
    partition::{Params, Paths},
    session::Session,
    transport::{self, Memory, Transport},
};
use shp_regs::blocks::{health, queue};
use shp_sim::board::Options;
use shp_tests::{counting::Counting, socket::Socket};

use crate::{Outcome, PATIENCE};

/// One register is written for each burst, and none is read.
const STEADY: Cost = [0, 1];

/// Reads and writes of registers.
type Cost = [u64; 2];

/// What stands between the driver and the count.
type Plant = fn(Box<dyn Transport>) -> Box<dyn Transport>;

/// What each of twenty bursts costs: until all of its jobs were taken, and until all were back.
fn costs(plant: Plant) -> Result<Vec<[Cost; 2]>, Box<dyn Error>> {
    let board = Socket::new("k4w32", Options::default())?;
    let (way, accesses) = Counting::new(board.uri.connect()?);
    let hardware = Hardware::open(plant(Box::new(way)), PATIENCE)?;
    let depth = hardware.capabilities().depth;
    let mut open = Open::new(&hardware, Session::open(Params::new(Paths::new(3)?))?)?;
    let mut jobs: VecDeque<Job> = (0..depth).map(|_| open.job(open.buffer(200))).collect();
    let mut costs = vec![];
    for burst in 0..20 {
        let before = accesses.get();
        let since = || [0, 1].map(|which| accesses.get()[which] - before[which]);
        assert_eq!(open.submit(&mut jobs)?, depth, "burst {burst}");
        let taken = since();
        let mut done = vec![];
        while done.len() < depth {
            open.wait(&mut done);
        }
        costs.push([taken, since()]);
        assert!(done.iter().all(|completion| completion.result.is_ok()));
        jobs.extend(done.into_iter().map(|completion| completion.job));
    }
    Ok(costs)
}

#[test]
fn a_burst_costs_one_register_write() -> Outcome {
    assert_eq!(costs(|way| way)?, [[STEADY; 2]; 20]);
    Ok(())
}

#[test]
fn a_second_write_or_a_read_is_noticed() -> Outcome {
    let rings = |way| -> Box<dyn Transport> { Box::new(Busy { way, looks: false }) };
    assert_eq!(costs(rings)?, [[[0, 2]; 2]; 20]);
    let looks = |way| -> Box<dyn Transport> { Box::new(Busy { way, looks: true }) };
    assert!(costs(looks)?.iter().any(|[_, [reads, _]]| *reads > 0));
    Ok(())
}

/// A driver that tells the device of each burst twice, or looks how it is while it waits.
struct Busy {
    way: Box<dyn Transport>,
    looks: bool,
}

impl Transport for Busy {
    fn read(&mut self, at: u16) -> Result<u32, transport::Error> {
        self.way.read(at)
    }

    fn write(&mut self, at: u16, value: u32) -> Result<(), transport::Error> {
        if !self.looks && at == queue::doorbell::AT {
            self.way.write(at, value)?;
        }
        self.way.write(at, value)
    }

    fn memory(&mut self, bytes: usize) -> Result<Memory, transport::Error> {
        self.way.memory(bytes)
    }

    fn wait(&mut self, timeout: Duration) -> Result<bool, transport::Error> {
        if self.looks {
            self.way.read(health::state::AT)?;
        }
        self.way.wait(timeout)
    }

    fn reset(&mut self) -> Result<(), transport::Error> {
        self.way.reset()
    }
}

/// Buffers of the session are the device's own memory, for as many jobs as it has at once; others have to be copied, and for that there is less room.
#[test]
fn buffers_of_a_session_are_used_in_place() -> Outcome {
    let board = Socket::new("k4w32", Options::default())?;
    let hardware = board.hardware(PATIENCE)?;
    let depth = hardware.capabilities().depth;
    let mut open = Open::new(&hardware, Session::open(Params::new(Paths::new(4)?))?)?;
    let foreign = |_| Job::new(Buffer::new(9), (0..4).map(|_| Buffer::new(9)).collect());
    let mut foreign: VecDeque<Job> = (0..depth).map(foreign).collect();
    let taken = open.submit(&mut foreign)?;
    assert!(taken > 0 && taken < depth, "{taken}");
    let mut done = vec![];
    while done.len() < taken {
        open.wait(&mut done);
    }
    let mut own: VecDeque<Job> = (0..depth).map(|_| open.job(open.buffer(9))).collect();
    assert_eq!(open.submit(&mut own)?, depth);
    // There is no more of that memory, and that costs a copy and nothing else.
    assert_eq!(open.buffer(9).len(), 9);
    while done.len() < taken + depth {
        open.wait(&mut done);
    }
    assert!(done.iter().all(|completion| completion.result.is_ok()));
    Ok(())
}
