//! The contract of a backend, kept by the pool.

use std::{collections::VecDeque, num::NonZero};

use shp::{
    backend::{
        Backend, Buffer, Error, Job,
        software::{Config, Software},
    },
    partition::{self, Keys, Lane, Params, Paths, Policy},
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

fn job(segment: u64, length: usize) -> Job {
    let message: Vec<u8> = (0..length)
        .map(|i| (i as u64 * 7 + segment) as u8)
        .collect();
    Job {
        segment,
        message: Buffer::from(message.as_slice()),
        ports: (0..3).map(|_| Buffer::new(length)).collect(),
    }
}

fn expected(params: Params, job: &Job) -> Vec<Vec<u8>> {
    let keys = Keys::derive(&MASTER, params.paths);
    let mut shares = vec![vec![0; job.message.len()]; 3];
    let mut ports: Vec<&mut [u8]> = shares.iter_mut().map(Vec::as_mut_slice).collect();
    partition::reference::split(&params, &keys, job.segment, &job.message, &mut ports)
        .expect("it splits");
    shares
}

#[test]
fn each_job_completes_once_with_the_bits_of_reference() {
    for workers in 1..=4 {
        let params = params();
        let mut session = pool(workers, 10)
            .open(params, Keys::derive(&MASTER, params.paths))
            .expect("it opens");
        let mut jobs: VecDeque<Job> = (0..100).map(|s| job(s, 1 + s as usize * 37)).collect();
        let mut done = vec![];
        while done.len() < 100 {
            session.submit(&mut jobs);
            assert!(session.wait(&mut done) > 0);
        }
        assert_eq!(session.wait(&mut done), 0, "nothing is in flight");
        let mut segments: Vec<u64> = done
            .iter()
            .map(|completion| completion.job.segment)
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
    let mut session = pool(2, 5)
        .open(params, Keys::derive(&MASTER, params.paths))
        .expect("it opens");
    let mut jobs: VecDeque<Job> = (0..8).map(|s| job(s, 100)).collect();
    assert_eq!(
        (
            session.submit(&mut jobs),
            session.submit(&mut jobs),
            jobs.len()
        ),
        (5, 0, 3)
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
        let mut session = pool(3, 8)
            .open(params, Keys::derive(&MASTER, params.paths))
            .expect("it opens");
        let completion = session.split(job(9, (3 << 20) + 77), &mut vec![]);
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
    let mut session = pool(1, 8)
        .open(params, Keys::derive(&MASTER, params.paths))
        .expect("it opens");
    let mut bad = job(1, 2 << 20);
    bad.ports.pop();
    let mut jobs = VecDeque::from([job(0, 10), bad, job(2, 10)]);
    session.submit(&mut jobs);
    let mut done = vec![];
    while done.len() < 3 {
        session.wait(&mut done);
    }
    done.sort_by_key(|completion| completion.job.segment);
    let results: Vec<_> = done
        .into_iter()
        .map(|completion| completion.result)
        .collect();
    let error = Error::Partition(partition::Error::Ports { given: 2, paths: 3 });
    assert_eq!(results, [Ok(()), Err(error), Ok(())]);
}

#[test]
fn keys_of_another_k_are_refused() {
    let refused = pool(1, 1)
        .open(params(), Keys::derive(&MASTER, Paths::MAX))
        .err();
    assert_eq!(
        refused,
        Some(Error::Partition(partition::Error::Units {
            given: 15,
            paths: 3
        }))
    );
}
