//! Definition 7.2.2 to the letter: r is drawn again while M - r = 0 in any lane (policy `definition`).
//!
//! M and r meet 32 bits at a time, or 64 for lanes of 64 bits. Where a lane of both is equal r is thrown away and its next bits are tried; else both move on.
//!
//! ```text
//!   M ------------> pieces --+--> pair --> fits? --> pieces to a word --> M and r that differ
//!   r --> queue --> pieces --'
//! ```
//!
//! Whether the pair fits is found as it is made, against the M that stays and against the M that comes, so that a clock decides and refills it.

use crate::advance::Advance;
use crate::fifo::Fifo;
use crate::fit::Fit;
use crate::pieces::Pieces;
use rust_hdl::prelude::*;

/// Words of `W` bits. Takes as many clocks a word as it has pieces, one more for each piece of r thrown away, and six to fill.
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
    /// There is room for what is found: five more may come after it is low.
    pub roomy: Signal<In, Bit>,
    /// In the next clock a word of M and an r that differs from it in each lane are found.
    pub found_next: Signal<Out, Bit>,
    /// The word of M.
    pub found_message: Signal<Out, Bits<W>>,
    /// It is the segment's last.
    pub found_last: Signal<Out, Bit>,
    /// The r.
    pub found_r: Signal<Out, Bits<W>>,
    /// A piece of r was thrown away...
    pub rejected: Signal<Out, Bit>,
    /// ...of 64 bits.
    pub rejected_two: Signal<Out, Bit>,
    coming: DFF<Bits<2>>,
    asking: Signal<Local, Bit>,
    patience: DFF<Bits<3>>,
    patient: DFF<Bit>,
    r_queue: Fifo<4, W>,
    m_ahead: Pieces<W>,
    r_ahead: Pieces<W>,
    m: DFF<Bits<64>>,
    m_last: DFF<Bit>,
    m_is_last: DFF<Bits<1>>,
    m_valid: DFF<Bit>,
    r_piece: DFF<Bits<64>>,
    r_valid: DFF<Bit>,
    by_byte: DFF<Bit>,
    by_more: DFF<Bit>,
    fit_m: Fit<W>,
    fit_ahead: Fit<W>,
    advance: Advance,
    stayed: DFF<Bit>,
    room: DFF<Bit>,
    two: DFF<Bit>,
    reject: Signal<Local, Bit>,
    fits: Signal<Local, Bit>,
    m_comes: Signal<Local, Bit>,
    m_stays: Signal<Local, Bit>,
    r_comes: Signal<Local, Bit>,
    fitted: DFF<Bit>,
    fitted_m: DFF<Bits<64>>,
    fitted_last: DFF<Bit>,
    fitted_is_last: DFF<Bits<1>>,
    fitted_r: DFF<Bits<64>>,
    gathered_m: DFF<Bits<W>>,
    gathered_r: DFF<Bits<W>>,
    word_m: Signal<Local, Bits<W>>,
    word_r: Signal<Local, Bits<W>>,
    quiet: DFF<Bit>,
    complete: Signal<Local, Bit>,
    complete_last: DFF<Bits<1>>,
    rejects: DFF<Bit>,
    rejects_two: DFF<Bit>,
    one_piece: Constant<Bit>,
    up_one: Constant<Bits<8>>,
    up_two: Constant<Bits<8>>,
}

