//! From beats at any alignment to the core's words.

use crate::fifo::Fifo;
use rust_hdl::prelude::*;

/// Beats of `KW` bits, 2^`D` bytes; words of `W` bits, 2^`B` bytes, 2^`LOG` to a beat; `WW` is 2 * `W`. A word a clock, and one clock more a message.
#[derive(LogicBlock)]
pub struct Unpack<
    const K: usize,
    const LOG: usize,
    const W: usize,
    const WW: usize,
    const KW: usize,
    const B: usize,
    const D: usize,
> {
    /// Rising edge.
    pub clock: Signal<In, Clock>,
    /// Forgets all.
    pub reset: Signal<In, Bit>,
    /// Takes a message.
    pub go: Signal<In, Bit>,
    /// Its address.
    pub source: Signal<In, Bits<64>>,
    /// Its bytes.
    pub length: Signal<In, Bits<32>>,
    /// There is a beat.
    pub valid: Signal<In, Bit>,
    /// The beat.
    pub beat: Signal<In, Bits<KW>>,
    /// Takes it.
    pub pop: Signal<Out, Bit>,
    /// A word is offered, zero past the message's end.
    pub message_valid: Signal<Out, Bit>,
    /// It is taken.
    pub message_ready: Signal<In, Bit>,
    /// The word.
    pub message_data: Signal<Out, Bits<W>>,
    jobs: Fifo<4, 40>,
    words: Fifo<4, W>,
    offset: Signal<Local, Bits<D>>,
    less_one: Signal<Local, Bits<32>>,
    shift_in: Signal<Local, Bits<B>>,
    reach: Signal<Local, Bits<33>>,
    reach_words: Signal<Local, Bits<33>>,
    take_job: Signal<Local, Bit>,
    active: DFF<Bit>,
    primed: DFF<Bit>,
    lane: DFF<Bits<LOG>>,
    shift: DFF<Bits<B>>,
    tail: DFF<Bits<B>>,
    words_in: DFF<Bits<32>>,
    words_out: DFF<Bits<32>>,
    previous: DFF<Bits<W>>,
    word: Signal<Local, Bits<W>>,
    more: Signal<Local, Bit>,
    prime: Signal<Local, Bit>,
    emit: Signal<Local, Bit>,
    consume: Signal<Local, Bit>,
    last: Signal<Local, Bit>,
    following: Signal<Local, Bits<W>>,
    pair: Signal<Local, Bits<WW>>,
    pair_shift: Signal<Local, Bits<8>>,
    moved: Signal<Local, Bits<WW>>,
    missing: Signal<Local, Bits<B>>,
    missing_shift: Signal<Local, Bits<8>>,
    masked: Signal<Local, Bits<W>>,
    word_bits: Constant<Bits<16>>,
    word_log: Constant<Bits<8>>,
    last_lane: Constant<Bits<LOG>>,
    ones: Constant<Bits<W>>,
}

impl<
    const K: usize,
    const LOG: usize,
    const W: usize,
    const WW: usize,
    const KW: usize,
    const B: usize,
    const D: usize,
> Default for Unpack<K, LOG, W, WW, KW, B, D>
{
    fn default() -> Self {
        assert!(WW == 2 * W && KW == K * W && D == B + LOG && W == 8 << B);
        blank! {
            clock reset go source length valid beat pop message_valid message_ready message_data jobs words offset less_one shift_in
            reach reach_words take_job active primed lane shift tail words_in words_out previous word more prime emit consume last
            following pair pair_shift moved missing missing_shift masked;;
            word_bits: Constant::new((W as u64).into()),
            word_log: Constant::new((B as u64).into()),
            last_lane: Constant::new(((1_u64 << LOG) - 1).into()),
            ones: Constant::new(!Bits::<W>::default()),
        }
    }
}

impl<
    const K: usize,
    const LOG: usize,
    const W: usize,
    const WW: usize,
    const KW: usize,
    const B: usize,
    const D: usize,
