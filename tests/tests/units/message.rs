//! Segments and their words, from the ports to the subtractor.

// Fault: in message, held_last_d = intake_last => held_last_d = intake_accept

use std::collections::VecDeque;

use proptest::prelude::*;
use shp_sim::Model;
use shp_sim::tops::message::{
    BLOCK, BY_DEFINITION, CUTS, DATA, DEFINITION, EMPTY, FOUND_R, LANE, LEFT, MORE_BLOCKS, R,
    R_AVAILABLE, R_TAKE, READY, REJECTED, REJECTED_TWO, RESET, ROOMY, ROUTES, SEGMENT, TAIL, TAKEN,
    TAKEN_FIRST, TAKEN_LAST, TOP, VALID, WORD,
};

use crate::support::{cuts, stalls};

/// Words a block.
const WORDS: usize = 16;
/// Results that may be under way or queued.
const ROOM: usize = 15;
/// Blocks that may be announced ahead.
const AHEAD: usize = 32;
/// Clocks from a segment's last word until r is read on from the next one's.
const JUMP: usize = 3;

#[derive(Clone, Debug)]
struct Segment {
    message: Vec<u32>,
    lane: usize,
    definition: bool,
    /// Of r's keystream, as the unit's own.
    seed: u64,
}

fn segment() -> impl Strategy<Value = Segment> {
    let length = prop_oneof![1..5_usize, 1..60_usize, Just(16), Just(32)];
    // Few values, so that lanes are equal often enough.
    let byte = prop_oneof![3 => 0..4_u8, 1 => any::<u8>()];
    let word = proptest::array::uniform4(byte).prop_map(u32::from_le_bytes);
    let message =
        length.prop_flat_map(move |length| proptest::collection::vec(word.clone(), length));
    (message, 0..3_usize, any::<bool>(), any::<u64>()).prop_map(
        |(message, lane, definition, seed)| Segment {
            message,
            lane,
            definition,
            seed,
        },
    )
}

fn draw(random: &mut fastrand::Rng) -> u32 {
    let alike = random.u8(..4) == 0;
    u32::from_le_bytes(std::array::from_fn(|_| {
        if alike { random.u8(..2) } else { random.u8(..) }
    }))
}

impl Segment {
    /// The r of each word, and how many were thrown away: SPEC.md, policy `definition`.
    fn matched(&self) -> (Vec<u32>, usize) {
        let mut random = fastrand::Rng::with_seed(self.seed);
        let mut rejected = 0;
        let bytes = 1 << self.lane;
        let fits = |m: u32, r: u32| {
            let (m, r) = (m.to_le_bytes(), r.to_le_bytes());
            m.chunks(bytes).zip(r.chunks(bytes)).all(|(m, r)| m != r)
        };
        let found = self.message.iter().map(|m| {
            loop {
                let r = draw(&mut random);
                if fits(*m, r) {
                    return r;
                }
                rejected += 1;
            }
        });
        (found.collect(), rejected)
    }
}

/// The pauses of every stream.
type Seeds = [Option<u64>; 6];

