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
    /// The count is above zero.
    pub some: Signal<Out, Bit>,
    /// It is one.
    pub one: Signal<Out, Bit>,
    /// The count.
    pub count: Signal<Out, Bits<N>>,
    counted: DFF<Bits<N>>,
    above_zero: DFF<Bit>,
    at_one: DFF<Bit>,
    start: Constant<Bits<N>>,
    starts_above_zero: Constant<Bit>,
    starts_at_one: Constant<Bit>,
}

impl<const N: usize> Credit<N> {
    /// Starts at so many.
    pub fn new(start: u64) -> Self {
        blank! {
            clock reset up down some one count counted above_zero at_one;;
            start: Constant::new(start.into()),
            starts_above_zero: Constant::new(start != 0),
            starts_at_one: Constant::new(start == 1),
        }
    }
}

impl<const N: usize> Logic for Credit<N> {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clock, counted, above_zero, at_one);
        if self.up.val() && !self.down.val() {
            self.counted.d.next = self.counted.q.val() + 1;
            self.above_zero.d.next = true;
            self.at_one.d.next = self.counted.q.val() == 0;
        }
        if !self.up.val() && self.down.val() {
            self.counted.d.next = self.counted.q.val() - 1;
            self.above_zero.d.next = (self.counted.q.val() >> 1) != 0;
            self.at_one.d.next = self.counted.q.val() == 2;
        }
        if self.reset.val() {
            self.counted.d.next = self.start.val();
            self.above_zero.d.next = self.starts_above_zero.val();
            self.at_one.d.next = self.starts_at_one.val();
        }
        self.one.next = self.at_one.q.val();
        self.some.next = self.above_zero.q.val();
        self.count.next = self.counted.q.val();
    }
}
