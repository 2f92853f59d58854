//! A device, tried from all sides that a host can see: `shp selftest`.

use std::time::{Duration, Instant};

use crate::{
    device::{self, Descriptor, Device, Done, Info},
    partition::{self, Keys, Lane, Params, Paths, Policy},
    transport::{Memory, Transport},
};
use shp_regs::{blocks::health::faults, ring::Status};

/// A job, an interrupt, a failure take microseconds; a simulation is slower.
const PATIENCE: Duration = Duration::from_secs(10);

/// Lengths of messages: around a block, a packet, past a page.
const LENGTHS: [usize; 5] = [1, 64, 65, 1500, 5000];

/// Bytes between two buffers.
const STRIDE: usize = 8 << 10;

/// What is wrong with a device.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Failure {
    /// The driver's word.
    #[error(transparent)]
    Device(#[from] device::Error),
    /// Software refuses what the device says it can do.
    #[error(transparent)]
    Partition(#[from] partition::Error),
    /// A register does not keep what it should.
    #[error("{0:#010x} was written and {1:#010x} read")]
    Echo(u32, u32),
    /// Other shares than software makes.
    #[error(
        "port {port} of a message of {bytes} bytes, k = {k}, lanes of {lane} bits, policy {policy}, is not what software makes"
    )]
    Shares {
        /// The port, from 0.
        port: usize,
        /// The message's length.
        bytes: usize,
        /// How many paths there are.
        k: Paths,
        /// The lanes.
        lane: Lane,
        /// The policy.
        policy: Policy,
    },
    /// Not the status that the job should have ended with.
    #[error("a job ended with {0:?} and not with {1:?}")]
    Status(Option<Status>, Status),
    /// Nobody told of a completion.
    #[error("no interrupt came")]
    Interrupt,
    /// A failure that was forced does not show.
    #[error("a failure was forced, and the device says that it is well")]
    Unseen,
    /// The counters are not what was done.
    #[error("{0} segments were done, and the device counted {1}")]
    Count(u64, u64),
}

/// What is tried, in this order.
const CHECKS: [(&str, Check); 6] = [
    ("registers keep what is written", registers),
    ("shares are those of software", shares),
    ("an interrupt tells of a completion", interrupt),
    ("a job of no session ends alone", refusal),
    ("counters count", counters),
    ("a failure shows, and a reset ends it", failure),
];

type Check = fn(&mut Bench) -> Result<(), Failure>;

/// A device on the bench.
struct Bench {
    device: Device,
    memory: Memory,
    /// Segments done since the last reset.
    segments: u64,
}

/// Takes a device over, tries everything, and tells of each thing what became of it. The first is that the device can be opened: its registers are
/// those of this driver, and its own known-answer test passed.
///
/// # Errors
/// When it cannot be opened.
pub fn run(
    transport: Box<dyn Transport>,
    tell: &mut dyn FnMut(&str, Result<(), Failure>),
) -> Result<Info, device::Error> {
    let mut device = Device::open(transport, 16)?;
    let info = device.info().clone();
    let memory = device.memory(STRIDE * (usize::from(info.channels) + 1))?;
    tell("its own self-test passed", Ok(()));
    let mut bench = Bench {
        device,
        memory,
        segments: 0,
    };
    for (name, check) in CHECKS {
        tell(name, check(&mut bench));
    }
    Ok(info)
}

impl Bench {
    fn params(&self, k: usize) -> Result<Params, Failure> {
        Ok(Params {
            rounds: self.device.info().rounds,
            ..Params::new(Paths::new(k)?)
        })
    }

    /// Gives one job to the device.
    fn post(&mut self, slot: u8, k: usize, segment: u64, message: &[u8]) -> Result<(), Failure> {
        self.memory.write(0, message);
        let address = self.memory.address();
        let ports: Vec<u64> = (1..=k as u64)
            .map(|path| address + path * STRIDE as u64)
            .collect();
        self.device.post(&Descriptor {
            source: address,
            segment,
            length: message.len() as u32,
            slot,
            cookie: segment,
            ports: &ports,
        });
        Ok(self.device.ring()?)
    }

