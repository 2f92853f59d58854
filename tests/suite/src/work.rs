//! Jobs, and the shares that the reference makes of them.

use std::{collections::VecDeque, error::Error, time::Duration};

use shp::{
    backend::{Backend, Buffer, Completion, Open, device::Hardware},
    partition::{Keys, Lane, Params, Paths, reference},
    session::Session,
    transport::Uri,
};

use crate::Outcome;

/// Longer than any job of these checks takes.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// The device there, given up after so long.
///
/// # Errors
/// When there is none, or it is not well.
pub fn hardware(uri: &Uri, patience: Duration) -> Result<Hardware, Box<dyn Error>> {
    Ok(Hardware::open(uri.connect()?, patience)?)
}

/// Each k and lane has keys of its own: a core that sees one keystream twice stops.
pub(crate) fn keys(params: Params) -> Keys {
    let master = params.paths.get() as u8 * 8 + params.lane.bytes() as u8;
    Keys::derive(&[master; 32], params.paths)
}

pub(crate) fn params(k: usize, lane: Lane) -> Result<Params, Box<dyn Error>> {
    Ok(Params {
        lane,
        ..Params::new(Paths::new(k)?)
    })
}

pub(crate) fn session(params: Params) -> Result<Session, Box<dyn Error>> {
    Ok(Session::resume(params, keys(params), Some(0))?)
}

pub(crate) fn expected(params: Params, segment: u64, message: &[u8]) -> Vec<Vec<u8>> {
    let mut shares = vec![vec![0; message.len()]; params.paths.get()];
    let mut ports: Vec<&mut [u8]> = shares.iter_mut().map(Vec::as_mut_slice).collect();
    reference::split(&params, &keys(params), segment, message, &mut ports).expect("it splits");
    shares
}

pub(crate) fn message(number: u64, length: usize) -> Buffer {
    let bytes: Vec<u8> = (0..length).map(|n| (n as u64 * 7 + number) as u8).collect();
    Buffer::from(bytes.as_slice())
}

/// The job was done, and with the right shares.
pub(crate) fn is_right(params: Params, completion: &Completion) {
    assert_eq!(completion.result, Ok(()));
    let segment = completion.job.segment().expect("it was taken");
    let shares = expected(params, segment, &completion.job.message);
    for (port, share) in completion.job.ports.iter().zip(shares) {
        assert!(**port == *share, "segment {segment} has wrong shares");
    }
}

/// Splits a burst of messages of these lengths, and compares every share: each job is done, and once.
///
/// # Errors
/// When no session can be opened.
///
/// # Panics
/// When anything is lost, doubled or wrong.
pub fn split_all(backend: &dyn Backend, params: Params, lengths: &[usize]) -> Outcome {
    let mut open = Open::new(backend, session(params)?)?;
    let messages = (0..).zip(lengths);
    let mut jobs: VecDeque<_> = messages
        .map(|(number, &length)| open.job(message(number, length)))
        .collect();
    let mut done = vec![];
    while done.len() < lengths.len() {
        open.submit(&mut jobs)?;
        assert!(open.wait(&mut done) > 0, "a job is lost");
    }
    assert_eq!(open.wait(&mut done), 0, "nothing is in flight");
    let mut seen = vec![false; lengths.len()];
    for completion in done {
        let segment = completion.job.segment().expect("it was taken");
        let twice = std::mem::replace(&mut seen[segment as usize], true);
        assert!(!twice, "segment {segment} is done twice");
        is_right(params, &completion);
    }
    Ok(())
}
