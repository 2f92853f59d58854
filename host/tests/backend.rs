//! The contract of a backend, kept by the pool.

use std::{collections::VecDeque, num::NonZero};

use shp::{
    backend::{
        Buffer, Error, Job, Open, Supplied,
        software::{Config, Software},
    },
    partition::{self, BLOCK, Kernel, Keys, Lane, Params, Paths, Policy},
    session::Session,
};

const MASTER: [u8; 32] = [3; 32];

fn params() -> Params {
    Params::new(Paths::new(3).expect("k is in range"))
}

fn pool(workers: usize, depth: usize) -> Software {
    let [workers, depth] = [workers, depth].map(|n| NonZero::new(n).expect("not 0"));
    Software::new(Config {
        workers,
        depth,
        pinned: false,
    })
}

fn open(pool: &Software, params: Params, next: u64) -> Open {
    let keys = Keys::derive(&MASTER, params.paths);
    let session = Session::resume(params, keys, Some(next)).expect("the keys fit");
    Open::new(pool, session).expect("it opens")
}

fn job(seed: usize, length: usize) -> Job {
    let message: Vec<u8> = (0..length).map(|i| (i * 7 + seed) as u8).collect();
    let ports = (0..3).map(|_| Buffer::new(length)).collect();
    Job::new(Buffer::from(message.as_slice()), ports)
}

fn number(job: &Job) -> u64 {
    job.segment().expect("it was taken")
}

fn expected(params: Params, job: &Job) -> Vec<Vec<u8>> {
    let keys = Keys::derive(&MASTER, params.paths);
    let mut shares = vec![vec![0; job.message.len()]; 3];
    let mut ports: Vec<&mut [u8]> = shares.iter_mut().map(Vec::as_mut_slice).collect();
    partition::reference::split(&params, &keys, number(job), &job.message, &mut ports)
        .expect("it splits");
    shares
}

#[test]
fn each_job_completes_once_with_the_bits_of_reference() {
    for workers in 1..=4 {
        let params = params();
        let mut session = open(&pool(workers, 10), params, 0);
        let mut jobs: VecDeque<Job> = (0..100).map(|s| job(s, 1 + s * 37)).collect();
        let mut done = vec![];
        while done.len() < 100 {
            session.submit(&mut jobs).expect("there are numbers");
            assert!(session.wait(&mut done) > 0);
        }
        assert_eq!(session.wait(&mut done), 0, "nothing is in flight");
        let mut segments: Vec<u64> = done
            .iter()
            .map(|completion| number(&completion.job))
            .collect();
        segments.sort_unstable();
        assert_eq!(segments, (0..100).collect::<Vec<_>>());
        for completion in done {
            assert_eq!(completion.result, Ok(()));
            for (port, share) in completion
                .job
                .ports
                .iter()
                .zip(expected(params, &completion.job))
            {
                assert_eq!(**port, *share);
            }
        }
        let statistics = session.statistics();
        assert_eq!(
            (statistics.accepted, statistics.done, statistics.failed),
            (100, 100, 0)
        );
    }
}

#[test]
fn no_more_jobs_are_taken_than_the_depth() {
    let params = params();
    let mut session = open(&pool(2, 5), params, 0);
    let mut jobs: VecDeque<Job> = (0..8).map(|s| job(s, 100)).collect();
    assert_eq!(
        (
            session.submit(&mut jobs),
            session.submit(&mut jobs),
            jobs.len()
        ),
        (Ok(5), Ok(0), 3)
    );
}

#[test]
fn a_large_segment_cut_over_workers_has_the_same_bits() {
    for policy in Policy::ALL {
        let params = Params {
            policy,
            lane: Lane::Bits16,
            ..params()
        };
        let mut session = open(&pool(3, 8), params, 9);
        let completion = session
            .split(job(9, (3 << 20) + 77), &mut vec![])
            .expect("there are numbers");
        assert_eq!(completion.result, Ok(()));
        for (port, share) in completion
            .job
            .ports
            .iter()
            .zip(expected(params, &completion.job))
        {
            assert!(**port == *share);
        }
    }
}

#[test]
fn a_bad_job_fails_alone() {
    let params = params();
    let mut session = open(&pool(1, 8), params, 0);
    let mut bad = job(1, 2 << 20);
    bad.ports.pop();
    let mut jobs = VecDeque::from([job(0, 10), bad, job(2, 10)]);
    session.submit(&mut jobs).expect("there are numbers");
    let mut done = vec![];
    while done.len() < 3 {
        session.wait(&mut done);
    }
    done.sort_by_key(|completion| number(&completion.job));
    let results: Vec<_> = done
        .into_iter()
        .map(|completion| completion.result)
        .collect();
    let error = Error::Partition(partition::Error::Ports { given: 2, paths: 3 });
    assert_eq!(results, [Ok(()), Err(error), Ok(())]);
}

/// Whatever is done with a job, each split of it has a number of its own.
#[test]
fn a_job_given_twice_gets_another_number() {
    let mut session = open(&pool(1, 2), params(), 7);
    let split = |session: &mut Open, job| {
        let done = session.split(job, &mut vec![]);
        done.expect("there are numbers").job
    };
    let first = split(&mut session, job(0, 40));
    assert_eq!(number(&first), 7);
    let shares: Vec<Vec<u8>> = first.ports.iter().map(|port| port.to_vec()).collect();
    let again = split(&mut session, first);
    assert_eq!(number(&again), 8);
    assert!(
        again
            .ports
            .iter()
            .zip(&shares)
            .any(|(port, share)| **port != **share)
    );
}

#[test]
fn numbers_end_in_an_error() {
    let mut session = open(&pool(1, 2), params(), u64::MAX - 1);
    let mut jobs = VecDeque::from([job(0, 10), job(1, 10)]);
    assert_eq!(session.submit(&mut jobs), Err(Error::Exhausted));
    jobs.truncate(1);
    assert_eq!(session.submit(&mut jobs), Ok(1));
    let done = session.split(job(1, 10), &mut vec![]);
    assert_eq!(done.err(), Some(Error::Exhausted));
}

#[test]
fn supplied_words_are_used_once() {
    let params = params();
    let mut session = open(&pool(2, 4), params, 0);
    let (keys, length) = (Keys::derive(&MASTER, params.paths), 3 * BLOCK + 5);
    let keystream = |keys: &Keys, unit, length| {
        let mut words = vec![0; length];
        Kernel::best()
            .keystream(keys, unit, 0, params.rounds, 0, &mut words)
            .expect("there is such a unit");
        words.into()
    };
    let pbox = Keys::new(vec![*keys.pbox()], [0; 32]).expect("two different keys");
    let mut job = job(3, length);
    job.random = Some(Supplied {
        units: (0..2)
            .map(|unit| keystream(&keys, unit, 4 * BLOCK))
            .collect(),
        pbox: keystream(&pbox, 0, 4 * 8),
    });
    let done = session.split(job, &mut vec![]).expect("there are numbers");
    assert_eq!(done.result, Ok(()));
    assert!(done.job.random.is_none());
    for (port, share) in done.job.ports.iter().zip(expected(params, &done.job)) {
        assert_eq!(**port, *share);
    }
}
