//! The CSPRNG units of Figure 7.1 and the one engine that makes their blocks.
//!
//! ```text
//!   segment --> schedule --> initial state --> engine --> feed forward --> corner turn --+--> csprng 0    --> R_0
//!                   |                                         ^  |                       +--> ...
//!                   '--> wheels --> initial state ------------'  |                       '--> csprng K-2  --> r
//!                                                                '--> the P-box's blocks, to the draw decoder
//! ```

use crate::corner_turn::CornerTurn;
use crate::csprng::Csprng;
use crate::delay::Delay;
use crate::engine::Engine;
use crate::feed_forward::FeedForward;
use crate::initial_state::InitialState;
use crate::lanes::halving;
use crate::own::Own;
use crate::schedule::Schedule;
use crate::wheels::Wheels;
use rust_hdl::prelude::*;
use std::array::from_fn;

/// Clocks of a word of R from its unit's memory to the sum of all, so many after it r is wanted: one to the tree, and a level of it after the other.
pub(crate) fn way(channels: usize, word: usize) -> usize {
    let levels = (channels - 2).next_power_of_two().ilog2() as usize;
    1 + levels * (1 + halving(word))
}

/// How many units, the last ones, have nothing but zero beside them in the tree's first level. Their blocks are the last to come: that level is the register on their
/// way to the tree, and they are asked a clock later.
pub(crate) const fn alone(units: usize) -> usize {
    units.next_power_of_two() - units
}

/// Clocks from when a wheel is known, a clock after its first, until it starts behind the engine: with its first block, or a clock after that where a turn takes
/// several.
pub(crate) const fn flight(clocks: usize, quarter_rounds: usize) -> usize {
    let after = if clocks == 1 { 0 } else { 1 };
    clocks * (quarter_rounds + 1) - 1 + after
}

/// `K` turns: the P-box, `U` = K - 2 units that make R, and the one that makes r. `Q` quarter rounds are unrolled.
#[derive(LogicBlock)]
pub struct Keystream<
    const K: usize,
    const LOG: usize,
    const LEVELS: usize,
    const U: usize,
    const W: usize,
    const KW: usize,
    const P: usize,
    const N: usize,
    const F: usize,
    const Q: usize,
    const LAST: usize,
