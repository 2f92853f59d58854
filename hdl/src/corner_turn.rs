//! From a block of one unit each turn to a word of each unit each clock.
//!
//! ```text
//!   row 0 of the block --> shift out -----------> + initial state --.
//!   row 1 --------------->    "    -- 4 clocks -> +       "          \  turn by      --> lane 0, the P-box
//!   row 2 --------------->    "    -- 8 clocks -> +       "          /  the turn's   --> lane 1, channel 0
//!   row 3 --------------->    "    - 12 clocks -> +       "       --'   number       --> ...
//! ```
//!
//! While row 0 of a block goes out, row 1 of the turn before does, and row 2 of the one before that: four words a clock, one of each unit, once they are turned.
//! A lane starts a turn later than the one before it. The initial state is added here (RFC 8439, section 2.3), a word a row and clock.

use crate::delay::Delay;
use crate::engine::SIGMA;
use crate::memory::SmallMemory;
use rust_hdl::prelude::*;

/// The corner turn for four units and four clocks a turn.
///
/// Latency from `start` to the first word of lane s: 4 + 4s clocks.
#[derive(LogicBlock)]
pub struct CornerTurn {
    /// Rising edge.
    pub clock: Signal<In, Clock>,
    /// Forgets the wheels that entered.
    pub reset: Signal<In, Bit>,
    /// A wheel enters the engine...
    pub enter: Signal<In, Bit>,
    /// ...for this segment...
    pub number: Signal<In, Bits<64>>,
    /// ...at this block counter.
    pub counter: Signal<In, Bits<32>>,
    /// Writes `key_data` as word `key_index` of the key of turn `key_turn`.
    pub key_write: Signal<In, Bit>,
    /// Whose key.
    pub key_turn: Signal<In, Bits<2>>,
    /// Which of its words.
    pub key_index: Signal<In, Bits<3>>,
    /// The word.
    pub key_data: Signal<In, Bits<32>>,
    /// The first block of the oldest wheel leaves the engine.
    pub start: Signal<In, Bit>,
    /// With `start`: the P-box's block is wanted.
    pub start_draw: Signal<In, Bit>,
    /// What leaves the engine: a block each fourth clock.
    pub block: [Signal<In, Bits<32>>; 16],
    /// A word of each turn's unit.
    pub lane: [Signal<Out, Bits<32>>; 4],
    /// The first word of a block is in this lane.
    pub lane_start: [Signal<Out, Bit>; 4],
    at_next: DFF<Bits<4>>,
    at: Signal<Local, Bits<4>>,
    word: [DFF<Bits<32>>; 16],
    row_1: Delay<32, 128>,
    row_2: Delay<32, 256>,
    row_3: Delay<32, 384>,
    at_row: [Delay<4, 16>; 3],
    key_low: SmallMemory<4, 32>,
    key_high: SmallMemory<4, 32>,
    wheels: SmallMemory<4, 92>,
    wheel_in: DFF<Bits<4>>,
    wheel_out: DFF<Bits<4>>,
    wheel: Signal<Local, Bits<92>>,
    initial: [DFF<Bits<32>>; 4],
    sum: [DFF<Bits<32>>; 4],
    turned_once: [DFF<Bits<32>>; 4],
    turned: [DFF<Bits<32>>; 4],
    turn: Delay<2, 4>,
    turn_late: DFF<Bits<2>>,
    starts: DFF<Bits<16>>,
    draw_starts: DFF<Bits<4>>,
    sigma: [Constant<Bits<32>>; 4],
}

