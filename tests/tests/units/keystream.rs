//! The keystreams of all units, from keys and segments to words and draws: `rand_chacha` says what they are.

// Fault: in keystream, entry_state_block = entry_record[(32'h40)+:(28)] => entry_state_block = entry_record[(32'h5c)+:(28)]

use std::collections::VecDeque;

use proptest::prelude::*;
use shp_sim::tops::keystream::{
    ANNOUNCED, BLOCK, CLOSED, DEFINITION, DRAWS, DRAWS_PATHS, DRAWS_PBOX, DROP, IDLE, KEY_DATA,
    KEY_INDEX, KEY_TURN, KEY_WRITE, MORE_BLOCKS, NEXT_DRAWS, NUMBER, NUMBER_ZERO, PATHS, PBOX,
    R_AVAILABLE, R_DROP, R_TAKE, R_TAKEN, REJECTED, REJECTED_TWO, RESET, RESET_UNITS,
    SEGMENT_READY, SEGMENT_VALID, TAKE, TAKEN_0, TAKEN_1, TOP, TURN, WHOLE,
};
use shp_sim::{Model, Stalls};

use crate::chacha::{keystream, unhex};
use crate::support::{read, stalls, words};
use crate::vectors::{RFC_8439, STROMBERGSON};

/// Turns: the P-box, two units that make R, and the one that makes r.
const TURNS: usize = 4;
/// Words a block.
const WORDS: usize = 16;
/// Clocks without r around the end of a segment of policy `definition`, in which r jumps to the next one.
const PATIENCE: usize = 8;

#[derive(Clone, Debug)]
struct Segment {
    number: u64,
    words: usize,
    paths: usize,
    pbox: bool,
    definition: bool,
}

impl Segment {
    fn blocks(&self) -> usize {
        self.words.div_ceil(WORDS)
    }

    /// How many blocks a turn makes, at the least, and whether there may be more.
    fn made(&self, turn: usize) -> (usize, bool) {
        match turn {
            0 if self.pbox => (self.blocks().div_ceil(8), false),
            3 if self.definition => (self.blocks() + 1, true),
            3 => (self.blocks(), false),
            1 | 2 if self.paths > turn + 1 => (self.blocks(), false),
            _ => (0, false),
        }
    }
}

fn segment() -> impl Strategy<Value = Segment> {
    let words = prop_oneof![1..5_usize, 1..200_usize, 100..500_usize];
    (any::<u64>(), words, 2..=TURNS, any::<bool>(), any::<bool>()).prop_map(
        |(number, words, paths, pbox, definition)| Segment {
            number,
            words,
            paths,
            pbox,
            definition,
        },
    )
}

/// The unit, and what is expected of it.
struct Bench<'a> {
    model: Model,
    keys: [[u8; 32]; TURNS],
    segments: &'a [Segment],
    given: usize,
    commands: Stalls,
    /// The segment whose block each turn makes next, and which block.
    made: [(usize, usize); TURNS],
    /// Draws that will be told of.
    draws: VecDeque<(usize, usize, bool)>,
    drawing: bool,
    /// Blocks of R that were announced so long ago that the gate may have let a word through.
    announced: usize,
    announcing: bool,
    /// Words on their way out of the units: R's, and r's.
    under_way: VecDeque<Option<[u32; 2]>>,
    r_under_way: VecDeque<Option<u32>>,
    /// The words of r to take in the next two clocks, and whether each is the segment's last.
    late: [Option<(u32, bool)>; 2],
    /// What unit 0 gave.
    first_unit: Vec<u32>,
    clock: usize,
}

impl<'a> Bench<'a> {
    /// A unit with these keys.
    fn new(keys: [[u8; 32]; TURNS]) -> Self {
        let mut model = Model::new(&TOP);
        model.set(RESET, 1);
        model.set(RESET_UNITS, 1);
        model.set(KEY_WRITE, 1);
        for (turn, key) in keys.iter().enumerate() {
            for (index, word) in words(key).into_iter().enumerate() {
                model.set(KEY_TURN, turn as u64);
                model.set(KEY_INDEX, index as u64);
                model.set(KEY_DATA, word.into());
                model.tick();
            }
        }
        model.set(KEY_WRITE, 0);
        Self {
            model,
            keys,
            segments: &[],
            given: 0,
            commands: Stalls::none(),
            made: [(0, 0); TURNS],
            draws: VecDeque::new(),
            drawing: false,
            announced: 0,
            announcing: false,
            under_way: VecDeque::new(),
            r_under_way: VecDeque::new(),
            first_unit: Vec::new(),
            clock: 0,
            late: [None; 2],
        }
    }

