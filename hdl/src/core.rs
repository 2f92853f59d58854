//! Figure 7.1: the core.
//!
//! ```text
//!   keystream --R_0, R_1--+------------------------> P-box 0, 1 --> port 0
//!             |           '--> adder tree --sum--.             --> port 1
//!             |--r-------+-------------------> (r - sum) --> 2 --> port 2
//!   M --------|----------'-> (M - r) ----------------------> 3 --> port 3
//!             '--> draw decoder --> routes of the P-box, new ones each block
//! ```
//!
//! A word of M enters when its keystream words, its block's routes and room in the queue of results are all there; from then on nothing can stop it,
//! so no register on the way needs an enable. Clocks after a word of M was taken:
//!
//! | clock | what |
//! |---|---|
//! | 2 | R_0, R_1, r out of the units' memories |
//! | 3 | the sum of the R_i |
//! | 4 | r - sum and M - r |
//! | 5 | behind the P-box, into the queue |
//! | 7 | at the ports |

use crate::adder_tree::AdderTree;
use crate::delay::Delay;
use crate::draw::Draw;
use crate::fifo::Fifo;
use crate::keystream::Keystream;
use crate::pbox::PBox;
use crate::subtractor::Subtractor;
use rust_hdl::prelude::*;

/// Four channels of 32 bits. A stream's word moves in a clock where valid and ready are both high.
#[derive(LogicBlock, Default)]
pub struct Core {
    /// Rising edge.
    pub clock: Signal<In, Clock>,
    /// Drops all segments and clears the keys; over 128 clocks after it fell.
    pub reset: Signal<In, Bit>,
    /// A word of a key is offered.
    pub key_valid: Signal<In, Bit>,
    /// It is taken; only while `idle`.
    pub key_ready: Signal<Out, Bit>,
    /// Channel: 0 and 1 make R, 2 makes r (unit k - 2 of SPEC.md), 3 is the P-box.
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
    /// Its length in words, 1 to 2^30.
    pub segment_words: Signal<In, Bits<32>>,
    /// k, 2 to 4.
    pub segment_paths: Signal<In, Bits<5>>,
    /// Lanes of 8, 16, 32 bits: 0, 1, 2.
    pub segment_lane: Signal<In, Bits<2>>,
    /// Permute.
    pub segment_pbox: Signal<In, Bit>,
    /// A word of M is offered.
    pub message_valid: Signal<In, Bit>,
    /// It is taken.
    pub message_ready: Signal<Out, Bit>,
    /// The word.
    pub message_data: Signal<In, Bits<32>>,
    /// A word of each port is offered.
    pub ports_valid: Signal<Out, Bit>,
    /// It is taken.
    pub ports_ready: Signal<In, Bit>,
    /// Port p at bits 32p to 32p + 31; zero from port k on.
    pub ports_data: Signal<Out, Bits<128>>,
    /// The last of its segment.
    pub ports_last: Signal<Out, Bit>,
    /// Nothing is queued or under way.
    pub idle: Signal<Out, Bit>,
    wipe: DFF<Bits<7>>,
    wiping: Signal<Local, Bit>,
    keystream: Keystream,
    draw: Draw,
    adder_tree: AdderTree,
    sum_from_r: Subtractor,
    r_from_message: Subtractor,
    pbox: PBox,
    commands: Fifo<39>,
    results: Fifo<129>,
    words_less_one: Signal<Local, Bits<32>>,
    blocks: Signal<Local, Bits<28>>,
    offer: Signal<Local, Bit>,
    active: DFF<Bit>,
    left: DFF<Bits<28>>,
    tail: DFF<Bits<4>>,
    at: DFF<Bits<4>>,
    shape: DFF<Bits<4>>,
    routes: DFF<Bits<5>>,
    room: DFF<Bits<5>>,
    ready: Signal<Local, Bit>,
    take: Signal<Local, Bit>,
    first: Signal<Local, Bit>,
    last: Signal<Local, Bit>,
    popped: Signal<Local, Bit>,
    taken: DFF<Bits<5>>,
    firsts: DFF<Bits<3>>,
    lasts: DFF<Bits<5>>,
    shape_of_r: Delay<4, 8>,
    shape_of_sum: DFF<Bits<4>>,
    message: Delay<32, 96>,
    random: [Signal<Local, Bits<32>>; 2],
    r: DFF<Bits<32>>,
    share: [Delay<32, 64>; 2],
}

