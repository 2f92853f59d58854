//! The device suite: what every device must do, wherever it is. The same source runs in the fast world, over a vfio-user socket, and in a guest of
//! QEMU, over Linux' VFIO.
//!
//! A check takes the device over, and lets go of it when it ends.

mod faults;
mod jobs;
mod lost;
mod rings;
mod work;

use std::{
    error::Error,
    panic::{AssertUnwindSafe, catch_unwind},
    time::Instant,
};

use shp::transport::Uri;

pub use lost::outlive;
pub use work::{hardware, split_all};

/// What a check ends with; it may panic too.
pub type Outcome = Result<(), Box<dyn Error>>;

/// A check's name, and what it does.
type Check = (&'static str, fn(&Uri) -> Outcome);

/// All checks.
const CHECKS: [Check; 14] = [
    ("every way to split is right", jobs::every_way_to_split),
    ("messages of all lengths are split", jobs::all_lengths),
    (
        "four sessions share a device, five are too many",
        jobs::sessions_share,
    ),
    (
        "a job that does not fit fails alone",
        jobs::a_job_that_does_not_fit,
    ),
    ("a bad descriptor ends alone", faults::bad_descriptors),
    (
        "memory that is not mapped ends one job",
        faults::unmapped_memory,
    ),
    (
        "a ring that is not mapped, or full of ones, ends in an error",
        rings::false_rings,
    ),
    ("a lost interrupt costs only time", faults::lost_interrupt),
    (
        "a sick device is given up and taken back",
        faults::sick_device,
    ),
    (
        "software finishes what a device does not",
        faults::software_finishes,
    ),
    (
        "a reset in a burst is the end of it",
        faults::reset_in_a_burst,
    ),
    (
        "a reset ends a descriptor of 4 GiB that the bus refuses",
        faults::endless_descriptor,
    ),
    (
        "an unknown major version is refused",
        faults::unknown_version,
    ),
    ("a second user is refused", faults::second_user),
];

/// Runs all checks on a device, prints a line for each, and says how many failed.
pub fn run(uri: &Uri) -> usize {
    let mut failed = 0;
    for (name, check) in CHECKS {
        failed += usize::from(!passes(name, || check(uri)));
    }
    failed
}

/// Runs one check, prints its line, and says whether it passed.
pub fn passes(name: &str, check: impl FnOnce() -> Outcome) -> bool {
    let begun = Instant::now();
    let outcome = catch_unwind(AssertUnwindSafe(check));
    let seconds = begun.elapsed().as_secs_f32();
    match &outcome {
        Ok(Ok(())) => println!("{name} ... ok, {seconds:.1} s"),
        Ok(Err(error)) => println!("{name} ... FAILED: {error}"),
        // The panic told stderr what it was.
        Err(_) => println!("{name} ... FAILED"),
    }
    matches!(outcome, Ok(Ok(())))
}