impl<const W: usize> Default for Redraw<W> {
    fn default() -> Self {
        blank! {
            clock reset active lane message_valid message_pop message last r_available r_take r roomy found_next
            found_message found_last found_r rejected rejected_two coming asking patience patient r_queue
            m_ahead r_ahead m m_last m_is_last m_valid r_piece r_valid room by_byte by_more fit_m fit_ahead advance stayed
            two reject fits m_comes m_stays r_comes fitted fitted_m fitted_last fitted_is_last fitted_r gathered_m gathered_r word_m word_r
            quiet complete complete_last rejects rejects_two;;
            one_piece: Constant::new(W == 32),
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
            m,
            m_last,
            m_is_last,
            m_valid,
            r_piece,
            r_valid,
            room,
            by_byte,
            by_more,
            stayed,
            two,
            fitted,
            fitted_m,
            fitted_last,
            fitted_is_last,
            fitted_r,
            gathered_m,
            gathered_r,
            complete_last,
            rejects,
            rejects_two
        );
        self.quiet.d.next = self.reset.val() || !self.active.val();
        self.r_queue.clock.next = self.clock.val();
        self.r_queue.reset.next = self.quiet.q.val();

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
        self.two.d.next = (self.lane.val() == 3) && !self.one_piece.val();
        self.m_ahead.clock.next = self.clock.val();
        self.m_ahead.reset.next = self.quiet.q.val();
        self.m_ahead.two.next = self.two.q.val();
        self.m_ahead.word_valid.next = self.message_valid.val();
        self.m_ahead.word.next = self.message.val();
        self.m_ahead.last.next = self.last.val();
        self.message_pop.next = self.m_ahead.word_pop.val();
        self.r_ahead.clock.next = self.clock.val();
        self.r_ahead.reset.next = self.quiet.q.val();
        self.r_ahead.two.next = self.two.q.val();
        self.r_ahead.word_valid.next = self.r_queue.valid.val();
        self.r_ahead.word.next = self.r_queue.head.val();
        self.r_ahead.last.next = false;
        self.r_queue.pop.next = self.r_ahead.word_pop.val();

        // The pair: they differ in each lane, or not.
        self.by_byte.d.next = self.lane.val() == 0;
        self.by_more.d.next = self.lane.val().get_bit(1);
        self.fits.next = self.fit_ahead.fits.val();
        if self.stayed.q.val() {
            self.fits.next = self.fit_m.fits.val();
        }
        self.reject.next = self.r_valid.q.val() && !self.fits.val();
        self.rejects.d.next = self.reject.val();
        self.rejects_two.d.next = self.two.q.val();

        // r comes only to an M that is surely there, and only while there is room behind, so that a pair is always done with in its clock.
        self.room.d.next = self.roomy.val();
        self.m_stays.next = self.m_valid.q.val() && !self.fits.val();
        self.m_comes.next = !self.m_stays.val() && self.m_ahead.valid.val();
        self.r_comes.next = self.advance.r_moves.val() && self.r_ahead.valid.val();
        self.m_valid.d.next = self.m_stays.val() || self.m_comes.val();
        self.r_valid.d.next = self.r_comes.val();
        // Where none comes what is taken is not valid.
        if !self.m_stays.val() {
            self.m.d.next = self.m_ahead.piece.val();
            self.m_last.d.next = self.m_ahead.ends_word.val();
            self.m_is_last.d.next = self.m_ahead.of_last.val().into();
        }
        self.r_piece.d.next = self.r_ahead.piece.val();
        self.stayed.d.next = self.m_stays.val();
        self.fit_m.clock.next = self.clock.val();
        self.fit_m.valid.next = self.r_comes.val();
        self.fit_m.m.next = self.m.q.val();
        self.fit_m.r.next = self.r_ahead.piece.val();
        self.fit_m.by_byte.next = self.by_byte.q.val();
        self.fit_m.by_more.next = self.by_more.q.val();
        self.fit_m.two.next = self.two.q.val();
        self.fit_ahead.clock.next = self.clock.val();
        self.fit_ahead.valid.next = self.r_comes.val();
        self.fit_ahead.m.next = self.m_ahead.piece.val();
        self.fit_ahead.r.next = self.r_ahead.piece.val();
        self.fit_ahead.by_byte.next = self.by_byte.q.val();
        self.fit_ahead.by_more.next = self.by_more.q.val();
        self.fit_ahead.two.next = self.two.q.val();

        self.advance.m_waits.next = self.m_ahead.valid.val();
        self.advance.r_waits.next = self.r_ahead.valid.val();
        self.advance.m_here.next = self.m_valid.q.val();
        self.advance.r_here.next = self.r_valid.q.val();
        self.advance.stayed.next = self.stayed.q.val();
        self.advance.fits_m.next = self.fit_m.fits.val();
        self.advance.fits_ahead.next = self.fit_ahead.fits.val();
        self.advance.room.next = self.room.q.val();
        self.m_ahead.moves.next = self.advance.m_moves.val();
        self.r_ahead.moves.next = self.advance.r_moves.val();

        // Pieces to a word.
        // An r that came under reset fits nothing.
        self.fitted.d.next = self.r_valid.q.val() && self.fits.val();
        self.fitted_m.d.next = self.m.q.val();
        self.fitted_last.d.next = self.m_last.q.val();
        self.fitted_is_last.d.next = self.m_is_last.q.val();
        self.fitted_r.d.next = self.r_piece.q.val();
        self.word_m.next = (self.gathered_m.q.val() >> 32)
            | (bit_cast::<W, 64>(self.fitted_m.q.val()) << self.up_one.val());
        self.word_r.next = (self.gathered_r.q.val() >> 32)
            | (bit_cast::<W, 64>(self.fitted_r.q.val()) << self.up_one.val());
        if self.two.q.val() {
            self.word_m.next = (self.gathered_m.q.val() >> 64)
                | (bit_cast::<W, 64>(self.fitted_m.q.val()) << self.up_two.val());
            self.word_r.next = (self.gathered_r.q.val() >> 64)
                | (bit_cast::<W, 64>(self.fitted_r.q.val()) << self.up_two.val());
        }
        if self.fitted.q.val() {
            self.gathered_m.d.next = self.word_m.val();
            self.gathered_r.d.next = self.word_r.val();
        }
        self.complete.next = self.fitted.q.val() && self.fitted_last.q.val();
        self.complete_last.d.next = self.fitted_is_last.q.val();

        if self.quiet.q.val() {
            self.coming.d.next = 0.into();
            self.m_valid.d.next = false;
            self.r_valid.d.next = false;
            self.rejects.d.next = false;
            self.fitted.d.next = false;
            self.complete.next = false;
        }
        self.found_next.next = self.complete.val();
        self.found_message.next = self.gathered_m.q.val();
        self.found_last.next = self.complete_last.q.val().any();
        self.found_r.next = self.gathered_r.q.val();
        self.rejected.next = self.rejects.q.val();
        self.rejected_two.next = self.rejects_two.q.val();
    }
}
