//! Definition 7.2.2 to the letter: r is drawn again while M - r = 0 in any lane (policy `definition`).
//!
//! M and r meet 32 bits at a time, or 64 for lanes of 64 bits. Where a lane of both is equal r is thrown away and its next bits are tried; else both move on.
//!
//! ```text
//!   M --> queue --+--> pair --> pieces to a word --> queues --> M and r that differ
//!   r --> queue --'
//! ```
//!
//! Whether the pair's bytes are equal is found as it is made, for the M that stays and for the M that comes, so that a clock decides and refills it.

use crate::fifo::Fifo;
use rust_hdl::prelude::*;

/// Words of `W` bits. Takes as many clocks a word as it has pieces, one more for each piece of r thrown away, and four to fill.
#[derive(LogicBlock)]
pub struct Redraw<const W: usize> {
    /// Rising edge.
    pub clock: Signal<In, Clock>,
    /// Forgets M and r.
    pub reset: Signal<In, Bit>,
    /// A segment of this policy is under way.
    pub active: Signal<In, Bit>,
    /// Lanes of 8, 16, 32, 64 bits: 0, 1, 2, 3.
    pub lane: Signal<In, Bits<2>>,
    /// There is a word of M.
    pub message_valid: Signal<In, Bit>,
    /// Takes it.
    pub message_pop: Signal<Out, Bit>,
    /// The word.
    pub message: Signal<In, Bits<W>>,
    /// It is the segment's last.
    pub last: Signal<In, Bit>,
    /// There is a word of r.
    pub r_available: Signal<In, Bit>,
    /// Takes it; it comes two clocks later.
    pub r_take: Signal<Out, Bit>,
    /// The word.
    pub r: Signal<In, Bits<W>>,
    /// A word of M and an r that differs from it in each lane.
    pub found: Signal<Out, Bit>,
    /// The word of M.
    pub found_message: Signal<Out, Bits<W>>,
    /// It is the segment's last.
    pub found_last: Signal<Out, Bit>,
    /// The r.
    pub found_r: Signal<Out, Bits<W>>,
    /// Drops both; only while `found`.
    pub pop: Signal<In, Bit>,
    /// A piece of r was thrown away...
    pub rejected: Signal<Out, Bit>,
    /// ...of 64 bits.
    pub rejected_two: Signal<Out, Bit>,
    coming: DFF<Bits<2>>,
    asking: Signal<Local, Bit>,
    patience: DFF<Bits<3>>,
    patient: DFF<Bit>,
    r_queue: Fifo<4, W>,
    m_at: DFF<Bits<2>>,
    r_at: DFF<Bits<2>>,
    wide_m: Signal<Local, Bits<128>>,
    wide_r: Signal<Local, Bits<128>>,
    next_m: Signal<Local, Bits<64>>,
    next_r: Signal<Local, Bits<64>>,
    m_to: Signal<Local, Bits<3>>,
    r_to: Signal<Local, Bits<3>>,
    m_end: Signal<Local, Bit>,
    r_end: Signal<Local, Bit>,
    m: DFF<Bits<64>>,
    m_last: DFF<Bit>,
    m_is_last: DFF<Bits<1>>,
    m_valid: DFF<Bit>,
    r_piece: DFF<Bits<64>>,
    r_valid: DFF<Bit>,
    same: [DFF<Bit>; 8],
    equal: Signal<Local, Bit>,
    two: Signal<Local, Bit>,
    step: Signal<Local, Bits<3>>,
    reject: Signal<Local, Bit>,
    fits: Signal<Local, Bit>,
    m_comes: Signal<Local, Bit>,
    m_stays: Signal<Local, Bit>,
    r_comes: Signal<Local, Bit>,
    gathered_m: DFF<Bits<W>>,
    gathered_r: DFF<Bits<W>>,
    word_m: Signal<Local, Bits<W>>,
    word_r: Signal<Local, Bits<W>>,
    m_found: Fifo<3, W>,
    r_found: Fifo<3, W>,
    last_found: Fifo<3, 1>,
    quiet: DFF<Bit>,
    complete: DFF<Bit>,
    complete_last: DFF<Bits<1>>,
    rejects: DFF<Bit>,
    rejects_two: DFF<Bit>,
    one_piece: Constant<Bit>,
    pieces: Constant<Bits<3>>,
    up_one: Constant<Bits<8>>,
    up_two: Constant<Bits<8>>,
}

