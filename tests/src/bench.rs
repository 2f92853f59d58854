//! The Verilated core and the software at the same job.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use shp::partition::{self, Keys, Params};
use shp_sim::{Core, Outcome, Segment, tops};

/// Bytes of a segment, as many as a share file has.
pub const SEGMENT: usize = 64 * 1024;

/// A core with keys, ready to split.
pub struct Bench {
    /// The core.
    pub core: Core,
    keys: Keys,
    params: Params,
    next: u64,
}

impl Bench {
    /// Makes a model of a core and loads fresh keys for these parameters.
    ///
    /// # Errors
    /// If this build has no such core, or it breaks a rule of its streams.
    pub fn new(top: &str, params: Params) -> Result<Self> {
        let mut core = Core::new(tops::find(top)?)?;
        let keys = Keys::random(params.paths)?;
        core.load(shp_sim::Keys {
            units: keys.units(),
            pbox: keys.pbox(),
        })?;
        Ok(Self {
            core,
            keys,
            params,
            next: 0,
        })
    }

    /// Splits messages, one a segment, back to back through the core; every byte is compared with what software says.
    ///
    /// # Errors
    /// If the core cannot do it, or differs.
    pub fn split<'a>(
        &mut self,
        messages: impl Iterator<Item = &'a [u8]> + Clone,
    ) -> Result<Vec<Outcome>> {
        let first = self.next;
        let outcomes = self.run(messages.clone())?;
        for ((number, message), outcome) in (first..).zip(messages).zip(&outcomes) {
            let software = self.software(number, message)?;
            ensure!(
                software == outcome.ports,
                "segment {number}: the core and the software differ"
            );
        }
        Ok(outcomes)
    }

    /// Splits messages, one a segment, back to back through the core.
    ///
    /// # Errors
    /// If the core cannot do it.
    pub fn run<'a>(&mut self, messages: impl Iterator<Item = &'a [u8]>) -> Result<Vec<Outcome>> {
        for message in messages {
            self.core.queue(&self.segment(self.next)?, message)?;
            self.next += 1;
        }
        Ok(self.core.run()?)
    }

    /// A segment's shares, made in software.
    fn software(&self, number: u64, message: &[u8]) -> Result<Vec<Vec<u8>>> {
        let mut ports = vec![vec![0; message.len()]; self.params.paths.get()];
        let mut slices: Vec<_> = ports.iter_mut().map(Vec::as_mut_slice).collect();
        partition::split(&self.params, &self.keys, number, message, &mut slices)?;
        Ok(ports)
    }

    fn segment(&self, number: u64) -> Result<Segment> {
        let Params {
            paths, lane, pbox, ..
        } = self.params;
        let lane = u32::try_from(lane.bits())
            .ok()
            .and_then(shp_sim::Lane::from_bits);
        let lane = lane.context("a lane that the core does not know")?;
        Ok(Segment {
            number,
            paths: u8::try_from(paths.get())?,
            lane,
            pbox,
            definition: false,
        })
    }
}

/// Bytes of message a second that one thread splits in software, in segments of so many bytes.
///
/// # Errors
/// If there are no keys, or no such segment.
pub fn software_speed(params: Params, bytes: usize) -> Result<f64> {
    let keys = Keys::random(params.paths)?;
    let message = vec![0; bytes];
    let mut ports = vec![vec![0; bytes]; params.paths.get()];
    let mut slices: Vec<_> = ports.iter_mut().map(Vec::as_mut_slice).collect();
    let mut best = f64::INFINITY;
    let start = Instant::now();
    // The best of many: whatever else ran on this machine made the others slower.
    for segment in 0.. {
        let begin = Instant::now();
        partition::split(&params, &keys, segment, &message, &mut slices)?;
        best = best.min(begin.elapsed().as_secs_f64());
        if start.elapsed() > Duration::from_millis(500) {
            break;
        }
    }
    Ok(u32::try_from(bytes).map(f64::from)? / best)
}
