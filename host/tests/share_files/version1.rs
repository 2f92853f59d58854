//! The form does not change under version 1: a set of 2026, kept in v1/, joins.

use super::join;

#[test]
fn an_old_set_joins() {
    let shares = [
        &include_bytes!("v1/stdin.1.shp")[..],
        &include_bytes!("v1/stdin.2.shp")[..],
        &include_bytes!("v1/stdin.3.shp")[..],
    ];
    let (message, joined) = join(&shares);
    assert!(joined.is_ok(), "{joined:?}");
    assert_eq!(message, b"Secure Homomorphic Partitioning");
}
