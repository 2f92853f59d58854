//! Sums and differences lane by lane.
//!
//! A guard bit stands between the bytes where a lane may end. In it the carry either passes (one bit set) or is lost (none, for a sum;
//! the minuend's alone, for a difference). So one carry chain of 35 bits does for lanes of 8, 16 and 32 bits.

use rust_hdl::prelude::*;

/// A word with a guard bit above each of its bytes but the last.
#[derive(LogicBlock, Default)]
pub struct Guarded {
    /// The word.
    pub word: Signal<In, Bits<32>>,
    /// The guard at bits 8 and 24.
    pub odd: Signal<In, Bit>,
    /// The guard at bit 16.
    pub even: Signal<In, Bit>,
    /// Bytes at bits 0, 9, 18 and 27, guards at 8, 17 and 26.
    pub wide: Signal<Out, Bits<35>>,
}

impl Logic for Guarded {
    #[hdl_gen]
    fn update(&mut self) {
        self.wide.next = bit_cast::<35, 8>(self.word.val().get_bits::<8>(0))
            | (bit_cast::<35, 1>(self.odd.val().into()) << 8)
            | (bit_cast::<35, 8>(self.word.val().get_bits::<8>(8)) << 9)
            | (bit_cast::<35, 1>(self.even.val().into()) << 17)
            | (bit_cast::<35, 8>(self.word.val().get_bits::<8>(16)) << 18)
            | (bit_cast::<35, 1>(self.odd.val().into()) << 26)
            | (bit_cast::<35, 8>(self.word.val().get_bits::<8>(24)) << 27);
    }
}

/// `sum = a + b` in each lane.
#[derive(LogicBlock, Default)]
pub struct LaneAdd {
    /// Lanes end at bits 8 and 24.
    pub cut_8: Signal<In, Bit>,
    /// Lanes end at bit 16.
    pub cut_16: Signal<In, Bit>,
    /// A word of lanes.
    pub a: Signal<In, Bits<32>>,
    /// A word of lanes.
    pub b: Signal<In, Bits<32>>,
    /// A word of lanes, each mod its size.
    pub sum: Signal<Out, Bits<32>>,
    a_wide: Guarded,
    b_wide: Guarded,
    wide: Signal<Local, Bits<35>>,
}

impl Logic for LaneAdd {
    #[hdl_gen]
    fn update(&mut self) {
        self.a_wide.word.next = self.a.val();
        self.a_wide.odd.next = !self.cut_8.val();
        self.a_wide.even.next = !self.cut_16.val();
        self.b_wide.word.next = self.b.val();
        self.b_wide.odd.next = false;
        self.b_wide.even.next = false;
        self.wide.next = self.a_wide.wide.val() + self.b_wide.wide.val();
        self.sum.next = bit_cast::<32, 8>(self.wide.val().get_bits::<8>(0))
            | (bit_cast::<32, 8>(self.wide.val().get_bits::<8>(9)) << 8)
            | (bit_cast::<32, 8>(self.wide.val().get_bits::<8>(18)) << 16)
            | (bit_cast::<32, 8>(self.wide.val().get_bits::<8>(27)) << 24);
    }
}

/// `difference = a - b` in each lane.
#[derive(LogicBlock, Default)]
pub struct LaneSubtract {
    /// Lanes end at bits 8 and 24.
    pub cut_8: Signal<In, Bit>,
    /// Lanes end at bit 16.
    pub cut_16: Signal<In, Bit>,
    /// A word of lanes.
    pub a: Signal<In, Bits<32>>,
    /// A word of lanes.
    pub b: Signal<In, Bits<32>>,
    /// A word of lanes, each mod its size.
    pub difference: Signal<Out, Bits<32>>,
    a_wide: Guarded,
    b_wide: Guarded,
    wide: Signal<Local, Bits<35>>,
}

impl Logic for LaneSubtract {
    #[hdl_gen]
    fn update(&mut self) {
        self.a_wide.word.next = self.a.val();
        self.a_wide.odd.next = true;
        self.a_wide.even.next = true;
        self.b_wide.word.next = self.b.val();
        self.b_wide.odd.next = !self.cut_8.val();
        self.b_wide.even.next = !self.cut_16.val();
        self.wide.next = self.a_wide.wide.val() - self.b_wide.wide.val();
        self.difference.next = bit_cast::<32, 8>(self.wide.val().get_bits::<8>(0))
            | (bit_cast::<32, 8>(self.wide.val().get_bits::<8>(9)) << 8)
            | (bit_cast::<32, 8>(self.wide.val().get_bits::<8>(18)) << 16)
            | (bit_cast::<32, 8>(self.wide.val().get_bits::<8>(27)) << 24);
    }
}
