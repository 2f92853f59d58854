//! Drives a core through its streams, as a device around it would.

mod pins;
mod segment;
mod source;

use std::collections::VecDeque;
use std::fmt::Write;
use std::mem;
use std::path::Path;

use shp_regs::stream::{KEY_WORDS, SEGMENT_WORDS, pbox_channel, unit_channel};

use self::segment::Running;
pub use self::segment::{Keys, Outcome, Segment, Stream};
use crate::stalls::Stalls;
use crate::watch::{Outputs, Watch};
use crate::{Error, Model, Top};
use pins::{KeyWord, MessageWord, Pins};
use source::Source;

/// After so many cycles in which no word moved, a core is stuck. The longest wait of a sound core is for its first
/// block of keystream, about a hundred cycles, and the longest stall is 64.
const PATIENCE: u64 = 2000;

/// A core under Verilator: any top module with the streams of keys, segments, message and ports.
///
/// Segments are queued and run in order, as close to each other as the core takes them.
pub struct Core {
    model: Model,
    pins: Pins,
    keys: Source<KeyWord>,
    segments: Source<Running>,
    message: Source<MessageWord>,
    /// Is `ports_ready` high in a cycle?
    ports_stalls: Stalls,
    held: [bool; 4],
    watch: Watch,
    outputs: Outputs,
    /// Given to the core, and not out yet.
    running: VecDeque<Running>,
    done: Vec<Outcome>,
    waited: u64,
}

impl Core {
    /// Makes a model of the core `top`, and resets it.
    ///
    /// # Errors
    /// [`Error::NoPort`] if the top is no core.
    pub fn new(top: &'static Top) -> Result<Self, Error> {
        let pins = Pins::find(top)?;
        let mut core = Self {
            model: Model::new(top),
            keys: Source::new(pins.key_valid, pins.key_ready),
            segments: Source::new(pins.segment_valid, pins.segment_ready),
            message: Source::new(pins.message_valid, pins.message_ready),
            ports_stalls: Stalls::none(),
            held: [false; 4],
            watch: Watch::new(pins.word_bytes()),
            outputs: Outputs {
                data: vec![0; pins.ports_bytes()],
                ..Outputs::default()
            },
            running: VecDeque::new(),
            done: Vec::new(),
            waited: 0,
            pins,
        };
        core.reset();
        Ok(core)
    }

    /// The most paths that the core splits into, which is also the number of its ports.
    pub fn channels(&self) -> u8 {
        self.pins.channels
    }

    /// The bytes of a message word.
    pub fn word_bytes(&self) -> usize {
        self.pins.word_bytes()
    }

    /// Its rounds of `ChaCha`: 20 where the top is none of [`shp_regs::cores`].
    pub fn rounds(&self) -> u32 {
        let core = shp_regs::cores::find(self.model.top().name());
        core.map_or(20, |core| core.rounds.into())
    }

    /// Cycles since the core was made.
    pub fn cycles(&self) -> u64 {
        self.model.cycles()
    }

    /// Pauses every stream at random from now on, the same for the same seed; `None` ends that.
    pub fn stall(&mut self, seed: Option<u64>) {
        let mut seeds = fastrand::Rng::with_seed(seed.unwrap_or_default());
        let mut pattern = || seed.map_or_else(Stalls::none, |_| Stalls::seeded(seeds.u64(..)));
        self.keys.stalls = pattern();
        self.segments.stalls = pattern();
        self.message.stalls = pattern();
        self.ports_stalls = pattern();
    }

    /// Holds a stream up, or lets it go on. An input that was offered already stays so until it is taken.
    pub fn hold(&mut self, stream: Stream, held: bool) {
        self.held[stream as usize] = held;
    }

    /// Writes every signal of every cycle from now on to a VCD file.
    ///
    /// # Errors
    /// [`Error::Trace`] if the file cannot be written.
    pub fn trace(&mut self, file: &Path) -> Result<(), Error> {
        self.model.trace(file)
    }