impl Logic for Core {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(
            self,
            clock,
            wipe,
            active,
            left,
            tail,
            at,
            shape,
            routes,
            room,
            taken,
            firsts,
            lasts,
            shape_of_sum,
            r
        );
        self.keystream.clock.next = self.clock.val();
        self.draw.clock.next = self.clock.val();
        self.adder_tree.clock.next = self.clock.val();
        self.sum_from_r.clock.next = self.clock.val();
        self.r_from_message.clock.next = self.clock.val();
        self.pbox.clock.next = self.clock.val();
        self.commands.clock.next = self.clock.val();
        self.results.clock.next = self.clock.val();
        self.shape_of_r.clock.next = self.clock.val();
        self.message.clock.next = self.clock.val();
        self.share[0].clock.next = self.clock.val();
        self.share[1].clock.next = self.clock.val();

        // Reset lasts until the engine has run empty and each word of each key was overwritten.
        if self.wipe.q.val() != 0 {
            self.wipe.d.next = self.wipe.q.val() - 1;
        }
        if self.reset.val() {
            self.wipe.d.next = 127.into();
        }
        self.wiping.next = self.reset.val() || (self.wipe.q.val() != 0);
        self.keystream.reset.next = self.wiping.val();
        self.draw.reset.next = self.wiping.val();
        self.commands.reset.next = self.wiping.val();
        self.results.reset.next = self.wiping.val();

        self.idle.next = self.keystream.idle.val()
            && !self.wiping.val()
            && !self.active.q.val()
            && !self.commands.valid.val()
            && (self.room.q.val() == 16);
        self.key_ready.next = self.idle.val();
        self.keystream.key_write.next = self.key_valid.val() && self.idle.val();
        self.keystream.key_channel.next = self.key_unit.val().get_bits::<2>(0);
        self.keystream.key_index.next = self.key_word.val();
        self.keystream.key_data.next = self.key_data.val();
        if self.wiping.val() {
            self.keystream.key_write.next = true;
            self.keystream.key_channel.next = self.wipe.q.val().get_bits::<2>(0);
            self.keystream.key_index.next = self.wipe.q.val().get_bits::<3>(2);
            self.keystream.key_data.next = 0.into();
        }

        // A segment goes to the keystream, the draw decoder and the queue of this file all at once.
        self.words_less_one.next = self.segment_words.val() - 1;
        self.blocks.next = self.words_less_one.val().get_bits::<28>(4) + 1;
        self.offer.next = self.segment_valid.val()
            && self.commands.roomy.val()
            && self.draw.roomy.val()
            && !self.wiping.val();
        self.segment_ready.next = self.keystream.segment_ready.val()
            && self.commands.roomy.val()
            && self.draw.roomy.val()
            && !self.wiping.val();
        self.keystream.segment_valid.next = self.offer.val();
        self.keystream.number.next = self.segment_number.val();
        self.keystream.blocks.next = self.blocks.val();
        self.keystream.pbox.next = self.segment_pbox.val();
        self.draw.segment.next = self.offer.val() && self.keystream.segment_ready.val();
        self.draw.blocks.next = self.blocks.val();
        self.draw.paths.next = self.segment_paths.val();
        self.draw.pbox.next = self.segment_pbox.val();
        self.commands.push.next = self.offer.val() && self.keystream.segment_ready.val();
        self.commands.word.next = bit_cast::<39, 28>(self.blocks.val())
            | (bit_cast::<39, 4>(self.words_less_one.val().get_bits::<4>(0)) << 28)
            | (bit_cast::<39, 5>(self.segment_paths.val()) << 32)
            | (bit_cast::<39, 2>(self.segment_lane.val()) << 37);

        // shape: cut at 8, cut at 16, R_0 in use, R_1 in use.
        self.commands.pop.next = self.commands.valid.val() && !self.active.q.val();
        if self.commands.pop.val() {
            self.active.d.next = true;
            self.left.d.next = self.commands.head.val().get_bits::<28>(0);
            self.tail.d.next = self.commands.head.val().get_bits::<4>(28);
            self.at.d.next = 0.into();
            self.shape.d.next =
                bit_cast::<4, 1>((self.commands.head.val().get_bits::<2>(37) == 0).into())
                    | (bit_cast::<4, 1>((self.commands.head.val().get_bits::<2>(37) < 2).into())
                        << 1)
                    | (bit_cast::<4, 1>((self.commands.head.val().get_bits::<5>(32) > 2).into())
                        << 2)
                    | (bit_cast::<4, 1>((self.commands.head.val().get_bits::<5>(32) > 3).into())
                        << 3);
        }

