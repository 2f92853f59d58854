//! Where a device's keys are: all memory of the process that is the device is searched for them, the model's and any copy on the way there.

use std::{
    fs::{self, File},
    os::unix::fs::FileExt as _,
    time::Duration,
};

use anyhow::{Context as _, Result};
use shp::{
    backend::{Open, device::Hardware},
    device::{Descriptor, Device},
    partition::{Keys, Lane, Params, Paths},
    session::Session,
};
use shp_regs::blocks::health::faults;
use shp_tests::server::Server;

/// Long enough for a model on a busy machine.
const PATIENCE: Duration = Duration::from_secs(20);

/// Two words of a key, one behind the other, are no chance.
const PIECE: usize = 8;

/// How many pieces of the keys a board's process has in its memory.
fn pieces(board: &Server) -> Result<usize> {
    let (process, keys) = (board.id(), keys()?);
    let all = keys.units().iter().chain([keys.pbox()]);
    let wanted: Vec<[u8; PIECE]> = all
        .flat_map(|key| key.windows(PIECE).step_by(4))
        .map(|piece| piece.try_into().expect("so long is a window"))
        .collect();
    let memory = File::open(format!("/proc/{process}/mem"))?;
    let mut found = 0;
    for line in fs::read_to_string(format!("/proc/{process}/maps"))?.lines() {
        let mut words = line.split(' ');
        let range = words.next().and_then(|range| range.split_once('-'));
        let (start, end) = range.context("a range of addresses")?;
        let [start, end] = [start, end].map(|at| u64::from_str_radix(at, 16));
        let (start, end) = (start?, end?);
        if !words.next().is_some_and(|rights| rights.starts_with("rw")) {
            continue;
        }
        let mut bytes = vec![0; (end - start) as usize];
        // Some mappings cannot be read, and hold no key.
        if memory.read_exact_at(&mut bytes, start).is_err() {
            continue;
        }
        for place in bytes.windows(PIECE).step_by(4) {
            found += usize::from(wanted.iter().any(|piece| piece == place));
        }
    }
    Ok(found)
}

const CORES: [&str; 3] = ["k4w32", "k16w32", "k4w128"];

fn params() -> Result<Params> {
    Ok(Params {
        lane: Lane::Bits32,
        ..Params::new(Paths::new(4)?)
    })
}

fn keys() -> Result<Keys> {
    let master = std::array::from_fn(|n| n as u8 ^ 0x5a);
    Ok(Keys::derive(&master, params()?.paths))
}

/// A board, its device, and a session on it that has split something. Its keys are found, or the search would be worth nothing.
fn backend(core: &str) -> Result<(Server, Hardware, Open)> {
    let board = Server::start(core)?;
    let hardware = Hardware::open(board.uri().connect()?, PATIENCE)?;
    let session = Session::resume(params()?, keys()?, Some(0))?;
    let mut open = Open::new(&hardware, session)?;
    for length in [1, 1500] {
        let job = open.job(vec![7; length].as_slice().into());
        open.split(job, &mut vec![])?.result?;
    }
    assert!(pieces(&board)? >= 4 * 7, "{core} works with keys");
    Ok((board, hardware, open))
}

/// The same without a backend, whose sessions are closed whenever they can be.
fn driver(core: &str) -> Result<(Server, Device)> {
    let board = Server::start(core)?;
    let mut device = Device::open(board.uri().connect()?, 2)?;
    let slot = device.open_session(&params()?, &keys()?)?;
    let memory = device.memory(5 * 1024)?;
    device.post(&Descriptor {
        source: memory.address(),
        segment: 0,
        length: 1000,
        slot,
        cookie: 0,
        ports: &[1, 2, 3, 4].map(|port| memory.address() + port * 1024),
    });
    device.ring()?;
    while device.complete().is_none() {
        device.wait(Duration::from_millis(10))?;
    }
    assert!(pieces(&board)? >= 4 * 7, "{core} works with keys");
    Ok((board, device))
}

#[test]
fn a_closed_session_leaves_no_key() -> Result<()> {
    for core in CORES {
        let (board, _hardware, open) = backend(core)?;
        drop(open);
        assert_eq!(pieces(&board)?, 0, "{core}");
    }
    Ok(())
}

#[test]
fn a_failure_leaves_no_key() -> Result<()> {
    for core in CORES {
        let (board, hardware, mut open) = backend(core)?;
        hardware.force(faults::self_test.with(2))?;
        let job = open.job(vec![7; 3000].as_slice().into());
        let result = open.split(job, &mut vec![])?.result;
        assert!(result.is_err(), "{core}");
        assert_eq!(pieces(&board)?, 0, "{core}");
    }
    Ok(())
}

#[test]
fn a_reset_leaves_no_key() -> Result<()> {
    for core in CORES {
        let (board, mut device) = driver(core)?;
        device.reset()?;
        assert_eq!(pieces(&board)?, 0, "{core}");
    }
    Ok(())
}

#[test]
fn a_client_that_goes_away_leaves_no_key() -> Result<()> {
    for core in CORES {
        let (board, device) = driver(core)?;
        drop(device);
        // The next one is answered when the board is done with the last.
        board.uri().connect()?;
        assert_eq!(pieces(&board)?, 0, "{core}");
    }
    Ok(())
}
