//! Figure 7.1: the core.
//!
//! ```text
//!   keystream --R_0 ... R_(k-3)--+-----------------------> P-box 0 ... --> port 0
//!             |                  '--> adder tree --sum--.              --> port 1
//!             |--r--------------+------------------> (r - sum) ------>     ...
//!   M --------|-----------------'-> (M - r) ------------------------->     port k-1
//!             '--> draw decoder --> routes of the P-box, new ones each block
//! ```
//!
//! A word of M enters when its keystream words, its block's routes and room in the queue of results are all there; from then on nothing can stop it,
//! so no register on the way needs an enable. Clocks after a word of M was taken, with L = log2 of the tree's leaves:
//!
//! | clock | what |
//! |---|---|
//! | 2 | every R_i out of its unit's memory |
//! | 2 + L | their sum, and r |
//! | 3 + L | r - sum and M - r |
//! | 4 + L | the P-box, into the queue |
//! | 5 + L | at the ports |

use crate::adder_tree::AdderTree;
use crate::delay::Delay;
use crate::draw::Draw;
use crate::fifo::Fifo;
use crate::join::Join;
use crate::keystream::Keystream;
use crate::lanes::Cuts;
use crate::pbox::PBox;
use crate::redraw::Redraw;
use crate::self_test::SelfTest;
use crate::subtractor::Subtractor;
use rust_hdl::prelude::*;
use std::array::from_fn;

/// The core's type from its number of channels, bits of a word and rounds unrolled (a turn takes as many clocks as the word asks for);
/// all other parameters follow from these.
#[macro_export]
macro_rules! core {
    (channels: $k:literal, word: $w:literal, unrolled: $r:literal) => {
        $crate::core::Core<
            $k,                                        // K: channels
            { ($k as u32).ilog2() as usize },          // LOG: bits of a turn
            { $k - 2 },                                // U: units that make R
            $w,                                        // W: bits of a word
            { $k * $w },                               // KW: of all channels
            { (512_u32 / $w).ilog2() as usize },       // P: bits of a word's place in its block
            { 10 - (512_u32 / $w).ilog2() as usize },  // N: bits of a block's place among those kept
            { 4 * $r },                                // Q: quarter rounds
            { 4 * $r - 4 },                            // LAST: the first of the last round
            { ($k as u32).ilog2() as usize / 2 },      // LEVELS: of the corner turn
            { $k * ($k as u32).ilog2() as usize },     // CHANNELS: bits of all ports' channels
            { $k * (($k as u32).ilog2() as usize + 1) }, // ROUTES: and whether they are in use
            { if $w == 32 { 5 } else { 6 } },          // A: address bits of the queue of routes
            { $k / 4 },                                // QUADS: of the P-box
            { ($k as usize - 2).next_power_of_two() }, // LEAVES: of the adder tree
            { ($k as usize - 2).next_power_of_two() - 1 }, // NODES
            { ($k as usize - 2).next_power_of_two() / 2 - 1 }, // INNER: nodes above others
            { ($k as usize - 2).next_power_of_two() * $w }, // WORDS: bits of all leaves
            { ($w as usize).div_ceil(64) },                       // HALVES: of 64 bits
            { ($w as usize).next_multiple_of(64) },                 // PADDED: to whole halves
            { $k * $w + 1 },                           // RESULT: bits of a result
            { $k - 1 },                                // SUM: the channel of M - r; r - sum is on the one before it
        >
    };
}

/// `K` channels of `W` bits; see [`core!`](crate::core!) for the others. A stream's word moves in a clock where valid and ready are both high.
#[derive(LogicBlock)]
pub struct Core<
    const K: usize,
    const LOG: usize,
    const U: usize,
    const W: usize,
    const KW: usize,
    const P: usize,
    const N: usize,
    const Q: usize,
    const LAST: usize,
    const LEVELS: usize,
    const CHANNELS: usize,
    const ROUTES: usize,
    const A: usize,
    const QUADS: usize,
    const LEAVES: usize,
    const NODES: usize,
    const INNER: usize,
    const WORDS: usize,
    const HALVES: usize,
    const PADDED: usize,
    const RESULT: usize,
    const SUM: usize,
