//! The client's memory, as far as it was mapped for the board.
//!
//! It is read and written through its file descriptors, beat by beat: a client that cuts its memory short causes a bus error here and no fault.

use std::collections::{BTreeMap, HashMap};
use std::fs::File;
use std::io;
use std::os::unix::fs::{FileExt, MetadataExt};
use std::sync::Arc;

use crate::device::Memory;

/// So many mappings are too many: more than 64 GiB in pages.
const MOST: usize = 1 << 24;

/// A piece of the client's memory.
struct Mapping {
    size: u64,
    /// `None` cannot be reached.
    file: Option<Arc<File>>,
    /// Where it begins in the file.
    offset: u64,
    readable: bool,
    writable: bool,
}

/// All that is mapped.
#[derive(Default)]
pub(super) struct Dma {
    mappings: BTreeMap<u64, Mapping>,
    /// Files by device and inode: a client maps its memory in many pieces of one file.
    files: HashMap<(u64, u64), Arc<File>>,
    /// Without this, every access fails.
    pub(super) bus_master: bool,
}

impl Dma {
    /// Maps a piece.
    pub(super) fn map(
        &mut self,
        address: u64,
        size: u64,
        file: Option<File>,
        offset: u64,
        [readable, writable]: [bool; 2],
    ) -> io::Result<()> {
        let refused = |why| Err(io::Error::new(io::ErrorKind::InvalidInput, why));
        let Some(last) = size
            .checked_sub(1)
            .and_then(|span| address.checked_add(span))
        else {
            return refused("an empty mapping, or one past the end of all addresses");
        };
        let before = self.mappings.range(..=last).next_back();
        if before.is_some_and(|(&start, mapping)| start + (mapping.size - 1) >= address) {
            return refused("a mapping over another");
        }
        if offset.checked_add(size).is_none() || self.mappings.len() >= MOST {
            return refused("no such piece of a file");
        }
        let file = file.map(|file| self.share(file)).transpose()?;
        let mapping = Mapping {
            size,
            file,
            offset,
            readable,
            writable,
        };
        self.mappings.insert(address, mapping);
        Ok(())
    }

    /// One descriptor for each file.
    fn share(&mut self, file: File) -> io::Result<Arc<File>> {
        let metadata = file.metadata()?;
        let shared = self.files.entry((metadata.dev(), metadata.ino()));
        Ok(Arc::clone(shared.or_insert_with(|| Arc::new(file))))
    }

    /// Unmaps all mappings that begin within a range, which may be none.
    pub(super) fn unmap(&mut self, address: u64, size: u64) {
        let end = address.saturating_add(size);
        let gone: Vec<u64> = self
            .mappings
            .range(address..end)
            .map(|(&start, _)| start)
            .collect();
        for start in gone {
            self.mappings.remove(&start);
        }
        self.files.retain(|_, file| Arc::strong_count(file) > 1);
    }

    /// Unmaps all.
    pub(super) fn clear(&mut self) {
        self.mappings.clear();
        self.files.clear();
        self.bus_master = false;
    }

    /// The file and the place in it of a range that lies in one mapping.
    fn find(
        &self,
        address: u64,
        length: u64,
        allowed: impl Fn(&Mapping) -> bool,
    ) -> Option<(&File, u64)> {
        let (&start, mapping) = self.mappings.range(..=address).next_back()?;
        let within = address - start;
        let fits = within.checked_add(length)? <= mapping.size;
        let file = mapping.file.as_ref()?;
        (self.bus_master && fits && allowed(mapping)).then_some((file, mapping.offset + within))
    }
}

impl Memory for Dma {
    fn read(&mut self, address: u64, bytes: &mut [u8]) -> bool {
        let found = self.find(address, bytes.len() as u64, |mapping| mapping.readable);
        found.is_some_and(|(file, at)| file.read_exact_at(bytes, at).is_ok())
    }

