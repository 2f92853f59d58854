//! Other crates at the same job: a message into k shares, of which all k are needed. Shamir's scheme can do more (any
//! threshold); it is what one would take instead.

/// How many times as fast as the best peer we split 1 MiB over k paths. Not a number when built without the feature `peers`.
#[cfg(not(feature = "peers"))]
pub(crate) fn best(_k: u8) -> f64 {
    f64::NAN
}

/// How many times as fast as the best peer we split 1 MiB over k paths.
#[cfg(feature = "peers")]
pub(crate) fn best(k: u8) -> f64 {
    use std::hint::black_box;

    use shp::partition::Kernel;

    use crate::{clock::seconds, work::Work};

    const LENGTH: usize = 1 << 20;
    let message = vec![1; LENGTH];
    let mut work = Work::new(Kernel::best(), usize::from(k), LENGTH);
    let params = work.params;
    let times = seconds(vec![
        work.split(params),
        Box::new(|| {
            let shares: Vec<_> = blahaj::Sharks(k)
                .dealer(&message)
                .take(usize::from(k))
                .collect();
            black_box(shares);
        }),
        Box::new(|| {
            for part in message.chunks(shamirsecretsharing::DATA_SIZE) {
                black_box(shamirsecretsharing::create_shares(part, k, k))
                    .expect("the part is as long as it must be");
            }
        }),
    ]);
    times[1].min(times[2]) / times[0]
}
