//! The cores, pin by pin under Verilator, against the reference in software.
//!
//! ```text
//!   proptest --> sessions, segments, stalls --+--> shp_sim::Core --> ports --.
//!                                             '--> partition::reference -----+--> equal?
//! ```

use std::error::Error;

use proptest::collection::vec;
use proptest::prelude::*;
use shp::partition::{Keys, Lane, Params, Paths, Policy, Rounds, reference};
use shp_sim::conformance::{self, Verdict};
use shp_sim::{Core, Outcome, Stream, tops};

/// The cores that this build has.
const CORES: [&str; 1] = ["k4w32"];

/// A segment to split.
#[derive(Clone, Debug)]
struct Segment {
    number: u64,
    paths: u8,
    lane: Lane,
    pbox: bool,
    message: Vec<u8>,
}

/// Keys, and what is split under them.
#[derive(Clone, Debug)]
struct Session {
    /// As many as the core has channels.
    keys: Vec<[u8; 32]>,
    segments: Vec<Segment>,
}

fn core(name: &str) -> Core {
    Core::new(tops::find(name).expect("this build has the core")).expect("it has a core's ports")
}

/// What a core of so many channels and words of so many bits can be asked.
fn segment(channels: u8, word_bits: usize) -> impl Strategy<Value = Segment> {
    let lanes: Vec<Lane> = Lane::ALL
        .into_iter()
        .filter(|lane| lane.bits() <= word_bits)
        .collect();
    let number = prop_oneof![any::<u64>(), Just(0), Just(u64::MAX)];
    let length = prop_oneof![8 => 1..9_usize, 8 => 1..200_usize, 1 => 1..3000_usize];
    let message = length.prop_flat_map(|length| vec(any::<u8>(), length));
    let lane = proptest::sample::select(lanes);
    (number, 2..=channels, lane, any::<bool>(), message).prop_map(
        |(number, paths, lane, pbox, message)| Segment {
            number,
            paths,
            lane,
            pbox,
            message,
        },
    )
}

fn session(channels: u8, word_bits: usize) -> impl Strategy<Value = Session> {
    (
        vec(any::<[u8; 32]>(), usize::from(channels)),
        vec(segment(channels, word_bits), 1..12),
    )
        .prop_map(|(keys, segments)| Session { keys, segments })
}

/// A core's name, and sessions that it can do.
fn work() -> impl Strategy<Value = (&'static str, Vec<Session>)> {
    proptest::sample::select(&CORES[..]).prop_flat_map(|name| {
        let core = core(name);
        (
            Just(name),
            vec(session(core.channels(), 8 * core.word_bytes()), 1..4),
        )
    })
}

impl Segment {
    fn for_core(&self) -> shp_sim::Segment {
        shp_sim::Segment {
            number: self.number,
            paths: self.paths,
            lane: shp_sim::Lane::from_bits(self.lane.bits() as u32)
                .expect("both know these widths"),
            pbox: self.pbox,
            definition: false,
        }
    }

    /// What has to leave by each port, given the keys of all channels.
    fn expected(&self, keys: &[[u8; 32]]) -> Result<Vec<Vec<u8>>, Box<dyn Error>> {
        let paths = Paths::new(self.paths.into())?;
        let params = Params {
            paths,
            lane: self.lane,
            policy: Policy::Uniform,
            rounds: Rounds::Twenty,
            pbox: self.pbox,
        };
        // Fewer paths than channels take the first units for R, and always the same one for r.
        let (units, pbox) = (&keys[..keys.len() - 1], keys[keys.len() - 1]);
        let mut used = units[..params.paths.units() - 1].to_vec();
        used.push(units[units.len() - 1]);
        let mut ports = vec![vec![0; self.message.len()]; paths.get()];
        let mut slices: Vec<&mut [u8]> = ports.iter_mut().map(Vec::as_mut_slice).collect();
        reference::split(
            &params,
            &Keys::new(used, pbox)?,
            self.number,
            &self.message,
            &mut slices,
        )?;
        Ok(ports)
    }
}

impl Session {
    fn load(&self, core: &mut Core) -> Result<(), shp_sim::Error> {
        let (pbox, units) = self.keys.split_last().expect("a core has channels");
        core.load(shp_sim::Keys { units, pbox })
    }

    fn queue(&self, core: &mut Core) -> Result<(), shp_sim::Error> {
        self.segments
            .iter()
            .try_for_each(|segment| core.queue(&segment.for_core(), &segment.message))
    }

