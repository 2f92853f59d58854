//! Whatever devices do, each job of a scheduler is done once, with the bits of reference.

use std::{collections::VecDeque, num::NonZero, thread, time::Duration};

use proptest::prelude::*;
use shp::{
    backend::{
        Backend, Buffer, Capabilities, Completion, Error, Job, Open, Session, Statistics,
        calibrate::{calibrate, threshold},
        scheduler::{Scheduler, Threshold},
        software::{Config, Software},
    },
    device,
    partition::{self, Keys, Lane, Params, Paths, Policy, Rounds},
    session,
};
use shp_regs::ring::Status;

const MASTER: [u8; 32] = [5; 32];

/// What a device is like.
#[derive(Debug, Clone)]
struct Nature {
    /// Has no slot for a session.
    closed: bool,
    longest: u64,
    depth: usize,
    /// What becomes of one job after another, again and again.
    moods: Vec<Mood>,
}

#[derive(Debug, Clone, Copy)]
enum Mood {
    Done,
    /// Not now.
    Late,
    /// The last before the first.
    Turned,
    /// A bus error.
    Error,
    /// All that it has fails, and all that it gets from now on.
    Dead,
    /// Done, but longer than software takes for any message.
    Slow,
}

struct Moody(Nature, Capabilities);

struct Work {
    nature: Nature,
    params: Params,
    keys: Keys,
    jobs: VecDeque<Job>,
    done: usize,
    dead: bool,
}

impl Moody {
    fn new(nature: Nature) -> Self {
        let capabilities = Capabilities {
            identity: "moody".to_owned(),
            paths: Paths::new(4).expect("k is in range"),
            lanes: Lane::ALL.to_vec(),
            policies: Policy::ALL.to_vec(),
            rounds: Rounds::ALL.to_vec(),
            longest: nature.longest,
            depth: nature.depth,
        };
        Self(nature, capabilities)
    }
}

impl Backend for Moody {
    fn capabilities(&self) -> &Capabilities {
        &self.1
    }

    fn open(&self, params: Params, keys: Keys) -> Result<Box<dyn Session>, Error> {
        if self.0.closed {
            return Err(device::Error::Slots.into());
        }
        Ok(Box::new(Work {
            nature: self.0.clone(),
            params,
            keys,
            jobs: VecDeque::new(),
            done: 0,
            dead: false,
        }))
    }
}

impl Session for Work {
    fn buffer(&self, length: usize) -> Buffer {
        Buffer::new(length)
    }

    fn submit(&mut self, jobs: &mut VecDeque<Job>) -> usize {
        let taken = jobs.len().min(self.nature.depth - self.jobs.len());
        self.jobs.extend(jobs.drain(..taken));
        taken
    }

    fn poll(&mut self, done: &mut Vec<Completion>) -> usize {
        let before = done.len();
        while !self.jobs.is_empty() {
            let mood = self.nature.moods[self.done % self.nature.moods.len()];
            self.done += 1;
            if matches!(mood, Mood::Slow) {
                thread::sleep(Duration::from_millis(50));
            }
            self.dead |= matches!(mood, Mood::Dead);
            let job = match mood {
                Mood::Late if !self.dead => break,
                Mood::Turned => self.jobs.pop_back(),
                _ => self.jobs.pop_front(),
            };
            let Some(mut job) = job else { break };
            let segment = job.segment().expect("it has a number");
            let mut ports: Vec<&mut [u8]> = job.ports.iter_mut().map(|port| &mut **port).collect();
            let result = if self.dead {
                Err(device::Error::Timeout.into())
            } else if matches!(mood, Mood::Error) {
                ports[0].fill(0xee);
                Err(device::Error::Job(Status::MessageRead).into())
            } else {
                partition::split(&self.params, &self.keys, segment, &job.message, &mut ports)
                    .map_err(Error::from)
            };
            done.push(Completion { job, result });
        }
        done.len() - before
    }

    fn wait(&mut self, done: &mut Vec<Completion>) -> usize {
        loop {
            let count = self.poll(done);
            if count > 0 || self.jobs.is_empty() {
                return count;
            }
        }
    }

    fn statistics(&self) -> Statistics {
        Statistics::default()
    }
}

fn nature() -> impl Strategy<Value = Nature> {
    let mood = prop_oneof![
        8 => Just(Mood::Done),
        2 => Just(Mood::Late),
        2 => Just(Mood::Turned),
        1 => Just(Mood::Error),
        1 => Just(Mood::Dead),
    ];
    // One mood at least in which a job gets on.
    let moods = prop::collection::vec(mood, 0..12).prop_map(|mut moods| {
        moods.push(Mood::Done);
        moods
    });
    (prop::bool::weighted(0.2), 1..300_u64, 1..6_usize, moods).prop_map(
        |(closed, longest, depth, moods)| Nature {
            closed,
            longest,
            depth,
            moods,
        },
    )
}