> {
    /// Rising edge.
    pub clock: Signal<In, Clock>,
    /// Drops all segments, clears the keys and runs the self-test: 512 clocks.
    pub reset: Signal<In, Bit>,
    /// Forces a failure of the self-test, see [`SelfTest`].
    pub fault: Signal<In, Bits<3>>,
    /// The self-test passed. Until then, and after a failure, nothing enters and nothing leaves.
    pub passed: Signal<Out, Bit>,
    /// What failed, see [`SelfTest`]. Only a reset ends it.
    pub failed: Signal<Out, Bits<3>>,
    /// A word of a key is offered.
    pub key_valid: Signal<In, Bit>,
    /// It is taken; only while `idle`.
    pub key_ready: Signal<Out, Bit>,
    /// Channel: 0 to K - 3 make R, K - 2 makes r (unit k - 2 of SPEC.md), K - 1 is the P-box.
    pub key_unit: Signal<In, Bits<4>>,
    /// Which word of the key.
    pub key_word: Signal<In, Bits<3>>,
    /// The word, little-endian.
    pub key_data: Signal<In, Bits<32>>,
    /// A segment is offered.
    pub segment_valid: Signal<In, Bit>,
    /// It is taken.
    pub segment_ready: Signal<Out, Bit>,
    /// Its number: the stream number of every keystream.
    pub segment_number: Signal<In, Bits<64>>,
    /// Its length in words, 1 to 2^32 bytes.
    pub segment_words: Signal<In, Bits<32>>,
    /// k, 2 to K.
    pub segment_paths: Signal<In, Bits<5>>,
    /// Lanes of 8, 16, 32, 64 bits: 0, 1, 2, 3; 3 only where a word is wider.
    pub segment_lane: Signal<In, Bits<2>>,
    /// Permute.
    pub segment_pbox: Signal<In, Bit>,
    /// Policy `definition`; else `uniform`.
    pub segment_definition: Signal<In, Bit>,
    /// A word of M is offered.
    pub message_valid: Signal<In, Bit>,
    /// It is taken.
    pub message_ready: Signal<Out, Bit>,
    /// The word.
    pub message_data: Signal<In, Bits<W>>,
    /// A word of each port is offered.
    pub ports_valid: Signal<Out, Bit>,
    /// It is taken.
    pub ports_ready: Signal<In, Bit>,
    /// Port p at bits pW to pW + W - 1; zero from port k on.
    pub ports_data: Signal<Out, Bits<KW>>,
    /// The last of its segment.
    pub ports_last: Signal<Out, Bit>,
    /// In service, and nothing is queued or under way.
    pub idle: Signal<Out, Bit>,
    self_test: SelfTest<LOG>,
    keystream: Keystream<K, LOG, U, W, KW, P, N, Q, LAST, LEVELS>,
    draw: Draw<K, LOG, CHANNELS, ROUTES, A>,
    redraw: Redraw<W>,
    adder_tree: AdderTree<NODES, INNER, W, WORDS, HALVES, PADDED>,
    sum_from_r: Subtractor<W, HALVES, PADDED>,
    r_from_message: Subtractor<W, HALVES, PADDED>,
    pbox: PBox<K, LOG, ROUTES, W, KW, QUADS>,
    commands: Fifo<4, 40>,
    results: Fifo<4, RESULT>,
    in_service: Signal<Local, Bit>,
    key_turn: Signal<Local, Bits<LOG>>,
    words_less_one: Signal<Local, Bits<32>>,
    blocks: Signal<Local, Bits<28>>,
    room_for_segment: Signal<Local, Bit>,
    offer: Signal<Local, Bit>,
    command: Signal<Local, Bits<40>>,
    command_lane: Signal<Local, Bits<2>>,
    active: DFF<Bit>,
    more: DFF<Bit>,
    left: DFF<Bits<28>>,
    tail: DFF<Bits<P>>,
    at: DFF<Bits<P>>,
    lane: DFF<Bits<2>>,
    cuts: DFF<Cuts>,
    definition: DFF<Bit>,
    used: [DFF<Bit>; U],
    routes: DFF<Bits<7>>,
    room: DFF<Bits<5>>,
    accept: Signal<Local, Bit>,
    accept_first: Signal<Local, Bit>,
    accept_last: Signal<Local, Bit>,
    ready: Signal<Local, Bit>,
    take: Signal<Local, Bit>,
    first: Signal<Local, Bit>,
    last: Signal<Local, Bit>,
    popped: Signal<Local, Bit>,
    redrawing: Signal<Local, Bit>,
    settled: Delay<1>,
    r_later: Delay<2>,
    to_sum: Delay<4>,
    to_ports: Delay<2>,
    cuts_later: Delay<3>,
    used_later: [Delay<1>; U],
    message: Delay<W>,
    found_r: Delay<W>,
    random: [Signal<Local, Bits<W>>; U],
    leaves: Join<LEAVES, W, WORDS>,
    r: Signal<Local, Bits<W>>,
    share: [Delay<W>; U],
    shares: Join<K, W, KW>,
    last_wipe_bit: Constant<Bits<4>>,
    place_bits: Constant<Bits<4>>,
    last_word: Constant<Bits<P>>,
    all_paths: Constant<Bits<5>>,
    result_last: Constant<Bits<16>>,
}

