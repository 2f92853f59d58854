//! What every split and join asks of its arguments before it touches a byte.

use super::{BLOCK, Error, MESSAGE_MAX, Params, Paths, Random};

/// The buffers of a split or join: one for each path, all as long as the message.
pub(super) fn buffers(
    paths: Paths,
    message: usize,
    ports: impl ExactSizeIterator<Item = usize>,
) -> Result<(), Error> {
    if message == 0 || message as u64 > MESSAGE_MAX {
        return Err(Error::MessageLength(message as u64));
    }
    if ports.len() != paths.get() {
        return Err(Error::Ports {
            given: ports.len(),
            paths: paths.get(),
        });
    }
    for (port, given) in ports.enumerate() {
        if given != message {
            return Err(Error::PortLength {
                port,
                given,
                message,
            });
        }
    }
    Ok(())
}

/// One key, or one run of random words, for each unit.
pub(super) fn units(paths: Paths, given: usize) -> Result<(), Error> {
    if given == paths.units() {
        Ok(())
    } else {
        Err(Error::Units {
            given,
            paths: paths.get(),
        })
    }
}

/// Random words for every block.
pub(super) fn random(params: Params, random: Random<'_>, message: usize) -> Result<(), Error> {
    let blocks = message.div_ceil(BLOCK);
    let units = random.units.iter().map(|unit| (unit.len(), blocks * BLOCK));
    let pbox = params.pbox.then_some((random.pbox.len(), blocks * 8));
    match units
        .chain(pbox)
        .enumerate()
        .find(|(_, (given, needed))| given < needed)
    {
        None => Ok(()),
        Some((unit, (given, _))) => Err(Error::Random { unit, given }),
    }
}