impl Default for CornerTurn {
    fn default() -> Self {
        Self {
            clock: Signal::default(),
            reset: Signal::default(),
            enter: Signal::default(),
            number: Signal::default(),
            counter: Signal::default(),
            key_write: Signal::default(),
            key_turn: Signal::default(),
            key_index: Signal::default(),
            key_data: Signal::default(),
            start: Signal::default(),
            start_draw: Signal::default(),
            block: Default::default(),
            lane: Default::default(),
            lane_start: Default::default(),
            at_next: DFF::default(),
            at: Signal::default(),
            word: Default::default(),
            row_1: Delay::default(),
            row_2: Delay::default(),
            row_3: Delay::default(),
            at_row: Default::default(),
            key_low: SmallMemory::default(),
            key_high: SmallMemory::default(),
            wheels: SmallMemory::default(),
            wheel_in: DFF::default(),
            wheel_out: DFF::default(),
            wheel: Signal::default(),
            initial: Default::default(),
            sum: Default::default(),
            turned_once: Default::default(),
            turned: Default::default(),
            turn: Delay::default(),
            turn_late: DFF::default(),
            starts: DFF::default(),
            draw_starts: DFF::default(),
            sigma: SIGMA.map(|word| Constant::new(word.into())),
        }
    }
}

impl Logic for CornerTurn {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(
            self,
            clock,
            at_next,
            wheel_in,
            wheel_out,
            turn_late,
            starts,
            draw_starts
        );
        for i in 0..16 {
            self.word[i].clock.next = self.clock.val();
            self.word[i].d.next = self.word[i].q.val();
        }
        for i in 0..4 {
            self.initial[i].clock.next = self.clock.val();
            self.sum[i].clock.next = self.clock.val();
            self.turned_once[i].clock.next = self.clock.val();
            self.turned[i].clock.next = self.clock.val();
        }
        for i in 0..3 {
            self.at_row[i].clock.next = self.clock.val();
        }
        self.row_1.clock.next = self.clock.val();
        self.row_2.clock.next = self.clock.val();
        self.row_3.clock.next = self.clock.val();
        self.key_low.clock.next = self.clock.val();
        self.key_high.clock.next = self.clock.val();
        self.wheels.clock.next = self.clock.val();
        self.turn.clock.next = self.clock.val();

        // The wheel as it stood when what is here now entered.
        self.at.next = self.at_next.q.val();
        if self.start.val() {
            self.at.next = 0.into();
        }
        self.at_next.d.next = self.at.val() + 1;
        self.at_row[0].word.next = self.at.val();
        self.at_row[1].word.next = self.at_row[0].later.val();
        self.at_row[2].word.next = self.at_row[1].later.val();

        // Shift out.
        for i in 0..3 {
            self.word[i].d.next = self.word[i + 1].q.val();
            self.word[i + 4].d.next = self.word[i + 5].q.val();
            self.word[i + 8].d.next = self.word[i + 9].q.val();
            self.word[i + 12].d.next = self.word[i + 13].q.val();
        }
        if self.at.val().get_bits::<2>(0) == 0 {
            for i in 0..16 {
                self.word[i].d.next = self.block[i].val();
            }
        }
        self.row_1.word.next = self.word[4].q.val();
        self.row_2.word.next = self.word[8].q.val();
        self.row_3.word.next = self.word[12].q.val();

        // The initial state, row by row: constants, key, key, counter and segment.
        self.initial[0].d.next = self.sigma[0].val();
        if self.at.val().get_bits::<2>(0) == 1 {
            self.initial[0].d.next = self.sigma[1].val();
        }
        if self.at.val().get_bits::<2>(0) == 2 {
            self.initial[0].d.next = self.sigma[2].val();
        }
        if self.at.val().get_bits::<2>(0) == 3 {
            self.initial[0].d.next = self.sigma[3].val();
        }
        self.key_low.write.next = self.key_write.val() && !self.key_index.val().get_bit(2);
        self.key_low.write_address.next = (bit_cast::<4, 2>(self.key_turn.val()) << 2)
            | bit_cast::<4, 2>(self.key_index.val().get_bits::<2>(0));
        self.key_low.write_data.next = self.key_data.val();
        self.key_low.read_address.next = self.at_row[0].later.val();
        self.initial[1].d.next = self.key_low.read_data.val();
        self.key_high.write.next = self.key_write.val() && self.key_index.val().get_bit(2);
        self.key_high.write_address.next = (bit_cast::<4, 2>(self.key_turn.val()) << 2)
            | bit_cast::<4, 2>(self.key_index.val().get_bits::<2>(0));
        self.key_high.write_data.next = self.key_data.val();
        self.key_high.read_address.next = self.at_row[1].later.val();
        self.initial[2].d.next = self.key_high.read_data.val();

