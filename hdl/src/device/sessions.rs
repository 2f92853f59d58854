//! The session slots: keys that wait for their jobs, and which of them are in the core.
//!
//! The core has one set of keys. A job of another slot waits until the core is idle, then its slot's keys are loaded. A closed slot takes no
//! more jobs; when those under way are done its keys are overwritten, in the core too.
//!
//! | state | ends after | what |
//! |---|---|---|
//! | `Clear` | all words of all slots | after a reset or a failed self-test: every key is overwritten |
//! | `Rest` | | jobs may start |
//! | `Load` | all words of a slot | they go into the core |
//! | `Wipe` | all words of a slot | they are overwritten |

use crate::memory::SmallMemory;
use rust_hdl::prelude::*;
use shp_regs::blocks::sessions::open;
use shp_regs::cores::Core;

#[derive(LogicState, Copy, Clone, Debug, PartialEq)]
enum State {
    Clear,
    Rest,
    Load,
    Wipe,
}

/// Four slots for `2^LOG` channels; `A` = `LOG` + 5 bits name a word, `S` = `LOG` + 3 one within its slot.
#[derive(LogicBlock)]
pub struct Sessions<const LOG: usize, const A: usize, const S: usize> {
    /// Rising edge.
    pub clock: Signal<In, Clock>,
    /// Closes and overwrites all slots.
    pub reset: Signal<In, Bit>,
    /// Takes a word of a key; only into a slot that is closed and overwritten.
    pub key_write: Signal<In, Bit>,
    /// Which word: word, channel, slot from the lowest bit up.
    pub key_at: Signal<In, Bits<9>>,
    /// The word.
    pub key_data: Signal<In, Bits<32>>,
    /// Opens a slot.
    pub open: Signal<In, Bit>,
    /// The slot, and how it splits: the fields of the register `open`.
    pub open_as: Signal<In, Bits<32>>,
    /// Closes a slot.
    pub close: Signal<In, Bit>,
    /// Which.
    pub close_slot: Signal<In, Bits<2>>,
    /// The core failed its self-test.
    pub failed: Signal<In, Bit>,
    /// No job is under way, and the core is idle.
    pub quiet: Signal<In, Bit>,
    /// A job waits...
    pub ask: Signal<In, Bit>,
    /// ...of this slot.
    pub ask_slot: Signal<In, Bits<2>>,
    /// It may start: its keys are in the core.
    pub ready: Signal<Out, Bit>,
    /// It may not: its slot is closed.
    pub refused: Signal<Out, Bit>,
    /// How its slot splits, the fields of the register `open` from `paths` on.
    pub splits_as: Signal<Out, Bits<9>>,
    /// Slots that are open.
    pub opened: Signal<Out, Bits<4>>,
    /// Slots whose keys are to be overwritten.
    pub wiping: Signal<Out, Bits<4>>,
    /// Nothing to do.
    pub rests: Signal<Out, Bit>,
    /// To the core: a word of a key.
    pub load_valid: Signal<Out, Bit>,
    /// The core takes it.
    pub load_ready: Signal<In, Bit>,
    /// Its channel.
    pub load_channel: Signal<Out, Bits<4>>,
    /// Its place.
    pub load_word: Signal<Out, Bits<3>>,
    /// The word.
    pub load_data: Signal<Out, Bits<32>>,
    memory: SmallMemory<A, 32>,
    state: DFF<State>,
    at: DFF<Bits<A>>,
    loaded: DFF<Bit>,
    loaded_slot: DFF<Bits<2>>,
    doomed: DFF<Bit>,
    is_open: [DFF<Bit>; 4],
    is_wiping: [DFF<Bit>; 4],
    params: [DFF<Bits<9>>; 4],
    taken: Signal<Local, Bit>,
    key_slot: Signal<Local, Bits<2>>,
    key_word: Signal<Local, Bits<A>>,
    open_slot: Signal<Local, Bits<2>>,
    paths: Signal<Local, Bits<5>>,
    lane: Signal<Local, Bits<2>>,
    can: Signal<Local, Bit>,
    at_slot: Signal<Local, Bits<2>>,
    at_last: Signal<Local, Bit>,
    clears: Signal<Local, Bit>,
    wipes: Signal<Local, Bit>,
    of_core: Signal<Local, Bit>,
    step: Signal<Local, Bit>,
    next_wipe: Signal<Local, Bits<2>>,
    any_wipe: Signal<Local, Bit>,
    asked_open: Signal<Local, Bit>,
    has_keys: Signal<Local, Bit>,
    slot_word: Signal<Local, Bits<S>>,
    most_paths: Constant<Bits<5>>,
    widest_lane: Constant<Bits<2>>,
    slot_shift: Constant<Bits<4>>,
    last_word: Constant<Bits<S>>,
    last_of_all: Constant<Bits<A>>,
    paths_at: Constant<Bits<8>>,
    lane_at: Constant<Bits<8>>,
}