proptest! {
    #[test]
    fn each_job_is_done_once(
        natures in prop::collection::vec(nature(), 0..4),
        lengths in prop::collection::vec(1..400_usize, 1..40),
        shortest in 0..100_usize,
        k in 2..6_usize,
        depth in 1..50_usize,
    ) {
        let params = Params::new(Paths::new(k).expect("k is in range"));
        let keys = || Keys::derive(&MASTER, params.paths);
        let devices = natures.into_iter().map(|nature| Box::new(Moody::new(nature)) as Box<dyn Backend>);
        let software = Software::new(Config {
            depth: NonZero::new(depth).expect("not 0"),
            ..Config::default()
        });
        let scheduler = Scheduler::new(devices.collect(), Box::new(software), Threshold::Bytes(shortest));
        let session = session::Session::resume(params, keys(), Some(0)).expect("the keys fit");
        let mut open = Open::new(&scheduler, session).expect("it opens");
        let message = |length: usize| (0..length).map(|place| (place * 13 + length) as u8).collect::<Vec<_>>();
        let mut jobs: VecDeque<Job> = lengths.iter().map(|&length| open.job(Buffer::from(&*message(length)))).collect();
        let mut done = vec![];
        while done.len() < lengths.len() {
            open.submit(&mut jobs).expect("there are numbers");
            prop_assert!(open.wait(&mut done) > 0);
        }
        prop_assert_eq!(open.wait(&mut done), 0);
        let mut segments: Vec<u64> = done.iter().filter_map(|completion| completion.job.segment()).collect();
        segments.sort_unstable();
        prop_assert_eq!(segments, (0..lengths.len() as u64).collect::<Vec<_>>());
        for Completion { job, result } in done {
            prop_assert_eq!(result, Ok(()));
            let mut shares = vec![vec![0; job.message.len()]; k];
            let mut ports: Vec<&mut [u8]> = shares.iter_mut().map(Vec::as_mut_slice).collect();
            let segment = job.segment().expect("it was taken");
            partition::reference::split(&params, &keys(), segment, &job.message, &mut ports).expect("it splits");
            for (port, share) in job.ports.iter().zip(shares) {
                prop_assert_eq!(&**port, &*share);
            }
        }
        let statistics = open.statistics();
        prop_assert_eq!((statistics.accepted, statistics.done, statistics.failed), (lengths.len() as u64, lengths.len() as u64, 0));
    }
}

/// Whoever is slow is found out, and each length that the device splits is tried.
#[test]
fn a_calibration_finds_who_is_sooner() {
    let slow = Moody::new(Nature {
        closed: false,
        longest: 5000,
        depth: 4,
        moods: vec![Mood::Slow],
    });
    let software = Software::default();
    let params = Params::new(Paths::new(3).expect("k is in range"));
    let times = calibrate(&slow, &software, params).expect("both split");
    let lengths: Vec<usize> = times.iter().map(|times| times.bytes).collect();
    assert_eq!(lengths, [64, 256, 1024, 4096]);
    assert_eq!(threshold(&times), None);
    let times = calibrate(&software, &slow, params).expect("both split");
    assert_eq!(threshold(&times), Some(64));
    let dead = Moody::new(Nature {
        moods: vec![Mood::Dead],
        ..slow.0
    });
    let failed = calibrate(&dead, &software, params);
    assert_eq!(failed, Err(device::Error::Timeout.into()));
}

/// A device that is measured and never sooner gets nothing; one that is, all.
#[test]
fn a_threshold_that_is_measured_changes_no_bit() {
    let nature = Nature {
        closed: false,
        longest: 1 << 16,
        depth: 4,
        moods: vec![Mood::Done],
    };
    let scheduler = Scheduler::new(
        vec![Box::new(Moody::new(nature))],
        Box::new(Software::default()),
        Threshold::Measured,
    );
    let params = Params::new(Paths::new(3).expect("k is in range"));
    let session = session::Session::open(params).expect("there are random bytes");
    let mut open = Open::new(&scheduler, session).expect("it opens");
    for length in [1, 100, 70_000] {
        let message = vec![7; length];
        let job = open.job(Buffer::from(&*message));
        let done = open.split(job, &mut vec![]).expect("there are numbers");
        assert_eq!(done.result, Ok(()));
        let shares: Vec<&[u8]> = done.job.ports.iter().map(|port| &**port).collect();
        let mut joined = vec![0; length];
        partition::join(params.lane, &shares, &mut joined).expect("they fit");
        assert!(joined == message);
    }
}