> {
    /// Rising edge.
    pub clock: Signal<In, Clock>,
    /// Forgets every segment and wheel, from the next clock on. Hold it for 128 clocks.
    pub reset: Signal<In, Bit>,
    /// Forgets every word of the units.
    pub reset_units: Signal<In, Bit>,
    /// Writes `key_data` as word `key_index` of the key of `key_turn`.
    pub key_write: Signal<In, Bit>,
    /// Whose key: the P-box has turn 0, channel c turn c + 1.
    pub key_turn: Signal<In, Bits<LOG>>,
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
    /// Its number is taken for zero.
    pub number_zero: Signal<In, Bit>,
    /// Its blocks but one.
    pub more_blocks: Signal<In, Bits<28>>,
    /// k.
    pub paths: Signal<In, Bits<5>>,
    /// It is permuted.
    pub pbox: Signal<In, Bit>,
    /// Policy `definition`.
    pub definition: Signal<In, Bit>,
    /// See [`Schedule`].
    pub rejected: Signal<In, Bit>,
    /// See [`Schedule`].
    pub rejected_two: Signal<In, Bit>,
    /// See [`Schedule`].
    pub closed: Signal<In, Bit>,
    /// A block of each R can be taken from two clocks later on, and of r as soon as policy `uniform` takes it.
    pub announced: Signal<Out, Bit>,
    /// Takes a word of each R.
    pub take: Signal<In, Bit>,
    /// With `take`: the segment's last.
    pub drop: Signal<In, Bit>,
    /// The words of R taken four clocks ago.
    pub taken: [Signal<Out, Bits<W>>; U],
    /// There is a word of r to take.
    pub r_available: Signal<Out, Bit>,
    /// Takes a word of r.
    pub r_take: Signal<In, Bit>,
    /// With `r_take`: the segment's last.
    pub r_drop: Signal<In, Bit>,
    /// The word of r taken two clocks ago.
    pub r_taken: Signal<Out, Bits<W>>,
    /// A block as it leaves the engine, whole while `whole`.
    pub block: Signal<Out, Bits<512>>,
    /// Whose block it is.
    pub turn: Signal<Out, Bits<LOG>>,
    /// The block's unit is in use.
    pub whole: Signal<Out, Bit>,
    /// In the next clock the block is the P-box's...
    pub next_draws: Signal<Out, Bit>,
    /// ...for so many blocks...
    pub draws: Signal<Out, Bits<4>>,
    /// ...of a segment for so many paths...
    pub draws_paths: Signal<Out, Bits<5>>,
    /// ...that is permuted.
    pub draws_pbox: Signal<Out, Bit>,
    /// No segment, and nothing in the engine.
    pub idle: Signal<Out, Bit>,
    schedule: Schedule<P, N>,
    entry_state: InitialState<LOG>,
    engine: Engine<Q, LAST>,
    wheels: Wheels<P, F>,
    exit_state: InitialState<LOG>,
    feed_forward: FeedForward,
    corner_turn: CornerTurn<K, LOG, LEVELS, W, KW>,
    asked: [Own<2>; U],
    asked_late: [Delay<2>; U],
    unit: [Csprng<W, P, N>; U],
    fetched: [Delay<W>; U],
    r_unit: Csprng<W, P, N>,
    turn_out: Delay<LOG>,
    whole_out: Delay<1>,
    draws_out: Delay<1>,
    unit_start: [Delay<1>; U],
    block_announce: Delay<1>,
    r_begins: Delay<1>,
    resets: DFF<Bit>,
    turn_late: DFF<Bits<LOG>>,
    whole_late: DFF<Bit>,
    entry_at: Signal<Local, Bits<P>>,
    exit_at: Signal<Local, Bits<P>>,
    entry_next: Signal<Local, Bits<P>>,
    exit_next: Signal<Local, Bits<P>>,
    exit_second: Signal<Local, Bits<P>>,
    entry_record: Signal<Local, Bits<131>>,
    exit_record: Signal<Local, Bits<131>>,
    exit_turn: Signal<Local, Bits<LOG>>,
    exit_load: Signal<Local, Bit>,
    exit_paths: Signal<Local, Bits<5>>,
    next_in_use: Signal<Local, Bit>,
    in_use: DFF<Bit>,
    turn_after: Signal<Local, Bits<LOG>>,
    unit_used: [DFF<Bit>; U],
    load_after: DFF<Bit>,
    running: DFF<Bit>,
    draws_next: DFF<Bit>,
    unit_starts: Signal<Local, Bit>,
    shift: Constant<Bits<4>>,
    phase: Constant<Bits<P>>,
    top: Constant<Bits<16>>,
    width: Constant<Bits<16>>,
}

impl<
    const K: usize,
    const LOG: usize,
    const LEVELS: usize,
    const U: usize,
    const W: usize,
    const KW: usize,
    const P: usize,
    const N: usize,
    const F: usize,
    const Q: usize,
    const LAST: usize,
