//! What the units' tests share.

use std::array::from_fn;

use proptest::prelude::*;
use shp_sim::{Input, Model, Output, Stalls, Top};

/// The inputs `STEM_0`, `STEM_1`, ... of a top.
pub(crate) fn inputs<const N: usize>(top: &'static Top, stem: &str) -> [Input; N] {
    from_fn(|i| {
        top.input(numbered(top, stem, i))
            .expect("the port is an input")
    })
}

/// The outputs `STEM_0`, `STEM_1`, ... of a top.
pub(crate) fn outputs<const N: usize>(top: &'static Top, stem: &str) -> [Output; N] {
    from_fn(|i| {
        top.output(numbered(top, stem, i))
            .expect("the port is an output")
    })
}

fn numbered(top: &'static Top, stem: &str, number: usize) -> &'static str {
    let name = format!("{stem}_{number}");
    let found = top.ports().iter().find(|port| port.name == name);
    found.expect("the top has this port").name
}

/// What is on an output, the lowest byte first.
pub(crate) fn read(model: &mut Model, port: Output) -> Vec<u8> {
    let mut bytes = vec![0; port.width().div_ceil(8) as usize];
    model.get_bytes(port, &mut bytes);
    bytes
}

/// Words side by side, word 0 lowest.
pub(crate) fn joined(words: &[u32]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_le_bytes()).collect()
}

/// The words of bytes.
pub(crate) fn words(bytes: &[u8]) -> Vec<u32> {
    bytes
        .chunks_exact(4)
        .map(|word| u32::from_le_bytes([word[0], word[1], word[2], word[3]]))
        .collect()
}

/// A stream's pauses: as a seed has them, or none.
pub(crate) fn stalls(seed: Option<u64>) -> Stalls {
    seed.map_or_else(Stalls::none, Stalls::seeded)
}

/// Bytes of which many are at an edge, where carries are.
pub(crate) fn edgy(length: usize) -> impl Strategy<Value = Vec<u8>> {
    let byte = prop_oneof![2 => any::<u8>(), 1 => Just(0), 1 => Just(0xff)];
    proptest::collection::vec(byte, length)
}

/// Lanes of so many bits, as the ports named `cuts` say where they end.
pub(crate) fn cuts(lane_bits: usize) -> u64 {
    [8, 16, 32]
        .into_iter()
        .zip(0..)
        .filter(|(end, _)| lane_bits <= *end)
        .map(|(_, bit)| 1 << bit)
        .sum()
}

/// `operation` on each lane of two words.
pub(crate) fn by_lanes(
    lane_bits: usize,
    a: &[u8],
    b: &[u8],
    operation: fn(u64, u64) -> u64,
) -> Vec<u8> {
    let lane = lane_bits / 8;
    let number = |bytes: &[u8]| {
        let mut padded = [0; 8];
        padded[..lane].copy_from_slice(bytes);
        u64::from_le_bytes(padded)
    };
    a.chunks(lane)
        .zip(b.chunks(lane))
        .flat_map(|(a, b)| operation(number(a), number(b)).to_le_bytes()[..lane].to_vec())
        .collect()
}
