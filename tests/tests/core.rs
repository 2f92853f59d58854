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
use shp_regs::cores::{self, CORES};
use shp_sim::conformance::{self, Verdict};
use shp_sim::{Core, Outcome, Stream, tops};

/// A segment to split.
#[derive(Clone, Debug)]
struct Segment {
    number: u64,
    paths: u8,
    lane: Lane,
    pbox: bool,
    policy: Policy,
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
    // A number is never given twice, which the self-test sees to.
    let number = any::<u64>();
    let policy = prop_oneof![Just(Policy::Uniform), Just(Policy::Definition)];
    let length = prop_oneof![8 => 1..9_usize, 8 => 1..200_usize, 1 => 1..3000_usize];
    let message = length.prop_flat_map(|length| vec(any::<u8>(), length));
    let lane = proptest::sample::select(lanes);
    (number, 2..=channels, lane, any::<bool>(), policy, message).prop_map(
        |(number, paths, lane, pbox, policy, message)| Segment {
            number,
            paths,
            lane,
            pbox,
            policy,
            message,
        },
    )
}

fn session(channels: u8, word_bits: usize) -> impl Strategy<Value = Session> {
    (
        // No two alike, however proptest shrinks them.
        vec(any::<[u8; 31]>(), usize::from(channels)).prop_map(|keys| {
            let numbered = (0_u8..).zip(keys);
            numbered
                .map(|(number, key)| {
                    std::array::from_fn(|byte| if byte < 31 { key[byte] } else { number })
                })
                .collect()
        }),
        vec(segment(channels, word_bits), 1..6),
    )
        .prop_map(|(keys, segments)| Session { keys, segments })
}

/// A core's name, and sessions that it can do.
fn work() -> impl Strategy<Value = (&'static str, Vec<Session>)> {
    proptest::sample::select(&CORES[..]).prop_flat_map(|core| {
        let sessions = vec(session(core.channels, core.word_bits.into()), 1..4);
        (Just(core.name), sessions)
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
            definition: self.policy == Policy::Definition,
        }
    }

    /// What has to leave by each port, given the keys of all channels.
    fn expected(&self, rounds: Rounds, keys: &[[u8; 32]]) -> Result<Vec<Vec<u8>>, Box<dyn Error>> {
        let paths = Paths::new(self.paths.into())?;
        let params = Params {
            paths,
            lane: self.lane,
            policy: self.policy,
            rounds,
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
    fn compare(&self, name: &str, outcomes: &[Outcome]) -> Result<(), TestCaseError> {
        let rounds = match cores::find(name).map(|core| core.rounds) {
            Some(8) => Rounds::Eight,
            Some(12) => Rounds::Twelve,
            _ => Rounds::Twenty,
        };
        prop_assert_eq!(outcomes.len(), self.segments.len());
        for (outcome, segment) in outcomes.iter().zip(&self.segments) {
            let expected = segment.expected(rounds, &self.keys);
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
            session.compare(name, &core.run()?)?;
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

        // Without keys two units are alike, which the core does not let pass, or its words are those of no key.
        let split = |core: &mut Core| core.split(&session.segments[0].for_core(), &session.segments[0].message).map(|outcome| outcome.ports).ok();
        prop_assert_eq!(split(&mut core), split(&mut self::core(name)));

        core.reset();
        session.load(&mut core)?;
        session.queue(&mut core)?;
        session.compare(name, &core.run()?)?;
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
        session.compare(name, &core.run()?)?;
    }
}

/// Every vector passes, or is one that the core says it cannot do.
#[test]
fn vectors_pass() -> Result<(), Box<dyn Error>> {
    let vectors = conformance::parse(include_str!("../vectors/shp-v1.json"))?;
    for cores::Core {
        name,
        channels,
        word_bits,
        rounds,
        ..
    } in CORES
    {
        let mut core = core(name);
        let able = vectors.iter().filter(|vector| {
            vector.k <= channels
                && vector.lane_bits <= u32::from(word_bits)
                && vector.rounds == u32::from(rounds)
        });
        let able = able.count();
        assert!(able > 0, "{name}");
        for stalls in [None, Some(1)] {
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
    core.load(shp_sim::Keys {
        units: &[[1; 32], [2; 32], [3; 32]],
        pbox: &[4; 32],
    })?;
    let outcome = core.split(&segment, &vec![0; 65536])?;
    let cycles = outcome.last - outcome.first;
    assert!(
        cycles * 100 <= u64::from(outcome.words - 1) * 102,
        "{cycles} cycles"
    );
    Ok(())
}

/// Each failure of the self-test can be forced, and then no word leaves, until a reset.
#[test]
fn a_failed_self_test_stops_the_core() -> Result<(), Box<dyn Error>> {
    let segment = shp_sim::Segment {
        number: 7,
        paths: 4,
        lane: shp_sim::Lane::Bits8,
        pbox: true,
        definition: false,
    };
    let (units, pbox) = ([[1; 32], [2; 32], [3; 32]], [4; 32]);
    let keys = || shp_sim::Keys {
        units: &units,
        pbox: &pbox,
    };
    for core in CORES.iter().filter(|core| core.rounds == 20) {
        let mut core = self::core(core.name);
        for fault in [1, 2, 4] {
            if fault == 1 {
                core.force_fault(fault);
                core.reset();
            } else {
                core.reset();
                core.load(keys())?;
                core.force_fault(fault);
            }
            // The driver refuses a word that no segment was given for, and here the core must refuse the segment or swallow it.
            let error = core
                .split(&segment, &[0; 4096])
                .expect_err("the self-test failed");
            assert_eq!(core.failed(), fault, "{error}");
            core.force_fault(0);
        }
        core.reset();
        core.load(keys())?;
        core.split(&segment, &[0; 64])?;
    }
    Ok(())
}

/// Two units that were given one key are found out.
#[test]
fn twins_are_found() -> Result<(), Box<dyn Error>> {
    for shape in CORES.iter().filter(|core| core.rounds == 20) {
        for (a, b) in (0..shape.channels).flat_map(|b| (0..b).map(move |a| (a, b))) {
            let mut keys: Vec<[u8; 32]> = (1..=shape.channels).map(|byte| [byte; 32]).collect();
            keys[usize::from(a)] = keys[usize::from(b)];
            let (pbox, units) = keys.split_last().expect("channels");
            let mut core = core(shape.name);
            core.load(shp_sim::Keys { units, pbox })?;
            let segment = |number| shp_sim::Segment {
                number,
                paths: shape.channels,
                lane: shp_sim::Lane::Bits8,
                pbox: true,
                definition: false,
            };
            // The P-box and a unit are alike in a segment's first block only, and each pair has its turn once in K wheels.
            let found = (0..u64::from(shape.channels))
                .any(|number| core.split(&segment(number), &[0; 8]).is_err());
            assert!(found && core.failed() == 4, "{}: {a} and {b}", shape.name);
        }
    }
    Ok(())
}
