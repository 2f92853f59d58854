//! The driver over a vfio-user socket to a virtual board: no kernel in between, everything else as it is.
//!
//! ```text
//!   jobs --> backend::device --> device --> transport::vfio_user --socket--> shp_sim::board --> the Verilated device
//! ```

mod selftest;

use std::{
    collections::VecDeque,
    error::Error,
    time::{Duration, Instant},
};

use shp::{
    backend::{
        Backend, Buffer, Open,
        scheduler::Scheduler,
        software::{Config, Software},
    },
    conformance, device,
    partition::{self, Keys, Lane, Params, Paths, Policy, reference},
    session::Session,
};
use shp_regs::blocks::health::faults;
use shp_sim::board::Options;
use shp_tests::socket::Socket;

type Outcome = Result<(), Box<dyn Error>>;

/// Longer than any job of these tests takes.
const PATIENCE: Duration = Duration::from_secs(20);

/// Each k and lane has keys of its own: a core that sees one keystream twice stops.
fn keys(params: Params) -> Keys {
    Keys::derive(
        &[params.paths.get() as u8 * 8 + params.lane.bytes() as u8; 32],
        params.paths,
    )
}

fn session(params: Params) -> Result<Session, Box<dyn Error>> {
    let keys = keys(params);
    Ok(Session::resume(params, keys, Some(0))?)
}

fn expected(params: Params, segment: u64, message: &[u8]) -> Vec<Vec<u8>> {
    let keys = keys(params);
    let mut shares = vec![vec![0; message.len()]; params.paths.get()];
    let mut ports: Vec<&mut [u8]> = shares.iter_mut().map(Vec::as_mut_slice).collect();
    reference::split(&params, &keys, segment, message, &mut ports).expect("it splits");
    shares
}

fn message(number: u64, length: usize) -> Buffer {
    let bytes: Vec<u8> = (0..length).map(|n| (n as u64 * 7 + number) as u8).collect();
    Buffer::from(bytes.as_slice())
}

/// Splits bursts of messages of many lengths, and compares every share.
fn split_all(backend: &dyn Backend, params: Params, lengths: &[usize]) -> Outcome {
    let mut open = Open::new(backend, session(params)?)?;
    let mut jobs: VecDeque<_> = (0..)
        .zip(lengths)
        .map(|(number, &length)| open.job(message(number, length)))
        .collect();
    let mut done = vec![];
    while done.len() < lengths.len() {
        open.submit(&mut jobs)?;
        assert!(open.wait(&mut done) > 0);
    }
    assert_eq!(open.wait(&mut done), 0, "nothing is in flight");
    let mut seen = vec![false; lengths.len()];
    for completion in done {
        assert_eq!(completion.result, Ok(()));
        let segment = completion.job.segment().expect("it was taken");
        assert!(!std::mem::replace(&mut seen[segment as usize], true));
        let shares = expected(params, segment, &completion.job.message);
        for (port, share) in completion.job.ports.iter().zip(shares) {
            assert!(**port == *share, "segment {segment}");
        }
    }
    Ok(())
}

#[test]
fn every_board_splits() -> Outcome {
    for (core, k, lane) in [
        ("k4w32", 3, Lane::Bits8),
        ("k16w32", 16, Lane::Bits32),
        ("k4w128", 4, Lane::Bits64),
    ] {
        let options = Options {
            latency: 200,
            stalls: Some(7),
            ..Options::default()
        };
        let board = Socket::new(core, options)?;
        let hardware = board.hardware(PATIENCE)?;
        let params = Params {
            lane,
            ..Params::new(Paths::new(k)?)
        };
        let lengths: Vec<usize> = (0..70).map(|n| 1 + n * n * 3 % 1500).collect();
        split_all(&hardware, params, &lengths)?;
        split_all(&hardware, params, &[65_536, 1])?;
        let counted = hardware.statistics()?;
        assert_eq!((counted.segments, counted.bus_errors), (72, 0));
    }
    Ok(())
}

#[test]
fn vectors_pass_on_every_board() -> Outcome {
    let vectors = include_bytes!("../../vectors/shp-v1.json");
    for core in ["k4w32", "k16w32", "k4w128"] {
        let board = Socket::new(core, Options::default())?;
        let hardware = board.hardware(PATIENCE)?;
        let report = conformance::run_on(vectors, &hardware)?;
        assert_eq!(report.failures, []);
        assert!(report.passed > 10 && report.skipped > 0, "{core}: {report}");
    }
    Ok(())
}

