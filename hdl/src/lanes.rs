//! Sums and differences lane by lane.
//!
//! A guard bit stands where a lane may end, at every multiple of 8 bits but 64. In it the carry either passes or is lost: a sum sets it in one
//! operand to let the carry pass; a difference sets it in the minuend, and in the subtrahend to let the borrow pass.
//! So one carry chain of 71 bits does for all lanes of 64 bits. It is cut in the middle, for its carry would take the longest of all clocks: the upper half is made
//! with a carry and without, and in the next clock the lower half's carry chooses. For a word of 32 bits the upper half falls away, and the clock with it.

use crate::delay::Delay;
use crate::join::Join;
use rust_hdl::prelude::*;
use std::array::from_fn;

/// Clocks of a sum or difference of words of so many bits until the halves are there: with the register behind it, it takes one more.
pub(crate) const fn halving(word: usize) -> usize {
    if word > 32 { 1 } else { 0 }
}

/// Where lanes end: bit 0 at the odd multiples of 8 bits, bit 1 at those of 16, bit 2 at those of 32.
pub type Cuts = Bits<3>;

/// 64 bits with a guard bit above each byte but the last.
#[derive(LogicBlock, Default)]
pub struct Guarded {
    /// The word.
    pub word: Signal<In, Bits<64>>,
    /// The guards, by the places of [`Cuts`].
    pub guard: Signal<In, Cuts>,
    /// Bytes at multiples of 9, guards between them.
    pub wide: Signal<Out, Bits<71>>,
}

impl Logic for Guarded {
    #[hdl_gen]
    fn update(&mut self) {
        self.wide.next = bit_cast::<71, 8>(self.word.val().get_bits::<8>(0))
            | (bit_cast::<71, 1>(self.guard.val().get_bits::<1>(0)) << 8)
            | (bit_cast::<71, 8>(self.word.val().get_bits::<8>(8)) << 9)
            | (bit_cast::<71, 1>(self.guard.val().get_bits::<1>(1)) << 17)
            | (bit_cast::<71, 8>(self.word.val().get_bits::<8>(16)) << 18)
            | (bit_cast::<71, 1>(self.guard.val().get_bits::<1>(0)) << 26)
            | (bit_cast::<71, 8>(self.word.val().get_bits::<8>(24)) << 27)
            | (bit_cast::<71, 1>(self.guard.val().get_bits::<1>(2)) << 35)
            | (bit_cast::<71, 8>(self.word.val().get_bits::<8>(32)) << 36)
            | (bit_cast::<71, 1>(self.guard.val().get_bits::<1>(0)) << 44)
            | (bit_cast::<71, 8>(self.word.val().get_bits::<8>(40)) << 45)
            | (bit_cast::<71, 1>(self.guard.val().get_bits::<1>(1)) << 53)
            | (bit_cast::<71, 8>(self.word.val().get_bits::<8>(48)) << 54)
            | (bit_cast::<71, 1>(self.guard.val().get_bits::<1>(0)) << 62)
            | (bit_cast::<71, 8>(self.word.val().get_bits::<8>(56)) << 63);
    }
}

/// The bytes of a guarded word.
#[derive(LogicBlock, Default)]
pub struct Unguarded {
    /// Bytes at multiples of 9.
    pub wide: Signal<In, Bits<71>>,
    /// The word.
    pub word: Signal<Out, Bits<64>>,
}

impl Logic for Unguarded {
    #[hdl_gen]
    fn update(&mut self) {
        self.word.next = bit_cast::<64, 8>(self.wide.val().get_bits::<8>(0))
            | (bit_cast::<64, 8>(self.wide.val().get_bits::<8>(9)) << 8)
            | (bit_cast::<64, 8>(self.wide.val().get_bits::<8>(18)) << 16)
            | (bit_cast::<64, 8>(self.wide.val().get_bits::<8>(27)) << 24)
            | (bit_cast::<64, 8>(self.wide.val().get_bits::<8>(36)) << 32)
            | (bit_cast::<64, 8>(self.wide.val().get_bits::<8>(45)) << 40)
            | (bit_cast::<64, 8>(self.wide.val().get_bits::<8>(54)) << 48)
            | (bit_cast::<64, 8>(self.wide.val().get_bits::<8>(63)) << 56);
    }
}

/// `sum = a + b` in each lane of 64 bits.
#[derive(LogicBlock)]
pub struct LaneAdd {
    /// Rising edge.
    pub clock: Signal<In, Clock>,
    /// Where lanes end.
    pub cuts: Signal<In, Cuts>,
    /// Lanes.
    pub a: Signal<In, Bits<64>>,
    /// Lanes.
    pub b: Signal<In, Bits<64>>,
    /// Each mod its size.
    pub sum: Signal<Out, Bits<64>>,
    a_wide: Guarded,
    b_wide: Guarded,
    low: Signal<Local, Bits<37>>,
    high_a: Signal<Local, Bits<36>>,
    high_b: Signal<Local, Bits<36>>,
    plain: Signal<Local, Bits<36>>,
    carried: Signal<Local, Bits<36>>,
    high: Signal<Local, Bits<36>>,
    low_later: Delay<37>,
    plain_later: Delay<36>,
    carried_later: Delay<36>,
    result: Unguarded,
}