impl<const LOG: usize, const A: usize, const S: usize> Sessions<LOG, A, S> {
    /// The slots of a core.
    ///
    /// # Panics
    /// If the parameters do not belong together.
    pub fn new(core: &Core) -> Self {
        assert!(A == LOG + 5 && S == LOG + 3 && 1 << LOG == core.channels);
        blank! {
            clock reset key_write key_at key_data open open_as close close_slot failed quiet ask ask_slot ready refused splits_as
            opened wiping rests load_valid load_ready load_channel load_word load_data memory state at loaded loaded_slot doomed
            taken key_slot key_word open_slot paths lane can at_slot at_last clears wipes of_core step next_wipe any_wipe asked_open
            has_keys slot_word;
            [is_open] [is_wiping] [params];
            most_paths: Constant::new(u64::from(core.channels).into()),
            widest_lane: Constant::new((u64::from(core.word_bits.min(64).ilog2()) - 3).into()),
            slot_shift: Constant::new((S as u64).into()),
            last_word: Constant::new(((1_u64 << S) - 1).into()),
            last_of_all: Constant::new(((1_u64 << A) - 1).into()),
            paths_at: Constant::new(u64::from(open::paths.low).into()),
            lane_at: Constant::new(u64::from(open::lane.low).into()),
        }
    }
}

