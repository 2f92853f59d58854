//! Rings that the device cannot read or write, or that hold what nobody wrote.

use std::time::{Duration, Instant};

use shp::{
    backend::device::Hardware,
    device::{self, Descriptor, Device, Done},
    partition::Lane,
    transport::{Error, Memory, Transport, Uri},
};
use shp_regs::{blocks::queue, ring::Status};

use crate::{
    Outcome,
    faults::{FAR, with_software},
    work::{PATIENCE, params, split_all},
};

/// The registers of a ring's address, low and high.
const RING: [u16; 2] = [queue::ring_low::AT, queue::ring_high::AT];
const DONE: [u16; 2] = [queue::done_low::AT, queue::done_high::AT];

/// Slots.
const SLOTS: u16 = 16;

/// A way on which a ring is said to be elsewhere.
struct Elsewhere {
    way: Box<dyn Transport>,
    ring: [u16; 2],
    address: u64,
}

impl Transport for Elsewhere {
    fn read(&mut self, at: u16) -> Result<u32, Error> {
        self.way.read(at)
    }

    fn write(&mut self, at: u16, value: u32) -> Result<(), Error> {
        let halves = [self.address as u32, (self.address >> 32) as u32];
        let half = self.ring.iter().position(|register| *register == at);
        self.way.write(at, half.map_or(value, |half| halves[half]))
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

/// Each ends with a typed error, and with software behind the device not even with that.
pub(crate) fn false_rings(uri: &Uri) -> Outcome {
    for (ring, is_memory, expected) in [
        (RING, false, Ok((0, Status::DescriptorRead))),
        (RING, true, Ok((u64::MAX, Status::Reserved))),
        (DONE, false, Err(device::Error::Mute)),
    ] {
        let way = || -> Result<_, Error> {
            let mut way = uri.connect()?;
            // All ones is a descriptor in which nothing is right.
            let mut ones = way.memory(4096)?;
            ones.write(0, &[0xff; 4096]);
            let address = if is_memory { ones.address() } else { FAR };
            let way = Box::new(Elsewhere { way, ring, address });
            Ok((way, ones))
        };
        let (elsewhere, _ones) = way()?;
        let found = first_end(Device::open(elsewhere, SLOTS)?)?;
        let expected = expected.map(|(cookie, status)| Done {
            cookie,
            status: Some(status),
        });
        assert_eq!(found, expected);

        let (elsewhere, _ones) = way()?;
        let hardware = Hardware::open(elsewhere, Duration::from_millis(500))?;
        split_all(
            &with_software(hardware),
            params(2, Lane::Bits8)?,
            &[100, 3000, 7],
        )?;
    }
    Ok(())
}

/// What becomes of one descriptor: a completion, or the device says what is wrong.
fn first_end(
    mut device: Device,
) -> Result<Result<Done, device::Error>, Box<dyn std::error::Error>> {
    device.post(&Descriptor {
        source: FAR,
        segment: 0,
        length: 1,
        slot: 0,
        cookie: 1,
        ports: &[FAR; 2],
    });
    device.ring()?;
    let end = Instant::now() + PATIENCE;
    while Instant::now() < end {
        if let Some(done) = device.complete() {
            return Ok(Ok(done));
        }
        if let Err(error) = device.check() {
            return Ok(Err(error));
        }
        device.wait(Duration::from_millis(1))?;
    }
    Err("the descriptor had no end".into())
}