    /// Whether the outcomes are what software says.
    fn compare(&self, outcomes: &[Outcome]) -> Result<(), TestCaseError> {
        prop_assert_eq!(outcomes.len(), self.segments.len());
        for (outcome, segment) in outcomes.iter().zip(&self.segments) {
            let expected = segment.expected(&self.keys);
            let expected = expected.map_err(|error| TestCaseError::fail(error.to_string()))?;
            prop_assert_eq!(&outcome.ports, &expected);
        }
        Ok(())
    }
}

proptest! {
    /// Segments of any shape, close behind each other, under one set of keys after the other, whatever stalls.
    #[test]
    fn the_core_is_the_reference((name, sessions) in work(), stalls: Option<u64>) {
        let mut core = core(name);
        core.stall(stalls);
        for session in &sessions {
            session.load(&mut core)?;
            session.queue(&mut core)?;
            session.compare(&core.run()?)?;
        }
    }

    /// A reset at any time lets no word of the old segments out, and leaves nothing of the keys.
    #[test]
    fn a_reset_leaves_nothing((name, sessions) in work(), cycles in 0..800_u32, stalls: Option<u64>) {
        let mut core = core(name);
        let session = &sessions[0];
        core.stall(stalls);
        session.load(&mut core)?;
        session.queue(&mut core)?;
        for _ in 0..cycles {
            core.step()?;
        }
        core.reset();
        // The driver refuses any word from here on.
        for _ in 0..500 {
            core.step()?;
        }

        let segment = &session.segments[0];
        let without_keys = core.split(&segment.for_core(), &segment.message)?;
        let fresh = self::core(name).split(&segment.for_core(), &segment.message)?;
        prop_assert_eq!(without_keys.ports, fresh.ports);

        session.load(&mut core)?;
        session.queue(&mut core)?;
        session.compare(&core.run()?)?;
    }

    /// With the ports held up a word is offered all the same and waits; without a message no word is made up. Nothing is
    /// lost by either.
    #[test]
    fn streams_wait((name, sessions) in work(), held in prop_oneof![Just(Stream::Ports), Just(Stream::Message)]) {
        let mut core = core(name);
        let session = &sessions[0];
        session.load(&mut core)?;
        session.queue(&mut core)?;
        core.hold(held, true);
        let state = core.run().expect_err("a stream is held up").to_string();
        let ports = if held == Stream::Ports { "ports offered before word 0 " } else { "ports silent before word 0 " };
        prop_assert!(state.contains(ports), "{}", state);
        core.hold(held, false);
        session.compare(&core.run()?)?;
    }
}

/// Every vector passes, or is one that the core says it cannot do.
#[test]
fn vectors_pass() -> Result<(), Box<dyn Error>> {
    let vectors = conformance::parse(include_str!("../vectors/shp-v1.json"))?;
    for name in CORES {
        let mut core = core(name);
        let able = vectors.iter().filter(|vector| {
            vector.k <= core.channels()
                && vector.lane_bits as usize <= 8 * core.word_bytes()
                && vector.policy == conformance::Policy::Uniform
                && vector.rounds == 20
        });
        let able = able.count();
        assert!(able > 0, "{name}");
        for stalls in [None, Some(1), Some(2), Some(3)] {
            core.stall(stalls);
            let mut passed = 0;
            for (index, vector) in vectors.iter().enumerate() {
                match conformance::check(&mut core, vector) {
                    Verdict::Passed => passed += 1,
                    Verdict::Failed(reason) => {
                        panic!("{name}, stalls {stalls:?}, vector {index}: {reason}")
                    }
                    Verdict::Skipped(_) => {}
                }
            }
            assert_eq!(passed, able, "{name}");
        }
    }
    Ok(())
}

/// A long segment is nearly a word a clock.
#[test]
fn a_long_segment_has_no_gaps() -> Result<(), Box<dyn Error>> {
    let mut core = core("k4w32");
    let segment = shp_sim::Segment {
        number: 0,
        paths: 4,
        lane: shp_sim::Lane::Bits32,
        pbox: true,
        definition: false,
    };
    let outcome = core.split(&segment, &vec![0; 65536])?;
    let cycles = outcome.last - outcome.first;
    assert!(
        cycles * 100 <= u64::from(outcome.words - 1) * 102,
        "{cycles} cycles"
    );
    Ok(())
}