impl<const LOG: usize, const A: usize, const S: usize> Logic for Sessions<LOG, A, S> {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clock, state, at, loaded, loaded_slot, doomed);
        self.memory.clock.next = self.clock.val();
        self.opened.next = 0.into();
        self.wiping.next = 0.into();
        self.next_wipe.next = 0.into();
        self.any_wipe.next = false;
        self.asked_open.next = false;
        self.splits_as.next = 0.into();
        for s in 0..4 {
            self.is_open[s].clock.next = self.clock.val();
            self.is_open[s].d.next = self.is_open[s].q.val();
            self.is_wiping[s].clock.next = self.clock.val();
            self.is_wiping[s].d.next = self.is_wiping[s].q.val();
            self.params[s].clock.next = self.clock.val();
            self.params[s].d.next = self.params[s].q.val();
            if self.is_wiping[s].q.val() {
                self.any_wipe.next = true;
                self.next_wipe.next = s.to_bits();
            }
            if self.ask_slot.val() == s.to_bits() {
                self.asked_open.next = self.is_open[s].q.val();
                self.splits_as.next = self.params[s].q.val();
            }
        }
        self.opened.next = bit_cast::<4, 1>(self.is_open[0].q.val().into())
            | (bit_cast::<4, 1>(self.is_open[1].q.val().into()) << 1)
            | (bit_cast::<4, 1>(self.is_open[2].q.val().into()) << 2)
            | (bit_cast::<4, 1>(self.is_open[3].q.val().into()) << 3);
        self.wiping.next = bit_cast::<4, 1>(self.is_wiping[0].q.val().into())
            | (bit_cast::<4, 1>(self.is_wiping[1].q.val().into()) << 1)
            | (bit_cast::<4, 1>(self.is_wiping[2].q.val().into()) << 2)
            | (bit_cast::<4, 1>(self.is_wiping[3].q.val().into()) << 3);

        // The host's side.
        self.key_slot.next = self.key_at.val().get_bits::<2>(7);
        self.key_word.next = bit_cast::<A, S>(self.key_at.val().get_bits::<S>(0))
            | (bit_cast::<A, 2>(self.key_slot.val()) << self.slot_shift.val());
        self.open_slot.next = self.open_as.val().get_bits::<2>(0);
        self.paths.next = self
            .open_as
            .val()
            .get_bits::<5>(self.paths_at.val().index());
        self.lane.next = self.open_as.val().get_bits::<2>(self.lane_at.val().index());
        self.can.next = self.open.val()
            && !self.doomed.q.val()
            && (self.paths.val() >= 2)
            && (self.paths.val() <= self.most_paths.val())
            && (self.lane.val() <= self.widest_lane.val());
        self.taken.next = false;
        for s in 0..4 {
            if self.key_write.val()
                && !self.doomed.q.val()
                && (self.key_slot.val() == s.to_bits())
                && !self.is_open[s].q.val()
                && !self.is_wiping[s].q.val()
            {
                self.taken.next = true;
            }
            if self.can.val()
                && (self.open_slot.val() == s.to_bits())
                && !self.is_open[s].q.val()
                && !self.is_wiping[s].q.val()
            {
                self.is_open[s].d.next = true;
                self.params[s].d.next = self
                    .open_as
                    .val()
                    .get_bits::<9>(self.paths_at.val().index());
            }
            if self.close.val() && (self.close_slot.val() == s.to_bits()) && self.is_open[s].q.val()
            {
                self.is_open[s].d.next = false;
                self.is_wiping[s].d.next = true;
            }
        }

        // The jobs' side.
        self.has_keys.next =
            self.loaded.q.val() && (self.loaded_slot.q.val() == self.ask_slot.val());
        self.ready.next = false;
        self.refused.next = false;
        self.rests.next = false;
        self.clears.next = false;
        self.wipes.next = false;
        self.load_valid.next = false;
        self.slot_word.next = self.at.q.val().get_bits::<S>(0);
        self.at_slot.next = self.at.q.val().get_bits::<2>(self.slot_shift.val().index());
        self.at_last.next = self.slot_word.val() == self.last_word.val();
        self.of_core.next = self.loaded.q.val() && (self.loaded_slot.q.val() == self.at_slot.val());
        self.step.next = false;
        match self.state.q.val() {
            State::Clear => {
                self.clears.next = true;
                self.at.d.next = self.at.q.val() + 1;
                if self.at.q.val() == self.last_of_all.val() {
                    self.state.d.next = State::Rest;
                    for s in 0..4 {
                        self.is_wiping[s].d.next = false;
                    }
                }
            }
            State::Rest => {
                self.ready.next = self.asked_open.val() && self.has_keys.val();
                self.refused.next = !self.asked_open.val();
                self.rests.next = !self.any_wipe.val();
                if self.quiet.val() && self.any_wipe.val() {
                    self.state.d.next = State::Wipe;
                    self.at.d.next =
                        bit_cast::<A, 2>(self.next_wipe.val()) << self.slot_shift.val();
                } else if self.quiet.val()
                    && self.ask.val()
                    && self.asked_open.val()
                    && !self.has_keys.val()
                {
                    self.state.d.next = State::Load;
                    self.loaded.d.next = true;
                    self.loaded_slot.d.next = self.ask_slot.val();
                    self.at.d.next = bit_cast::<A, 2>(self.ask_slot.val()) << self.slot_shift.val();
                }
            }
            State::Load => {
                self.load_valid.next = true;
                self.step.next = self.load_ready.val();
            }
            State::Wipe => {
                // The host's write goes first.
                self.wipes.next = true;
                self.load_valid.next = self.of_core.val() && !self.taken.val();
                self.step.next =
                    !self.taken.val() && (!self.of_core.val() || self.load_ready.val());
                if self.step.val() && self.at_last.val() {
                    for s in 0..4 {
                        if self.at_slot.val() == s.to_bits() {
                            self.is_wiping[s].d.next = false;
                        }
                    }
                    if self.of_core.val() {
                        self.loaded.d.next = false;
                    }
                }
            }
        }
        if self.step.val() {
            self.at.d.next = self.at.q.val() + 1;
            if self.at_last.val() {
                self.state.d.next = State::Rest;
            }
        }

        self.memory.write.next = self.taken.val() || self.clears.val() || self.wipes.val();
        self.memory.write_address.next = self.at.q.val();
        self.memory.write_data.next = 0.into();
        if self.taken.val() {
            self.memory.write_address.next = self.key_word.val();
            self.memory.write_data.next = self.key_data.val();
        }
        self.memory.read_address.next = self.at.q.val();
        self.load_data.next = self.memory.read_data.val();
        if self.wipes.val() {
            self.load_data.next = 0.into();
        }
        self.load_word.next = self.at.q.val().get_bits::<3>(0);
        self.load_channel.next = bit_cast::<4, LOG>(self.at.q.val().get_bits::<LOG>(3));

        if self.failed.val() && !self.doomed.q.val() {
            self.doomed.d.next = true;
        }
        if self.reset.val() {
            self.doomed.d.next = false;
        }
        if self.reset.val() || (self.failed.val() && !self.doomed.q.val()) {
            self.state.d.next = State::Clear;
            self.at.d.next = 0.into();
            self.loaded.d.next = false;
            for s in 0..4 {
                self.is_open[s].d.next = false;
                self.is_wiping[s].d.next = true;
            }
        }
    }
}
