//! Counters of 64 bits.

use rust_hdl::prelude::*;

/// Counts clocks in which each bit of `events` is set.
#[derive(LogicBlock, Default)]
pub struct Statistics {
    /// Rising edge.
    pub clock: Signal<In, Clock>,
    /// To zero.
    pub reset: Signal<In, Bit>,
    /// A bit a counter, in the order of the registers.
    pub events: Signal<In, Bits<9>>,
    /// A register is read.
    pub read: Signal<In, Bit>,
    /// Which: word of the register map.
    pub at: Signal<In, Bits<5>>,
    /// What it holds. A counter's high half is that of the clock in which its low half was read.
    pub value: Signal<Out, Bits<32>>,
    count: [DFF<Bits<64>>; 9],
    high: DFF<Bits<32>>,
    place: Signal<Local, Bits<5>>,
    which: Signal<Local, Bits<5>>,
    chosen: Signal<Local, Bits<64>>,
}

impl Logic for Statistics {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clock, high);
        // A block's head and the address of the next one come before its registers.
        self.place.next = self.at.val() - 2;
        self.which.next = self.place.val() >> 1;
        self.chosen.next = 0.into();
        for n in 0..9 {
            self.count[n].clock.next = self.clock.val();
            self.count[n].d.next = self.count[n].q.val();
            if self.events.val().get_bit(n) {
                self.count[n].d.next = self.count[n].q.val() + 1;
            }
            if self.reset.val() {
                self.count[n].d.next = 0.into();
            }
            if self.which.val() == n.to_bits() {
                self.chosen.next = self.count[n].q.val();
            }
        }
        self.value.next = self.chosen.val().get_bits::<32>(0);
        if self.at.val().get_bit(0) {
            self.value.next = self.high.q.val();
        } else if self.read.val() {
            self.high.d.next = self.chosen.val().get_bits::<32>(32);
        }
    }
}
