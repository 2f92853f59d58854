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
//! The gate takes a word of M when its keystream words, its block's routes and room in the queue of results are all there; from then on nothing can
//! stop it, so no register on the way needs an enable. Clocks after a word of M was accepted, with L = log2 of the tree's leaves; one more for each sum and difference
//! of words wider than 32 bits:
//!
//! | clock | what |
//! |---|---|
//! | 2 | the gate takes it from the queue of words |
//! | 4 | its keystream words are asked for |
//! | 6 | every R_i out of its unit's memory, and a clock later at the tree |
//! | 7 + L | their sum, and r |
//! | 8 + L | r - sum and M - r |
//! | 9 + L | the P-box, into the queue |
//! | 10 + L | at the ports |

use crate::adder_tree::AdderTree;
use crate::delay::Delay;
use crate::draw::Draw;
use crate::fifo::Fifo;
use crate::join::Join;
use crate::key_port::KeyPort;
use crate::keystream::{Keystream, alone, way};
use crate::lanes::halving;
use crate::message::Message;
use crate::own::Own;
use crate::pbox::PBox;
use crate::self_test::SelfTest;
use crate::subtractor::Subtractor;
use rust_hdl::prelude::*;
use std::array::from_fn;

/// `K` channels of `W` bits; see `core!` in designs.rs for the others. A stream's word moves in a clock where valid and ready are both high.
#[derive(LogicBlock)]
pub struct Core<
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
    /// Drops all segments, clears the keys and runs the self-test: 514 clocks.
    pub reset: Signal<In, Bit>,
    /// Forces a failure of the self-test, see [`SelfTest`].
    pub fault: Signal<In, Bits<3>>,
    /// The self-test passed. Until then, and after a failure, nothing enters and nothing leaves.
    pub passed: Signal<Out, Bit>,
    /// What failed, see [`SelfTest`]. Only a reset ends it.
    pub failed: Signal<Out, Bits<3>>,
    /// A word of a key is offered.
    pub key_valid: Signal<In, Bit>,
    /// It is taken; only while `idle`. A key that is offered goes before a segment.
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
    /// In service, and nothing was queued or under way in the last clock.
    pub idle: Signal<Out, Bit>,
    self_test: SelfTest<LOG>,
    keystream: Keystream<K, LOG, LEVELS, U, W, KW, P, N, F, Q, LAST>,
    draw: Draw<K, LOG, CHANNELS, ROUTES, A>,
    adder_tree: AdderTree<NODES, INNER, W, WORDS, HALVES, PADDED>,
    sum_from_r: Subtractor<W, HALVES, PADDED>,
    r_from_message: Subtractor<W, HALVES, PADDED>,
    pbox: PBox<K, LOG, ROUTES, W, KW, QUADS>,
    m: Message<W, P>,
    results: Fifo<4, RESULT>,
    key_port: KeyPort<LOG>,
    soon: DFF<Bit>,
    up: DFF<Bit>,
    quiet: [Own<1>; 4],
    zeroes: [Own<1>; 2],
    rests: DFF<Bit>,
    resting: Signal<Local, Bit>,
    words_less_one: Signal<Local, Bits<32>>,
    more_blocks: Signal<Local, Bits<28>>,
    room_for_segment: Signal<Local, Bit>,
    offer: Signal<Local, Bit>,
    definition: Signal<Local, Bit>,
    taken: Signal<Local, Bit>,
    popped: Signal<Local, Bit>,
    r_later: Delay<2>,
    to_sum: Delay<3>,
    to_r: Delay<1>,
    to_ports: Delay<2>,
    cuts_later: Delay<3>,
    message: Delay<W>,
    found_r: Delay<W>,
    leaves: Join<LEAVES, W, WORDS>,
    r: DFF<Bits<W>>,
    share: [Delay<W>; U],
    shares: Join<K, W, KW>,
    unused_bits: Constant<Bits<8>>,
    place_bits: Constant<Bits<4>>,
    all_paths: Constant<Bits<5>>,
    result_last: Constant<Bits<16>>,
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
        LEVELS,
        U,
        W,
        KW,
        P,
        N,
        F,
        Q,
        LAST,
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
        let way = way(K, W);
        let subtract = 1 + halving(W);
        let clocks = 1 << (P - LOG);
        blank! {
            clock reset fault passed failed key_valid key_ready key_unit key_word key_data segment_valid
            segment_ready segment_number segment_words segment_paths segment_lane segment_pbox segment_definition
            message_valid message_ready message_data ports_valid ports_ready ports_data ports_last idle keystream m
            adder_tree sum_from_r r_from_message pbox key_port soon up rests
            resting words_less_one more_blocks room_for_segment offer
            definition taken popped leaves r shares;
            [zeroes] [quiet];
            results: Fifo::with_a_place_free(),
            self_test: SelfTest::new(Q / 4 * clocks),
            draw: Draw::new(way),
            r_later: Delay::new(way),
            to_sum: Delay::new(2 + way + subtract),
            to_r: Delay::new(2 + way),
            to_ports: Delay::new(2),
            cuts_later: Delay::new(4),
            message: Delay::new(4 + way),
            found_r: Delay::new(3 + way),
            share: from_fn(|_| Delay::new(way - 1 + subtract)),
            unused_bits: Constant::new(((alone(U) * W) as u64).into()),
            place_bits: Constant::new((P as u64).into()),
            all_paths: Constant::new((K as u64).into()),
            result_last: Constant::new((KW as u64).into()),
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
        LEVELS,
        U,
        W,
        KW,
        P,
        N,
        F,
        Q,
        LAST,
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
        dff_setup!(self, clock, soon, up, rests, r);
        self.self_test.clock.next = self.clock.val();
        self.keystream.clock.next = self.clock.val();
        self.draw.clock.next = self.clock.val();
        self.adder_tree.clock.next = self.clock.val();
        self.sum_from_r.clock.next = self.clock.val();
        self.r_from_message.clock.next = self.clock.val();
        self.pbox.clock.next = self.clock.val();
        self.m.clock.next = self.clock.val();
        self.results.clock.next = self.clock.val();
        self.key_port.clock.next = self.clock.val();
        self.r_later.clock.next = self.clock.val();
        self.to_sum.clock.next = self.clock.val();
        self.to_r.clock.next = self.clock.val();
        self.to_ports.clock.next = self.clock.val();
        self.cuts_later.clock.next = self.clock.val();
        self.message.clock.next = self.clock.val();
        self.found_r.clock.next = self.clock.val();
        for c in 0..U {
            self.share[c].clock.next = self.clock.val();
        }

        // Nothing leaves but in service, nothing enters before. What enters in the clock that ends it, and in the next, is forgotten.
        self.self_test.reset.next = self.reset.val();
        self.self_test.fault.next = self.fault.val();
        self.self_test.valid.next = self.keystream.whole.val();
        self.self_test.turn.next = self.keystream.turn.val();
        self.self_test.block.next = self.keystream.block.val();
        // The keystream's reset ends a clock after the self-test.
        self.soon.d.next = self.self_test.passed.val();
        self.up.d.next = self.soon.q.val() && !self.self_test.stops.val();
        for i in 0..4 {
            self.quiet[i].clock.next = self.clock.val();
            self.quiet[i].d.next = (!self.soon.q.val() || self.self_test.stops.val()).into();
        }
        for i in 0..2 {
            self.zeroes[i].clock.next = self.clock.val();
            self.zeroes[i].d.next = (!self.self_test.passed.val()).into();
        }
        self.passed.next = self.up.q.val();
        self.failed.next = self.self_test.failed.val();
        self.keystream.reset.next = self.self_test.wiping.val();
        self.keystream.reset_units.next = self.quiet[0].q.val().any();
        self.draw.reset.next = self.quiet[1].q.val().any();
        self.m.reset.next = self.quiet[2].q.val().any();
        self.results.reset.next = self.quiet[3].q.val().any();

        // Keys.
        self.rests.d.next =
            self.keystream.idle.val() && self.m.empty.val() && !self.segment_valid.val();
        self.resting.next = self.rests.q.val() && self.up.q.val();
        self.idle.next = self.resting.val();
        self.key_ready.next = self.resting.val();
        self.key_port.write.next = self.key_valid.val() && self.resting.val();
        self.key_port.unit.next = self.key_unit.val();
        self.key_port.word.next = self.key_word.val();
        self.key_port.data.next = self.key_data.val();
        self.key_port.wiping.next = self.self_test.wiping.val();
        self.key_port.wipe_at.next = self.self_test.wipe_at.val();
        self.keystream.key_write.next = self.key_port.writes.val();
        self.keystream.key_turn.next = self.key_port.turn.val();
        self.keystream.key_index.next = self.key_port.index.val();
        self.keystream.key_data.next = self.key_port.value.val();

        // A segment goes to the keystream and to the queue of this file at once. The self-test asks for one of its own.
        self.words_less_one.next = self.segment_words.val() - 1;
        self.more_blocks.next = self
            .words_less_one
            .val()
            .get_bits::<28>(self.place_bits.val().index());
        self.room_for_segment.next = self.m.roomy.val() && self.up.q.val() && !self.key_valid.val();
        self.offer.next = self.segment_valid.val() && self.room_for_segment.val();
        self.segment_ready.next = self.keystream.segment_ready.val() && self.room_for_segment.val();
        self.keystream.segment_valid.next = self.offer.val() || self.self_test.ask.val();
        self.keystream.number.next = self.segment_number.val();
        self.keystream.number_zero.next = self.zeroes[0].q.val().any();
        self.keystream.more_blocks.next = self.more_blocks.val();
        self.keystream.paths.next = self.segment_paths.val();
        self.keystream.pbox.next = self.segment_pbox.val();
        self.keystream.definition.next = self.segment_definition.val();
        if self.zeroes[1].q.val().any() {
            self.keystream.more_blocks.next = 0.into();
            self.keystream.paths.next = self.all_paths.val();
            self.keystream.pbox.next = true;
            self.keystream.definition.next = false;
        }
        self.m.segment.next = self.offer.val() && self.keystream.segment_ready.val();
        self.m.more_blocks.next = self.more_blocks.val();
        self.m.tail.next = self.words_less_one.val().get_bits::<P>(0);
        self.m.lane.next = self.segment_lane.val();
        self.m.by_definition.next = self.segment_definition.val();

        // A word of M.
        self.m.valid.next = self.message_valid.val();
        self.m.data.next = self.message_data.val();
        self.message_ready.next = self.m.ready.val();
        self.m.r_available.next = self.keystream.r_available.val();
        self.m.r.next = self.keystream.r_taken.val();
        self.m.block.next = self.keystream.announced.val();
        self.m.routes.next = self.draw.announce.val();
        self.message.word.next = self.m.word.val();
        self.found_r.word.next = self.m.found_r.val();

        // It was taken, and takes its keystream words: each R now, r when the sum of the R is there.
        self.taken.next = self.m.taken.val();
        self.definition.next = self.m.definition.val();
        self.keystream.rejected.next = self.m.rejected.val();
        self.keystream.rejected_two.next = self.m.rejected_two.val();
        self.keystream.closed.next =
            self.taken.val() && self.m.taken_last.val() && self.definition.val();
        self.keystream.take.next = self.taken.val();
        self.keystream.drop.next = self.m.taken_last.val();
        self.r_later.word.next =
            bit_cast::<2, 1>((self.taken.val() && !self.definition.val()).into())
                | (bit_cast::<2, 1>(self.m.taken_last.val().into()) << 1);
        self.keystream.r_take.next = self.r_later.later.val().get_bit(0) || self.m.r_take.val();
        self.keystream.r_drop.next =
            self.r_later.later.val().get_bit(0) && self.r_later.later.val().get_bit(1);
        self.cuts_later.word.next = self.m.cuts.val();
        // taken, first, last
        self.to_sum.word.next = bit_cast::<3, 1>(self.taken.val().into())
            | (bit_cast::<3, 1>(self.m.taken_first.val().into()) << 1)
            | (bit_cast::<3, 1>(self.m.taken_last.val().into()) << 2);
        self.to_r.word.next = self.definition.val().into();

        // Every R is here, zero where it is not in use.
        for c in 0..LEAVES {
            self.leaves.word[c].next = 0.into();
        }
        for c in 0..U {
            self.leaves.word[c].next = self.keystream.taken[c].val();
            self.share[c].word.next = self.keystream.taken[c].val();
            self.shares.word[c].next = self.share[c].later.val();
        }
        self.adder_tree.cuts.next = self.cuts_later.later.val();
        // Above leaves that no unit has: the last units are beside these.
        self.adder_tree.words.next = self.leaves.joined.val() << self.unused_bits.val();

        // The sum and r are here.
        self.r.d.next = self.keystream.r_taken.val();
        if self.to_r.later.val().any() {
            self.r.d.next = self.found_r.later.val();
        }
        self.sum_from_r.cuts.next = self.adder_tree.sum_cuts.val();
        self.sum_from_r.minuend.next = self.r.q.val();
        self.sum_from_r.subtrahend.next = self.adder_tree.sum.val();
        self.r_from_message.cuts.next = self.adder_tree.sum_cuts.val();
        self.r_from_message.minuend.next = self.message.later.val();
        self.r_from_message.subtrahend.next = self.r.q.val();

        // The block's routes, and all shares a clock later.
        self.draw.next_load.next = self.keystream.next_draws.val();
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
        // Out.
        self.to_ports.word.next = bit_cast::<2, 1>(self.to_sum.later.val().get_bits::<1>(0))
            | (bit_cast::<2, 1>(self.to_sum.later.val().get_bits::<1>(2)) << 1);
        self.results.push.next = self.to_ports.later.val().get_bit(0);
        self.results.word.next = bit_cast::<RESULT, KW>(self.pbox.ports.val())
            | (bit_cast::<RESULT, 1>(self.to_ports.later.val().get_bits::<1>(1))
                << self.result_last.val());
        self.popped.next = self.results.valid.val() && self.ports_ready.val();
        self.results.pop.next = self.popped.val();
        self.m.left.next = self.popped.val();
        self.ports_valid.next = self.results.valid.val() && self.up.q.val();
        self.ports_data.next = self.results.head.val().get_bits::<KW>(0);
        self.ports_last.next = self
            .results
            .head
            .val()
            .get_bit(self.result_last.val().index());
    }
}
