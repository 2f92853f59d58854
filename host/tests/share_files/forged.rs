//! What a holder can write who knows the form and makes the header's sum anew.

use shp::container::{Error, SEGMENT_BYTES_MAX};

use super::{END, HEADER, message, params, refused, split};

const PIECE: usize = 68;
const SUM: usize = 100;

/// Changes a header so that nothing shows in the file itself.
fn forge(share: &mut [u8], change: impl FnOnce(&mut [u8])) {
    change(&mut share[..SUM]);
    let sum = blake3::hash(&share[..SUM]);
    share[SUM..HEADER].copy_from_slice(sum.as_bytes());
}

/// Adds to a piece's first lane, as shares are added.
fn add(share: &mut [u8], difference: u32) {
    forge(share, |header| {
        let lane: &mut [u8; 4] = (&mut header[PIECE..PIECE + 4]).try_into().expect("4 bytes");
        *lane = u32::from_le_bytes(*lane)
            .wrapping_add(difference)
            .to_le_bytes();
    });
}

#[test]
fn a_piece_with_something_added() {
    let whole = message(100);
    for share in 0..3 {
        let mut shares = split(params(3), &whole);
        add(&mut shares[share], 1);
        assert!(matches!(refused(&shares, &whole), Error::Key));
    }
}

/// The key stays as it was; the tags of the two do not.
#[test]
fn two_pieces_that_keep_their_sum() {
    let whole = message(100);
    let mut shares = split(params(3), &whole);
    add(&mut shares[0], 1);
    add(&mut shares[1], 1_u32.wrapping_neg());
    assert!(matches!(refused(&shares, &whole), Error::Tag { name, .. } if name == "share 0"));
}

/// Pieces traded without the rest: each file shows a piece of the set, and tags of another.
#[test]
fn two_pieces_that_trade_places() {
    let whole = message(100);
    let mut shares = split(params(3), &whole);
    let (first, rest) = shares.split_at_mut(1);
    first[0][PIECE..HEADER].swap_with_slice(&mut rest[0][PIECE..HEADER]);
    assert!(matches!(refused(&shares, &whole), Error::Tag { name, .. } if name == "share 0"));
}

/// Where a header of k = 3 is changed and by what bits, from one valid value to another: lanes to 64 bits, rounds to 8, the
/// policy, the P-box, the segment size, the set id, the commitment.
const CHANGES: [(usize, u8); 9] = [
    (10, 0x60),
    (11, 0x1c),
    (12, 2),
    (12, 1),
    (17, 0x80),
    (20, 1),
    (35, 0x80),
    (36, 1),
    (67, 0x80),
];

#[test]
fn a_header_that_differs_is_outvoted() {
    let whole = message(100);
    for (at, change) in CHANGES.into_iter().chain([(9, 0x07)]) {
        let mut shares = split(params(3), &whole);
        forge(&mut shares[1], |header| header[at] ^= change);
        match refused(&shares, &whole) {
            Error::Differ { name, .. } if !(20..36).contains(&at) => assert_eq!(name, "share 1"),
            Error::Foreign { name, .. } if (20..36).contains(&at) => assert_eq!(name, "share 1"),
            other => panic!("byte {at}: {other}"),
        }
    }
}

/// All k headers changed alike: even then the commitment does not fit.
#[test]
fn headers_that_agree_on_something_else() {
    let whole = message(100);
    for (at, change) in CHANGES {
        let mut shares = split(params(3), &whole);
        for share in &mut shares {
            forge(share, |header| header[at] ^= change);
        }
        assert!(matches!(refused(&shares, &whole), Error::Key), "byte {at}");
    }
}

#[test]
fn numbers_out_of_range_are_refused_before_they_are_used() {
    let whole = message(100);
    let fields: [(usize, &[u8]); 12] = [
        (9, &[0]),
        (9, &[1]),
        (9, &[17]),
        (9, &[255]),
        (10, &[7]),
        (11, &[0]),
        (12, &[4]),
        (15, &[0x80]),
        (16, &[0; 4]),
        (16, &[65, 0, 0, 0]),
        (16, &(SEGMENT_BYTES_MAX + 64).to_le_bytes()),
        (16, &[0xff; 4]),
    ];
    for (at, bytes) in fields {
        let mut shares = split(params(2), &whole);
        for share in &mut shares {
            forge(share, |header| {
                header[at..at + bytes.len()].copy_from_slice(bytes);
            });
        }
        let error = refused(&shares, &whole);
        assert!(
            matches!(error, Error::Field { .. } | Error::SegmentBytes { .. }),
            "{at}: {error}"
        );
    }
}

#[test]
fn a_version_of_another_time_is_named() {
    let whole = message(100);
    let mut shares = split(params(2), &whole);
    forge(&mut shares[0], |header| header[8] = 2);
    assert!(matches!(
        refused(&shares, &whole),
        Error::Version { version: 2, .. }
    ));
}

#[test]
fn lengths_that_no_split_writes() {
    let whole = message(100);
    for length in [1, 99, 101, 65_536, 65_537, 1 << 31, u32::MAX] {
        let mut shares = split(params(2), &whole);
        for share in &mut shares {
            share[HEADER..HEADER + 4].copy_from_slice(&length.to_le_bytes());
        }
        refused(&shares, &whole);
    }
    // An end mark whose total is of another message.
    let mut shares = split(params(2), &whole);
    for share in &mut shares {
        let end = share.len() - END;
        share[end + END - 8..].copy_from_slice(&99_u64.to_le_bytes());
    }
    assert!(matches!(refused(&shares, &whole), Error::Length { .. }));
}
