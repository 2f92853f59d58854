//! Descriptors as the input says, in the ring of the Verilated device: each job completes once and in order, with a status that fits it, and no byte
//! changes but in its ports; a job that is done has the reference's shares.
//!
//! A descriptor takes 24 bytes of the input.

#![no_main]

use std::{cell::RefCell, ops::Range};

use libfuzzer_sys::fuzz_target;
use shp::partition::{Params, Paths};
use shp_regs::ring::Status;
use shp_tests::rig::{DATA, Job, Rig, Session};

/// Where messages and shares may be, in bytes; beyond is no memory.
const BYTES: usize = 1 << 17;
/// Slots of the ring.
const SLOTS: u32 = 4;
const PATHS: usize = 3;
/// What is there before.
const UNTOUCHED: u8 = 0xee;

thread_local! {
    static RIG: RefCell<Rig> = RefCell::new(Rig::new("k4w32_device", SLOTS, BYTES));
}

/// A byte in eight makes an address one that is nowhere.
fn address(low: u8, high: u8, wild: u8) -> u64 {
    let place = DATA + u64::from(u16::from_le_bytes([low, high])) * 2 + u64::from(wild & 1);
    if wild & 0xe0 == 0xe0 {
        place | u64::from(wild) << 56
    } else {
        place
    }
}

fn job(number: u64, bytes: &[u8; 24]) -> Job {
    Job {
        // Mostly the one that is open.
        slot: if bytes[0] < 200 { 1 } else { bytes[0] },
        reserved: bytes[1].saturating_sub(200),
        // Mostly short, at times longer than memory. A job that meets a bus error takes the time of all its length, so it is not 4 GiB.
        length: match bytes[2] {
            0xff => u32::from_le_bytes([bytes[3], bytes[4], bytes[5] & 1, 0]),
            _ => u32::from_le_bytes([bytes[3], bytes[4] & 0x0f, 0, 0]),
        },
        segment: number << 32 | u64::from(bytes[7]),
        source: address(bytes[8], bytes[9], bytes[10]),
        ports: (0..PATHS)
            .map(|port| &bytes[11 + 3 * port..])
            .map(|port| address(port[0], port[1], port[2]))
            .collect(),
        cookie: number | u64::from(bytes[20]) << 40,
    }
}

/// The bytes of memory that a transfer of this job touches, if they all are memory.
fn place(at: u64, length: u32) -> Option<Range<usize>> {
    let start = usize::try_from(at.checked_sub(DATA)?).ok()?;
    let end = start.checked_add(length as usize)?;
    (end <= BYTES).then_some(start..end)
}

/// The part of memory that a job which failed may have written to.
fn part(at: u64, length: u32) -> Range<usize> {
    let end = at.saturating_add(length.into());
    let [start, end] = [at, end].map(|at| at.saturating_sub(DATA).min(BYTES as u64) as usize);
    start..end
}

fn meet(a: &Range<usize>, b: &Range<usize>) -> bool {
    a.start < b.end && b.start < a.end
}

fuzz_target!(|input: &[u8]| {
    RIG.with_borrow_mut(|rig| run(rig, input));
});

fn run(rig: &mut Rig, input: &[u8]) {
    let Some((&seed, rest)) = input.split_first() else {
        return;
    };
    let session = Session::new(
        5,
        Params::new(Paths::new(PATHS).expect("a number of paths")),
    );
    rig.device.reset();
    rig.device.stall((seed > 0).then_some(seed.into()));
    rig.begin().expect("a device that was reset begins");
    rig.open(1, &session).expect("a slot opens");
    let before: Vec<u8> = (0..BYTES)
        .map(|n| if n % 3 == 0 { n as u8 } else { UNTOUCHED })
        .collect();
    rig.memory.at(DATA, BYTES).copy_from_slice(&before);

    let (descriptors, _) = rest.as_chunks::<24>();
    let jobs: Vec<Job> = (0..)
        .zip(descriptors.iter().take(SLOTS as usize))
        .map(|(n, bytes)| job(n, bytes))
        .collect();
    for job in &jobs {
        rig.post(job);
    }
    rig.ring().expect("the doorbell is a register");
    let done = rig.completions(jobs.len()).expect("each job completes");
    rig.settle().expect("then the device is quiet");

    let after = rig.memory.at(DATA, BYTES).to_vec();
    let ports: Vec<Vec<Option<Range<usize>>>> = jobs
        .iter()
        .map(|job| {
            job.ports
                .iter()
                .map(|&port| place(port, job.length))
                .collect()
        })
        .collect();
    // What a transfer leaves undone for a bus error in its middle, it may have begun.
    let others: Vec<Range<usize>> = jobs
        .iter()
        .filter(|job| job.slot == 1 && job.reserved == 0)
        .flat_map(|job| job.ports.iter().map(|&port| part(port, job.length)))
        .collect();
    let alone = |range: &Range<usize>| others.iter().filter(|other| meet(range, other)).count();
    let mut written = vec![false; BYTES];
    for (n, (job, (cookie, status))) in jobs.iter().zip(&done).enumerate() {
        assert_eq!(*cookie, job.cookie, "completions come in order");
        let bad = job.slot != 1 || job.reserved != 0 || job.length == 0;
        match status {
            Status::Session => assert_ne!(job.slot, 1),
            Status::Reserved => assert_ne!(job.reserved, 0),
            Status::Length => assert_eq!(job.length, 0),
            Status::MessageRead => assert!(!bad && place(job.source, job.length).is_none()),
            Status::ShareWrite => assert!(!bad && ports[n].contains(&None)),
            Status::Done => {
                assert!(!bad && !ports[n].contains(&None));
                let source = place(job.source, job.length).expect("a message that was read");
                let clear =
                    alone(&source) == 0 && ports[n].iter().flatten().all(|port| alone(port) == 1);
                if clear {
                    let expected = session.expected(job.segment, &before[source]);
                    for (port, share) in ports[n].iter().flatten().zip(&expected) {
                        assert!(after[port.clone()] == share[..], "wrong shares");
                    }
                }
            }
            other => panic!("{other:?} does not fit"),
        }
        // A job that failed may have written some of its shares, and nothing else.
        if !bad {
            for &port in &job.ports {
                written[part(port, job.length)].fill(true);
            }
        }
    }
    let changed = (0..BYTES).find(|&n| after[n] != before[n] && !written[n]);
    assert_eq!(changed, None, "a byte changed that is no share's");
}