        self.wheels.write.next = self.enter.val();
        self.wheels.write_address.next = self.wheel_in.q.val();
        self.wheels.write_data.next = (bit_cast::<92, 64>(self.number.val()) << 28)
            | bit_cast::<92, 28>(self.counter.val().get_bits::<28>(0));
        self.wheels.read_address.next = self.wheel_out.q.val();
        self.wheel.next = self.wheels.read_data.val();
        if self.enter.val() {
            self.wheel_in.d.next = self.wheel_in.q.val() + 1;
        }
        // Row 3 comes twelve clocks after the start.
        if self.starts.q.val().get_bit(10) {
            self.wheel_out.d.next = self.wheel_out.q.val() + 1;
        }
        self.initial[3].d.next = bit_cast::<32, 28>(self.wheel.val().get_bits::<28>(0));
        if self.at_row[2].later.val().get_bits::<2>(2) == 0 {
            // The P-box draws eight bytes a block, a 64-byte block of its own serves eight.
            self.initial[3].d.next = bit_cast::<32, 25>(self.wheel.val().get_bits::<25>(3));
        }
        if self.at_row[2].later.val().get_bits::<2>(0) == 1 {
            self.initial[3].d.next = 0.into();
        }
        if self.at_row[2].later.val().get_bits::<2>(0) == 2 {
            self.initial[3].d.next = self.wheel.val().get_bits::<32>(28);
        }
        if self.at_row[2].later.val().get_bits::<2>(0) == 3 {
            self.initial[3].d.next = self.wheel.val().get_bits::<32>(60);
        }
        self.sum[0].d.next = self.word[0].q.val() + self.initial[0].q.val();
        self.sum[1].d.next = self.row_1.later.val() + self.initial[1].q.val();
        self.sum[2].d.next = self.row_2.later.val() + self.initial[2].q.val();
        self.sum[3].d.next = self.row_3.later.val() + self.initial[3].q.val();

        // Lane s takes row (turn - s) mod 4: the rows in reverse, turned by the turn's number.
        self.turn.word.next = self.at.val().get_bits::<2>(2);
        self.turn_late.d.next = self.turn.later.val();
        for i in 0..4 {
            self.turned_once[i].d.next = self.sum[(4 - i) % 4].q.val();
            if self.turn.later.val().get_bit(0) {
                self.turned_once[i].d.next = self.sum[(5 - i) % 4].q.val();
            }
            self.turned[i].d.next = self.turned_once[i].q.val();
            if self.turn_late.q.val().get_bit(1) {
                self.turned[i].d.next = self.turned_once[(i + 2) % 4].q.val();
            }
            self.lane[i].next = self.turned[i].q.val();
        }

        self.starts.d.next =
            (self.starts.q.val() << 1) | bit_cast::<16, 1>(self.start.val().into());
        self.draw_starts.d.next =
            (self.draw_starts.q.val() << 1) | bit_cast::<4, 1>(self.start_draw.val().into());
        self.lane_start[0].next = self.draw_starts.q.val().get_bit(3);
        self.lane_start[1].next = self.starts.q.val().get_bit(7);
        self.lane_start[2].next = self.starts.q.val().get_bit(11);
        self.lane_start[3].next = self.starts.q.val().get_bit(15);
        if self.reset.val() {
            self.wheel_in.d.next = 0.into();
            // One before the first, as each wheel's start moves it on.
            self.wheel_out.d.next = 15.into();
            self.starts.d.next = 0.into();
            self.draw_starts.d.next = 0.into();
        }
    }
}
