//! The core's ports, and how words stand on them.

use shp_regs::stream::Lane;

use super::segment::{Outcome, Running, Segment};
use super::source::Word;
use crate::watch::Outputs;
use crate::{Error, Input, Model, Output, Top};

/// The ports of a core.
pub(crate) struct Pins {
    pub(crate) channels: u8,
    pub(crate) reset: Input,
    pub(crate) key_valid: Input,
    pub(crate) key_ready: Output,
    key_unit: Input,
    key_word: Input,
    key_data: Input,
    pub(crate) segment_valid: Input,
    pub(crate) segment_ready: Output,
    segment_number: Input,
    segment_words: Input,
    segment_paths: Input,
    segment_lane: Input,
    segment_pbox: Input,
    /// A core without this pin knows no policy but `uniform`.
    pub(crate) segment_definition: Option<Input>,
    pub(crate) message_valid: Input,
    pub(crate) message_ready: Output,
    message_data: Input,
    ports_valid: Output,
    pub(crate) ports_ready: Input,
    ports_data: Output,
    ports_last: Output,
    idle: Output,
    /// A core without a self-test has neither of these.
    pub(crate) fault: Option<Input>,
    pub(crate) failed: Option<Output>,
}

impl Pins {
    /// Finds the ports of a core among those of `top`; K and W follow from their widths.
    pub(crate) fn find(top: &'static Top) -> Result<Self, Error> {
        let message_data = top.input("message_data")?;
        let ports_data = top.output("ports_data")?;
        Ok(Self {
            channels: (ports_data.width() / message_data.width()) as u8,
            reset: top.input("reset")?,
            key_valid: top.input("key_valid")?,
            key_ready: top.output("key_ready")?,
            key_unit: top.input("key_unit")?,
            key_word: top.input("key_word")?,
            key_data: top.input("key_data")?,
            segment_valid: top.input("segment_valid")?,
            segment_ready: top.output("segment_ready")?,
            segment_number: top.input("segment_number")?,
            segment_words: top.input("segment_words")?,
            segment_paths: top.input("segment_paths")?,
            segment_lane: top.input("segment_lane")?,
            segment_pbox: top.input("segment_pbox")?,
            segment_definition: top.input("segment_definition").ok(),
            message_valid: top.input("message_valid")?,
            message_ready: top.output("message_ready")?,
            message_data,
            ports_valid: top.output("ports_valid")?,
            ports_ready: top.input("ports_ready")?,
            ports_data,
            ports_last: top.output("ports_last")?,
            idle: top.output("idle")?,
            fault: top.input("fault").ok(),
            failed: top.output("failed").ok(),
        })
    }

    /// The bytes of a message word.
    pub(crate) fn word_bytes(&self) -> usize {
        self.message_data.width() as usize / 8
    }

    /// The bytes of the words of all ports.
    pub(crate) fn ports_bytes(&self) -> usize {
        self.ports_data.width() as usize / 8
    }

    /// Reads the state of the output into `outputs`; its data only while it is valid.
    pub(crate) fn get_outputs(&self, model: &mut Model, outputs: &mut Outputs) {
        outputs.valid = model.is_high(self.ports_valid);
        outputs.idle = model.is_high(self.idle);
        if outputs.valid {
            outputs.last = model.is_high(self.ports_last);
            model.get_bytes(self.ports_data, &mut outputs.data);
        }
    }
}

/// A word of a key on its way to a channel.
pub(crate) struct KeyWord {
    pub(crate) channel: u8,
    pub(crate) word: u8,
    pub(crate) data: u32,
}

impl Word for KeyWord {
    const POISON: Self = Self {
        channel: 0xf,
        word: 7,
        data: 0xdead_dead,
    };

    fn set(&self, pins: &Pins, model: &mut Model) {
        model.set(pins.key_unit, self.channel.into());
        model.set(pins.key_word, self.word.into());
        model.set(pins.key_data, self.data.into());
    }
}

impl Word for Running {
    const POISON: Self = Self {
        segment: Segment {
            number: u64::MAX,
            paths: 31,
            lane: Lane::Bits64,
            pbox: true,
            definition: true,
        },
        length: 0,
        word: 0,
        outcome: Outcome {
            ports: Vec::new(),
            words: u32::MAX,
            given: 0,
            first: 0,
            last: 0,
        },
    };

    fn set(&self, pins: &Pins, model: &mut Model) {
        let Self {
            segment, outcome, ..
        } = self;
        model.set(pins.segment_number, segment.number);
        model.set(pins.segment_words, outcome.words.into());
        model.set(pins.segment_paths, segment.paths.into());
        model.set(pins.segment_lane, segment.lane.code().into());
        model.set(pins.segment_pbox, segment.pbox.into());
        if let Some(pin) = pins.segment_definition {
            model.set(pin, segment.definition.into());
        }
    }
}

/// A word of the message, zero above its bytes.
pub(crate) struct MessageWord(pub(crate) u128);

impl Word for MessageWord {
    const POISON: Self = Self(u128::MAX / 0xff * 0xa5);

    fn set(&self, pins: &Pins, model: &mut Model) {
        model.set_bytes(
            pins.message_data,
            &self.0.to_le_bytes()[..pins.word_bytes()],
        );
    }
}