    /// Forgets whatever is under way, for other segments.
    fn begin(&mut self, segments: &'a [Segment], commands: Stalls) {
        for port in [
            SEGMENT_VALID,
            TAKE,
            DROP,
            R_TAKE,
            R_DROP,
            CLOSED,
            REJECTED,
            NUMBER_ZERO,
        ] {
            self.model.set(port, 0);
        }
        self.model.set(RESET, 1);
        self.model.set(RESET_UNITS, 1);
        for _ in 0..160 {
            self.model.tick();
        }
        self.model.set(RESET, 0);
        self.model.set(RESET_UNITS, 0);
        self.model.tick();
        self.segments = segments;
        self.given = 0;
        self.commands = commands;
        self.made = [(0, 0); TURNS];
        self.draws = segments
            .iter()
            .flat_map(|segment| {
                (0..segment.blocks()).step_by(8).map(|block| {
                    (
                        (segment.blocks() - block).min(8),
                        segment.paths,
                        segment.pbox,
                    )
                })
            })
            .collect();
        self.drawing = false;
        self.announced = 0;
        self.announcing = false;
        self.under_way = VecDeque::from([None; 4]);
        self.r_under_way = VecDeque::from([None, None]);
        self.late = [None; 2];
    }

    /// Sees to a block that is whole: it has to be its turn's next one.
    fn whole(&mut self, turn: usize, block: &[u8]) -> Result<(), TestCaseError> {
        loop {
            let (segment, index) = self.made[turn];
            prop_assert!(
                segment < self.segments.len(),
                "a block too many in turn {}",
                turn
            );
            let said = &self.segments[segment];
            let (least, more) = said.made(turn);
            let expected = keystream(20, &self.keys[turn], said.number, index as u64, 64);
            if index < least || more {
                if block == expected {
                    self.made[turn] = (segment, index + 1);
                    return Ok(());
                }
                prop_assert!(
                    index >= least,
                    "block {} of segment {} in turn {}",
                    index,
                    segment,
                    turn
                );
            }
            self.made[turn] = (segment + 1, 0);
        }
    }

    /// A clock with these taken: a word of each R, and one of r.
    fn tick(&mut self, r: Option<[u32; 2]>, r_word: Option<u32>) -> Result<(), TestCaseError> {
        let offer = self.given < self.segments.len() && self.commands.moves();
        self.model.set(SEGMENT_VALID, offer.into());
        if let Some(segment) = self.segments.get(self.given).filter(|_| offer) {
            for (port, value) in [
                (NUMBER, segment.number),
                (MORE_BLOCKS, segment.blocks() as u64 - 1),
                (PATHS, segment.paths as u64),
                (PBOX, segment.pbox.into()),
                (DEFINITION, segment.definition.into()),
            ] {
                self.model.set(port, value);
            }
        } else {
            for (port, noise) in [
                (NUMBER, 0x5a),
                (MORE_BLOCKS, 3),
                (PATHS, 2),
                (PBOX, 1),
                (DEFINITION, 1),
            ] {
                self.model.set(port, noise);
            }
        }
        let given = offer && self.model.is_high(SEGMENT_READY);
        self.model.set(TAKE, r.is_some().into());
        let [late, next] = self.late;
        self.late = [next, None];
        let r_word = r_word.or(late.map(|(word, _)| word));
        self.model.set(R_TAKE, r_word.is_some().into());
        self.model
            .set(R_DROP, late.is_some_and(|(_, last)| last).into());
        self.under_way.push_back(r);
        self.r_under_way.push_back(r_word);

        if let Some(expected) = self.under_way.pop_front().flatten() {
            let taken = [TAKEN_0, TAKEN_1].map(|port| self.model.get(port) as u32);
            prop_assert_eq!(taken, expected, "words of R in clock {}", self.clock);
            self.first_unit.push(taken[0]);
        }
        if let Some(expected) = self.r_under_way.pop_front().flatten() {
            prop_assert_eq!(
                self.model.get(R_TAKEN) as u32,
                expected,
                "r in clock {}",
                self.clock
            );
        }
        let whole = self.model.is_high(WHOLE);
        let turn = self.model.get(TURN) as usize;
        if whole {
            let block = read(&mut self.model, BLOCK);
            self.whole(turn, &block)?;
        }
        if self.drawing {
            let told = [DRAWS, DRAWS_PATHS, DRAWS_PBOX].map(|port| self.model.get(port));
            let Some((draws, paths, pbox)) = self.draws.pop_front() else {
                return Err(TestCaseError::fail("draws that no segment asked for"));
            };
            prop_assert_eq!(told, [draws as u64, paths as u64, pbox.into()]);
            prop_assert!(turn == 0 && whole == pbox);
        }
        self.drawing = self.model.is_high(NEXT_DRAWS);
        self.announced += usize::from(self.announcing);
        self.announcing = self.model.is_high(ANNOUNCED);
        self.given += usize::from(given);
        self.model.tick();
        self.clock += 1;
        prop_assert!(self.clock < 1_000_000, "nothing moves");
        Ok(())
    }