impl<const W: usize> Default for Redraw<W> {
    fn default() -> Self {
        blank! {
            clock reset active lane message_valid message_pop message last r_available r_take r found
            found_message found_last found_r pop rejected rejected_two coming asking patience patient r_queue
            m_at r_at wide_m wide_r next_m next_r m_to r_to m_end r_end m m_last m_is_last m_valid r_piece r_valid same equal
            two step reject fits m_comes m_stays r_comes gathered_m gathered_r word_m word_r m_found r_found
            last_found quiet complete complete_last rejects rejects_two;;
            one_piece: Constant::new(W == 32),
            pieces: Constant::new((W as u64 / 32).into()),
            up_one: Constant::new((W as u64 - 32).into()),
            up_two: Constant::new((W as u64).saturating_sub(64).into()),
        }
    }
}

impl<const W: usize> Logic for Redraw<W> {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(
            self,
            clock,
            coming,
            patience,
            patient,
            quiet,
            m_at,
            r_at,
            m,
            m_last,
            m_is_last,
            m_valid,
            r_piece,
            r_valid,
            gathered_m,
            gathered_r,
            complete,
            complete_last,
            rejects,
            rejects_two
        );
        self.quiet.d.next = self.reset.val() || !self.active.val();
        self.r_queue.clock.next = self.clock.val();
        self.r_queue.reset.next = self.quiet.q.val();
        self.m_found.clock.next = self.clock.val();
        self.m_found.reset.next = self.quiet.q.val();
        self.r_found.clock.next = self.clock.val();
        self.r_found.reset.next = self.quiet.q.val();
        self.last_found.clock.next = self.clock.val();
        self.last_found.reset.next = self.quiet.q.val();

        // r is fetched ahead. The segment before may still take its own, or r may have to jump to the segment's first block.
        self.patience.d.next = self.patience.q.val() - 1;
        if self.patience.q.val() == 0 {
            self.patience.d.next = 0.into();
            self.patient.d.next = true;
        }
        if !self.active.val() {
            self.patience.d.next = 7.into();
            self.patient.d.next = false;
        }
        self.asking.next =
            self.patient.q.val() && self.r_available.val() && self.r_queue.roomy.val();
        self.r_take.next = self.asking.val();
        self.coming.d.next =
            (self.coming.q.val() << 1) | bit_cast::<2, 1>(self.asking.val().into());
        self.r_queue.push.next = self.coming.q.val().get_bit(1);
        self.r_queue.word.next = self.r.val();

        // The pieces that come next.
        self.two.next = self.lane.val() == 3;
        self.step.next = 1.into();
        if self.two.val() {
            self.step.next = 2.into();
        }
        self.wide_m.next = bit_cast::<128, W>(self.message.val());
        self.wide_r.next = bit_cast::<128, W>(self.r_queue.head.val());
        self.next_m.next = self.wide_m.val().get_bits::<64>(0);
        if self.m_at.q.val() == 1 {
            self.next_m.next = self.wide_m.val().get_bits::<64>(32);
        }
        if self.m_at.q.val() == 2 {
            self.next_m.next = self.wide_m.val().get_bits::<64>(64);
        }
        if self.m_at.q.val() == 3 {
            self.next_m.next = bit_cast::<64, 32>(self.wide_m.val().get_bits::<32>(96));
        }
        self.next_r.next = self.wide_r.val().get_bits::<64>(0);
        if self.r_at.q.val() == 1 {
            self.next_r.next = self.wide_r.val().get_bits::<64>(32);
        }
        if self.r_at.q.val() == 2 {
            self.next_r.next = self.wide_r.val().get_bits::<64>(64);
        }
        if self.r_at.q.val() == 3 {
            self.next_r.next = bit_cast::<64, 32>(self.wide_r.val().get_bits::<32>(96));
        }
        self.m_to.next = bit_cast::<3, 2>(self.m_at.q.val()) + self.step.val();
        self.m_end.next = self.one_piece.val() || (self.m_to.val() == self.pieces.val());
        self.r_to.next = bit_cast::<3, 2>(self.r_at.q.val()) + self.step.val();
        self.r_end.next = self.one_piece.val() || (self.r_to.val() == self.pieces.val());