> Default for Keystream<K, LOG, LEVELS, U, W, KW, P, N, F, Q, LAST>
{
    fn default() -> Self {
        assert!(K == U + 2 && KW == K * W && N == 10 - P);
        let clocks = 1 << (P - LOG);
        // A block leaves the feed forward that much later, see there.
        let late = usize::from(clocks > 1);
        let way = way(K, W);
        blank! {
            clock reset reset_units key_write key_turn key_index key_data segment_valid segment_ready number number_zero
            more_blocks paths pbox definition rejected rejected_two closed announced take drop r_available r_take
            r_drop r_taken block turn whole next_draws draws draws_paths draws_pbox idle entry_state
            exit_state r_unit resets turn_late whole_late entry_at exit_at entry_next exit_next exit_second
            entry_record exit_record exit_turn exit_load exit_paths next_in_use in_use load_after turn_after running draws_next unit_starts;
            [taken] [asked] [unit] [unit_used];
            asked_late: from_fn(|c| Delay::new(usize::from(c >= U - alone(U)))),
            fetched: from_fn(|c| Delay::new(usize::from(c < U - alone(U)))),
            // What a unit's memory holds, or as much of it as covers the way through the engine.
            schedule: Schedule::new(if P == 4 { 4 } else { 5 }),
            wheels: Wheels::new(flight(clocks, Q)),
            engine: Engine::new(clocks),
            feed_forward: FeedForward::new(clocks),
            corner_turn: CornerTurn::new(clocks),
            turn_out: Delay::new(late),
            whole_out: Delay::new(late),
            draws_out: Delay::new(late),
            unit_start: from_fn(|c| Delay::new(if c == 0 { late + 1 + LEVELS + clocks } else { clocks })),
            // A word is read three clocks after this at the soonest, a late unit's four, and r's two and its way after: each unit's first word has to be written by then.
            block_announce: Delay::new(late + 1 + LEVELS + (clocks * U - 2 - usize::from(alone(U) > 0)).max((clocks * (K - 1)).saturating_sub(1 + way))),
            r_begins: Delay::new(late + 1 + LEVELS + clocks * (K - 1)),
            shift: Constant::new(((P - LOG) as u64).into()),
            phase: Constant::new((clocks as u64 - 1).into()),
            top: Constant::new((((K - 1) * W) as u64).into()),
            width: Constant::new((W as u64).into()),
        }
    }
}

impl<
    const K: usize,
    const LOG: usize,
    const LEVELS: usize,
    const U: usize,
    const W: usize,
    const KW: usize,
    const P: usize,
    const N: usize,
    const F: usize,
    const Q: usize,
    const LAST: usize,
