//! What a device, its driver and the backend make of faults: a typed error or the right bytes, in time.

use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};

use shp::{
    backend::{
        Backend as _, Open,
        device::Hardware,
        scheduler::{Scheduler, Threshold},
        software::{Config, Software},
    },
    device::{self, Descriptor, Device, Done},
    partition::{Lane, Params},
    transport::{self, Memory, Transport, Uri},
};
use shp_regs::{
    blocks::{BLOCKS, health::faults},
    map::HEAD_MAJOR,
    ring::Status,
};

use crate::{
    Outcome,
    work::{PATIENCE, expected, hardware, keys, message, params, session, split_all},
};

/// Bytes of a message or share.
const LENGTH: usize = 700;
/// Bytes between two of them.
const STRIDE: usize = 1024;
/// What stands where a share will be.
const UNTOUCHED: u8 = 0xee;
/// An address that is nobody's memory.
const NOWHERE: u64 = 0x7000;
/// Another, with 4 GiB of them behind it.
pub(crate) const FAR: u64 = 1 << 38;

/// A device with a session of two paths, and memory for jobs.
struct Bench {
    device: Device,
    memory: Memory,
    params: Params,
    slot: u8,
    /// The segment number of each place's job: none is used twice, or the device's self-test fails.
    segments: [u64; 16],
    next: u64,
}

impl Bench {
    fn new(uri: &Uri) -> Result<Self, Box<dyn std::error::Error>> {
        let params = params(2, Lane::Bits32)?;
        let mut device = Device::open(uri.connect()?, 16)?;
        let memory = device.memory(3 * 16 * STRIDE)?;
        let slot = device.open_session(&params, &keys(params))?;
        Ok(Self {
            device,
            memory,
            params,
            slot,
            segments: [0; 16],
            next: 0,
        })
    }

    /// Where a job's message and shares are in the memory.
    fn place(number: usize) -> usize {
        3 * number * STRIDE
    }

