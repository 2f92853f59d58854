//! Definition 7.2.2 to the letter: r is drawn again while M - r = 0 in any lane (policy `definition`).
//!
//! M and r meet 32 bits at a time, or 64 for lanes of 64 bits. Where a lane of both is equal r is thrown away and its next bits are tried; else both move on.

use crate::fifo::Fifo;
use rust_hdl::prelude::*;

/// Words of `W` bits. Takes as many clocks a word as it has pieces, and one more for each piece of r thrown away.
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
    /// A word of M is offered.
    pub message_valid: Signal<In, Bit>,
    /// It is taken.
    pub message_ready: Signal<Out, Bit>,
    /// The word.
    pub message: Signal<In, Bits<W>>,
    /// What goes with the word.
    pub flags: Signal<In, Bits<2>>,
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
    /// What goes with the word.
    pub found_flags: Signal<Out, Bits<2>>,
    /// The r.
    pub found_r: Signal<Out, Bits<W>>,
    /// Drops both; only while `found`.
    pub pop: Signal<In, Bit>,
    /// A piece of r was thrown away...
    pub rejected: Signal<Out, Bit>,
    /// ...of 64 bits.
    pub rejected_two: Signal<Out, Bit>,
    coming: DFF<Bits<2>>,
    queue: Fifo<4, W>,
    asking: Signal<Local, Bit>,
    m: DFF<Bits<W>>,
    m_left: DFF<Bits<3>>,
    m_flags: DFF<Bits<2>>,
    out_flags: DFF<Bits<2>>,
    pool: DFF<Bits<W>>,
    pool_left: DFF<Bits<3>>,
    chosen: DFF<Bits<W>>,
    out_m: DFF<Bits<W>>,
    out_r: DFF<Bits<W>>,
    out_valid: DFF<Bit>,
    wide_m: Signal<Local, Bits<128>>,
    wide_r: Signal<Local, Bits<128>>,
    equal_8: [Signal<Local, Bit>; 4],
    equal_32: [Signal<Local, Bit>; 2],
    equal: Signal<Local, Bit>,
    two: Signal<Local, Bit>,
    step: Signal<Local, Bits<3>>,
    trying: Signal<Local, Bit>,
    fits: Signal<Local, Bit>,
    complete: Signal<Local, Bit>,
    next_m: Signal<Local, Bits<W>>,
    next_r: Signal<Local, Bits<W>>,
    next_pool: Signal<Local, Bits<W>>,
    used_up: Signal<Local, Bit>,
    rejects: DFF<Bit>,
    rejects_two: DFF<Bit>,
    pieces: Constant<Bits<3>>,
    up_one: Constant<Bits<8>>,
    up_two: Constant<Bits<8>>,
}