> Logic for Unpack<K, LOG, W, WW, KW, B, D>
{
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(
            self, clock, active, primed, lane, shift, tail, words_in, words_out, previous
        );
        self.jobs.clock.next = self.clock.val();
        self.jobs.reset.next = self.reset.val();
        self.words.clock.next = self.clock.val();
        self.words.reset.next = self.reset.val();

        // Only the address' place in its beat is needed.
        self.jobs.push.next = self.go.val();
        self.jobs.word.next = bit_cast::<40, 32>(self.length.val())
            | (bit_cast::<40, D>(self.source.val().get_bits::<D>(0)) << 32);
        self.take_job.next = self.jobs.valid.val() && !self.active.q.val();
        self.jobs.pop.next = self.take_job.val();
        self.offset.next = self.jobs.head.val().get_bits::<D>(32);
        self.shift_in.next = self.offset.val().get_bits::<B>(0);
        self.less_one.next = self.jobs.head.val().get_bits::<32>(0) - 1;
        self.reach.next =
            bit_cast::<33, 32>(self.less_one.val()) + bit_cast::<33, B>(self.shift_in.val());
        self.reach_words.next = self.reach.val() >> self.word_log.val();

        self.word.next = 0.into();
        for l in 0..K {
            if self.lane.q.val() == l.to_bits() {
                self.word.next = self
                    .beat
                    .val()
                    .get_bits::<W>(l * self.word_bits.val().index());
            }
        }
        // A word leaves when the one after it is here, from which it may have bytes.
        self.more.next = self.words_in.q.val() != 0;
        self.prime.next = self.active.q.val() && !self.primed.q.val() && self.valid.val();
        self.emit.next = self.active.q.val()
            && self.primed.q.val()
            && self.words.roomy.val()
            && (!self.more.val() || self.valid.val());
        self.consume.next = self.prime.val() || (self.emit.val() && self.more.val());
        self.following.next = 0.into();
        if self.more.val() {
            self.following.next = self.word.val();
        }
        self.pair.next = bit_cast::<WW, W>(self.previous.q.val())
            | (bit_cast::<WW, W>(self.following.val()) << self.word_bits.val());
        self.pair_shift.next = bit_cast::<8, B>(self.shift.q.val()) << 3;
        self.moved.next = self.pair.val() >> self.pair_shift.val();
        self.last.next = self.words_out.q.val() == 1;
        self.missing.next = !self.tail.q.val();
        self.missing_shift.next = bit_cast::<8, B>(self.missing.val()) << 3;
        self.masked.next = self.moved.val().get_bits::<W>(0);
        self.words.word.next = self.masked.val();
        if self.last.val() {
            self.words.word.next =
                self.masked.val() & (self.ones.val() >> self.missing_shift.val());
        }
        self.words.push.next = self.emit.val();
        self.words.pop.next = self.words.valid.val() && self.message_ready.val();
        self.message_valid.next = self.words.valid.val();
        self.message_data.next = self.words.head.val();

        self.pop.next = self.consume.val()
            && ((self.lane.q.val() == self.last_lane.val()) || (self.words_in.q.val() == 1));
        if self.consume.val() {
            self.previous.d.next = self.word.val();
            self.words_in.d.next = self.words_in.q.val() - 1;
            self.lane.d.next = self.lane.q.val() + 1;
        }
        if self.prime.val() {
            self.primed.d.next = true;
        }
        if self.emit.val() {
            self.words_out.d.next = self.words_out.q.val() - 1;
            if self.last.val() {
                self.active.d.next = false;
                self.primed.d.next = false;
            }
        }
        if self.take_job.val() {
            self.active.d.next = true;
            self.shift.d.next = self.shift_in.val();
            self.lane.d.next = self
                .offset
                .val()
                .get_bits::<LOG>(self.word_log.val().index());
            self.tail.d.next = self.less_one.val().get_bits::<B>(0);
            self.words_in.d.next = self.reach_words.val().get_bits::<32>(0) + 1;
            self.words_out.d.next = (self.less_one.val() >> self.word_log.val()) + 1;
        }
        if self.reset.val() {
            self.active.d.next = false;
            self.primed.d.next = false;
        }
    }
}