    /// Posts a job as it should be, but for what `change` does to it.
    fn post(&mut self, number: usize, change: impl FnOnce(&mut Descriptor<'_>, &mut [u64; 2])) {
        let place = Self::place(number);
        self.memory.write(place, &message(number as u64, LENGTH));
        self.memory.write(place + STRIDE, &[UNTOUCHED; 2 * STRIDE]);
        let source = self.memory.address() + place as u64;
        self.segments[number] = self.next;
        self.next += 1;
        let mut ports = [1, 2].map(|port| source + port * STRIDE as u64);
        let mut descriptor = Descriptor {
            source,
            segment: self.segments[number],
            length: LENGTH as u32,
            slot: self.slot,
            cookie: 100 + number as u64,
            ports: &[],
        };
        change(&mut descriptor, &mut ports);
        let ports = &ports;
        self.device.post(&Descriptor {
            ports,
            ..descriptor
        });
    }

    /// So many completions.
    fn completions(&mut self, count: usize) -> Result<Vec<Done>, Box<dyn std::error::Error>> {
        let end = Instant::now() + PATIENCE;
        let mut all = vec![];
        while all.len() < count {
            if Instant::now() > end {
                self.device.check()?;
                return Err(format!("{} of {count} completions came", all.len()).into());
            }
            match self.device.complete() {
                Some(done) => all.push(done),
                None => drop(self.device.wait(Duration::from_millis(1))?),
            }
        }
        Ok(all)
    }

    /// Both shares of a job.
    fn shares(&self, number: usize) -> Vec<Vec<u8>> {
        let share = |port: usize| {
            let mut share = vec![0; LENGTH];
            self.memory
                .read(Self::place(number) + port * STRIDE, &mut share);
            share
        };
        vec![share(1), share(2)]
    }

    /// Jobs, each with how it should end, of which the good ones must be right and the others leave nothing.
    fn run(&mut self, statuses: &[Status]) -> Outcome {
        self.device.ring()?;
        let done = self.completions(statuses.len())?;
        for (number, (&status, done)) in statuses.iter().zip(done).enumerate() {
            let cookie = 100 + number as u64;
            let status = Some(status);
            assert_eq!(done, Done { cookie, status });
            if status == Some(Status::Done) {
                let message = message(number as u64, LENGTH);
                let expected = expected(self.params, self.segments[number], &message);
                assert!(self.shares(number) == expected, "job {number}");
            }
        }
        Ok(())
    }

    fn is_untouched(&self, number: usize) -> bool {
        let shares = self.shares(number).concat();
        shares.iter().all(|&byte| byte == UNTOUCHED)
    }
}

pub(crate) fn bad_descriptors(uri: &Uri) -> Outcome {
    let mut bench = Bench::new(uri)?;
    let closed = (bench.slot + 1) % 4;
    bench.post(0, |_, _| {});
    bench.post(1, |job, _| job.length = 0);
    bench.post(2, |job, _| job.slot = closed);
    bench.post(3, |job, _| job.slot = 255);
    bench.post(4, |_, _| {});
    bench.run(&[
        Status::Done,
        Status::Length,
        Status::Session,
        Status::Session,
        Status::Done,
    ])?;
    assert!((1..4).all(|number| bench.is_untouched(number)));
    assert_eq!(bench.device.statistics()?.bad, 3);
    Ok(())
}

pub(crate) fn unmapped_memory(uri: &Uri) -> Outcome {
    let mut bench = Bench::new(uri)?;
    let end = bench.memory.address() + bench.memory.len() as u64;
    bench.post(0, |_, _| {});
    bench.post(1, |job, _| job.source = NOWHERE);
    bench.post(2, |_, ports| ports[0] = NOWHERE);
    bench.post(3, |job, _| job.source = end - 100);
    bench.post(4, |_, ports| ports[1] = end - 100);
    bench.post(5, |job, _| job.source = 0xffff_ffff_ffff_f000);
    bench.post(6, |_, _| {});
    bench.run(&[
        Status::Done,
        Status::MessageRead,
        Status::ShareWrite,
        Status::MessageRead,
        Status::ShareWrite,
        Status::MessageRead,
        Status::Done,
    ])?;
    assert!(bench.device.statistics()?.bus_errors >= 5);
    Ok(())
}

pub(crate) fn lost_interrupt(uri: &Uri) -> Outcome {
    let hardware = hardware(uri, PATIENCE)?;
    hardware.force(faults::silent.with(1))?;
    split_all(&hardware, params(2, Lane::Bits8)?, &[100; 40])
}

/// Forced faults, and what a job then ends with.
fn sicknesses() -> [(u32, device::Error); 2] {
    [
        (faults::hang.with(1), device::Error::Timeout),
        (faults::self_test.with(2), device::Error::SelfTest(2)),
    ]
}

/// A device that hangs is given up within its time, a failed one at once; after that a new session is as good as ever.
pub(crate) fn sick_device(uri: &Uri) -> Outcome {
    for (fault, error) in sicknesses() {
        let hardware = hardware(uri, Duration::from_millis(500))?;
        let params = params(4, Lane::Bits8)?;
        let mut open = Open::new(&hardware, session(params)?)?;
        hardware.force(fault)?;
        let mut jobs: VecDeque<_> = (0..5).map(|n| open.job(message(n, 3000))).collect();
        let begun = Instant::now();
        let mut done = vec![];
        assert_eq!(open.submit(&mut jobs)?, 5);
        while done.len() < 5 {
            assert!(open.wait(&mut done) > 0);
        }
        assert!(begun.elapsed() < PATIENCE);
        for completion in &done {
            assert_eq!(completion.result, Err(error.clone().into()));
        }
        drop(open);
        split_all(&hardware, params, &[10, 3000, 64])?;
    }
    Ok(())
}

/// With software behind it, whatever the device does: every job is done once, with the same bits.
pub(crate) fn software_finishes(uri: &Uri) -> Outcome {
    let lengths = [1, 3000, 70_000, 64, 500, 65_536, 9, 3000, 3000, 3000];
    let faults = sicknesses().map(|(fault, _)| fault);
    for fault in [0].into_iter().chain(faults) {
        let hardware = hardware(uri, Duration::from_millis(500))?;
        hardware.force(fault)?;
        let scheduler = with_software(hardware);
        for _ in 0..2 {
            split_all(&scheduler, params(4, Lane::Bits8)?, &lengths)?;
        }
    }
    Ok(())
}

pub(crate) fn with_software(hardware: Hardware) -> Scheduler {
    let software = Software::new(Config::default());
    Scheduler::new(
        vec![Box::new(hardware)],
        Box::new(software),
        Threshold::Bytes(0),
    )
}

/// Nothing of what was under way comes after it, and the same jobs are done as if it had not been.
pub(crate) fn reset_in_a_burst(uri: &Uri) -> Outcome {
    let mut bench = Bench::new(uri)?;
    for seen in 0..8 {
        for number in 0..16 {
            bench.post(number, |_, _| {});
        }
        bench.device.ring()?;
        bench.completions(seen)?;
        bench.device.reset()?;
        assert_eq!(bench.device.complete(), None);
        bench.memory.write(0, &vec![UNTOUCHED; 3 * 16 * STRIDE]);
        bench.slot = bench
            .device
            .open_session(&bench.params, &keys(bench.params))?;
        bench.post(0, |_, _| {});
        bench.run(&[Status::Done])?;
        assert!((1..16).all(|number| bench.is_untouched(number)));
    }
    Ok(())
}

/// A message of 4 GiB that cannot be read: the device goes on to its end, for nobody knows how long, and a reset is what ends it.
pub(crate) fn endless_descriptor(uri: &Uri) -> Outcome {
    let mut bench = Bench::new(uri)?;
    bench.post(0, |job, ports| {
        job.length = u32::MAX;
        job.source = NOWHERE;
        *ports = [FAR; 2];
    });
    bench.post(1, |_, _| {});
    bench.device.ring()?;
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_millis(300) {
        assert_eq!(bench.device.complete(), None);
        bench.device.wait(Duration::from_millis(10))?;
    }
    bench.device.check()?;
    bench.device.reset()?;
    bench.slot = bench
        .device
        .open_session(&bench.params, &keys(bench.params))?;
    assert!(bench.is_untouched(1));
    bench.post(0, |_, _| {});
    bench.run(&[Status::Done])
}

/// A device whose first block has another major version.
struct Newer(Box<dyn Transport>);

impl Transport for Newer {
    fn read(&mut self, at: u16) -> Result<u32, transport::Error> {
        let value = self.0.read(at)?;
        let newer = HEAD_MAJOR.with(HEAD_MAJOR.of(value) + 1);
        Ok(if at == BLOCKS[0].at {
            value & !HEAD_MAJOR.with(u32::MAX) | newer
        } else {
            value
        })
    }