impl LaneAdd {
    /// Of words of so many bits.
    pub fn new(word: usize) -> Self {
        blank! {
            clock cuts a b sum a_wide b_wide low high_a high_b plain carried high result;;
            low_later: Delay::new(halving(word)),
            plain_later: Delay::new(halving(word)),
            carried_later: Delay::new(halving(word)),
        }
    }
}

impl Logic for LaneAdd {
    #[hdl_gen]
    fn update(&mut self) {
        self.a_wide.word.next = self.a.val();
        self.a_wide.guard.next = !self.cuts.val();
        self.b_wide.word.next = self.b.val();
        self.b_wide.guard.next = 0.into();
        self.low.next = bit_cast::<37, 36>(self.a_wide.wide.val().get_bits::<36>(0))
            + bit_cast::<37, 36>(self.b_wide.wide.val().get_bits::<36>(0));
        // A bit below both makes the carry.
        self.high_a.next = bit_cast::<36, 35>(self.a_wide.wide.val().get_bits::<35>(36)) << 1;
        self.high_b.next = bit_cast::<36, 35>(self.b_wide.wide.val().get_bits::<35>(36)) << 1;
        self.plain.next = self.high_a.val() + self.high_b.val();
        self.carried.next = (self.high_a.val() | 1) + (self.high_b.val() | 1);
        self.low_later.clock.next = self.clock.val();
        self.low_later.word.next = self.low.val();
        self.plain_later.clock.next = self.clock.val();
        self.plain_later.word.next = self.plain.val();
        self.carried_later.clock.next = self.clock.val();
        self.carried_later.word.next = self.carried.val();
        self.high.next = self.plain_later.later.val();
        if self.low_later.later.val().get_bit(36) {
            self.high.next = self.carried_later.later.val();
        }
        self.result.wide.next = bit_cast::<71, 36>(self.low_later.later.val().get_bits::<36>(0))
            | (bit_cast::<71, 35>(self.high.val().get_bits::<35>(1)) << 36);
        self.sum.next = self.result.word.val();
    }
}

/// `difference = a - b` in each lane of 64 bits.
#[derive(LogicBlock)]
pub struct LaneSubtract {
    /// Rising edge.
    pub clock: Signal<In, Clock>,
    /// Where lanes end.
    pub cuts: Signal<In, Cuts>,
    /// Lanes.
    pub a: Signal<In, Bits<64>>,
    /// Lanes.
    pub b: Signal<In, Bits<64>>,
    /// Each mod its size.
    pub difference: Signal<Out, Bits<64>>,
    a_wide: Guarded,
    b_wide: Guarded,
    low: Signal<Local, Bits<37>>,
    high_a: Signal<Local, Bits<36>>,
    high_b: Signal<Local, Bits<36>>,
    plain: Signal<Local, Bits<36>>,
    carried: Signal<Local, Bits<36>>,
    high: Signal<Local, Bits<36>>,
    low_later: Delay<37>,
    plain_later: Delay<36>,
    carried_later: Delay<36>,
    result: Unguarded,
}

impl LaneSubtract {
    /// Of words of so many bits.
    pub fn new(word: usize) -> Self {
        blank! {
            clock cuts a b difference a_wide b_wide low high_a high_b plain carried high result;;
            low_later: Delay::new(halving(word)),
            plain_later: Delay::new(halving(word)),
            carried_later: Delay::new(halving(word)),
        }
    }
}

impl Logic for LaneSubtract {
    #[hdl_gen]
    fn update(&mut self) {
        self.a_wide.word.next = self.a.val();
        self.a_wide.guard.next = 7.into();
        self.b_wide.word.next = self.b.val();
        self.b_wide.guard.next = !self.cuts.val();
        self.low.next = bit_cast::<37, 36>(self.a_wide.wide.val().get_bits::<36>(0))
            - bit_cast::<37, 36>(self.b_wide.wide.val().get_bits::<36>(0));
        // A bit below both makes the carry.
        self.high_a.next = bit_cast::<36, 35>(self.a_wide.wide.val().get_bits::<35>(36)) << 1;
        self.high_b.next = bit_cast::<36, 35>(self.b_wide.wide.val().get_bits::<35>(36)) << 1;
        self.plain.next = self.high_a.val() - self.high_b.val();
        self.carried.next = self.high_a.val() - (self.high_b.val() | 1);
        self.low_later.clock.next = self.clock.val();
        self.low_later.word.next = self.low.val();
        self.plain_later.clock.next = self.clock.val();
        self.plain_later.word.next = self.plain.val();
        self.carried_later.clock.next = self.clock.val();
        self.carried_later.word.next = self.carried.val();
        self.high.next = self.plain_later.later.val();
        if self.low_later.later.val().get_bit(36) {
            self.high.next = self.carried_later.later.val();
        }
        self.result.wide.next = bit_cast::<71, 36>(self.low_later.later.val().get_bits::<36>(0))
            | (bit_cast::<71, 35>(self.high.val().get_bits::<35>(1)) << 36);
        self.difference.next = self.result.word.val();
    }
}