        // Take a word of M.
        self.first.next = self.at.q.val() == 0;
        self.last.next = (self.left.q.val() == 1) && (self.at.q.val() == self.tail.q.val());
        self.ready.next = self.active.q.val()
            && self.keystream.available.val()
            && (self.room.q.val() != 0)
            && (!self.first.val() || (self.routes.q.val() != 0));
        self.take.next = self.ready.val() && self.message_valid.val();
        self.message_ready.next = self.ready.val();
        self.keystream.take.next = self.take.val();
        self.keystream.drop.next = self.last.val();
        if self.take.val() {
            self.at.d.next = self.at.q.val() + 1;
            if self.at.q.val() == 15 {
                self.left.d.next = self.left.q.val() - 1;
            }
            if self.last.val() {
                self.active.d.next = false;
            }
        }
        self.taken.d.next = (self.taken.q.val() << 1) | bit_cast::<5, 1>(self.take.val().into());
        self.firsts.d.next = (self.firsts.q.val() << 1)
            | bit_cast::<3, 1>((self.take.val() && self.first.val()).into());
        self.lasts.d.next = (self.lasts.q.val() << 1) | bit_cast::<5, 1>(self.last.val().into());
        self.shape_of_r.word.next = self.shape.q.val();
        self.message.word.next = self.message_data.val();

        // R and r are here.
        self.shape_of_sum.d.next = self.shape_of_r.later.val();
        for i in 0..2 {
            self.random[i].next = 0.into();
        }
        if self.shape_of_r.later.val().get_bit(2) {
            self.random[0].next = self.keystream.taken[0].val();
        }
        if self.shape_of_r.later.val().get_bit(3) {
            self.random[1].next = self.keystream.taken[1].val();
        }
        for i in 0..2 {
            self.share[i].word.next = self.random[i].val();
            self.adder_tree.word[i].next = self.random[i].val();
        }
        self.adder_tree.cut_8.next = self.shape_of_r.later.val().get_bit(0);
        self.adder_tree.cut_16.next = self.shape_of_r.later.val().get_bit(1);
        self.r.d.next = self.keystream.taken[2].val();

        // The sum is here.
        self.sum_from_r.cut_8.next = self.shape_of_sum.q.val().get_bit(0);
        self.sum_from_r.cut_16.next = self.shape_of_sum.q.val().get_bit(1);
        self.sum_from_r.minuend.next = self.r.q.val();
        self.sum_from_r.subtrahend.next = self.adder_tree.sum.val();
        self.r_from_message.cut_8.next = self.shape_of_sum.q.val().get_bit(0);
        self.r_from_message.cut_16.next = self.shape_of_sum.q.val().get_bit(1);
        self.r_from_message.minuend.next = self.message.later.val();
        self.r_from_message.subtrahend.next = self.r.q.val();

        // All shares are here.
        self.draw.available.next = self.keystream.draw_available.val();
        self.keystream.draw_take.next = self.draw.take.val();
        self.keystream.draw_drop.next = self.draw.drop.val();
        self.draw.word.next = self.keystream.draw_taken.val();
        self.draw.pop.next = self.firsts.q.val().get_bit(2);
        self.pbox.turn.next = self.firsts.q.val().get_bit(2);
        self.pbox.routes.next = self.draw.routes.val();
        self.pbox.share[0].next = self.share[0].later.val();
        self.pbox.share[1].next = self.share[1].later.val();
        self.pbox.share[2].next = self.sum_from_r.difference.val();
        self.pbox.share[3].next = self.r_from_message.difference.val();
        if self.draw.added.val() && !(self.take.val() && self.first.val()) {
            self.routes.d.next = self.routes.q.val() + 1;
        }
        if !self.draw.added.val() && self.take.val() && self.first.val() {
            self.routes.d.next = self.routes.q.val() - 1;
        }

        self.results.push.next = self.taken.q.val().get_bit(4);
        self.results.word.next = bit_cast::<129, 32>(self.pbox.port[0].val())
            | (bit_cast::<129, 32>(self.pbox.port[1].val()) << 32)
            | (bit_cast::<129, 32>(self.pbox.port[2].val()) << 64)
            | (bit_cast::<129, 32>(self.pbox.port[3].val()) << 96)
            | (bit_cast::<129, 1>(self.lasts.q.val().get_bit(4).into()) << 128);
        self.popped.next = self.results.valid.val() && self.ports_ready.val();
        self.results.pop.next = self.popped.val();
        if self.take.val() && !self.popped.val() {
            self.room.d.next = self.room.q.val() - 1;
        }
        if !self.take.val() && self.popped.val() {
            self.room.d.next = self.room.q.val() + 1;
        }
        self.ports_valid.next = self.results.valid.val();
        self.ports_data.next = self.results.head.val().get_bits::<128>(0);
        self.ports_last.next = self.results.head.val().get_bit(128);

        if self.wiping.val() {
            self.active.d.next = false;
            self.routes.d.next = 0.into();
            self.room.d.next = 16.into();
            self.taken.d.next = 0.into();
            self.firsts.d.next = 0.into();
        }
    }
}
