//! The self-tests, and who may leave the core before and after them.
//!
//! After reset all keys are zero and one wheel of blocks goes through the engine; each must be ChaCha's known block of the zero key.
//! From then on each block's first 64 bits are compared with those of its unit's last block, and with those of another unit of the same wheel;
//! that other unit is the next one in each wheel (its block of the last wheel, which no other can be equal to, until it had its turn), so any two units that made the same stream meet within `K` wheels.
//! By chance either is equal once in 2^64 blocks.
//!
//! | stage | clocks | what |
//! |---|---|---|
//! | 0 | 128 | the engine runs empty, keys are overwritten |
//! | 1 | 256 | known answer |
//! | 2 | 128 | as stage 0 |
//! | 3 | | in service |
//!
//! After a failure stage 0 goes on until the next reset. The core stops four clocks after the block that tells of it, which is before its words leave.

use crate::join::Join;
use crate::memory::SmallMemory;
use rand_chacha::rand_core::{Rng, SeedableRng};
use rand_chacha::{ChaCha8Rng, ChaCha12Rng, ChaCha20Rng};
use rust_hdl::prelude::*;
use std::array::from_fn;

/// The first block of the zero key, counter and stream, in halves of words.
fn known_answer(rounds: usize) -> [u16; 32] {
    let mut rng: Box<dyn Rng> = match rounds {
        8 => Box::new(ChaCha8Rng::from_seed([0; 32])),
        12 => Box::new(ChaCha12Rng::from_seed([0; 32])),
        _ => Box::new(ChaCha20Rng::from_seed([0; 32])),
    };
    let words: [u32; 16] = from_fn(|_| rng.next_u32());
    from_fn(|i| (words[i / 2] >> (16 * (i % 2))) as u16)
}

/// Tests the blocks of `2^LOG` turns.
#[derive(LogicBlock)]
pub struct SelfTest<const LOG: usize> {
    /// Rising edge.
    pub clock: Signal<In, Clock>,
    /// Begins at stage 0.
    pub reset: Signal<In, Bit>,
    /// Forces a failure: bit 0 of the known answer, bit 1 of a unit against its last block, bit 2 of two units.
    pub fault: Signal<In, Bits<3>>,
    /// `block` is whole, and its unit in use.
    pub valid: Signal<In, Bit>,
    /// Whose block it is.
    pub turn: Signal<In, Bits<LOG>>,
    /// A block as it leaves the engine, its initial state added.
    pub block: Signal<In, Bits<512>>,
    /// In service: segments may come and words may leave.
    pub passed: Signal<Out, Bit>,
    /// What ends service: reset, or a block that is another's.
    pub stops: Signal<Out, Bit>,
    /// What failed since reset, by the bits of `fault`.
    pub failed: Signal<Out, Bits<3>>,
    /// Stages 0 and 2.
    pub wiping: Signal<Out, Bit>,
    /// In stages 0 and 2 this counts through all words of all keys.
    pub wipe_at: Signal<Out, Bits<7>>,
    /// One wheel is to be made.
    pub ask: Signal<Out, Bit>,
    stage: DFF<Bits<2>>,
    count: DFF<Bits<8>>,
    good: DFF<Bits<5>>,
    bad: DFF<Bits<3>>,
    equal: [DFF<Bit>; 32],
    together: Join<32, 1, 32>,
    known: DFF<Bit>,
    last: SmallMemory<LOG, 65>,
    valid_1: DFF<Bit>,
    refers_1: DFF<Bit>,
    prefix_1: DFF<Bits<64>>,
    last_1: DFF<Bits<65>>,
    reference: DFF<Bits<64>>,
    reference_turn: DFF<Bits<LOG>>,
    reference_live: DFF<Bit>,
    valid_2: DFF<Bit>,
    last_live_2: DFF<Bit>,
    reference_live_2: DFF<Bit>,
    last_equal: [DFF<Bit>; 8],
    reference_equal: [DFF<Bit>; 8],
    all_last_equal: DFF<Bit>,
    all_reference_equal: DFF<Bit>,
    valid_3: DFF<Bit>,
    last_live_3: DFF<Bit>,
    reference_live_3: DFF<Bit>,
    wipes: DFF<Bit>,
    wipes_at: DFF<Bits<7>>,
    repeated: DFF<Bit>,
    twin: DFF<Bit>,
    serving: DFF<Bit>,
    asks: DFF<Bit>,
    next_stage: Signal<Local, Bits<2>>,
    ends: Signal<Local, Bit>,
    part_known: [DFF<Bit>; 4],
    answer: [Constant<Bits<16>>; 32],
    turns: Constant<Bits<5>>,
}

