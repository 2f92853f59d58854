//! From a message to k shares.

use std::{array, io::Read, io::Write};

use zeroize::Zeroizing;

use super::{
    Error, Named, SEGMENT_BYTES, Set, SetId, fill,
    header::Header,
    record::Writer,
    tag::{KEY_BYTES, SetKey},
};
use crate::{
    partition::{self, Params, Paths},
    session::Session,
};

/// Splits `message` into the shares, one for each path, under keys that are made for it and gone afterwards.
/// `progress` is told the bytes of message done so far. Gives the set's description and the message's length.
///
/// Memory is k + 1 segments. After an error the shares are of no use to anyone.
///
/// # Errors
/// [`Error::Partition`] when the shares are not k or the operating system has no random bytes, and the errors of reading
/// and writing.
pub fn split<W: Write>(
    params: Params,
    message: &mut impl Read,
    shares: &mut [Named<W>],
    progress: &mut dyn FnMut(u64),
) -> Result<(Set, u64), Error> {
    let paths = params.paths.get();
    let set = describe(params, shares.len())?;
    let session = Session::open(params)?;
    let mut writers = begin(&set, shares, |key, pieces| {
        session.split(key, pieces)?;
        Ok(())
    })?;

    let mut buffer = Zeroizing::new(vec![0; SEGMENT_BYTES as usize]);
    let mut total = 0;
    loop {
        let length = fill(message, &mut buffer).map_err(Error::ReadMessage)?;
        if length == 0 {
            break;
        }
        let mut payloads = writers.iter_mut().map(|writer| writer.payload(length));
        let mut ports: [&mut [u8]; Paths::MAX.get()] =
            array::from_fn(|_| payloads.next().unwrap_or_default());
        let segment = session.split(&buffer[..length], &mut ports[..paths])?;
        for writer in &mut writers {
            writer.segment(segment, length)?;
        }
        total += length as u64;
        progress(total);
    }
    let segment = session.next_segment()?.number();
    for writer in writers {
        writer.end(segment, total)?;
    }
    Ok((set, total))
}

/// A new set for so many shares.
pub(super) fn describe(params: Params, shares: usize) -> Result<Set, Error> {
    let paths = params.paths.get();
    if shares != paths {
        let given = shares;
        return Err(partition::Error::Ports { given, paths }.into());
    }
    let mut id = SetId([0; 16]);
    getrandom::fill(&mut id.0).map_err(partition::Error::OperatingSystem)?;
    Ok(Set {
        id,
        params,
        segment_bytes: SEGMENT_BYTES,
    })
}

/// Makes the set's key, splits it like any other message (it is the session's first segment), and writes the headers.
pub(super) fn begin<'a, W: Write>(
    set: &Set,
    shares: &'a mut [Named<W>],
    split: impl FnOnce(&[u8], &mut [&mut [u8]]) -> Result<(), Error>,
) -> Result<Vec<Writer<'a, W>>, Error> {
    let key = SetKey::random()?;
    let check = *key.check(set).as_bytes();
    let mut pieces = Zeroizing::new(vec![[0; KEY_BYTES]; shares.len()]);
    let mut ports: Vec<&mut [u8]> = pieces.iter_mut().map(|piece| &mut piece[..]).collect();
    split(&*key.0, &mut ports)?;
    shares
        .iter_mut()
        .zip(pieces.iter())
        .map(|(share, piece)| {
            let tagger = key.tagger(set, piece);
            Writer::new(
                share,
                &Header {
                    set: *set,
                    check,
                    piece: Zeroizing::new(*piece),
                },
                tagger,
            )
        })
        .collect()
}
