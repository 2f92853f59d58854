//! Join after split is the identity.

use std::collections::HashSet;

use proptest::prelude::*;
use shp::partition::{Lane, Params, Paths, Policy, Rounds};

use super::{END, HEAD, HEADER, SEGMENT, join, message, params, split};

fn any_params() -> impl Strategy<Value = Params> {
    let lane = prop::sample::select(Lane::ALL.to_vec());
    let policy = prop::sample::select(Policy::ALL.to_vec());
    let rounds = prop::sample::select(Rounds::ALL.to_vec());
    (2..=16_usize, lane, policy, rounds, any::<bool>()).prop_map(
        |(k, lane, policy, rounds, pbox)| Params {
            paths: Paths::new(k).expect("the range is the type's"),
            lane,
            policy,
            rounds,
            pbox,
        },
    )
}

proptest! {
    #[test]
    fn join_after_split(params in any_params(), bytes in prop::collection::vec(any::<u8>(), 0..2000), turn in 0..16_usize) {
        let mut shares = split(params, &bytes);
        // Shares have no order.
        shares.rotate_left(turn % params.paths.get());
        let (joined, result) = join(&shares);
        prop_assert!(result.is_ok(), "{result:?}");
        prop_assert_eq!(joined, bytes);
    }
}

#[test]
fn every_length_that_ends_something() {
    for length in [
        0,
        1,
        63,
        64,
        65,
        SEGMENT - 1,
        SEGMENT,
        SEGMENT + 1,
        2 * SEGMENT,
        3 * SEGMENT + 5,
    ] {
        let whole = message(length);
        let shares = split(params(3), &whole);
        let expected = HEADER + HEAD * length.div_ceil(SEGMENT) + length + END;
        assert!(
            shares.iter().all(|share| share.len() == expected),
            "{length} bytes"
        );
        let (joined, result) = join(&shares);
        assert!(
            result.is_ok() && joined == whole,
            "{length} bytes: {result:?}"
        );
    }
}

#[test]
fn two_splits_of_one_message_have_nothing_in_common() {
    let whole = message(1000);
    let mut seen = HashSet::new();
    for share in [split(params(3), &whole), split(params(3), &whole)].concat() {
        // From the piece to the message's length.
        let own: HashSet<Vec<u8>> = share[68..share.len() - 8]
            .windows(8)
            .map(Vec::from)
            .collect();
        assert!(seen.is_disjoint(&own));
        seen.extend(own);
    }
}