/// Runs segments one behind the other; stops in the clock `cut`, if it comes.
#[allow(
    clippy::too_many_lines,
    reason = "what one clock does is best read in one place"
)]
fn run(
    model: &mut Model,
    segments: &[Segment],
    seeds: Seeds,
    cut: Option<usize>,
) -> Result<(), TestCaseError> {
    let [
        mut commands,
        mut offers,
        mut draws,
        mut blocks,
        mut routes,
        mut leaves,
    ] = seeds.map(stalls);
    let mut given = 0;
    let words: Vec<(usize, u32)> = segments
        .iter()
        .enumerate()
        .flat_map(|(index, segment)| segment.message.iter().map(move |word| (index, *word)))
        .collect();
    let (mut entered, mut offered) = (0, false);
    let (mut blocks_here, mut routes_here, mut used) = (0, 0, 0);
    let mut results = 0;
    // The segment whose words are taken.
    let (mut current, mut word, mut rejected) = (0, 0, 0);
    let mut matched = segments.iter().map(Segment::matched);
    let mut expected = matched.next();
    let mut random = fastrand::Rng::with_seed(segments[0].seed);
    let mut coming = VecDeque::from([false, false]);
    let mut jumped = 0;
    // What was shown in the last clock, and whether a word could be taken then: one within a block, one that begins it.
    let mut shown = (0, 0, 0, false, false);
    let mut could = [false; 2];
    let (mut clock, mut quiet) = (0, 0);
    while current < segments.len() && cut != Some(clock) {
        // That a word was taken is said a clock later.
        let taken = model.is_high(TAKEN);
        if taken {
            let segment = &segments[current];
            let begins = word % WORDS == 0;
            let last = word + 1 == segment.message.len();
            let (shown_word, found_r, shown_cuts, definition, empty) = shown;
            prop_assert!(
                could[usize::from(begins)] && !empty,
                "word {} of segment {}",
                word,
                current
            );
            prop_assert_eq!(
                shown_word,
                u64::from(segment.message[word]),
                "word {} of segment {}",
                word,
                current
            );
            prop_assert_eq!(shown_cuts, cuts(8 << segment.lane));
            prop_assert_eq!(definition, segment.definition);
            if let Some((found, _)) = expected.as_ref().filter(|_| segment.definition) {
                prop_assert_eq!(
                    found_r,
                    u64::from(found[word]),
                    "word {} of segment {}",
                    word,
                    current
                );
            }
            prop_assert_eq!(
                (model.is_high(TAKEN_FIRST), model.is_high(TAKEN_LAST)),
                (begins, last)
            );
            used += usize::from(begins);
            word += 1;
            results += 1;
            if last {
                if let Some((_, thrown_away)) = expected.filter(|_| segment.definition) {
                    prop_assert_eq!(rejected, thrown_away, "segment {}", current);
                }
                expected = matched.next();
                (current, word, rejected) = (current + 1, 0, 0);
                let Some(next) = segments.get(current) else {
                    break;
                };
                // r goes on at the next segment's first word, three clocks after the last one's end.
                random = fastrand::Rng::with_seed(next.seed);
                coming = VecDeque::from([false, false]);
                jumped = clock + JUMP;
            }
        }
        let segment = &segments[current];
        // A segment, and words not before their own.
        let command = given < segments.len() && model.is_high(ROOMY) && commands.moves();
        model.set(SEGMENT, command.into());
        let said = &segments[given.min(segments.len() - 1)];
        let last = said.message.len() - 1;
        for (port, value) in [
            (MORE_BLOCKS, (last / WORDS) as u64),
            (TAIL, (last % WORDS) as u64),
            (LANE, said.lane as u64),
            (BY_DEFINITION, said.definition.into()),
        ] {
            model.set(port, if command { value } else { 1 });
        }
        given += usize::from(command);
        offered = offered || (entered < words.len() && words[entered].0 < given && offers.moves());
        model.set(VALID, offered.into());
        model.set(
            DATA,
            if offered {
                words[entered].1
            } else {
                0xdead_beef
            }
            .into(),
        );

        // r is there when it likes, but comes two clocks after it was taken.
        let available = draws.moves();
        model.set(R_AVAILABLE, available.into());
        let comes = coming.pop_front() == Some(true);
        model.set(
            R,
            if comes {
                draw(&mut random)
            } else {
                0x5555_5555
            }
            .into(),
        );
        let block = blocks_here < used + AHEAD && blocks.moves();
        let route = routes_here < used + AHEAD && routes.moves();
        let left = results > 0 && leaves.moves();
        for (port, level) in [(BLOCK, block), (ROUTES, route), (LEFT, left)] {
            model.set(port, level.into());
        }

        let ready = model.is_high(READY);
        prop_assert!(
            !(ready && offered) || words[entered].0 <= current,
            "a word of the next segment enters in clock {}",
            clock
        );
        let take_r = model.is_high(R_TAKE);
        prop_assert!(!take_r || available);
        // What is taken before r jumped to this segment is the last one's, and forgotten.
        prop_assert!(!take_r || segment.definition || clock < jumped);
        coming.push_back(take_r && clock >= jumped);
        if model.is_high(REJECTED) {
            prop_assert!(!model.is_high(REJECTED_TWO));
            rejected += 1;
        }
        let empty = model.is_high(EMPTY);
        prop_assert!(
            !empty || (results == 0 && word == 0),
            "something is here in clock {}",
            clock
        );
        shown = (
            model.get(WORD),
            model.get(FOUND_R),
            model.get(CUTS),
            model.is_high(DEFINITION),
            empty,
        );
        let room = results < ROOM;
        could = [room, room && blocks_here > used && routes_here > used];
        results -= usize::from(left);
        blocks_here += usize::from(block);
        routes_here += usize::from(route);
        if ready && offered {
            (offered, entered) = (false, entered + 1);
        }
        quiet = if taken { 0 } else { quiet + 1 };
        model.tick();
        clock += 1;
        prop_assert!(quiet < 5_000, "word {} of segment {} waits", word, current);
    }
    Ok(())
}

proptest! {
    /// Every word of every segment comes once and in order, with the r that its policy asks for; a reset forgets all of it.
    #[test]
    fn words_with_what_belongs_to_them(
        lives in proptest::collection::vec((proptest::collection::vec(segment(), 1..5), any::<Seeds>()), 1..3),
        cut in proptest::option::weighted(0.5, 1..300_usize),
    ) {
        let mut model = Model::new(&TOP);
        let cuts = [cut, None];
        for ((segments, seeds), cut) in lives.iter().zip(cuts) {
            model.set(RESET, 1);
            for port in [SEGMENT, VALID, R_AVAILABLE, BLOCK, ROUTES, LEFT] {
                model.set(port, 0);
            }
            for _ in 0..8 {
                model.tick();
            }
            model.set(RESET, 0);
            for _ in 0..8 {
                prop_assert!(model.is_high(EMPTY) && !model.is_high(TAKEN) && !model.is_high(READY));
                model.tick();
            }
            run(&mut model, segments, *seeds, cut)?;
        }
    }
}
