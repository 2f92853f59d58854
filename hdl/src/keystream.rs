//! The CSPRNG units of Figure 7.1 and the one engine that makes their blocks.
//!
//! ```text
//!   segment --> schedule --.
//!                          v
//!   key ----> keys --> engine --> corner turn --+--> csprng 0 --> R_0
//!                                               +--> csprng 1 --> R_1
//!                                               +--> csprng 2 --> r
//!                                               '--> csprng 3 --> draws of the P-box
//! ```

use crate::corner_turn::CornerTurn;
use crate::csprng::Csprng;
use crate::delay::Delay;
use crate::engine::Engine;
use crate::keys::Keys;
use crate::schedule::Schedule;
use rust_hdl::prelude::*;

/// Three units of 32 bits and the P-box's, on an engine of five rounds.
#[derive(LogicBlock, Default)]
pub struct Keystream {
    /// Rising edge.
    pub clock: Signal<In, Clock>,
    /// Forgets every segment and block. Hold it for 128 clocks.
    pub reset: Signal<In, Bit>,
    /// Writes `key_data` as word `key_index` of the key of channel `key_channel`.
    pub key_write: Signal<In, Bit>,
    /// Whose key: 0 and 1 make R, 2 makes r, 3 is the P-box's.
    pub key_channel: Signal<In, Bits<2>>,
    /// Which of its words.
    pub key_index: Signal<In, Bits<3>>,
    /// The word.
    pub key_data: Signal<In, Bits<32>>,
    /// A segment is offered.
    pub segment_valid: Signal<In, Bit>,
    /// It is taken if offered.
    pub segment_ready: Signal<Out, Bit>,
    /// Its number.
    pub number: Signal<In, Bits<64>>,
    /// Its length in blocks.
    pub blocks: Signal<In, Bits<28>>,
    /// It wants permutations.
    pub pbox: Signal<In, Bit>,
    /// There is a word of each unit to take.
    pub available: Signal<Out, Bit>,
    /// Takes a word of each unit but the P-box's.
    pub take: Signal<In, Bit>,
    /// With `take`: the segment's last.
    pub drop: Signal<In, Bit>,
    /// The words taken two clocks ago, by channel.
    pub taken: [Signal<Out, Bits<32>>; 3],
    /// There is a word of the P-box to take.
    pub draw_available: Signal<Out, Bit>,
    /// Takes a word of the P-box.
    pub draw_take: Signal<In, Bit>,
    /// With `draw_take`: the segment's last.
    pub draw_drop: Signal<In, Bit>,
    /// The word taken two clocks ago.
    pub draw_taken: Signal<Out, Bits<32>>,
    /// No segment, and nothing in the engine.
    pub idle: Signal<Out, Bit>,
    schedule: Schedule,
    keys: Keys<2>,
    engine: Engine<20, 16>,
    flight: Delay<2, 168>,
    corner_turn: CornerTurn,
    csprng: [Csprng<32>; 4],
    key_turn: Signal<Local, Bits<2>>,
    starts: Signal<Local, Bits<2>>,
}

impl Logic for Keystream {
    #[hdl_gen]
    fn update(&mut self) {
        self.schedule.clock.next = self.clock.val();
        self.keys.clock.next = self.clock.val();
        self.engine.clock.next = self.clock.val();
        self.flight.clock.next = self.clock.val();
        self.corner_turn.clock.next = self.clock.val();
        for i in 0..4 {
            self.csprng[i].clock.next = self.clock.val();
            self.csprng[i].reset.next = self.reset.val();
        }

        self.schedule.reset.next = self.reset.val();
        self.schedule.segment_valid.next = self.segment_valid.val();
        self.schedule.number.next = self.number.val();
        self.schedule.blocks.next = self.blocks.val();
        self.schedule.pbox.next = self.pbox.val();
        self.schedule.freed.next = self.csprng[2].freed.val();
        self.schedule.draw_freed.next = self.csprng[3].freed.val();
        self.segment_ready.next = self.schedule.segment_ready.val();
        self.idle.next = self.schedule.idle.val();

        // The P-box has turn 0, channel c has turn c + 1.
        self.key_turn.next = self.key_channel.val() + 1;
        self.keys.write.next = self.key_write.val();
        self.keys.turn.next = self.key_turn.val();
        self.keys.index.next = self.key_index.val();
        self.keys.data.next = self.key_data.val();
        self.keys.next_turn.next = self.schedule.next_at.val().get_bits::<2>(2);

        self.engine.load.next = self.schedule.at.val().get_bits::<2>(0) == 0;
        for i in 0..8 {
            self.engine.fresh[i].next = self.keys.key[i].val();
        }
        self.engine.fresh[8].next = self.schedule.wheel_block.val();
        if self.schedule.at.val().get_bits::<2>(2) == 0 {
            // The P-box draws eight bytes a block: a block of its own serves eight.
            self.engine.fresh[8].next = self.schedule.wheel_block.val() >> 3;
        }
        self.engine.fresh[9].next = 0.into();
        self.engine.fresh[10].next = self.schedule.wheel_number.val().get_bits::<32>(0);
        self.engine.fresh[11].next = self.schedule.wheel_number.val().get_bits::<32>(32);

        self.starts.next = bit_cast::<2, 1>(self.schedule.start.val().into())
            | (bit_cast::<2, 1>(self.schedule.start_draw.val().into()) << 1);
        self.flight.word.next = self.starts.val();

        self.corner_turn.reset.next = self.reset.val();
        self.corner_turn.enter.next = self.schedule.start.val();
        self.corner_turn.number.next = self.schedule.wheel_number.val();
        self.corner_turn.counter.next = self.schedule.wheel_block.val();
        self.corner_turn.key_write.next = self.key_write.val();
        self.corner_turn.key_turn.next = self.key_turn.val();
        self.corner_turn.key_index.next = self.key_index.val();
        self.corner_turn.key_data.next = self.key_data.val();
        self.corner_turn.start.next = self.flight.later.val().get_bit(0);
        self.corner_turn.start_draw.next = self.flight.later.val().get_bit(1);
        for i in 0..16 {
            self.corner_turn.block[i].next = self.engine.block[i].val();
        }

        for i in 0..3 {
            self.csprng[i].start.next = self.corner_turn.lane_start[i + 1].val();
            self.csprng[i].word.next = self.corner_turn.lane[i + 1].val();
            self.csprng[i].take.next = self.take.val();
            self.csprng[i].drop.next = self.drop.val();
            self.taken[i].next = self.csprng[i].taken.val();
        }
        self.csprng[3].start.next = self.corner_turn.lane_start[0].val();
        self.csprng[3].word.next = self.corner_turn.lane[0].val();
        self.csprng[3].take.next = self.draw_take.val();
        self.csprng[3].drop.next = self.draw_drop.val();
        self.draw_taken.next = self.csprng[3].taken.val();
        self.draw_available.next = self.csprng[3].available.val();
        // The last lane starts last: what it has, all have.
        self.available.next = self.csprng[2].available.val();
    }
}