impl<const LOG: usize> SelfTest<LOG> {
    /// For ChaCha of so many rounds.
    pub fn new(rounds: usize) -> Self {
        blank! {
            clock reset fault valid turn block passed stops failed wiping wipe_at ask stage count good bad together known
            last valid_1 refers_1 prefix_1 last_1 reference reference_turn reference_live valid_2 last_live_2
            reference_live_2 all_last_equal all_reference_equal valid_3 last_live_3
            reference_live_3 wipes wipes_at repeated twin serving asks next_stage ends;
            [equal] [part_known] [last_equal] [reference_equal];
            answer: known_answer(rounds).map(|half| Constant::new(u64::from(half).into())),
            turns: Constant::new((1_u64 << LOG).into()),
        }
    }
}

impl<const LOG: usize> Logic for SelfTest<LOG> {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(
            self,
            clock,
            stage,
            count,
            good,
            bad,
            known,
            valid_1,
            refers_1,
            prefix_1,
            last_1,
            reference,
            reference_turn,
            reference_live,
            valid_2,
            last_live_2,
            reference_live_2,
            all_last_equal,
            all_reference_equal,
            valid_3,
            last_live_3,
            reference_live_3,
            wipes,
            wipes_at,
            repeated,
            twin,
            serving,
            asks
        );
        self.last.clock.next = self.clock.val();

        // The block came a clock ago, in the registers of a 1, or two clocks ago.
        self.valid_1.d.next = self.valid.val();
        self.valid_2.d.next = self.valid_1.q.val();

        // The known answer.
        for i in 0..32 {
            self.equal[i].clock.next = self.clock.val();
            self.equal[i].d.next = self.block.val().get_bits::<16>(i * 16) == self.answer[i].val();
            self.together.word[i].next = self.equal[i].q.val().into();
        }
        for i in 0..4 {
            self.part_known[i].clock.next = self.clock.val();
            self.part_known[i].d.next = self.together.joined.val().get_bits::<8>(i * 8).all();
        }
        self.known.d.next = self.part_known[0].q.val()
            && self.part_known[1].q.val()
            && self.part_known[2].q.val()
            && self.part_known[3].q.val()
            && !self.fault.val().get_bit(0);
        if self.valid_3.q.val() && (self.stage.q.val() == 1) && self.known.q.val() {
            self.good.d.next = self.good.q.val() + 1;
        }

