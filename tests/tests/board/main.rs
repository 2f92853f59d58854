//! The driver over a vfio-user socket to a virtual board: no kernel in between, everything else as it is.
//!
//! ```text
//!   jobs --> backend::device --> device --> transport::vfio_user --socket--> shp_sim::board --> the Verilated device
//! ```

mod selftest;
mod steady;

use std::{error::Error, time::Duration};

use shp::{
    conformance,
    partition::{Params, Paths},
};
use shp_sim::board::Options;
use shp_suite::split_all;
use shp_tests::socket::Socket;

type Outcome = Result<(), Box<dyn Error>>;

/// Longer than any job of these tests takes.
const PATIENCE: Duration = Duration::from_secs(20);

/// The device suite, on a board that answers late and pauses.
fn suite(core: &str) -> Outcome {
    let options = Options {
        latency: 200,
        stalls: Some(7),
        ..Options::default()
    };
    let board = Socket::new(core, options)?;
    assert_eq!(shp_suite::run(&board.uri), 0);
    Ok(())
}

#[test]
fn the_suite_passes_on_k4w32() -> Outcome {
    suite("k4w32")
}

#[test]
fn the_suite_passes_on_k16w32() -> Outcome {
    suite("k16w32")
}

#[test]
fn the_suite_passes_on_k4w128() -> Outcome {
    suite("k4w128")
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
