//! Other crates at the same job: a message into k shares, of which all k are needed. Shamir's scheme can do more (any
//! threshold); it is what one would take instead.

#[cfg(feature = "peers")]
use std::hint::black_box;

#[cfg(feature = "peers")]
use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};
use shp::partition::Kernel;

use crate::{
    clock::{Contender, seconds},
    work::Work,
};

/// Bytes of the job.
const LENGTH: u32 = 1 << 20;

/// MB/s of message over k paths: ours first, then the peers'.
pub(crate) fn rates(k: u8) -> Vec<(&'static str, f64)> {
    let mut work = Work::new(Kernel::best(), usize::from(k), LENGTH as usize);
    let params = work.params;
    let message = vec![1; LENGTH as usize];
    let mut contenders: Vec<(&'static str, Contender<'_>)> = vec![("shp", work.split(params))];
    contenders.extend(peers(k, &message));
    let (names, contenders): (Vec<_>, Vec<_>) = contenders.into_iter().unzip();
    let rates = seconds(contenders).into_iter();
    names
        .into_iter()
        .zip(rates.map(|time| f64::from(LENGTH) / time / 1e6))
        .collect()
}

/// How many times as fast as the best peer we are. Not a number when built without the feature `peers`.
pub(crate) fn best(k: u8) -> f64 {
    let rates = rates(k);
    let peers = rates[1..].iter().map(|(_, rate)| *rate);
    rates[0].1 / peers.fold(f64::NAN, f64::max)
}

/// The peers' jobs; none without the feature.
#[cfg(not(feature = "peers"))]
pub fn peers(_k: u8, _message: &[u8]) -> [(&'static str, Contender<'_>); 0] {
    []
}

/// The peers' jobs: a message into k shares of which all are needed.
///
/// # Panics
/// When a peer refuses its job.
#[cfg(feature = "peers")]
pub fn peers(k: u8, message: &[u8]) -> [(&'static str, Contender<'_>); 4] {
    [
        (
            "blahaj",
            Box::new(move || {
                let shares = blahaj::Sharks(k).dealer(message).take(usize::from(k));
                black_box(shares.collect::<Vec<_>>());
            }),
        ),
        (
            "shamirsecretsharing",
            Box::new(move || {
                for part in message.chunks(shamirsecretsharing::DATA_SIZE) {
                    black_box(shamirsecretsharing::create_shares(part, k, k))
                        .expect("the part is as long as it must be");
                }
            }),
        ),
        (
            "gf256",
            Box::new(move || {
                black_box(gf256::shamir::shamir::generate(
                    message,
                    usize::from(k),
                    usize::from(k),
                ));
            }),
        ),
        (
            "vsss-rs",
            Box::new(move || {
                let rng = ChaCha20Rng::from_seed([1; 32]);
                let k = usize::from(k);
                black_box(vsss_rs::Gf256::split_array(k, k, message, rng)).expect("k is in range");
            }),
        ),
    ]
}