impl<
    const K: usize,
    const LOG: usize,
    const U: usize,
    const W: usize,
    const KW: usize,
    const P: usize,
    const N: usize,
    const Q: usize,
    const LAST: usize,
    const LEVELS: usize,
    const CHANNELS: usize,
    const ROUTES: usize,
    const A: usize,
    const QUADS: usize,
    const LEAVES: usize,
    const NODES: usize,
    const INNER: usize,
    const WORDS: usize,
    const HALVES: usize,
    const PADDED: usize,
    const RESULT: usize,
    const SUM: usize,
> Default
    for Core<
        K,
        LOG,
        U,
        W,
        KW,
        P,
        N,
        Q,
        LAST,
        LEVELS,
        CHANNELS,
        ROUTES,
        A,
        QUADS,
        LEAVES,
        NODES,
        INNER,
        WORDS,
        HALVES,
        PADDED,
        RESULT,
        SUM,
    >
{
    fn default() -> Self {
        let levels = LEAVES.ilog2() as usize;
        let clocks = 1 << (P - LOG);
        Self {
            clock: Signal::default(),
            reset: Signal::default(),
            fault: Signal::default(),
            passed: Signal::default(),
            failed: Signal::default(),
            key_valid: Signal::default(),
            key_ready: Signal::default(),
            key_unit: Signal::default(),
            key_word: Signal::default(),
            key_data: Signal::default(),
            segment_valid: Signal::default(),
            segment_ready: Signal::default(),
            segment_number: Signal::default(),
            segment_words: Signal::default(),
            segment_paths: Signal::default(),
            segment_lane: Signal::default(),
            segment_pbox: Signal::default(),
            segment_definition: Signal::default(),
            message_valid: Signal::default(),
            message_ready: Signal::default(),
            message_data: Signal::default(),
            ports_valid: Signal::default(),
            ports_ready: Signal::default(),
            ports_data: Signal::default(),
            ports_last: Signal::default(),
            idle: Signal::default(),
            self_test: SelfTest::new(Q / 4 * clocks),
            keystream: Keystream::default(),
            draw: Draw::new(levels),
            redraw: Redraw::default(),
            adder_tree: AdderTree::default(),
            sum_from_r: Subtractor::default(),
            r_from_message: Subtractor::default(),
            pbox: PBox::default(),
            commands: Fifo::default(),
            results: Fifo::default(),
            in_service: Signal::default(),
            key_turn: Signal::default(),
            words_less_one: Signal::default(),
            blocks: Signal::default(),
            room_for_segment: Signal::default(),
            offer: Signal::default(),
            command: Signal::default(),
            command_lane: Signal::default(),
            active: DFF::default(),
            more: DFF::default(),
            left: DFF::default(),
            tail: DFF::default(),
            at: DFF::default(),
            lane: DFF::default(),
            cuts: DFF::default(),
            definition: DFF::default(),
            used: from_fn(|_| DFF::default()),
            routes: DFF::default(),
            room: DFF::default(),
            accept: Signal::default(),
            accept_first: Signal::default(),
            accept_last: Signal::default(),
            ready: Signal::default(),
            take: Signal::default(),
            first: Signal::default(),
            last: Signal::default(),
            popped: Signal::default(),
            redrawing: Signal::default(),
            // Policy `uniform` takes r this much after M: wait until it is done with it.
            settled: Delay::new(levels + 1),
            r_later: Delay::new(levels),
            to_sum: Delay::new(2 + levels),
            to_ports: Delay::new(2),
            cuts_later: Delay::new(2),
            used_later: from_fn(|_| Delay::new(2)),
            message: Delay::new(2 + levels),
            found_r: Delay::new(2 + levels),
            random: from_fn(|_| Signal::default()),
            leaves: Join::default(),
            r: Signal::default(),
            share: from_fn(|_| Delay::new(1 + levels)),
            shares: Join::default(),
            last_wipe_bit: Constant::new((LOG as u64).into()),
            place_bits: Constant::new((P as u64).into()),
            last_word: Constant::new(((1_u64 << P) - 1).into()),
            all_paths: Constant::new((K as u64).into()),
            result_last: Constant::new((KW as u64).into()),
        }
    }
}

