//! What is wrong ends one job, or the device; never the next job, and never with wrong shares that look right.

use std::error::Error;

use shp::partition::{Params, Paths};
use shp_regs::blocks::{health, interrupts, queue, sessions, statistics};
use shp_regs::ring::{Status, descriptor};

use crate::DEVICES;
use shp_tests::rig::{DATA, DONE, Job, RING, Rig, Session};

type Outcome = Result<(), Box<dyn Error>>;

fn job(k: u64, segment: u64, length: u32) -> Job {
    let area = DATA + segment * 0x8000;
    Job {
        slot: 1,
        segment,
        source: area + 3,
        length,
        ports: (1..=k).map(|port| area + port * 0x1000 + 5).collect(),
        reserved: 0,
        cookie: 100 + segment,
    }
}

/// A rig with slot 1 open, 3 paths.
fn rig(name: &str) -> Result<(Rig, Session), Box<dyn Error>> {
    let mut rig = Rig::new(name, 16, 1 << 20);
    let session = Session::new(5, Params::new(Paths::new(3)?));
    rig.open(1, &session)?;
    Ok((rig, session))
}

#[test]
fn a_bad_descriptor_ends_alone() -> Outcome {
    for (name, _) in DEVICES {
        let (mut rig, session) = rig(name)?;
        rig.device.set_latency(200);
        let good = |segment| job(3, segment, 333);
        let jobs = [
            (good(0), Status::Done),
            (
                Job {
                    length: 0,
                    ..good(1)
                },
                Status::Length,
            ),
            (good(2), Status::Done),
            (Job { slot: 0, ..good(3) }, Status::Session),
            (Job { slot: 4, ..good(4) }, Status::Session),
            (
                Job {
                    slot: 255,
                    ..good(5)
                },
                Status::Session,
            ),
            (
                Job {
                    reserved: 1,
                    ..good(6)
                },
                Status::Reserved,
            ),
            (good(7), Status::Done),
        ];
        for (job, _) in &jobs {
            rig.post(job);
        }
        rig.ring()?;
        let completions = rig.completions(jobs.len())?;
        for ((job, status), completion) in jobs.iter().zip(completions) {
            assert_eq!(completion, (job.cookie, *status));
            let (shares, clean) = rig.shares(job);
            assert!(clean);
            if *status == Status::Done {
                assert_eq!(shares, session.expected(job.segment, &[0xee; 333]));
            } else {
                assert!(shares.concat().iter().all(|&byte| byte == 0xee));
            }
        }
        // At once: the last completions are in memory, and the bus has not answered for them.
        assert_eq!(rig.read(statistics::bad_low::AT)?, 5);
    }
    Ok(())
}

#[test]
fn a_bus_error_ends_its_job_alone() -> Outcome {
    for (name, _) in DEVICES {
        for stalls in [None, Some(1)] {
            let (mut rig, session) = rig(name)?;
            rig.device.stall(stalls);
            rig.device.set_latency(200);
            let jobs: Vec<Job> = (0..6).map(|segment| job(3, segment, 700)).collect();
            // One byte in the middle of a message, in a share, of a descriptor; memory that is not there at all.
            let byte = |at: u64| at..at + 1;
            let size = descriptor::bytes(rig.channels.into()) as u64;
            rig.memory.unreadable = vec![byte(jobs[1].source + 350), byte(RING + 3 * size)];
            rig.memory.unwritable = vec![byte(jobs[2].ports[1] + 699)];
            let mut jobs = jobs;
            jobs[4].source = 0xffff_ffff_ffff_f000;
            let statuses = [
                Status::Done,
                Status::MessageRead,
                Status::ShareWrite,
                Status::DescriptorRead,
                Status::MessageRead,
                Status::Done,
            ];
            for job in &jobs {
                rig.post(job);
            }
            rig.ring()?;
            let completions = rig.completions(jobs.len())?;
            for ((job, status), completion) in jobs.iter().zip(statuses).zip(completions) {
                let cookie = if status == Status::DescriptorRead {
                    0
                } else {
                    job.cookie
                };
                assert_eq!(completion, (cookie, status));
                if status == Status::Done {
                    assert_eq!(
                        rig.shares(job).0,
                        session.expected(job.segment, &[0xee; 700])
                    );
                }
            }
            assert_eq!(rig.read(statistics::bus_errors_low::AT)?, 3);
            assert_eq!(rig.read(statistics::bad_low::AT)?, 1);
        }
    }
    Ok(())
}

#[test]
fn a_completion_that_cannot_be_written_is_told_of() -> Outcome {
    let (mut rig, _) = rig(DEVICES[0].0)?;
    rig.memory.unwritable.push(DONE..DONE + 16);
    rig.post(&job(3, 0, 50));
    rig.post(&job(3, 1, 50));
    rig.ring()?;
    while rig.read(queue::done::AT)? < 2 {}
    assert_eq!(health::state::bus.of(rig.read(health::state::AT)?), 1);
    assert_eq!(rig.read(statistics::bus_errors_low::AT)?, 1);
    Ok(())
}

