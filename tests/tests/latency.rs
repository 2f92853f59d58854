//! Clocks from a word of M into the core to its shares at the ports, the keystream being there.
//!
//! `cargo test -p shp-tests --test latency -- --nocapture` prints them for k = 2, 4, 8, 16.

use std::error::Error;

use shp_sim::{Core, Keys, Lane, Segment, Stream, tops};

/// More cycles than the first blocks of a segment take.
const UNTIL_READY: u64 = 300;

/// The least core for k paths.
fn core_for(paths: u8) -> &'static str {
    if paths <= 4 { "k4w32" } else { "k16w32" }
}

/// Clocks in each unit, in the order that a word passes them: queue of words, gate, memories of the units with the ways there and back, adder tree, subtractors,
/// P-box, queue of results. The tree's alone depend on k.
fn units(channels: u8) -> [u64; 7] {
    let leaves = u64::from(channels - 2).next_power_of_two();
    [2, 1, 4, leaves.ilog2().into(), 1, 1, 1]
}

fn measured(core: &'static str, paths: u8) -> Result<u64, Box<dyn Error>> {
    let mut core = Core::new(tops::find(core)?)?;
    let keys: Vec<[u8; 32]> = (1..=paths).map(|unit| [unit; 32]).collect();
    let (pbox, units) = keys.split_last().ok_or("no keys")?;
    core.load(Keys { units, pbox })?;
    let segment = Segment {
        number: 1,
        paths,
        lane: Lane::Bits8,
        pbox: true,
        definition: false,
    };
    core.hold(Stream::Message, true);
    core.queue(&segment, &[7; 64])?;
    for _ in 0..UNTIL_READY {
        core.step()?;
    }
    core.hold(Stream::Message, false);
    let taken = core.cycles();
    let outcomes = core.run()?;
    Ok(outcomes.first().ok_or("nothing came out")?.first - taken)
}

#[test]
fn latency_grows_with_the_logarithm_of_k() -> Result<(), Box<dyn Error>> {
    println!(" k  core     entry  gate  memory  tree  subtract  P-box  queue  all");
    let mut last: Option<u64> = None;
    for paths in [2, 4, 8, 16] {
        let channels = if paths <= 4 { 4 } else { 16 };
        let units = units(channels);
        let all = measured(core_for(paths), paths)?;
        let [entry, gate, memory, tree, subtract, pbox, queue] = units;
        println!(
            "{paths:2}  {:7} {entry:6} {gate:5} {memory:7} {tree:5} {subtract:9} {pbox:6} {queue:6} {all:4}",
            core_for(paths)
        );
        assert_eq!(all, units.iter().sum::<u64>(), "k = {paths}");
        // Only the tree depends on the channels; it has no more levels than a channel's number has bits.
        assert!(tree <= u64::from(channels.ilog2()), "k = {paths}");
        assert!(last.is_none_or(|last| all <= last + 3), "k = {paths}");
        last = Some(all);
    }
    Ok(())
}

/// A sum and a difference of words of 128 bits take two clocks each.
#[test]
fn wide_words_take_two_clocks_more() -> Result<(), Box<dyn Error>> {
    let (narrow, wide) = (measured("k4w32", 4)?, measured("k4w128", 4)?);
    println!("k4w128: {wide}");
    assert_eq!(wide, narrow + 2);
    Ok(())
}
