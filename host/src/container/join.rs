//! From k shares back to the message.

use std::{
    array,
    io::{Read, Write},
};

use zeroize::Zeroizing;

use super::{
    Error, Named, Set,
    record::Reader,
    tag::{KEY_BYTES, SetKey, Tagger},
};
use crate::partition::{self, Paths};

/// Joins all k shares of a set, given in any order. `progress` is told the bytes of message done so far. Gives the
/// set's description and the message's length.
///
/// Every segment is verified before its bytes are written; only the return says that the message is whole. Memory is
/// k + 1 segments.
///
/// # Errors
/// Every [`Error`] that speaks of a share, and [`Error::WriteMessage`].
pub fn join<R: Read>(
    shares: Vec<Named<R>>,
    message: &mut impl Write,
    progress: &mut dyn FnMut(u64),
) -> Result<(Set, u64), Error> {
    if shares.len() > Paths::MAX.get() {
        return Err(Error::Surplus {
            given: shares.len(),
            needed: Paths::MAX.get(),
        });
    }
    let mut readers = shares
        .into_iter()
        .map(Reader::new)
        .collect::<Result<Vec<_>, _>>()?;
    let set = agree(&readers)?;
    let mut taggers = unlock(&readers, &set)?;

    let mut buffer = Zeroizing::new(vec![0; set.segment_bytes as usize]);
    loop {
        let mut length = None;
        for (reader, tagger) in readers.iter_mut().zip(&mut taggers) {
            let own = reader.advance()?;
            reader.verify(tagger)?;
            if *length.get_or_insert(own) != own {
                return Err(reader.wrong_length());
            }
        }
        let Some(length @ 1..) = length else { break };
        let mut payloads = readers.iter().map(Reader::payload);
        let ports: [&[u8]; Paths::MAX.get()] =
            array::from_fn(|_| payloads.next().unwrap_or_default());
        partition::join(
            set.params.lane,
            &ports[..readers.len()],
            &mut buffer[..length],
        )?;
        message
            .write_all(&buffer[..length])
            .map_err(Error::WriteMessage)?;
        progress(readers[0].total());
    }
    message.flush().map_err(Error::WriteMessage)?;
    Ok((set, readers[0].total()))
}

/// What one share file tells by itself. Its tags cannot be verified without the other shares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Summary {
    /// What the header says.
    pub set: Set,
    /// How many segments the message has.
    pub segments: u64,
    /// The message's length in bytes.
    pub message_bytes: u64,
}

/// Reads one share file from end to end and tells what it says.
///
/// # Errors
/// The errors of a share that cannot be read, is no share, or is cut.
pub fn inspect(share: Named<impl Read>) -> Result<Summary, Error> {
    let mut reader = Reader::new(share)?;
    while reader.advance()? != 0 {}
    Ok(Summary {
        set: reader.header.set,
        segments: reader.segment() - 1,
        message_bytes: reader.total(),
    })
}

/// Whether these are the k shares of one set, each once.
fn agree<R: Read>(readers: &[Reader<R>]) -> Result<Set, Error> {
    // The larger part is right about what set this is. On a tie it is the first.
    let votes = |reader: &Reader<R>| {
        readers
            .iter()
            .filter(|other| same_set(reader, other))
            .count()
    };
    let mut best: Option<&Reader<R>> = None;
    for reader in readers {
        if best.is_none_or(|best| votes(reader) > votes(best)) {
            best = Some(reader);
        }
    }
    let Some(best) = best else {
        return Err(Error::Missing {
            given: 0,
            needed: Paths::MIN.get(),
        });
    };
    let (set, needed) = (best.header.set, best.header.set.params.paths.get());

    for (at, reader) in readers.iter().enumerate() {
        let (name, other) = (reader.name().into(), best.name().into());
        if reader.header.set.id != set.id {
            return Err(Error::Foreign {
                name,
                set: reader.header.set.id,
                other,
                other_set: set.id,
            });
        }
        if !same_set(reader, best) {
            return Err(Error::Differ { name, other });
        }
        if let Some(earlier) = readers[..at]
            .iter()
            .find(|earlier| earlier.header.piece == reader.header.piece)
        {
            return Err(Error::Doubled {
                name,
                other: earlier.name().into(),
            });
        }
    }
    match readers.len() {
        given if given < needed => Err(Error::Missing { given, needed }),
        given if given > needed => Err(Error::Surplus { given, needed }),
        _ => Ok(set),
    }
}

fn same_set<R>(a: &Reader<R>, b: &Reader<R>) -> bool {
    a.header.set == b.header.set && a.header.check == b.header.check
}

/// Joins the set's key from its pieces and makes each share's tagger.
fn unlock<R: Read>(readers: &[Reader<R>], set: &Set) -> Result<Vec<Tagger>, Error> {
    let pieces: Vec<&[u8]> = readers
        .iter()
        .map(|reader| &reader.header.piece[..])
        .collect();
    let mut key = SetKey(Zeroizing::new([0; KEY_BYTES]));
    partition::join(set.params.lane, &pieces, &mut *key.0)?;
    // Hash compares in constant time.
    if key.check(set) != readers[0].header.check {
        return Err(Error::Key);
    }
    Ok(readers
        .iter()
        .map(|reader| key.tagger(set, &reader.header.piece))
        .collect())
}