impl<const W: usize> Default for Redraw<W> {
    fn default() -> Self {
        Self {
            clock: Signal::default(),
            reset: Signal::default(),
            active: Signal::default(),
            lane: Signal::default(),
            message_valid: Signal::default(),
            message_ready: Signal::default(),
            message: Signal::default(),
            flags: Signal::default(),
            r_available: Signal::default(),
            r_take: Signal::default(),
            r: Signal::default(),
            found: Signal::default(),
            found_message: Signal::default(),
            found_flags: Signal::default(),
            found_r: Signal::default(),
            pop: Signal::default(),
            rejected: Signal::default(),
            rejected_two: Signal::default(),
            coming: DFF::default(),
            queue: Fifo::default(),
            asking: Signal::default(),
            m: DFF::default(),
            m_left: DFF::default(),
            m_flags: DFF::default(),
            out_flags: DFF::default(),
            pool: DFF::default(),
            pool_left: DFF::default(),
            chosen: DFF::default(),
            out_m: DFF::default(),
            out_r: DFF::default(),
            out_valid: DFF::default(),
            wide_m: Signal::default(),
            wide_r: Signal::default(),
            equal_8: Default::default(),
            equal_32: Default::default(),
            equal: Signal::default(),
            two: Signal::default(),
            step: Signal::default(),
            trying: Signal::default(),
            fits: Signal::default(),
            complete: Signal::default(),
            next_m: Signal::default(),
            next_r: Signal::default(),
            next_pool: Signal::default(),
            used_up: Signal::default(),
            rejects: DFF::default(),
            rejects_two: DFF::default(),
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
            m,
            m_left,
            m_flags,
            out_flags,
            pool,
            pool_left,
            chosen,
            out_m,
            out_r,
            out_valid,
            rejects,
            rejects_two
        );
        self.queue.clock.next = self.clock.val();
        self.queue.reset.next = self.reset.val() || !self.active.val();

        // Fetch r ahead.
        self.asking.next = self.active.val() && self.r_available.val() && self.queue.roomy.val();
        self.r_take.next = self.asking.val();
        self.coming.d.next =
            (self.coming.q.val() << 1) | bit_cast::<2, 1>(self.asking.val().into());
        self.queue.push.next = self.coming.q.val().get_bit(1);
        self.queue.word.next = self.r.val();

        // Try the lowest piece of both.
        self.wide_m.next = bit_cast::<128, W>(self.m.q.val());
        self.wide_r.next = bit_cast::<128, W>(self.pool.q.val());
        for b in 0..4 {
            self.equal_8[b].next =
                self.wide_m.val().get_bits::<8>(b * 8) == self.wide_r.val().get_bits::<8>(b * 8);
        }
        for b in 0..2 {
            self.equal_32[b].next = self.wide_m.val().get_bits::<32>(b * 32)
                == self.wide_r.val().get_bits::<32>(b * 32);
        }
        self.two.next = self.lane.val() == 3;
        self.equal.next = self.equal_8[0].val()
            || self.equal_8[1].val()
            || self.equal_8[2].val()
            || self.equal_8[3].val();
        if self.lane.val() == 1 {
            self.equal.next = (self.equal_8[0].val() && self.equal_8[1].val())
                || (self.equal_8[2].val() && self.equal_8[3].val());
        }
        if self.lane.val() == 2 {
            self.equal.next = self.equal_32[0].val();
        }
        if self.two.val() {
            self.equal.next = self.equal_32[0].val() && self.equal_32[1].val();
        }
        self.step.next = 1.into();
        self.next_m.next = (self.m.q.val() >> 32) | (self.m.q.val() << self.up_one.val());
        self.next_r.next = (self.chosen.q.val() >> 32) | (self.pool.q.val() << self.up_one.val());
        self.next_pool.next = self.pool.q.val() >> 32;
        if self.two.val() {
            self.step.next = 2.into();
            self.next_m.next = (self.m.q.val() >> 64) | (self.m.q.val() << self.up_two.val());
            self.next_r.next =
                (self.chosen.q.val() >> 64) | (self.pool.q.val() << self.up_two.val());
            self.next_pool.next = self.pool.q.val() >> 64;
        }
        self.trying.next = (self.m_left.q.val() != 0)
            && (self.pool_left.q.val() != 0)
            && (!self.out_valid.q.val() || self.pop.val());
        self.fits.next = self.trying.val() && !self.equal.val();
        self.complete.next = self.fits.val() && (self.m_left.q.val() == self.step.val());
        self.used_up.next = (self.pool_left.q.val() == 0)
            || (self.trying.val() && (self.pool_left.q.val() == self.step.val()));
        self.rejects.d.next = self.trying.val() && self.equal.val();
        self.rejects_two.d.next = self.two.val();

        if self.pop.val() {
            self.out_valid.d.next = false;
        }
        if self.trying.val() {
            self.pool.d.next = self.next_pool.val();
            self.pool_left.d.next = self.pool_left.q.val() - self.step.val();
        }
        if self.fits.val() {
            self.m.d.next = self.next_m.val();
            self.chosen.d.next = self.next_r.val();
            self.m_left.d.next = self.m_left.q.val() - self.step.val();
        }
        if self.complete.val() {
            self.out_m.d.next = self.next_m.val();
            self.out_flags.d.next = self.m_flags.q.val();
            self.out_r.d.next = self.next_r.val();
            self.out_valid.d.next = true;
        }
        self.queue.pop.next = self.queue.valid.val() && self.used_up.val();
        if self.queue.pop.val() {
            self.pool.d.next = self.queue.head.val();
            self.pool_left.d.next = self.pieces.val();
        }
        self.message_ready.next =
            self.active.val() && ((self.m_left.q.val() == 0) || self.complete.val());
        if self.message_ready.val() && self.message_valid.val() {
            self.m.d.next = self.message.val();
            self.m_flags.d.next = self.flags.val();
            self.m_left.d.next = self.pieces.val();
        }
        if self.reset.val() || !self.active.val() {
            self.coming.d.next = 0.into();
            self.m_left.d.next = 0.into();
            self.pool_left.d.next = 0.into();
            self.out_valid.d.next = false;
            self.rejects.d.next = false;
        }
        self.found.next = self.out_valid.q.val();
        self.found_message.next = self.out_m.q.val();
        self.found_flags.next = self.out_flags.q.val();
        self.found_r.next = self.out_r.q.val();
        self.rejected.next = self.rejects.q.val();
        self.rejected_two.next = self.rejects_two.q.val();
    }
}