        // The pair: a lane equal, or not.
        self.equal.next = self.same[0].q.val()
            || self.same[1].q.val()
            || self.same[2].q.val()
            || self.same[3].q.val();
        if self.lane.val() == 1 {
            self.equal.next = (self.same[0].q.val() && self.same[1].q.val())
                || (self.same[2].q.val() && self.same[3].q.val());
        }
        if self.lane.val() == 2 {
            self.equal.next = self.same[0].q.val()
                && self.same[1].q.val()
                && self.same[2].q.val()
                && self.same[3].q.val();
        }
        if self.two.val() {
            self.equal.next = self.same[0].q.val()
                && self.same[1].q.val()
                && self.same[2].q.val()
                && self.same[3].q.val()
                && self.same[4].q.val()
                && self.same[5].q.val()
                && self.same[6].q.val()
                && self.same[7].q.val();
        }
        self.reject.next = self.r_valid.q.val() && self.equal.val();
        self.fits.next = self.r_valid.q.val() && !self.equal.val();
        self.rejects.d.next = self.reject.val();
        self.rejects_two.d.next = self.two.val();

        // r comes only to an M, and only while there is room behind, so that a pair is always done with in its clock.
        self.m_stays.next = self.m_valid.q.val() && !self.fits.val();
        self.m_comes.next = !self.m_stays.val() && self.message_valid.val();
        self.r_comes.next = self.r_queue.valid.val()
            && self.m_found.roomy.val()
            && (self.m_stays.val() || self.message_valid.val());
        self.m_valid.d.next = self.m_stays.val() || self.m_comes.val();
        self.r_valid.d.next = self.r_comes.val();
        self.message_pop.next = self.m_comes.val() && self.m_end.val();
        self.r_queue.pop.next = self.r_comes.val() && self.r_end.val();
        if self.m_comes.val() {
            self.m.d.next = self.next_m.val();
            self.m_last.d.next = self.m_end.val();
            self.m_is_last.d.next = self.last.val().into();
            self.m_at.d.next = self.m_to.val().get_bits::<2>(0);
            if self.m_end.val() {
                self.m_at.d.next = 0.into();
            }
        }
        if self.r_comes.val() {
            self.r_piece.d.next = self.next_r.val();
            self.r_at.d.next = self.r_to.val().get_bits::<2>(0);
            if self.r_end.val() {
                self.r_at.d.next = 0.into();
            }
        }
        for b in 0..8 {
            self.same[b].clock.next = self.clock.val();
            self.same[b].d.next = self.same[b].q.val();
            if self.r_comes.val() {
                self.same[b].d.next =
                    self.m.q.val().get_bits::<8>(b * 8) == self.next_r.val().get_bits::<8>(b * 8);
                if !self.m_stays.val() {
                    self.same[b].d.next = self.next_m.val().get_bits::<8>(b * 8)
                        == self.next_r.val().get_bits::<8>(b * 8);
                }
            }
        }

        // Pieces to a word.
        self.word_m.next = (self.gathered_m.q.val() >> 32)
            | (bit_cast::<W, 64>(self.m.q.val()) << self.up_one.val());
        self.word_r.next = (self.gathered_r.q.val() >> 32)
            | (bit_cast::<W, 64>(self.r_piece.q.val()) << self.up_one.val());
        if self.two.val() {
            self.word_m.next = (self.gathered_m.q.val() >> 64)
                | (bit_cast::<W, 64>(self.m.q.val()) << self.up_two.val());
            self.word_r.next = (self.gathered_r.q.val() >> 64)
                | (bit_cast::<W, 64>(self.r_piece.q.val()) << self.up_two.val());
        }
        if self.fits.val() {
            self.gathered_m.d.next = self.word_m.val();
            self.gathered_r.d.next = self.word_r.val();
        }
        self.complete.d.next = self.fits.val() && self.m_last.q.val();
        self.m_found.push.next = self.complete.q.val();
        self.m_found.word.next = self.gathered_m.q.val();
        self.r_found.push.next = self.complete.q.val();
        self.r_found.word.next = self.gathered_r.q.val();
        self.last_found.push.next = self.complete.q.val();
        self.complete_last.d.next = self.m_is_last.q.val();
        self.last_found.word.next = self.complete_last.q.val();
        self.m_found.pop.next = self.pop.val();
        self.r_found.pop.next = self.pop.val();
        self.last_found.pop.next = self.pop.val();

        if self.quiet.q.val() {
            self.coming.d.next = 0.into();
            self.m_valid.d.next = false;
            self.r_valid.d.next = false;
            self.m_at.d.next = 0.into();
            self.r_at.d.next = 0.into();
            self.rejects.d.next = false;
            self.complete.d.next = false;
        }
        self.found.next = self.m_found.valid.val();
        self.found_message.next = self.m_found.head.val();
        self.found_last.next = self.last_found.head.val().any();
        self.found_r.next = self.r_found.head.val();
        self.rejected.next = self.rejects.q.val();
        self.rejected_two.next = self.rejects_two.q.val();
    }
}