> Logic for Keystream<K, LOG, LEVELS, U, W, KW, P, N, F, Q, LAST>
{
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(
            self, clock, resets, turn_late, whole_late, running, draws_next, in_use, load_after
        );
        self.schedule.clock.next = self.clock.val();
        self.entry_state.clock.next = self.clock.val();
        self.engine.clock.next = self.clock.val();
        self.wheels.clock.next = self.clock.val();
        self.exit_state.clock.next = self.clock.val();
        self.feed_forward.clock.next = self.clock.val();
        self.corner_turn.clock.next = self.clock.val();
        self.r_unit.clock.next = self.clock.val();
        self.r_begins.clock.next = self.clock.val();

        self.resets.d.next = self.reset.val();
        self.schedule.reset.next = self.resets.q.val();
        self.schedule.segment_valid.next = self.segment_valid.val();
        self.schedule.number.next = self.number.val();
        self.schedule.number_zero.next = self.number_zero.val();
        self.schedule.more_blocks.next = self.more_blocks.val();
        self.schedule.paths.next = self.paths.val();
        self.schedule.pbox.next = self.pbox.val();
        self.schedule.definition.next = self.definition.val();
        self.schedule.rejected.next = self.rejected.val();
        self.schedule.rejected_two.next = self.rejected_two.val();
        self.schedule.closed.next = self.closed.val();
        self.schedule.units_at.next = self.unit[0].block.val();
        self.schedule.r_at.next = self.r_unit.block.val();
        self.segment_ready.next = self.schedule.segment_ready.val();
        self.idle.next = self.schedule.idle.val();

        // In.
        self.entry_at.next = self.schedule.at.val();
        self.entry_next.next = self.schedule.next_at.val();
        self.entry_record.next = self.schedule.record.val();
        self.entry_state.key_write.next = self.key_write.val();
        self.entry_state.key_turn.next = self.key_turn.val();
        self.entry_state.key_index.next = self.key_index.val();
        self.entry_state.key_data.next = self.key_data.val();
        self.entry_state.next_turn.next = self
            .entry_next
            .val()
            .get_bits::<LOG>(self.shift.val().index());
        self.entry_state.turn.next = self
            .entry_at
            .val()
            .get_bits::<LOG>(self.shift.val().index());
        self.entry_state.number.next = self.entry_record.val().get_bits::<64>(0);
        self.entry_state.block.next = self.entry_record.val().get_bits::<28>(64);
        self.entry_state.r_block.next = self.entry_record.val().get_bits::<28>(92);
        self.engine.next_load.next = (self.entry_next.val() & self.phase.val()) == 0;
        for i in 0..12 {
            self.engine.fresh[i].next = self.entry_state.word[i].val();
        }

        // Out.
        self.wheels.reset.next = self.resets.q.val();
        self.wheels.enter.next = self.schedule.entered.val();
        self.wheels.entering.next = self.schedule.record.val();
        self.exit_at.next = self.wheels.at.val();
        self.exit_next.next = self.wheels.next_at.val();
        self.turn_after.next = self
            .exit_next
            .val()
            .get_bits::<LOG>(self.shift.val().index());
        self.exit_second.next = self.wheels.second_at.val();
        self.exit_record.next = self.wheels.record.val();
        self.exit_turn.next = self.exit_at.val().get_bits::<LOG>(self.shift.val().index());
        self.exit_load.next = (self.exit_at.val() & self.phase.val()) == 0;
        self.exit_state.key_write.next = self.key_write.val();
        self.exit_state.key_turn.next = self.key_turn.val();
        self.exit_state.key_index.next = self.key_index.val();
        self.exit_state.key_data.next = self.key_data.val();
        self.exit_state.next_turn.next = self
            .exit_second
            .val()
            .get_bits::<LOG>(self.shift.val().index());
        self.exit_state.turn.next = self.turn_after.val();
        self.exit_state.number.next = self.exit_record.val().get_bits::<64>(0);
        self.exit_state.block.next = self.exit_record.val().get_bits::<28>(64);
        self.exit_state.r_block.next = self.exit_record.val().get_bits::<28>(92);
        self.load_after.d.next = (self.exit_second.val() & self.phase.val()) == 0;
        self.feed_forward.next_load.next = self.load_after.q.val();
        for j in 0..4 {
            self.feed_forward.b_right[j].next = self.engine.b_right[j].val();
        }
        for i in 0..16 {
            self.feed_forward.passed[i].next = self.engine.block[i].val();
        }
        for i in 0..12 {
            self.feed_forward.initial[i].next = self.exit_state.word[i].val();
        }
        self.turn_out.clock.next = self.clock.val();
        self.turn_out.word.next = self.exit_turn.val();
        self.turn_late.d.next = self.turn_out.later.val();
        self.corner_turn.next_turn.next = self.turn_out.later.val();
        self.corner_turn.block.next = self.feed_forward.block.val();

        // A wheel's blocks come out from its start until its last clock.
        if self.exit_at.val().all() {
            self.running.d.next = false;
        }
        if self.wheels.start.val() && !self.exit_at.val().all() {
            self.running.d.next = true;
        }
        // Turn 0 is the P-box's, turn t < K - 1 of R_(t-1), in use if t + 1 < k; the last one is r's.
        self.exit_paths.next = self.exit_record.val().get_bits::<5>(120);
        self.next_in_use.next = true;
        for c in 0..U {
            self.unit_used[c].clock.next = self.clock.val();
            self.unit_used[c].d.next =
                self.exit_record.val().get_bit(130) && (self.exit_paths.val() > (c + 2).to_bits());
            if (self.turn_after.val() == (c + 1).to_bits()) && !self.unit_used[c].q.val() {
                self.next_in_use.next = false;
            }
        }
        self.in_use.d.next = self.next_in_use.val();
        if self.turn_after.val() == 0 {
            self.in_use.d.next = self.exit_record.val().get_bit(125)
                && (self.exit_record.val().get_bits::<4>(126) != 0);
        }
        self.feed_forward.next_blank.next = !self.next_in_use.val();
        self.whole_late.d.next = self.exit_load.val()
            && (self.wheels.start.val() || self.running.q.val())
            && self.in_use.q.val();
        self.block.next = self.feed_forward.block.val();
        self.turn.next = self.turn_late.q.val();
        self.whole_out.clock.next = self.clock.val();
        self.whole_out.word.next = self.whole_late.q.val().into();
        self.whole.next = self.whole_out.later.val().any();
        self.draws_next.d.next =
            self.wheels.next_start.val() && (self.exit_record.val().get_bits::<4>(126) != 0);
        self.draws_out.clock.next = self.clock.val();
        self.draws_out.word.next = self.draws_next.q.val().into();
        self.next_draws.next = self.draws_out.later.val().any();
        self.draws.next = self.exit_record.val().get_bits::<4>(126);
        self.draws_paths.next = self.exit_paths.val();
        self.draws_pbox.next = self.exit_record.val().get_bit(125);

        // The units.
        self.unit_starts.next = self.wheels.start.val() && self.exit_record.val().get_bit(130);
        self.unit_start[0].word.next = self.unit_starts.val().into();
        for c in 1..U {
            self.unit_start[c].word.next = self.unit_start[c - 1].later.val();
        }
        for c in 0..U {
            self.unit_start[c].clock.next = self.clock.val();
            self.unit[c].clock.next = self.clock.val();
            self.unit[c].reset.next = self.reset_units.val();
            self.unit[c].announce.next = self.unit_start[c].later.val().any();
            self.unit[c].start.next = self.unit_start[c].later.val().any();
            // Lane v has the unit of turn K - v.
            self.unit[c].word.next = self
                .corner_turn
                .lanes
                .val()
                .get_bits::<W>(self.top.val().index() - c * self.width.val().index());
            self.asked[c].clock.next = self.clock.val();
            self.asked[c].d.next = bit_cast::<2, 1>(self.take.val().into())
                | (bit_cast::<2, 1>(self.drop.val().into()) << 1);
            self.asked_late[c].clock.next = self.clock.val();
            self.asked_late[c].word.next = self.asked[c].q.val();
            self.unit[c].take.next = self.asked_late[c].later.val().get_bit(0);
            self.unit[c].drop.next = self.asked_late[c].later.val().get_bit(1);
            self.unit[c].jump.next = false;
            self.unit[c].jump_to.next = 0.into();
            self.fetched[c].clock.next = self.clock.val();
            self.fetched[c].word.next = self.unit[c].taken.val();
            self.taken[c].next = self.fetched[c].later.val();
        }
        self.block_announce.clock.next = self.clock.val();
        self.block_announce.word.next = self.unit_starts.val().into();
        self.announced.next = self.block_announce.later.val().any();
        self.r_begins.word.next = self.wheels.start.val().into();
        self.r_unit.reset.next = self.reset_units.val();
        self.r_unit.announce.next = self.r_begins.later.val().any();
        self.r_unit.start.next = self.r_begins.later.val().any();
        self.r_unit.word.next = self
            .corner_turn
            .lanes
            .val()
            .get_bits::<W>(self.width.val().index());
        self.r_unit.take.next = self.r_take.val();
        self.r_unit.drop.next = self.r_drop.val();
        self.r_unit.jump.next = self.schedule.jump.val();
        self.r_unit.jump_to.next = self.schedule.r_to.val();
        self.r_available.next = self.r_unit.available.val();
        self.r_taken.next = self.r_unit.taken.val();
    }
}
