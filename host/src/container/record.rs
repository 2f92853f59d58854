//! What follows the header: a record for each segment, then the end mark.
//!
//! A record is a head (length, tag) and the payload. The end mark has length 0, and the message's length as payload.

use std::io::{Read, Write};

use zeroize::Zeroizing;

use super::{
    Error, Named, fill,
    header::{HEADER_BYTES, Header},
    tag::{KEY_BYTES, Tagger},
};

const LENGTH_BYTES: usize = 4;
/// Bytes in front of a payload.
const HEAD_BYTES: usize = LENGTH_BYTES + KEY_BYTES;
/// Bytes of the end mark's payload.
const TOTAL_BYTES: usize = 8;

/// Writes one share.
pub(super) struct Writer<'a, W> {
    share: &'a mut Named<W>,
    tagger: Tagger,
    /// Head and payload side by side, so that a segment is one write.
    record: Zeroizing<Vec<u8>>,
}

impl<'a, W: Write> Writer<'a, W> {
    /// Writes the header.
    pub(super) fn new(
        share: &'a mut Named<W>,
        header: &Header,
        tagger: Tagger,
    ) -> Result<Self, Error> {
        let record = Zeroizing::new(vec![0; HEAD_BYTES + header.set.segment_bytes as usize]);
        let mut writer = Self {
            share,
            tagger,
            record,
        };
        writer.write_all(&*header.to_bytes())?;
        Ok(writer)
    }

    /// Where the next segment's payload goes before [`Self::segment`] is called.
    pub(super) fn payload(&mut self, length: usize) -> &mut [u8] {
        &mut self.record[HEAD_BYTES..][..length]
    }

    /// Writes the segment whose payload was put in place.
    pub(super) fn segment(&mut self, segment: u64, length: usize) -> Result<(), Error> {
        self.seal(segment, length as u32, length)
    }

    /// Writes the end mark.
    pub(super) fn end(mut self, segment: u64, total: u64) -> Result<(), Error> {
        self.payload(TOTAL_BYTES)
            .copy_from_slice(&total.to_le_bytes());
        self.seal(segment, 0, TOTAL_BYTES)
    }

    fn seal(&mut self, segment: u64, length: u32, payload: usize) -> Result<(), Error> {
        let tag = self
            .tagger
            .tag(segment, length, &self.record[HEAD_BYTES..][..payload]);
        self.record[..LENGTH_BYTES].copy_from_slice(&length.to_le_bytes());
        self.record[LENGTH_BYTES..HEAD_BYTES].copy_from_slice(tag.as_bytes());
        let Named { name, stream } = &mut *self.share;
        let written = stream.write_all(&self.record[..HEAD_BYTES + payload]);
        written.map_err(|error| Error::WriteShare {
            name: name.clone(),
            error,
        })
    }

    fn write_all(&mut self, bytes: &[u8]) -> Result<(), Error> {
        let Named { name, stream } = &mut *self.share;
        stream.write_all(bytes).map_err(|error| Error::WriteShare {
            name: name.clone(),
            error,
        })
    }
}

/// Reads one share. Lengths are checked here, tags by whoever has the key.
pub(super) struct Reader<R> {
    share: Named<R>,
    pub(super) header: Header,
    /// The head of the record to come.
    head: [u8; HEAD_BYTES],
    /// A payload and the head behind it: a data record never stands last, so that one read takes both.
    buffer: Zeroizing<Vec<u8>>,
    payload: usize,
    length: u32,
    tag: [u8; KEY_BYTES],
    /// Segments read, the one at hand included.
    segment: u64,
    /// Bytes of message so far.
    total: u64,
}

impl<R: Read> Reader<R> {
    /// Reads the header.
    pub(super) fn new(mut share: Named<R>) -> Result<Self, Error> {
        let mut bytes = Zeroizing::new([0; HEADER_BYTES]);
        let count = fill(&mut share.stream, &mut *bytes);
        let count = count.map_err(|error| Error::ReadShare {
            name: share.name.clone(),
            error,
        })?;
        let header = Header::from_bytes(&bytes[..count], &share.name)?;
        let mut reader = Self {
            share,
            header,
            head: [0; HEAD_BYTES],
            buffer: Zeroizing::new(Vec::new()),
            payload: 0,
            length: 0,
            tag: [0; KEY_BYTES],
            segment: 0,
            total: 0,
        };
        reader.head = reader.take(0)?;
        Ok(reader)
    }

    pub(super) fn name(&self) -> &str {
        &self.share.name
    }

    /// The segment at hand, from 1. The end mark counts.
    pub(super) fn segment(&self) -> u64 {
        self.segment
    }

    /// The message's length so far.
    pub(super) fn total(&self) -> u64 {
        self.total
    }

    pub(super) fn payload(&self) -> &[u8] {
        &self.buffer[..self.payload]
    }

    /// Goes on to the next segment and tells its length; 0 is the end, and then the file is known to be whole.
    pub(super) fn advance(&mut self) -> Result<usize, Error> {
        self.segment += 1;
        let head = self.head.split_first_chunk();
        let (length, tag) = head.expect("a head is longer than a length");
        self.length = u32::from_le_bytes(*length);
        self.tag.copy_from_slice(tag);
        if self.length == 0 {
            self.payload = TOTAL_BYTES;
            self.take::<0>(TOTAL_BYTES)?;
            return self.end();
        }
        if self.length > self.header.set.segment_bytes {
            return Err(self.wrong_length());
        }
        self.payload = self.length as usize;
        self.total += u64::from(self.length);
        self.head = self.take(self.payload)?;
        Ok(self.payload)
    }

    /// Whether the payload at hand is what was written.
    pub(super) fn verify(&self, tagger: &mut Tagger) -> Result<(), Error> {
        // Hash compares in constant time.
        if tagger.tag(self.segment, self.length, self.payload()) == self.tag {
            return Ok(());
        }
        Err(Error::Tag {
            name: self.share.name.clone(),
            segment: self.segment,
        })
    }

    pub(super) fn wrong_length(&self) -> Error {
        Error::Length {
            name: self.share.name.clone(),
            segment: self.segment,
        }
    }

    fn end(&mut self) -> Result<usize, Error> {
        if self.payload() != self.total.to_le_bytes() {
            return Err(self.wrong_length());
        }
        match fill(&mut self.share.stream, &mut [0]) {
            Ok(0) => Ok(0),
            Ok(_) => Err(Error::Trailing(self.share.name.clone())),
            Err(error) => Err(Error::ReadShare {
                name: self.share.name.clone(),
                error,
            }),
        }
    }

    /// Reads a payload into the buffer and gives the N bytes behind it.
    fn take<const N: usize>(&mut self, payload: usize) -> Result<[u8; N], Error> {
        let name = || self.share.name.clone();
        // No more than the header's segment size, which was checked, plus a head.
        let wanted = payload + N;
        if self.buffer.len() < wanted {
            self.buffer.resize(wanted, 0);
        }
        match fill(&mut self.share.stream, &mut self.buffer[..wanted]) {
            Ok(count) if count == wanted => {}
            Ok(_) => {
                return Err(Error::Cut {
                    name: name(),
                    segment: self.segment.max(1),
                });
            }
            Err(error) => {
                return Err(Error::ReadShare {
                    name: name(),
                    error,
                });
            }
        }
        Ok(self.buffer[payload..wanted]
            .try_into()
            .expect("N bytes stand behind the payload"))
    }
}