    /// Forces failures of the self-test from now on, a bit each; none ends that.
    pub fn force_fault(&mut self, faults: u8) {
        if let Some(pin) = self.pins.fault {
            self.model.set(pin, faults.into());
        }
    }

    /// What the self-test found wrong since the last reset, a bit each; 0 is nothing.
    pub fn failed(&mut self) -> u8 {
        self.pins.failed.map_or(0, |pin| self.model.get(pin) as u8)
    }

    /// Resets the core for one cycle. Whatever was queued, in the core or out of it is gone, keys too.
    pub fn reset(&mut self) {
        self.keys.clear(&mut self.model);
        self.segments.clear(&mut self.model);
        self.message.clear(&mut self.model);
        self.running.clear();
        self.done.clear();
        self.watch = Watch::new(self.pins.word_bytes());
        self.waited = 0;
        self.model.set(self.pins.reset, 1);
        self.model.tick();
        self.model.set(self.pins.reset, 0);
    }

    /// Lets what is queued run to its end, then loads keys.
    ///
    /// # Errors
    /// [`Error::Unsupported`] if there are no units or more than the core's; as [`Core::step`].
    pub fn load(&mut self, keys: Keys) -> Result<(), Error> {
        let finished = self.run()?;
        self.done = finished;
        let channels = self.pins.channels;
        let paths = u8::try_from(keys.units.len() + 1).unwrap_or(u8::MAX);
        let mut words = Vec::new();
        let mut add = |channel: Option<u8>, key: &[u8; 32]| {
            let channel = channel.ok_or(Error::Unsupported("more paths than the core has"))?;
            for (word, data) in (0..KEY_WORDS).zip(key.chunks(4)) {
                words.push(KeyWord {
                    channel,
                    word,
                    data: little_endian(data) as u32,
                });
            }
            Ok(())
        };
        for (unit, key) in (0..).zip(keys.units) {
            add(unit_channel(unit, paths, channels), key)?;
        }
        add(Some(pbox_channel(channels)), keys.pbox)?;
        self.keys.queue.extend(words);
        self.run_until(|core| core.keys.is_empty())
    }

    /// Why the core cannot split a message of so many bytes so, if it cannot.
    ///
    /// # Errors
    /// [`Error::Unsupported`].
    pub fn supports(&self, segment: &Segment, length: usize) -> Result<(), Error> {
        let refusal = if segment.definition && self.pins.segment_definition.is_none() {
            "policy definition"
        } else if !(2..=self.pins.channels).contains(&segment.paths) {
            "more paths than the core has"
        } else if segment.lane.bits() as usize > 8 * self.word_bytes() {
            "lanes wider than the core's word"
        } else if length == 0 || length.div_ceil(self.word_bytes()) > SEGMENT_WORDS as usize {
            "no such length"
        } else {
            return Ok(());
        };
        Err(Error::Unsupported(refusal))
    }

    /// Queues a segment and its message.
    ///
    /// # Errors
    /// [`Error::Unsupported`], and nothing is queued.
    pub fn queue(&mut self, segment: &Segment, message: &[u8]) -> Result<(), Error> {
        self.supports(segment, message.len())?;
        let words = message.chunks(self.word_bytes());
        let count = words.len() as u32;
        self.message
            .queue
            .extend(words.map(|word| MessageWord(little_endian(word))));
        let ports = vec![Vec::with_capacity(message.len()); segment.paths.into()];
        let outcome = Outcome {
            ports,
            words: count,
            given: 0,
            first: 0,
            last: 0,
        };
        let (segment, length) = (*segment, message.len());
        self.segments.queue.push_back(Running {
            segment,
            length,
            word: 0,
            outcome,
        });
        Ok(())
    }

    /// Queues one segment, runs all there is to its end, and gives that segment's ports.
    ///
    /// # Errors
    /// [`Error::Unsupported`]; as [`Core::step`].
    pub fn split(&mut self, segment: &Segment, message: &[u8]) -> Result<Outcome, Error> {
        self.queue(segment, message)?;
        let mut outcomes = self.run()?;
        // Of the segments that came out, the one queued here is the last.
        Ok(outcomes.swap_remove(outcomes.len() - 1))
    }