    /// Waits for the job, which has to end so.
    fn end(&mut self, expected: Status) -> Result<(), Failure> {
        let begun = Instant::now();
        loop {
            if let Some(Done { status, .. }) = self.device.complete() {
                self.segments += u64::from(status == Some(Status::Done));
                return if status == Some(expected) {
                    Ok(())
                } else {
                    Err(Failure::Status(status, expected))
                };
            }
            if begun.elapsed() > PATIENCE {
                self.device.check()?;
                return Err(device::Error::Timeout.into());
            }
            self.device.wait(Duration::from_millis(1))?;
        }
    }
}

fn registers(bench: &mut Bench) -> Result<(), Failure> {
    for word in [0xdead_beef, 0x2152_4110, 0] {
        let read = bench.device.echo(word)?;
        if read != word {
            return Err(Failure::Echo(word, read));
        }
    }
    Ok(())
}

fn shares(bench: &mut Bench) -> Result<(), Failure> {
    let info = bench.device.info().clone();
    for lane in info.lanes {
        for &policy in &info.policies {
            for (k, pbox) in [(2, true), (info.channels.into(), true), (2, false)] {
                let params = Params {
                    lane,
                    policy,
                    pbox,
                    ..bench.params(k)?
                };
                session(bench, params)?;
            }
        }
    }
    Ok(())
}

/// Splits messages of all lengths in one session, and compares.
fn session(bench: &mut Bench, params: Params) -> Result<(), Failure> {
    let k = params.paths.get();
    let keys = Keys::random(params.paths)?;
    let slot = bench.device.open_session(&params, &keys)?;
    for (segment, bytes) in (0..).zip(LENGTHS) {
        let message: Vec<u8> = (0..bytes).map(|place| (place * 31) as u8).collect();
        bench.post(slot, k, segment, &message)?;
        bench.end(Status::Done)?;
        let mut ports = vec![vec![0; bytes]; k];
        let mut expected: Vec<&mut [u8]> = ports.iter_mut().map(Vec::as_mut_slice).collect();
        partition::split(&params, &keys, segment, &message, &mut expected)?;
        let mut share = vec![0; bytes];
        for (port, expected) in ports.iter().enumerate() {
            bench.memory.read((port + 1) * STRIDE, &mut share);
            if share != *expected {
                return Err(Failure::Shares {
                    port,
                    bytes,
                    k: params.paths,
                    lane: params.lane,
                    policy: params.policy,
                });
            }
        }
    }
    Ok(bench.device.close_session(slot)?)
}

fn interrupt(bench: &mut Bench) -> Result<(), Failure> {
    let params = bench.params(2)?;
    let slot = bench
        .device
        .open_session(&params, &Keys::random(params.paths)?)?;
    // What earlier jobs sent is not what is waited for.
    while bench.device.wait(Duration::from_millis(50))? {}
    bench.post(slot, 2, 0, &[7; 100])?;
    let told = bench.device.wait(PATIENCE)?;
    bench.end(Status::Done)?;
    bench.device.close_session(slot)?;
    told.then_some(()).ok_or(Failure::Interrupt)
}

fn refusal(bench: &mut Bench) -> Result<(), Failure> {
    // No earlier session had this segment: one that is open all the same would do it.
    bench.post(0, 2, 9, &[7; 100])?;
    bench.end(Status::Session)?;
    let params = bench.params(2)?;
    session(bench, params)
}

fn counters(bench: &mut Bench) -> Result<(), Failure> {
    let counted = bench.device.statistics()?.segments;
    if counted == bench.segments {
        Ok(())
    } else {
        Err(Failure::Count(bench.segments, counted))
    }
}

fn failure(bench: &mut Bench) -> Result<(), Failure> {
    let params = bench.params(2)?;
    let keys = Keys::random(params.paths)?;
    let slot = bench.device.open_session(&params, &keys)?;
    bench.device.force(faults::self_test.with(2))?;
    // What it forces shows when keystream is made.
    bench.post(slot, 2, 0, &[7; 100])?;
    let begun = Instant::now();
    loop {
        match bench.device.check() {
            Err(device::Error::SelfTest(_)) => break,
            Ok(()) if begun.elapsed() > PATIENCE => return Err(Failure::Unseen),
            other => other?,
        }
    }
    bench.device.reset()?;
    bench.segments = 0;
    session(bench, params)
}
