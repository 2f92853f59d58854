//! A count that tells by a register whether anything is left of it, so that who waits for it needs no comparison.

use rust_hdl::prelude::*;

/// Counts `N` bits up and down. The user sees to it that it goes neither below zero nor over.
#[derive(LogicBlock)]
pub struct Credit<const N: usize> {
    /// Rising edge.
    pub clock: Signal<In, Clock>,
    /// Back to where it started.
    pub reset: Signal<In, Bit>,
    /// One more...
    pub up: Signal<In, Bit>,
    /// ...and one less; both together change nothing.
    pub down: Signal<In, Bit>,
    /// It is above zero.
    pub some: Signal<Out, Bit>,
    /// The count.
    pub count: Signal<Out, Bits<N>>,
    counted: DFF<Bits<N>>,
    above_zero: DFF<Bit>,
    start: Constant<Bits<N>>,
    starts_above_zero: Constant<Bit>,
}

impl<const N: usize> Credit<N> {
    /// Starts at so many.
    pub fn new(start: u64) -> Self {
        blank! {
            clock reset up down some count counted above_zero;;
            start: Constant::new(start.into()),
            starts_above_zero: Constant::new(start != 0),
        }
    }
}

impl<const N: usize> Logic for Credit<N> {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clock, counted, above_zero);
        if self.up.val() && !self.down.val() {
            self.counted.d.next = self.counted.q.val() + 1;
            self.above_zero.d.next = true;
        }
        if !self.up.val() && self.down.val() {
            self.counted.d.next = self.counted.q.val() - 1;
            self.above_zero.d.next = (self.counted.q.val() >> 1) != 0;
        }
        if self.reset.val() {
            self.counted.d.next = self.start.val();
            self.above_zero.d.next = self.starts_above_zero.val();
        }
        self.some.next = self.above_zero.q.val();
        self.count.next = self.counted.q.val();
    }
}
