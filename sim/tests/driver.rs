//! The driver, on a core that computes nothing and can be told to break each rule.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use shp_sim::{Core, Error, Keys, Lane, Outcome, Rule, Segment, Stream, tops};

/// The fault that the low byte of a segment's number plants, as `mock_core.vh` has them.
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

/// The mock cores: 4 and 16 channels, words of 32 and 128 bits.
const MOCKS: [&str; 3] = ["mock_k4w32", "mock_k16w32", "mock_k4w128"];

fn core(name: &str) -> Core {
    Core::new(tops::find(name).expect("it is in testdata")).expect("it has the ports of a core")
}

fn mock() -> Core {
    core(MOCKS[0])
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

/// What a mock core makes of a message in words of so many bytes: port p has every word plus p.
fn expected(message: &[u8], word_bytes: usize, paths: u8) -> Vec<Vec<u8>> {
    let port = |port: u8| {
        let words = message.chunks(word_bytes).flat_map(|word| {
            let mut number = [0; 16];
            number[..word.len()].copy_from_slice(word);
            let sum = u128::from_le_bytes(number).wrapping_add(port.into());
            sum.to_le_bytes().into_iter().take(word_bytes)
        });
        words.take(message.len()).collect()
    };
    (0..paths).map(port).collect()
}

/// A mock core, and segments for it: k and the message.
fn work() -> impl Strategy<Value = (&'static str, Vec<(u8, Vec<u8>)>)> {
    select(&MOCKS[..]).prop_flat_map(|name| {
        let segment = (2..=core(name).channels(), vec(any::<u8>(), 1..300));
        (Just(name), vec(segment, 1..8))
    })
}

/// A mock core, and the keys of some units for it.
fn units() -> impl Strategy<Value = (&'static str, Vec<[u8; 32]>)> {
    select(&MOCKS[..]).prop_flat_map(|name| {
        let most = usize::from(core(name).channels()) - 1;
        (Just(name), vec(any::<[u8; 32]>(), 1..=most))
    })
}

proptest! {
    /// Segments of any length, one behind the other, come out whole and in order, whatever pauses.
    #[test]
    fn segments_come_out((name, segments) in work(), stalls: Option<u64>) {
        let mut core = core(name);
        core.stall(stalls);
        for (paths, message) in &segments {
            core.queue(&segment(Fault::None, *paths), message)?;
        }
        let outcomes = core.run()?;
        prop_assert_eq!(outcomes.len(), segments.len());
        let word_bytes = core.word_bytes();
        let mut before = 0;
        for (outcome, (paths, message)) in outcomes.iter().zip(&segments) {
            let Outcome { ports, words, given, first, last } = outcome;
            prop_assert_eq!(ports, &expected(message, word_bytes, *paths));
            prop_assert_eq!(*words as usize, message.len().div_ceil(word_bytes));
            prop_assert!(before <= *given && given < first && first <= last);
            if stalls.is_none() {
                prop_assert_eq!(last - first + 1, u64::from(*words));
            }
            before = *last;
        }
    }

    /// Each word of each unit's key reaches the channel that serves it.
    #[test]
    fn keys_reach_their_channels((name, units) in units(), pbox: [u8; 32], stalls: Option<u64>) {
        let mut core = core(name);
        core.stall(stalls);
        core.load(Keys { units: &units, pbox: &pbox })?;
        // A mock core shows the keys when the P-box is on, a word of a key in a word of a port.
        let channels = core.channels();
        let show = Segment { pbox: true, ..segment(Fault::None, channels) };
        let ports = core.split(&show, &vec![0; 8 * core.word_bytes()])?.ports;
        let shown = |channel: usize| -> Vec<u8> {
            let words = ports[channel].chunks(core.word_bytes());
            words.flat_map(|word| &word[..4]).copied().collect()
        };
        let (r, others) = units.split_last().expect("at least one unit");
        let last = usize::from(channels) - 1;
        prop_assert_eq!(&shown(last - 1)[..], r);
        prop_assert_eq!(&shown(last)[..], &pbox);
        for (channel, key) in others.iter().enumerate() {
            prop_assert_eq!(&shown(channel)[..], key);
        }
    }
}

/// Runs a segment of eight words with a fault, the ports held up in its middle.
fn broken(fault: Fault) -> Error {
    let mut core = mock();
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
    assert_eq!(outcome.ports, expected(b"sound", 4, 2));
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
    let mut core = mock();
    core.hold(Stream::Ports, true);
    core.queue(&segment(Fault::WaitsForReady, 2), &[1; 32])
        .expect("it can do this");
    let text = core.run().expect_err("the ports are held up").to_string();
    assert!(text.contains("ports silent before word 0 of 8"), "{text}");
}

#[test]
fn what_the_core_cannot_do_is_not_queued() {
    let mut core = mock();
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
