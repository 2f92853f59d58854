//! From a message to k shares through a backend: several segments are in flight, and are written in their order.

use std::{
    collections::{BTreeMap, VecDeque},
    io::{Read, Write},
};

use super::{
    Error, Named, SEGMENT_BYTES, Set, fill,
    split::{begin, describe},
};
use crate::{
    backend::{self, Backend, Buffer, Completion, Job, Open},
    partition::Params,
    session::Session,
};

/// Segments in flight: while some are split, others are read and written.
const IN_FLIGHT: usize = 8;

/// As [`split`](super::split), with the work done by a backend. Whichever it is, the shares are the same.
///
/// Memory is k + 1 segments for each of the 8 that are in flight.
///
/// # Errors
/// Those of [`split`](super::split), and [`Error::Backend`].
pub fn split_on<W: Write>(
    backend: &dyn Backend,
    params: Params,
    message: &mut impl Read,
    shares: &mut [Named<W>],
    progress: &mut dyn FnMut(u64),
) -> Result<(Set, u64), Error> {
    let set = describe(params, shares.len())?;
    let mut session = Open::new(backend, Session::open(params)?)?;
    let mut writers = begin(&set, shares, |key, pieces| {
        let job = session.job(Buffer::from(key));
        let Completion { job, result } = session.split(job, &mut vec![])?;
        result?;
        for (piece, port) in pieces.iter_mut().zip(&job.ports) {
            piece.copy_from_slice(port);
        }
        Ok(())
    })?;

    let whole = || session.job(session.buffer(SEGMENT_BYTES as usize));
    let mut idle: Vec<Job> = (0..IN_FLIGHT).map(|_| whole()).collect();
    let mut read = VecDeque::new();
    let mut split = BTreeMap::new();
    // The set's key was segment 0.
    let (mut segment, mut total, mut flying, mut ended) = (1, 0, 0, false);
    loop {
        while let Some(mut job) = idle.pop_if(|_| !ended) {
            let length = fill(message, &mut job.message).map_err(Error::ReadMessage)?;
            ended = length < job.message.len();
            match length {
                0 => {}
                _ if ended => read.push_back(session.job(Buffer::from(&job.message[..length]))),
                _ => read.push_back(job),
            }
        }
        flying += session.submit(&mut read)?;
        if flying == 0 && read.is_empty() {
            break;
        }
        let mut done = vec![];
        flying -= session.wait(&mut done);
        for Completion { job, result } in done {
            result?;
            let number = job.segment().ok_or(backend::Error::Unnumbered)?;
            split.insert(number, job);
        }
        while let Some(job) = split.remove(&segment) {
            let length = job.message.len();
            for (writer, port) in writers.iter_mut().zip(&job.ports) {
                writer.payload(length).copy_from_slice(port);
                writer.segment(segment, length)?;
            }
            segment += 1;
            total += length as u64;
            progress(total);
            idle.push(job);
        }
    }
    for writer in writers {
        writer.end(segment, total)?;
    }
    Ok((set, total))
}