/// Opens a slot without giving it keys, and splits: whether the core stopped. Two units without keys are alike, which no core lets pass; with keys
/// that were left behind they would not be.
fn stops_without_keys(rig: &mut Rig, slot: u8) -> Result<bool, Box<dyn Error>> {
    let open = sessions::open::slot.with(slot.into()) | sessions::open::paths.with(3);
    rig.write(sessions::open::AT, open)?;
    rig.post(&Job {
        slot,
        ..job(3, 9, 3000)
    });
    rig.ring()?;
    for _ in 0..10_000 {
        rig.device.step(&mut rig.memory)?;
    }
    let state = rig.read(health::state::AT)?;
    Ok(health::state::failed.of(state) != 0)
}

#[test]
fn a_closed_slot_has_the_keys_of_one_that_never_had_any() -> Outcome {
    for (name, _) in DEVICES {
        assert!(stops_without_keys(&mut Rig::new(name, 16, 1 << 20), 1)?);
        // Its keys in the core when it is closed, another slot's, and a reset instead.
        for (last, reset) in [(1, false), (2, false), (1, true)] {
            let (mut rig, session) = rig(name)?;
            rig.open(2, &Session::new(6, session.params))?;
            for (segment, slot) in [(0, 1), (1, last)] {
                rig.post(&Job {
                    slot,
                    ..job(3, segment, 64)
                });
            }
            rig.ring()?;
            for (_, status) in rig.completions(2)? {
                assert_eq!(status, Status::Done);
            }
            if reset {
                rig.device.reset();
                rig.begin()?;
            } else {
                rig.write(sessions::close::AT, sessions::close::slot.with(1))?;
                rig.post(&job(3, 2, 64));
                rig.ring()?;
                assert_eq!(rig.completions(1)?, [(102, Status::Session)]);
                while sessions::state::wiping.of(rig.read(sessions::state::AT)?) != 0 {}
            }
            assert!(stops_without_keys(&mut rig, 1)?, "{name} {last} {reset}");
        }
    }
    Ok(())
}

#[test]
fn a_closed_slot_takes_a_new_session() -> Outcome {
    let (mut rig, session) = rig(DEVICES[0].0)?;
    rig.write(sessions::close::AT, sessions::close::slot.with(1))?;
    while rig.read(sessions::state::AT)? != 0 {}
    let other = Session::new(6, session.params);
    rig.open(1, &other)?;
    rig.post(&job(3, 2, 64));
    rig.ring()?;
    assert_eq!(rig.completions(1)?, [(102, Status::Done)]);
    let shares = rig.shares(&job(3, 2, 64)).0;
    assert_eq!(shares, other.expected(2, &[0xee; 64]));
    Ok(())
}

#[test]
fn a_failed_self_test_ends_all_and_leaves_no_key() -> Outcome {
    for (name, _) in DEVICES {
        let (mut rig, session) = rig(name)?;
        rig.write(health::faults::AT, health::faults::self_test.with(2))?;
        rig.post(&job(3, 0, 3000));
        rig.ring()?;
        while health::state::failed.of(rig.read(health::state::AT)?) == 0 {}
        for _ in 0..2000 {
            rig.device.step(&mut rig.memory)?;
        }
        assert_eq!(rig.completion(), None);
        let slots = rig.read(sessions::state::AT)?;
        assert_eq!(slots, 0, "all closed, all overwritten");
        rig.open(1, &session)?;
        assert_eq!(rig.read(sessions::state::AT)?, 0, "it stays closed");
        // Only a reset ends it.
        rig.device.reset();
        rig.begin()?;
        rig.open(1, &session)?;
        rig.post(&job(3, 1, 100));
        rig.ring()?;
        assert_eq!(rig.completions(1)?, [(101, Status::Done)]);
    }
    Ok(())
}

#[test]
fn forced_faults_hang_and_silence() -> Outcome {
    let (mut rig, _) = rig(DEVICES[0].0)?;
    rig.write(interrupts::control::AT, interrupts::control::enable.with(1))?;
    rig.write(health::faults::AT, health::faults::hang.with(1))?;
    rig.post(&job(3, 0, 100));
    rig.ring()?;
    for _ in 0..5000 {
        rig.device.step(&mut rig.memory)?;
    }
    assert_eq!(rig.completion(), None);
    assert_eq!(rig.read(queue::taken::AT)?, 0);
    rig.write(health::faults::AT, health::faults::silent.with(1))?;
    assert_eq!(rig.completions(1)?.len(), 1);
    for _ in 0..1000 {
        rig.device.step(&mut rig.memory)?;
    }
    assert_eq!(rig.device.interrupts(), 0);
    assert_eq!(rig.read(interrupts::sent::AT)?, 1, "it was only not heard");
    Ok(())
}