impl<
    const K: usize,
    const LOG: usize,
    const U: usize,
    const W: usize,
    const KW: usize,
    const P: usize,
    const N: usize,
    const Q: usize,
    const LAST: usize,
    const LEVELS: usize,
    const CHANNELS: usize,
    const ROUTES: usize,
    const A: usize,
    const QUADS: usize,
    const LEAVES: usize,
    const NODES: usize,
    const INNER: usize,
    const WORDS: usize,
    const HALVES: usize,
    const PADDED: usize,
    const RESULT: usize,
    const SUM: usize,
> Logic
    for Core<
        K,
        LOG,
        U,
        W,
        KW,
        P,
        N,
        Q,
        LAST,
        LEVELS,
        CHANNELS,
        ROUTES,
        A,
        QUADS,
        LEAVES,
        NODES,
        INNER,
        WORDS,
        HALVES,
        PADDED,
        RESULT,
        SUM,
    >
{
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(
            self, clock, active, more, left, tail, at, lane, cuts, definition, routes, room
        );
        self.self_test.clock.next = self.clock.val();
        self.keystream.clock.next = self.clock.val();
        self.draw.clock.next = self.clock.val();
        self.redraw.clock.next = self.clock.val();
        self.adder_tree.clock.next = self.clock.val();
        self.sum_from_r.clock.next = self.clock.val();
        self.r_from_message.clock.next = self.clock.val();
        self.pbox.clock.next = self.clock.val();
        self.commands.clock.next = self.clock.val();
        self.results.clock.next = self.clock.val();
        self.settled.clock.next = self.clock.val();
        self.r_later.clock.next = self.clock.val();
        self.to_sum.clock.next = self.clock.val();
        self.to_ports.clock.next = self.clock.val();
        self.cuts_later.clock.next = self.clock.val();
        self.message.clock.next = self.clock.val();
        self.found_r.clock.next = self.clock.val();
        for c in 0..U {
            self.used[c].clock.next = self.clock.val();
            self.used[c].d.next = self.used[c].q.val();
            self.used_later[c].clock.next = self.clock.val();
            self.share[c].clock.next = self.clock.val();
        }

        // Nothing enters or leaves but in service.
        self.self_test.reset.next = self.reset.val();
        self.self_test.fault.next = self.fault.val();
        self.self_test.valid.next = self.keystream.whole.val();
        self.self_test.turn.next = self.keystream.turn.val();
        self.self_test.block.next = self.keystream.block.val();
        self.in_service.next = self.self_test.passed.val();
        self.passed.next = self.in_service.val();
        self.failed.next = self.self_test.failed.val();
        self.keystream.reset.next = self.self_test.wiping.val() || self.reset.val();
        self.keystream.reset_units.next = !self.in_service.val();
        self.draw.reset.next = !self.in_service.val();
        self.redraw.reset.next = !self.in_service.val();
        self.commands.reset.next = !self.in_service.val();
        self.results.reset.next = !self.in_service.val();

        // Keys. The P-box has turn 0, channel c turn c + 1.
        self.idle.next = self.keystream.idle.val()
            && self.in_service.val()
            && !self.active.q.val()
            && !self.commands.valid.val()
            && (self.room.q.val() == 16);
        self.key_turn.next = self.key_unit.val().get_bits::<LOG>(0) + 1;
        self.key_ready.next = self.idle.val();
        self.keystream.key_write.next = self.key_valid.val() && self.idle.val();
        self.keystream.key_turn.next = self.key_turn.val();
        self.keystream.key_index.next = self.key_word.val();
        self.keystream.key_data.next = self.key_data.val();
        if self.self_test.wiping.val() {
            self.keystream.key_write.next = true;
            self.keystream.key_turn.next = self.self_test.wipe_at.val().get_bits::<LOG>(0);
            self.keystream.key_index.next = self
                .self_test
                .wipe_at
                .val()
                .get_bits::<3>(self.last_wipe_bit.val().index());
            self.keystream.key_data.next = 0.into();
        }

        // A segment goes to the keystream and to the queue of this file at once. The self-test asks for one of its own.
        self.words_less_one.next = self.segment_words.val() - 1;
        self.blocks.next = self
            .words_less_one
            .val()
            .get_bits::<28>(self.place_bits.val().index())
            + 1;
        self.room_for_segment.next = self.commands.roomy.val() && self.in_service.val();
        self.offer.next = self.segment_valid.val() && self.room_for_segment.val();
        self.segment_ready.next = self.keystream.segment_ready.val() && self.room_for_segment.val();
        self.keystream.segment_valid.next = self.offer.val();
        self.keystream.number.next = self.segment_number.val();
        self.keystream.blocks.next = self.blocks.val();
        self.keystream.paths.next = self.segment_paths.val();
        self.keystream.pbox.next = self.segment_pbox.val();
        self.keystream.definition.next = self.segment_definition.val();
        if self.self_test.ask.val() {
            self.keystream.segment_valid.next = true;
            self.keystream.number.next = 0.into();
            self.keystream.blocks.next = 1.into();
            self.keystream.paths.next = self.all_paths.val();
            self.keystream.pbox.next = true;
            self.keystream.definition.next = false;
        }
        self.commands.push.next = self.offer.val() && self.keystream.segment_ready.val();
        self.commands.word.next = bit_cast::<40, 28>(self.blocks.val())
            | (bit_cast::<40, P>(self.words_less_one.val().get_bits::<P>(0)) << 28)
            | (bit_cast::<40, 5>(self.segment_paths.val()) << 32)
            | (bit_cast::<40, 2>(self.segment_lane.val()) << 37)
            | (bit_cast::<40, 1>(self.segment_definition.val().into()) << 39);
        self.command.next = self.commands.head.val();
        self.command_lane.next = self.command.val().get_bits::<2>(37);

        // A word of M is accepted, and taken: at once in policy `uniform`, when an r was found for it in policy `definition`.
        self.accept_first.next = self.at.q.val() == 0;
        self.accept_last.next = (self.left.q.val() == 1) && (self.at.q.val() == self.tail.q.val());
        self.redrawing.next = self.active.q.val() && self.definition.q.val();
        self.settled.word.next = self.redrawing.val().into();
        self.redraw.active.next = self.redrawing.val();
        self.redraw.lane.next = self.lane.q.val();
        self.redraw.message_valid.next = self.message_valid.val() && self.more.q.val();
        self.redraw.message.next = self.message_data.val();
        self.redraw.flags.next = bit_cast::<2, 1>(self.accept_first.val().into())
            | (bit_cast::<2, 1>(self.accept_last.val().into()) << 1);
        self.redraw.r_available.next =
            self.keystream.r_available.val() && self.settled.later.val().any();
        self.redraw.r.next = self.keystream.r_taken.val();
        self.first.next = self.accept_first.val();
        self.last.next = self.accept_last.val();
        if self.definition.q.val() {
            self.first.next = self.redraw.found_flags.val().get_bit(0);
            self.last.next = self.redraw.found_flags.val().get_bit(1);
        }
        self.ready.next = self.active.q.val()
            && self.keystream.available.val()
            && (self.room.q.val() != 0)
            && (!self.first.val() || (self.routes.q.val() != 0));
        self.take.next = self.ready.val() && self.message_valid.val();
        self.message_ready.next = self.ready.val() && self.in_service.val();
        if self.definition.q.val() {
            self.take.next = self.ready.val() && self.redraw.found.val();
            self.message_ready.next =
                self.redraw.message_ready.val() && self.more.q.val() && self.in_service.val();
        }
        self.accept.next = self.take.val();
        if self.definition.q.val() {
            self.accept.next =
                self.redraw.message_ready.val() && self.message_valid.val() && self.more.q.val();
        }
        self.redraw.pop.next = self.take.val() && self.definition.q.val();
        if self.accept.val() {
            self.at.d.next = self.at.q.val() + 1;
            if self.at.q.val() == self.last_word.val() {
                self.left.d.next = self.left.q.val() - 1;
            }
            if self.accept_last.val() {
                self.more.d.next = false;
            }
        }
        if self.take.val() && self.last.val() {
            self.active.d.next = false;
        }
        self.commands.pop.next = self.commands.valid.val() && !self.active.q.val();
        if self.commands.pop.val() {
            self.active.d.next = true;
            self.more.d.next = true;
            self.left.d.next = self.command.val().get_bits::<28>(0);
            self.tail.d.next = self.command.val().get_bits::<P>(28);
            self.at.d.next = 0.into();
            self.lane.d.next = self.command_lane.val();
            self.cuts.d.next = bit_cast::<3, 1>((self.command_lane.val() == 0).into())
                | (bit_cast::<3, 1>((self.command_lane.val() < 2).into()) << 1)
                | (bit_cast::<3, 1>((self.command_lane.val() < 3).into()) << 2);
            self.definition.d.next = self.command.val().get_bit(39);
            for c in 0..U {
                self.used[c].d.next = self.command.val().get_bits::<5>(32) > (c + 2).to_bits();
            }
        }
        self.keystream.rejected.next = self.redraw.rejected.val();
        self.keystream.rejected_two.next = self.redraw.rejected_two.val();
        self.keystream.closed.next = self.redraw.pop.val() && self.last.val();

        // Take its keystream words: each R now, r when the sum of the R is there.
        self.keystream.take.next = self.take.val();
        self.keystream.drop.next = self.last.val();
        self.r_later.word.next =
            bit_cast::<2, 1>((self.take.val() && !self.definition.q.val()).into())
                | (bit_cast::<2, 1>(self.last.val().into()) << 1);
        self.keystream.r_take.next =
            self.r_later.later.val().get_bit(0) || self.redraw.r_take.val();
        self.keystream.r_drop.next =
            self.r_later.later.val().get_bit(0) && self.r_later.later.val().get_bit(1);
        self.cuts_later.word.next = self.cuts.q.val();
        self.message.word.next = self.message_data.val();
        if self.definition.q.val() {
            self.message.word.next = self.redraw.found_message.val();
        }
        self.found_r.word.next = self.redraw.found_r.val();
        // take, first, last, policy
        self.to_sum.word.next = bit_cast::<4, 1>(self.take.val().into())
            | (bit_cast::<4, 1>((self.take.val() && self.first.val()).into()) << 1)
            | (bit_cast::<4, 1>(self.last.val().into()) << 2)
            | (bit_cast::<4, 1>(self.definition.q.val().into()) << 3);

        // Every R is here.
        for c in 0..LEAVES {
            self.leaves.word[c].next = 0.into();
        }
        for c in 0..U {
            self.used_later[c].word.next = self.used[c].q.val().into();
            self.random[c].next = 0.into();
            if self.used_later[c].later.val().any() {
                self.random[c].next = self.keystream.taken[c].val();
            }
            self.leaves.word[c].next = self.random[c].val();
            self.share[c].word.next = self.random[c].val();
            self.shares.word[c].next = self.share[c].later.val();
        }
        self.adder_tree.cuts.next = self.cuts_later.later.val();
        self.adder_tree.words.next = self.leaves.joined.val();

        // The sum and r are here.
        self.r.next = self.keystream.r_taken.val();
        if self.to_sum.later.val().get_bit(3) {
            self.r.next = self.found_r.later.val();
        }
        self.sum_from_r.cuts.next = self.adder_tree.sum_cuts.val();
        self.sum_from_r.minuend.next = self.r.val();
        self.sum_from_r.subtrahend.next = self.adder_tree.sum.val();
        self.r_from_message.cuts.next = self.adder_tree.sum_cuts.val();
        self.r_from_message.minuend.next = self.message.later.val();
        self.r_from_message.subtrahend.next = self.r.val();

        // The block's routes, and all shares a clock later.
        self.draw.load.next = self.keystream.draws_valid.val();
        self.draw.block.next = self.keystream.block.val();
        self.draw.count.next = self.keystream.draws.val();
        self.draw.paths.next = self.keystream.draws_paths.val();
        self.draw.pbox.next = self.keystream.draws_pbox.val();
        self.draw.pop.next = self.to_sum.later.val().get_bit(1);
        self.pbox.turn.next = self.to_sum.later.val().get_bit(1);
        self.pbox.routes.next = self.draw.routes.val();
        for c in U..SUM {
            self.shares.word[c].next = self.sum_from_r.difference.val();
        }
        for c in SUM..K {
            self.shares.word[c].next = self.r_from_message.difference.val();
        }
        self.pbox.shares.next = self.shares.joined.val();
        if self.draw.announce.val() && !(self.take.val() && self.first.val()) {
            self.routes.d.next = self.routes.q.val() + 1;
        }
        if !self.draw.announce.val() && self.take.val() && self.first.val() {
            self.routes.d.next = self.routes.q.val() - 1;
        }

        // Out.
        self.to_ports.word.next = bit_cast::<2, 1>(self.to_sum.later.val().get_bits::<1>(0))
            | (bit_cast::<2, 1>(self.to_sum.later.val().get_bits::<1>(2)) << 1);
        self.results.push.next = self.to_ports.later.val().get_bit(0);
        self.results.word.next = bit_cast::<RESULT, KW>(self.pbox.ports.val())
            | (bit_cast::<RESULT, 1>(self.to_ports.later.val().get_bits::<1>(1))
                << self.result_last.val());
        self.popped.next = self.results.valid.val() && self.ports_ready.val();
        self.results.pop.next = self.popped.val();
        if self.take.val() && !self.popped.val() {
            self.room.d.next = self.room.q.val() - 1;
        }
        if !self.take.val() && self.popped.val() {
            self.room.d.next = self.room.q.val() + 1;
        }
        self.ports_valid.next = self.results.valid.val() && self.in_service.val();
        self.ports_data.next = self.results.head.val().get_bits::<KW>(0);
        self.ports_last.next = self
            .results
            .head
            .val()
            .get_bit(self.result_last.val().index());

        if !self.in_service.val() {
            self.active.d.next = false;
            self.more.d.next = false;
            self.routes.d.next = 0.into();
            self.room.d.next = 16.into();
        }
    }
}