        // Continuous: against the unit's last block, and against another unit.
        self.last.write.next = self.valid.val() || !self.serving.q.val();
        self.last.write_address.next = self.turn.val();
        self.last.write_data.next = bit_cast::<65, 64>(self.block.val().get_bits::<64>(0))
            | (bit_cast::<65, 1>(self.serving.q.val().into()) << 64);
        if !self.serving.q.val() {
            self.last.write_address.next = self.count.q.val().get_bits::<LOG>(0);
        }
        self.last.read_address.next = self.turn.val();
        self.prefix_1.d.next = self.block.val().get_bits::<64>(0);
        self.last_1.d.next = self.last.read_data.val();
        for i in 0..8 {
            self.last_equal[i].clock.next = self.clock.val();
            self.last_equal[i].d.next = self.last_1.q.val().get_bits::<8>(i * 8)
                == self.prefix_1.q.val().get_bits::<8>(i * 8);
            self.reference_equal[i].clock.next = self.clock.val();
            self.reference_equal[i].d.next = self.reference.q.val().get_bits::<8>(i * 8)
                == self.prefix_1.q.val().get_bits::<8>(i * 8);
        }
        self.last_live_2.d.next = self.last_1.q.val().get_bit(64);
        self.reference_live_2.d.next = self.reference_live.q.val();
        self.valid_3.d.next = self.valid_2.q.val();
        self.last_live_3.d.next = self.last_live_2.q.val();
        self.reference_live_3.d.next = self.reference_live_2.q.val();
        self.all_last_equal.d.next = self.fault.val().get_bit(1);
        self.all_reference_equal.d.next = self.fault.val().get_bit(2);
        if self.last_equal[0].q.val()
            && self.last_equal[1].q.val()
            && self.last_equal[2].q.val()
            && self.last_equal[3].q.val()
            && self.last_equal[4].q.val()
            && self.last_equal[5].q.val()
            && self.last_equal[6].q.val()
            && self.last_equal[7].q.val()
        {
            self.all_last_equal.d.next = true;
        }
        if self.reference_equal[0].q.val()
            && self.reference_equal[1].q.val()
            && self.reference_equal[2].q.val()
            && self.reference_equal[3].q.val()
            && self.reference_equal[4].q.val()
            && self.reference_equal[5].q.val()
            && self.reference_equal[6].q.val()
            && self.reference_equal[7].q.val()
        {
            self.all_reference_equal.d.next = true;
        }
        self.repeated.d.next = self.valid_3.q.val()
            && self.serving.q.val()
            && self.last_live_3.q.val()
            && self.all_last_equal.q.val();
        self.twin.d.next = self.valid_3.q.val()
            && self.serving.q.val()
            && self.reference_live_3.q.val()
            && self.all_reference_equal.q.val();
        self.refers_1.d.next = self.valid.val() && (self.turn.val() == self.reference_turn.q.val());
        if self.refers_1.q.val() {
            self.reference.d.next = self.prefix_1.q.val();
            self.reference_live.d.next = self.serving.q.val();
        }
        if self.valid.val() && self.turn.val().all() {
            // r's turn, the wheel's last.
            self.reference_turn.d.next = self.reference_turn.q.val() + 1;
        }
        if !self.serving.q.val() {
            self.reference_live.d.next = false;
            self.reference_turn.d.next = 0.into();
        }

        // The stages.
        self.next_stage.next = self.stage.q.val();
        self.count.d.next = self.count.q.val() + 1;
        if ((self.stage.q.val() == 0) || (self.stage.q.val() == 2)) && (self.count.q.val() == 127) {
            self.count.d.next = 0.into();
            self.good.d.next = 0.into();
            if self.bad.q.val() == 0 {
                self.next_stage.next = self.stage.q.val() + 1;
            }
        }
        if (self.stage.q.val() == 1) && (self.count.q.val() == 255) {
            self.next_stage.next = 2.into();
            if self.good.q.val() != self.turns.val() {
                self.bad.d.next = 1.into();
                self.next_stage.next = 0.into();
            }
        }
        if self.repeated.q.val() && self.serving.q.val() {
            self.bad.d.next = 2.into();
            self.next_stage.next = 0.into();
            self.count.d.next = 0.into();
        }
        if self.twin.q.val() && self.serving.q.val() {
            self.bad.d.next = 4.into();
            self.next_stage.next = 0.into();
            self.count.d.next = 0.into();
        }
        if self.reset.val() {
            self.next_stage.next = 0.into();
            self.count.d.next = 0.into();
            self.bad.d.next = 0.into();
            self.repeated.d.next = false;
            self.twin.d.next = false;
        }
        self.stage.d.next = self.next_stage.val();
        self.serving.d.next = self.next_stage.val() == 3;
        self.ends.next = self.reset.val() || self.repeated.q.val() || self.twin.q.val();
        self.stops.next = self.ends.val();
        self.passed.next = self.serving.q.val() && !self.ends.val();
        self.failed.next = self.bad.q.val();
        self.wipes.d.next = (self.stage.q.val() == 0) || (self.stage.q.val() == 2);
        self.wipes_at.d.next = self.count.q.val().get_bits::<7>(0);
        self.wiping.next = self.wipes.q.val();
        self.wipe_at.next = self.wipes_at.q.val();
        // The wipe ends a clock after its stage, and the engine knows of it a clock later.
        self.asks.d.next = (self.stage.q.val() == 1) && (self.count.q.val() == 2);
        self.ask.next = self.asks.q.val();
    }
}
