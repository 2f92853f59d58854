//! What a device that is well does.

use std::collections::VecDeque;

use shp::{
    backend::{Backend as _, Open},
    device,
    partition::{self, Lane, Params},
    transport::Uri,
};

use crate::{
    Outcome,
    work::{PATIENCE, hardware, is_right, message, params, session, split_all},
};

/// All lanes, policies, with and without the P-box, of the fewest, of three and of the most paths.
pub(crate) fn every_way_to_split(uri: &Uri) -> Outcome {
    let hardware = hardware(uri, PATIENCE)?;
    let capabilities = hardware.capabilities();
    let mut segments = 0;
    for &lane in &capabilities.lanes {
        for &policy in &capabilities.policies {
            for (k, pbox) in [(2, true), (3, false), (capabilities.paths.get(), true)] {
                let params = Params {
                    policy,
                    pbox,
                    ..params(k, lane)?
                };
                split_all(&hardware, params, &[1, 333])?;
                segments += 2;
            }
        }
    }
    let counted = hardware.statistics()?;
    assert_eq!((counted.segments, counted.bus_errors), (segments, 0));
    Ok(())
}

pub(crate) fn all_lengths(uri: &Uri) -> Outcome {
    let hardware = hardware(uri, PATIENCE)?;
    let params = params(hardware.capabilities().paths.get(), Lane::Bits8)?;
    let lengths: Vec<usize> = (0..70).map(|n| 1 + n * n * 3 % 1500).collect();
    split_all(&hardware, params, &lengths)?;
    split_all(&hardware, params, &[65_536, 1])
}

pub(crate) fn sessions_share(uri: &Uri) -> Outcome {
    let hardware = hardware(uri, PATIENCE)?;
    let mut four = vec![];
    for (k, lane) in [
        (2, Lane::Bits8),
        (3, Lane::Bits16),
        (4, Lane::Bits32),
        (2, Lane::Bits32),
    ] {
        let params = params(k, lane)?;
        four.push((params, Open::new(&hardware, session(params)?)?));
    }
    let fifth = params(2, Lane::Bits16)?;
    let refused = Open::new(&hardware, session(fifth)?).err();
    assert_eq!(refused, Some(device::Error::Slots.into()));
    for round in 0..3 {
        for (params, open) in &mut four {
            let job = open.job(message(round, 300));
            is_right(*params, &open.split(job, &mut vec![])?);
        }
    }
    four.pop();
    Open::new(&hardware, session(fifth)?)?;
    Ok(())
}

pub(crate) fn a_job_that_does_not_fit(uri: &Uri) -> Outcome {
    let hardware = hardware(uri, PATIENCE)?;
    let mut open = Open::new(&hardware, session(params(3, Lane::Bits8)?)?)?;
    let mut bad = open.job(message(1, 100));
    bad.ports.pop();
    let long = open.job(message(2, 65_537));
    let mut jobs = VecDeque::from([open.job(message(0, 9)), bad, long, open.job(message(3, 9))]);
    let mut done = vec![];
    while done.len() < 4 {
        open.submit(&mut jobs)?;
        open.wait(&mut done);
    }
    done.sort_by_key(|completion| completion.job.segment());
    let results = done.iter().map(|completion| completion.result.is_ok());
    assert_eq!(results.collect::<Vec<_>>(), [true, false, false, true]);
    let ports = partition::Error::Ports { given: 2, paths: 3 };
    assert_eq!(done[1].result, Err(ports.into()));
    Ok(())
}