/// Sums of a whole word: `HALVES` times 64 bits hold its `W`.
#[derive(LogicBlock)]
pub struct WordAdd<const W: usize, const HALVES: usize, const PADDED: usize> {
    /// Rising edge.
    pub clock: Signal<In, Clock>,
    /// Where lanes end.
    pub cuts: Signal<In, Cuts>,
    /// Lanes.
    pub a: Signal<In, Bits<W>>,
    /// Lanes.
    pub b: Signal<In, Bits<W>>,
    /// Each mod its size.
    pub sum: Signal<Out, Bits<W>>,
    add: [LaneAdd; HALVES],
    a_padded: Signal<Local, Bits<PADDED>>,
    b_padded: Signal<Local, Bits<PADDED>>,
    together: Join<HALVES, 64, PADDED>,
}

impl<const W: usize, const HALVES: usize, const PADDED: usize> Default
    for WordAdd<W, HALVES, PADDED>
{
    fn default() -> Self {
        Self {
            clock: Signal::default(),
            cuts: Signal::default(),
            a: Signal::default(),
            b: Signal::default(),
            sum: Signal::default(),
            add: from_fn(|_| LaneAdd::new(W)),
            a_padded: Signal::default(),
            b_padded: Signal::default(),
            together: Join::default(),
        }
    }
}

impl<const W: usize, const HALVES: usize, const PADDED: usize> Logic
    for WordAdd<W, HALVES, PADDED>
{
    #[hdl_gen]
    fn update(&mut self) {
        self.a_padded.next = bit_cast::<PADDED, W>(self.a.val());
        self.b_padded.next = bit_cast::<PADDED, W>(self.b.val());
        for h in 0..HALVES {
            self.add[h].clock.next = self.clock.val();
            self.add[h].cuts.next = self.cuts.val();
            self.add[h].a.next = self.a_padded.val().get_bits::<64>(h * 64);
            self.add[h].b.next = self.b_padded.val().get_bits::<64>(h * 64);
            self.together.word[h].next = self.add[h].sum.val();
        }
        self.sum.next = self.together.joined.val().get_bits::<W>(0);
    }
}

/// Differences of a whole word.
#[derive(LogicBlock)]
pub struct WordSubtract<const W: usize, const HALVES: usize, const PADDED: usize> {
    /// Rising edge.
    pub clock: Signal<In, Clock>,
    /// Where lanes end.
    pub cuts: Signal<In, Cuts>,
    /// Lanes.
    pub a: Signal<In, Bits<W>>,
    /// Lanes.
    pub b: Signal<In, Bits<W>>,
    /// Each mod its size.
    pub difference: Signal<Out, Bits<W>>,
    subtract: [LaneSubtract; HALVES],
    a_padded: Signal<Local, Bits<PADDED>>,
    b_padded: Signal<Local, Bits<PADDED>>,
    together: Join<HALVES, 64, PADDED>,
}

impl<const W: usize, const HALVES: usize, const PADDED: usize> Default
    for WordSubtract<W, HALVES, PADDED>
{
    fn default() -> Self {
        Self {
            clock: Signal::default(),
            cuts: Signal::default(),
            a: Signal::default(),
            b: Signal::default(),
            difference: Signal::default(),
            subtract: from_fn(|_| LaneSubtract::new(W)),
            a_padded: Signal::default(),
            b_padded: Signal::default(),
            together: Join::default(),
        }
    }
}

impl<const W: usize, const HALVES: usize, const PADDED: usize> Logic
    for WordSubtract<W, HALVES, PADDED>
{
    #[hdl_gen]
    fn update(&mut self) {
        self.a_padded.next = bit_cast::<PADDED, W>(self.a.val());
        self.b_padded.next = bit_cast::<PADDED, W>(self.b.val());
        for h in 0..HALVES {
            self.subtract[h].clock.next = self.clock.val();
            self.subtract[h].cuts.next = self.cuts.val();
            self.subtract[h].a.next = self.a_padded.val().get_bits::<64>(h * 64);
            self.subtract[h].b.next = self.b_padded.val().get_bits::<64>(h * 64);
            self.together.word[h].next = self.subtract[h].difference.val();
        }
        self.difference.next = self.together.joined.val().get_bits::<W>(0);
    }
}