#[test]
fn sessions_share_a_device_and_five_are_too_many() -> Outcome {
    let board = Socket::new("k4w32", Options::default())?;
    let hardware = board.hardware(PATIENCE)?;
    let params = |k, lane| {
        Paths::new(k).map(|paths| Params {
            lane,
            ..Params::new(paths)
        })
    };
    let mut four = vec![];
    for (k, lane) in [
        (2, Lane::Bits8),
        (3, Lane::Bits16),
        (4, Lane::Bits32),
        (2, Lane::Bits32),
    ] {
        let params = params(k, lane)?;
        four.push((params, Open::new(&hardware, session(params)?)?));
    }
    let fifth = Open::new(&hardware, session(params(2, Lane::Bits16)?)?).err();
    assert_eq!(fifth, Some(device::Error::Slots.into()));
    for round in 0..3 {
        for (params, open) in &mut four {
            let job = open.job(message(round, 300));
            let completion = open.split(job, &mut vec![])?;
            assert_eq!(completion.result, Ok(()));
            let shares = expected(*params, round, &completion.job.message);
            for (port, share) in completion.job.ports.iter().zip(shares) {
                assert!(**port == *share);
            }
        }
    }
    four.pop();
    assert!(Open::new(&hardware, session(params(2, Lane::Bits16)?)?).is_ok());
    Ok(())
}

#[test]
fn a_job_that_does_not_fit_fails_alone() -> Outcome {
    let board = Socket::new("k4w32", Options::default())?;
    let hardware = board.hardware(PATIENCE)?;
    let mut open = Open::new(&hardware, session(Params::new(Paths::new(3)?))?)?;
    let mut bad = open.job(message(1, 100));
    bad.ports.pop();
    let long = open.job(message(2, 65_537));
    let mut jobs = VecDeque::from([open.job(message(0, 9)), bad, long, open.job(message(3, 9))]);
    let mut done = vec![];
    while done.len() < 4 {
        open.submit(&mut jobs)?;
        open.wait(&mut done);
    }
    done.sort_by_key(|completion| completion.job.segment());
    let results: Vec<bool> = done
        .iter()
        .map(|completion| completion.result.is_ok())
        .collect();
    assert_eq!(results, [true, false, false, true]);
    let ports = partition::Error::Ports { given: 2, paths: 3 };
    assert_eq!(done[1].result, Err(ports.into()));
    Ok(())
}

#[test]
fn a_lost_interrupt_costs_time_and_nothing_else() -> Outcome {
    let board = Socket::new("k4w32", Options::default())?;
    let hardware = board.hardware(PATIENCE)?;
    hardware.force(faults::silent.with(1))?;
    split_all(&hardware, Params::new(Paths::new(2)?), &[100; 40])
}

/// A device that hangs is given up within its time, a failed one at once; after that a new session is as good as ever.
#[test]
fn a_sick_device_is_given_up_and_taken_back() -> Outcome {
    let patience = Duration::from_millis(300);
    for (fault, error) in [
        (faults::hang.with(1), device::Error::Timeout),
        (faults::self_test.with(2), device::Error::SelfTest(2)),
    ] {
        let board = Socket::new("k4w32", Options::default())?;
        let hardware = board.hardware(patience)?;
        let params = Params {
            policy: Policy::Uniform,
            ..Params::new(Paths::new(4)?)
        };
        let mut open = Open::new(&hardware, session(params)?)?;
        hardware.force(fault)?;
        let mut jobs: VecDeque<_> = (0..5).map(|n| open.job(message(n, 3000))).collect();
        let begun = Instant::now();
        let mut done = vec![];
        assert_eq!(open.submit(&mut jobs)?, 5);
        while done.len() < 5 {
            assert!(open.wait(&mut done) > 0);
        }
        assert!(begun.elapsed() < Duration::from_secs(8));
        for completion in &done {
            assert_eq!(completion.result, Err(error.clone().into()));
        }
        drop(open);
        split_all(&hardware, params, &[10, 3000, 64])?;
    }
    Ok(())
}

/// With software behind it, whatever the device does: every job is done once, with the same bits.
#[test]
fn software_finishes_what_a_device_does_not() -> Outcome {
    let params = Params::new(Paths::new(4)?);
    let lengths = [1, 3000, 70_000, 64, 500, 65_536, 9, 3000, 3000, 3000];
    for fault in [0, faults::hang.with(1), faults::self_test.with(2)] {
        let board = Socket::new("k4w32", Options::default())?;
        let hardware = board.hardware(Duration::from_millis(300))?;
        hardware.force(fault)?;
        let software = Software::new(Config::default());
        let scheduler = Scheduler::new(Box::new(hardware), Box::new(software));
        split_all(&scheduler, params, &lengths)?;
        split_all(&scheduler, params, &lengths)?;
    }
    Ok(())
}

#[test]
fn one_client_after_another_is_served_and_finds_no_key_of_the_last() -> Outcome {
    let board = Socket::new("k4w32", Options::default())?;
    for _ in 0..5 {
        let hardware = board.hardware(PATIENCE)?;
        split_all(&hardware, Params::new(Paths::new(3)?), &[100, 2000])?;
        // The counters are those of this client.
        assert_eq!(hardware.statistics()?.segments, 2);
    }
    Ok(())
}