    /// Takes all words of all segments.
    fn run(
        &mut self,
        takes: &mut Stalls,
        redraws: &mut fastrand::Rng,
    ) -> Result<(), TestCaseError> {
        // Blocks of R whose first word was taken.
        let mut used = 0;
        for segment in self.segments {
            let stream = |turn: usize, used: bool, length: usize| {
                let bytes = keystream(20, &self.keys[turn], segment.number, 0, 4 * length);
                if used { words(&bytes) } else { vec![0; length] }
            };
            let units = [1, 2].map(|turn| stream(turn, segment.paths > turn + 1, segment.words));
            let r = stream(3, true, 2 * segment.words + 400);
            let mut r_at = 0;
            if segment.definition {
                for _ in 0..PATIENCE {
                    self.tick(None, None)?;
                }
            }
            for word in 0..segment.words {
                if segment.definition {
                    // This word's r, and as many more as are thrown away first.
                    let mut wanted = 1;
                    while wanted > 0 {
                        let take = self.model.is_high(R_AVAILABLE) && takes.moves();
                        self.tick(None, take.then(|| r[r_at]))?;
                        if take {
                            r_at += 1;
                            wanted -= 1;
                            if r_at + 400 < r.len() && redraws.u8(..) < 60 {
                                self.model.set(REJECTED, 1);
                                self.model.set(REJECTED_TWO, 0);
                                self.tick(None, None)?;
                                self.model.set(REJECTED, 0);
                                wanted += 1;
                            }
                        }
                    }
                }
                let begins = word % WORDS == 0;
                while !takes.moves() || (begins && self.announced == used) {
                    self.tick(None, None)?;
                }
                used += usize::from(begins);
                let last = word + 1 == segment.words;
                self.model.set(DROP, last.into());
                self.model.set(CLOSED, (last && segment.definition).into());
                let expected = units.each_ref().map(|unit| unit[word]);
                self.tick(Some(expected), None)?;
                // Policy `uniform` takes r two clocks after the words of R.
                self.late[1] = (!segment.definition).then(|| (r[word], last));
                for port in [DROP, CLOSED] {
                    self.model.set(port, 0);
                }
            }
            if segment.definition {
                for _ in 0..PATIENCE {
                    self.tick(None, None)?;
                }
            }
        }
        // Nothing more comes.
        for _ in 0..300 {
            self.tick(None, None)?;
        }
        prop_assert!(self.model.is_high(IDLE) && self.draws.is_empty());
        Ok(())
    }
}

fn keys() -> impl Strategy<Value = [[u8; 32]; TURNS]> {
    proptest::array::uniform4(any::<[u8; 32]>())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    /// Every word, block and draw of every segment, whoever pauses; a reset forgets what was under way.
    #[test]
    fn all_keystreams(
        keys in keys(),
        lives in proptest::collection::vec((proptest::collection::vec(segment(), 1..5), any::<Option<u64>>(), any::<Option<u64>>(), 0..1000_usize), 1..3),
        redraws: u64,
    ) {
        let mut bench = Bench::new(keys);
        let mut redraws = fastrand::Rng::with_seed(redraws);
        for (segments, commands, takes, cut) in &lives {
            // Some clocks of segments of which nothing is taken.
            bench.begin(segments, stalls(*commands));
            for _ in 0..*cut {
                bench.tick(None, None)?;
            }
            bench.begin(segments, stalls(*commands));
            bench.run(&mut stalls(*takes), &mut redraws)?;
        }
    }
}

/// All published vectors of 20 rounds, by a unit's words and by its blocks.
#[test]
fn the_published_vectors() -> Result<(), TestCaseError> {
    for vector in RFC_8439
        .iter()
        .chain(&STROMBERGSON)
        .filter(|vector| vector.rounds == 20)
    {
        let mut bench = Bench::new([[2; 32], unhex(vector.key), [3; 32], [4; 32]]);
        let counter = vector.counter as usize;
        let segments = [Segment {
            number: vector.number(),
            words: WORDS * (counter + 1),
            paths: TURNS,
            pbox: true,
            definition: false,
        }];
        bench.begin(&segments, Stalls::none());
        bench.run(&mut Stalls::none(), &mut fastrand::Rng::with_seed(0))?;
        assert_eq!(
            bench.first_unit[WORDS * counter..],
            words(&unhex::<64>(vector.block))
        );
    }
    Ok(())
}