    fn write(&mut self, address: u64, bytes: &[u8], strobes: u64) -> bool {
        // The device's strobes are one run of ones.
        let first = strobes.trailing_zeros();
        let count = (strobes.unbounded_shr(first)).trailing_ones();
        let run = first as usize..((first + count) as usize).min(bytes.len());
        let Some(bytes) = bytes.get(run) else {
            return false;
        };
        let at = address.checked_add(first.into());
        let found = at.and_then(|at| self.find(at, bytes.len() as u64, |mapping| mapping.writable));
        let Some((file, at)) = found else {
            return false;
        };
        // Writing past the end would make the client's file longer.
        let inside = file
            .metadata()
            .is_ok_and(|metadata| at + bytes.len() as u64 <= metadata.len());
        inside && file.write_all_at(bytes, at).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOTH: [bool; 2] = [true, true];

    fn file(length: u64) -> File {
        let file = tempfile::tempfile().expect("there is room for a small file");
        file.set_len(length).expect("as above");
        file
    }

    fn dma() -> Dma {
        let mut dma = Dma {
            bus_master: true,
            ..Dma::default()
        };
        dma.map(0x1000, 0x1000, Some(file(0x3000)), 0x1000, BOTH)
            .expect("it is the first");
        dma
    }

    #[test]
    fn what_is_written_is_read() {
        let mut dma = dma();
        assert!(dma.write(0x1ff0, &[7; 16], 0x0ff0));
        let mut bytes = [9; 16];
        assert!(dma.read(0x1ff0, &mut bytes));
        assert_eq!(bytes, [0, 0, 0, 0, 7, 7, 7, 7, 7, 7, 7, 7, 0, 0, 0, 0]);
    }

    #[test]
    fn a_miss_is_an_error() {
        let mut dma = dma();
        let mut bytes = [0; 16];
        for address in [0, 0xff8, 0x1ff8, 0x2000, u64::MAX - 3] {
            assert!(!dma.read(address, &mut bytes), "{address:#x}");
            assert!(!dma.write(address, &bytes, 0xffff), "{address:#x}");
        }
        dma.bus_master = false;
        assert!(!dma.read(0x1000, &mut bytes));
        dma.bus_master = true;
        dma.unmap(0, u64::MAX);
        assert!(!dma.read(0x1000, &mut bytes));
    }

    #[test]
    fn a_file_that_is_cut_short_is_an_error_and_grows_not() {
        let mut dma = dma();
        let short = file(0x10);
        dma.map(0x8000, 0x1000, Some(short), 0, BOTH)
            .expect("it meets no other");
        assert!(!dma.write(0x8010, &[1; 16], 0xffff));
        assert!(!dma.read(0x8010, &mut [0; 16]));
        assert!(dma.write(0x8000, &[1; 16], 0xffff));
    }

    #[test]
    fn rights_are_kept() {
        let mut dma = dma();
        dma.map(0x4000, 0x1000, Some(file(0x1000)), 0, [true, false])
            .expect("it meets no other");
        assert!(dma.read(0x4000, &mut [0; 16]));
        assert!(!dma.write(0x4000, &[0; 16], 0xffff));
        dma.map(0x6000, 0x1000, None, 0, BOTH)
            .expect("a mapping without a file is allowed");
        assert!(!dma.read(0x6000, &mut [0; 16]));
    }

    #[test]
    fn mappings_over_each_other_or_of_nothing_are_refused() {
        let mut dma = dma();
        for (address, size) in [
            (0x1000, 0x1000),
            (0x0fff, 2),
            (0x1fff, 1),
            (0, 0x8000),
            (0x5000, 0),
            (u64::MAX, 2),
        ] {
            assert!(
                dma.map(address, size, None, 0, BOTH).is_err(),
                "{address:#x} {size:#x}"
            );
        }
        assert!(dma.map(u64::MAX, 1, None, 0, BOTH).is_ok());
        assert!(dma.map(0x9000, 2, None, u64::MAX, BOTH).is_err());
    }
}