    fn write(&mut self, at: u16, value: u32) -> Result<(), transport::Error> {
        self.0.write(at, value)
    }

    fn memory(&mut self, bytes: usize) -> Result<Memory, transport::Error> {
        self.0.memory(bytes)
    }

    fn wait(&mut self, timeout: Duration) -> Result<bool, transport::Error> {
        self.0.wait(timeout)
    }

    fn reset(&mut self) -> Result<(), transport::Error> {
        self.0.reset()
    }
}

pub(crate) fn unknown_version(uri: &Uri) -> Outcome {
    let newer = Box::new(Newer(uri.connect()?));
    let major = u32::from(BLOCKS[0].major) + 1;
    let refused = Hardware::open(newer, PATIENCE).err();
    let error = device::Error::Version(BLOCKS[0].name, major);
    assert_eq!(refused, Some(error.into()));
    Ok(())
}

/// And the first one does not notice.
pub(crate) fn second_user(uri: &Uri) -> Outcome {
    let hardware = hardware(uri, PATIENCE)?;
    let second = uri.connect().err();
    assert_eq!(second, Some(transport::Error::Busy(uri.to_string())));
    let k = hardware.capabilities().paths.get();
    split_all(&hardware, params(k, Lane::Bits32)?, &[1000; 5])
}
