//! A way to a device that counts how often registers are read and written.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use shp::transport::{Error, Memory, Transport};

/// What was counted so far.
#[derive(Clone, Default)]
pub struct Accesses(Arc<[AtomicU64; 2]>);

impl Accesses {
    /// Reads and writes.
    pub fn get(&self) -> [u64; 2] {
        self.0.each_ref().map(|count| count.load(Ordering::Relaxed))
    }
}

/// The way.
pub struct Counting {
    way: Box<dyn Transport>,
    accesses: Accesses,
}

impl Counting {
    /// Counts what goes over another way.
    pub fn new(way: Box<dyn Transport>) -> (Self, Accesses) {
        let accesses = Accesses::default();
        let counts = accesses.clone();
        (Self { way, accesses }, counts)
    }

    fn count(&self, which: usize) {
        self.accesses.0[which].fetch_add(1, Ordering::Relaxed);
    }
}

impl Transport for Counting {
    fn read(&mut self, at: u16) -> Result<u32, Error> {
        self.count(0);
        self.way.read(at)
    }

    fn write(&mut self, at: u16, value: u32) -> Result<(), Error> {
        self.count(1);
        self.way.write(at, value)
    }

    fn memory(&mut self, bytes: usize) -> Result<Memory, Error> {
        self.way.memory(bytes)
    }

    fn wait(&mut self, timeout: Duration) -> Result<bool, Error> {
        self.way.wait(timeout)
    }

    fn reset(&mut self) -> Result<(), Error> {
        self.way.reset()
    }
}
