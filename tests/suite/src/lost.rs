//! A device that goes away while it works.

use std::{any::Any, collections::VecDeque, error::Error, time::Duration};

use shp::{
    backend::Open,
    partition::{Lane, Params},
    transport::Uri,
};

use crate::{
    faults::with_software,
    work::{hardware, is_right, message, params, session},
};

/// Jobs at once.
const BURST: u64 = 40;

/// Longer than any job takes here.
const PATIENCE: Duration = Duration::from_secs(3);

/// Bursts through a device with software behind it, which `kill` takes away in the middle of the second: each job is done once and right. Gives what
/// is left of the device: Linux takes a minute to let go of one that is gone.
///
/// # Errors
/// When the device was not there at first.
///
/// # Panics
/// When anything is lost, doubled or wrong.
pub fn outlive(uri: &Uri, kill: impl FnOnce()) -> Result<Box<dyn Any>, Box<dyn Error>> {
    let params: Params = params(4, Lane::Bits32)?;
    let scheduler = with_software(hardware(uri, PATIENCE)?);
    let mut open = Open::new(&scheduler, session(params)?)?;
    let mut kill = Some(kill);
    for burst in 0..3 {
        let lengths = (0..BURST).map(|n| (n * 97 % 1500 + 1) as usize);
        let mut jobs: VecDeque<_> = lengths
            .map(|length| open.job(message(burst, length)))
            .collect();
        let mut done = vec![];
        while done.len() < BURST as usize {
            open.submit(&mut jobs)?;
            if burst == 1
                && let Some(kill) = kill.take()
            {
                kill();
            }
            assert!(open.wait(&mut done) > 0, "a job is lost");
        }
        let mut segments: Vec<u64> = done.iter().filter_map(|done| done.job.segment()).collect();
        segments.sort_unstable();
        let all = burst * BURST..(burst + 1) * BURST;
        assert_eq!(segments, all.collect::<Vec<_>>());
        for completion in &done {
            is_right(params, completion);
        }
    }
    Ok(Box::new((open, scheduler)))
}
