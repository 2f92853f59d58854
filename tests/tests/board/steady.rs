//! What a burst costs when all goes well.

use std::collections::VecDeque;

use shp::{
    backend::{Backend as _, Buffer, Job, Open, device::Hardware},
    partition::{Params, Paths},
    session::Session,
};
use shp_sim::board::Options;
use shp_tests::{counting::Counting, socket::Socket};

use crate::{Outcome, PATIENCE};

/// One register is written for each burst, and none is read.
#[test]
fn a_burst_costs_one_register_write() -> Outcome {
    let board = Socket::new("k4w32", Options::default())?;
    let (way, accesses) = Counting::new(board.uri.connect()?);
    let hardware = Hardware::open(Box::new(way), PATIENCE)?;
    let depth = hardware.capabilities().depth;
    let mut open = Open::new(&hardware, Session::open(Params::new(Paths::new(3)?))?)?;
    let mut jobs: VecDeque<Job> = (0..depth).map(|_| open.job(open.buffer(200))).collect();
    for burst in 0..20 {
        let [reads, writes] = accesses.get();
        assert_eq!(open.submit(&mut jobs)?, depth, "burst {burst}");
        assert_eq!(accesses.get(), [reads, writes + 1], "burst {burst}");
        let mut done = vec![];
        while done.len() < depth {
            open.wait(&mut done);
        }
        assert_eq!(accesses.get(), [reads, writes + 1], "burst {burst}");
        assert!(done.iter().all(|completion| completion.result.is_ok()));
        jobs.extend(done.into_iter().map(|completion| completion.job));
    }
    Ok(())
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
