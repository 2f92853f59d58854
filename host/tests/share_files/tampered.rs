//! Changed, cut, moved, doubled and foreign shares.

use proptest::prelude::*;
use shp::container::Error;

use super::{END, HEAD, HEADER, SEGMENT, join, message, params, refused, split};

/// The name that an error puts the blame on.
fn blamed(error: &Error) -> Option<&str> {
    match error {
        Error::Magic(name)
        | Error::Header(name)
        | Error::Trailing(name)
        | Error::Version { name, .. }
        | Error::Cut { name, .. }
        | Error::Length { name, .. }
        | Error::Tag { name, .. } => Some(name),
        _ => None,
    }
}

/// Where a record's head starts, segments counted from 0.
fn record(segment: usize) -> usize {
    HEADER + segment * (HEAD + SEGMENT)
}

#[test]
fn every_bit_of_a_small_set() {
    let whole = message(65);
    let shares = split(params(3), &whole);
    for share in 0..3 {
        for at in 0..shares[share].len() {
            for bit in 0..8 {
                let mut changed = shares.clone();
                changed[share][at] ^= 1 << bit;
                let error = refused(&changed, &whole);
                let name = format!("share {share}");
                assert_eq!(
                    blamed(&error),
                    Some(&*name),
                    "byte {at}, bit {bit}: {error}"
                );
            }
        }
    }
}

proptest! {
    #[test]
    fn any_byte_of_a_large_set(k in 2..6_usize, tail in 0..100_usize, share: prop::sample::Index, at: prop::sample::Index, change in 1..=255_u8) {
        let whole = message(SEGMENT + tail);
        let mut shares = split(params(k), &whole);
        let share = share.index(k);
        let at = at.index(shares[share].len());
        shares[share][at] ^= change;
        let error = refused(&shares, &whole);
        prop_assert_eq!(blamed(&error), Some(&*format!("share {share}")), "{}", error);
    }

    #[test]
    fn any_part_taken_out_or_put_in(from: prop::sample::Index, length in 1..5000_usize, put_in: bool) {
        let whole = message(SEGMENT + 10);
        let mut shares = split(params(2), &whole);
        let from = from.index(shares[0].len());
        let to = (from + length).min(shares[0].len());
        if put_in {
            let part = shares[0][from..to].to_vec();
            shares[0].splice(from..from, part);
        } else {
            shares[0].drain(from..to);
        }
        let error = refused(&shares, &whole);
        prop_assert_eq!(blamed(&error), Some("share 0"), "{}", error);
    }
}

#[test]
fn cut_anywhere() {
    let whole = message(130);
    let shares = split(params(3), &whole);
    for end in 0..shares[1].len() {
        let mut cut = shares.clone();
        cut[1].truncate(end);
        let error = refused(&cut, &whole);
        assert_eq!(blamed(&error), Some("share 1"), "cut at {end}: {error}");
    }
}

#[test]
fn cut_at_every_boundary_of_a_large_set_even_in_all_shares() {
    let whole = message(2 * SEGMENT + 100);
    let shares = split(params(3), &whole);
    let starts = [record(0), record(1), record(2), shares[0].len() - END];
    for end in starts
        .iter()
        .flat_map(|at| [at - 1, *at, at + 1, at + 4, at + HEAD])
    {
        let cut: Vec<_> = shares.iter().map(|share| &share[..end]).collect();
        assert!(
            matches!(refused(&cut, &whole), Error::Cut { .. }),
            "cut at {end}"
        );
        // Nor does the true end mark serve earlier.
        let sewn = shares
            .iter()
            .map(|share| [&share[..end], &share[share.len() - END..]].concat());
        if end != shares[0].len() - END {
            refused(&sewn.collect::<Vec<_>>(), &whole);
        }
    }
}

#[test]
fn bytes_behind_the_end() {
    let whole = message(10);
    let mut shares = split(params(2), &whole);
    shares[1].push(0);
    assert!(matches!(refused(&shares, &whole), Error::Trailing(name) if name == "share 1"));
}

#[test]
fn segments_trade_places() {
    let whole = message(3 * SEGMENT);
    let shares = split(params(3), &whole);
    for share in 0..3 {
        let mut moved = shares.clone();
        let (front, back) = moved[share].split_at_mut(record(1));
        front[record(0)..].swap_with_slice(&mut back[..HEAD + SEGMENT]);
        let error = refused(&moved, &whole);
        assert!(matches!(&error, Error::Tag { segment: 1, .. }), "{error}");
    }
    // The same in all shares at once: they agree, and are wrong.
    let moved: Vec<_> = shares
        .iter()
        .map(|share| {
            [
                &share[..record(0)],
                &share[record(1)..record(2)],
                &share[record(0)..record(1)],
                &share[record(2)..],
            ]
            .concat()
        })
        .collect();
    assert!(matches!(
        refused(&moved, &whole),
        Error::Tag { segment: 1, .. }
    ));
}

/// Two holders together could else put one's segment in place of the other's.
#[test]
fn segments_trade_shares() {
    let whole = message(2 * SEGMENT);
    let mut shares = split(params(3), &whole);
    let one = shares[0][record(1)..record(2)].to_vec();
    shares[1][record(1)..record(2)].copy_from_slice(&one);
    assert!(
        matches!(refused(&shares, &whole), Error::Tag { name, segment: 2 } if name == "share 1")
    );
}

#[test]
fn segments_trade_sets() {
    let whole = message(2 * SEGMENT);
    let (mut shares, others) = (split(params(2), &whole), split(params(2), &whole));
    for share in 0..2 {
        shares[share][record(0)..record(1)].copy_from_slice(&others[share][record(0)..record(1)]);
    }
    assert!(matches!(
        refused(&shares, &whole),
        Error::Tag { segment: 1, .. }
    ));
}

#[test]
fn missing_doubled_foreign_and_too_many() {
    let whole = message(100);
    let (a, b) = (split(params(4), &whole), split(params(4), &whole));

    let error = refused(&a[..3], &whole);
    assert!(
        matches!(
            error,
            Error::Missing {
                given: 3,
                needed: 4
            }
        ),
        "{error}"
    );
    let error = refused(&[&a[0], &a[1], &a[2], &a[1]], &whole);
    assert!(
        matches!(&error, Error::Doubled { name, other } if name == "share 3" && other == "share 1"),
        "{error}"
    );
    let error = refused(&[&a[0], &a[1], &a[2], &a[3], &a[0]], &whole);
    assert!(matches!(error, Error::Doubled { .. }), "{error}");
    // The odd one is named wherever it stands.
    for at in 0..4 {
        let mut mixed = a.clone();
        mixed[at].clone_from(&b[0]);
        let error = refused(&mixed, &whole);
        assert!(
            matches!(&error, Error::Foreign { name, .. } if *name == format!("share {at}")),
            "{error}"
        );
    }
    let error = refused(&[&a[0]; 17], &whole);
    assert!(
        matches!(
            error,
            Error::Surplus {
                given: 17,
                needed: 16
            }
        ),
        "{error}"
    );
    let none: [Vec<u8>; 0] = [];
    assert!(matches!(
        refused(&none, &whole),
        Error::Missing { given: 0, .. }
    ));
    // And with that done, the set is as good as before.
    assert!(join(&a).1.is_ok());
}