    /// Runs until all that is queued is out and the core is idle again; gives each segment's outcome in order.
    ///
    /// # Errors
    /// As [`Core::step`].
    pub fn run(&mut self) -> Result<Vec<Outcome>, Error> {
        self.run_until(|core| {
            let waiting = !core.segments.is_empty() || !core.keys.is_empty();
            !waiting && core.running.is_empty() && core.outputs.idle
        })?;
        Ok(mem::take(&mut self.done))
    }

    /// Lets one cycle pass: offers and takes what the streams have, and watches.
    ///
    /// # Errors
    /// [`Error::Protocol`] if the core broke a rule. Only [`Core::reset`] makes sense after it.
    pub fn step(&mut self) -> Result<(), Error> {
        let cycle = self.cycles();
        let [keys, segments, message, ports] = self.held;
        self.keys.offer(&self.pins, &mut self.model, keys);
        self.segments.offer(&self.pins, &mut self.model, segments);
        self.message.offer(&self.pins, &mut self.model, message);
        let ready = self.ports_stalls.moves() && !ports;
        self.model.set(self.pins.ports_ready, ready.into());

        self.pins.get_outputs(&mut self.model, &mut self.outputs);
        let out = self.outputs.valid && ready;
        let place = self.running.front().map(Running::place);
        let watched = self.watch.look(&self.outputs, place, out);
        watched.map_err(|rule| Error::Protocol { cycle, rule })?;

        let mut moved = out;
        if out {
            self.collect(cycle);
        }
        moved |= self.keys.take(&mut self.model).is_some();
        moved |= self.message.take(&mut self.model).is_some();
        if let Some(mut segment) = self.segments.take(&mut self.model) {
            moved = true;
            segment.outcome.given = cycle;
            self.running.push_back(segment);
        }
        self.waited = if moved { 0 } else { self.waited + 1 };
        self.model.tick();
        Ok(())
    }

    /// Lets cycles pass until `end`, but not for ever.
    fn run_until(&mut self, end: impl Fn(&Self) -> bool) -> Result<(), Error> {
        self.waited = 0;
        loop {
            // A cycle first, so that the outputs that `end` looks at are today's.
            self.step()?;
            if end(self) {
                return Ok(());
            }
            if self.waited >= PATIENCE {
                return Err(Error::Stuck {
                    cycle: self.cycles(),
                    waited: self.waited,
                    state: self.state(),
                });
            }
        }
    }

    /// Takes the words of all ports to the segment that is on its way out.
    fn collect(&mut self, cycle: u64) {
        let segment = self
            .running
            .front_mut()
            .expect("the watch saw that there is one");
        segment.collect(cycle, self.outputs.data.chunks(self.pins.word_bytes()));
        if self.outputs.last {
            let segment = self.running.pop_front().expect("looked at above");
            self.done.push(segment.outcome);
        }
    }

    /// What each stream is doing, in a line.
    fn state(&mut self) -> String {
        let mut text = format!(
            "keys {}, segments {}, message {}, ports ",
            self.keys.state(&mut self.model),
            self.segments.state(&mut self.model),
            self.message.state(&mut self.model)
        );
        text += if self.outputs.valid {
            "offered"
        } else {
            "silent"
        };
        if let Some(place) = self.running.front().map(Running::place) {
            let _ = write!(text, " before word {} of {}", place.word, place.words);
        }
        if self.outputs.idle {
            text += ", idle";
        }
        match self.failed() {
            0 => text,
            failed => text + &format!(", self-test failed: {failed:#05b}"),
        }
    }
}

/// The number of up to 16 bytes, the lowest first.
fn little_endian(bytes: &[u8]) -> u128 {
    bytes
        .iter()
        .rev()
        .fold(0, |high, &low| high << 8 | u128::from(low))
}
