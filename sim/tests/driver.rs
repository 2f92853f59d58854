//! The driver, on a core that computes nothing and can be told to break each rule.

use proptest::collection::vec;
use proptest::prelude::*;
use shp_sim::{Core, Error, Keys, Lane, Rule, Segment, Stream, tops};

/// The fault that the low byte of a segment's number plants, as `mock_core.v` has them.
#[derive(Clone, Copy)]
enum Fault {
    None,
    ValidFalls,
    WordChanges,
    EarlyLast,
    NoLast,
    ExtraWord,
    Hangs,
    NeverZero,
    AlwaysIdle,
    WaitsForReady,
}

fn core() -> Core {
    Core::new(tops::find("mock_core").expect("it is in testdata"))
        .expect("it has the ports of a core")
}

fn segment(fault: Fault, paths: u8) -> Segment {
    Segment {
        number: fault as u64,
        paths,
        lane: Lane::Bits32,
        pbox: false,
        definition: false,
    }
}

/// What the mock core makes of a message: port p has every word plus p.
fn expected(message: &[u8], paths: u8) -> Vec<Vec<u8>> {
    let port = |port: u8| {
        let words = message.chunks(4).flat_map(|word| {
            let mut padded = [0; 4];
            padded[..word.len()].copy_from_slice(word);
            u32::from_le_bytes(padded)
                .wrapping_add(port.into())
                .to_le_bytes()
        });
        words.take(message.len()).collect()
    };
    (0..paths).map(port).collect()
}

proptest! {
    /// Segments of any length, one behind the other, come out whole and in order, whatever pauses.
    #[test]
    fn segments_come_out(
        segments in vec((2..=4_u8, vec(any::<u8>(), 1..300)), 1..8),
        stalls in any::<Option<u64>>(),
    ) {
        let mut core = core();
        core.stall(stalls);
        for (paths, message) in &segments {
            core.queue(&segment(Fault::None, *paths), message)?;
        }
        let outcomes = core.run()?;
        prop_assert_eq!(outcomes.len(), segments.len());
        let mut before = 0;
        for (outcome, (paths, message)) in outcomes.iter().zip(&segments) {
            prop_assert_eq!(&outcome.ports, &expected(message, *paths));
            prop_assert_eq!(outcome.words as usize, message.len().div_ceil(4));
            prop_assert!(before <= outcome.given && outcome.given < outcome.first && outcome.first <= outcome.last);
            if stalls.is_none() {
                prop_assert_eq!(outcome.last - outcome.first + 1, u64::from(outcome.words));
            }
            before = outcome.last;
        }
    }

    /// Each word of each unit's key reaches the channel that serves it.
    #[test]
    fn keys_reach_their_channels(units in vec(any::<[u8; 32]>(), 1..=3), pbox: [u8; 32], stalls in any::<Option<u64>>()) {
        let mut core = core();
        core.stall(stalls);
        core.load(Keys { units: &units, pbox: &pbox })?;
        // The mock core shows the keys when the P-box is on.
        let show = Segment { pbox: true, ..segment(Fault::None, 4) };
        let ports = core.split(&show, &[0; 32])?.ports;
        let (r, others) = units.split_last().expect("at least one unit");
        prop_assert_eq!(&ports[2][..], r);
        prop_assert_eq!(&ports[3][..], &pbox);
        for (channel, key) in others.iter().enumerate() {
            prop_assert_eq!(&ports[channel][..], key);
        }
    }
}

/// Runs a segment of eight words with a fault, the ports held up in its middle.
fn broken(fault: Fault) -> Error {
    let mut core = core();
    let run = |core: &mut Core| {
        core.queue(&segment(fault, 3), &[1; 32])?;
        for cycle in 0..20 {
            core.hold(Stream::Ports, cycle % 5 != 4);
            core.step()?;
        }
        core.hold(Stream::Ports, false);
        core.run()
    };
    let error = run(&mut core).expect_err("the fault was planted");
    // After a reset all is well again.
    core.reset();
    core.hold(Stream::Ports, false);
    let outcome = core
        .split(&segment(Fault::None, 2), b"sound")
        .expect("no fault was planted");
    assert_eq!(outcome.ports, expected(b"sound", 2));
    error
}

#[test]
fn every_broken_rule_is_found() {
    let rules = [
        (Fault::ValidFalls, Rule::ValidStays),
        (Fault::WordChanges, Rule::WordStays),
        (Fault::EarlyLast, Rule::LastIsLast { word: 0, words: 8 }),
        (Fault::NoLast, Rule::LastIsLast { word: 7, words: 8 }),
        (Fault::ExtraWord, Rule::WordHasSegment),
        (Fault::NeverZero, Rule::UnusedIsZero(3)),
        (Fault::AlwaysIdle, Rule::IdleIsIdle),
    ];
    for (fault, broken_rule) in rules {
        let error = broken(fault);
        assert!(
            matches!(error, Error::Protocol { rule, .. } if rule == broken_rule),
            "{error}, not {broken_rule}"
        );
    }
}

#[test]
fn a_core_that_hangs_is_given_up() {
    let text = broken(Fault::Hangs).to_string();
    assert!(
        text.contains("message refused, ports silent before word 0 of 8"),
        "{text}"
    );
}

/// A core whose valid waits for ready never offers a word while the ports are held up.
#[test]
fn a_core_that_waits_for_ready_is_given_up() {
    let mut core = core();
    core.hold(Stream::Ports, true);
    core.queue(&segment(Fault::WaitsForReady, 2), &[1; 32])
        .expect("it can do this");
    let text = core.run().expect_err("the ports are held up").to_string();
    assert!(text.contains("ports silent before word 0 of 8"), "{text}");
}

#[test]
fn what_the_core_cannot_do_is_not_queued() {
    let mut core = core();
    let sound = segment(Fault::None, 2);
    for refused in [
        Segment { paths: 1, ..sound },
        Segment { paths: 5, ..sound },
        Segment {
            lane: Lane::Bits64,
            ..sound
        },
        Segment {
            definition: true,
            ..sound
        },
    ] {
        assert!(
            matches!(core.queue(&refused, b"M"), Err(Error::Unsupported(_))),
            "{refused:?}"
        );
    }
    assert!(matches!(
        core.queue(&sound, b""),
        Err(Error::Unsupported(_))
    ));
    assert!(matches!(
        core.load(Keys {
            units: &[[0; 32]; 4],
            pbox: &[0; 32]
        }),
        Err(Error::Unsupported(_))
    ));
    assert_eq!(core.run().expect("there is nothing to do"), []);
}
