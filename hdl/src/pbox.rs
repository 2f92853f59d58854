//! The P-box of Figure 7.1: which share leaves by which port.
//!
//! A port's route is three bits: the channel whose share it takes (bits 0 and 1) and whether it is in use (bit 2). A port not in use stays zero.

use rust_hdl::prelude::*;

/// Four ports. Latency: one clock.
#[derive(LogicBlock, Default)]
pub struct PBox {
    /// Rising edge.
    pub clock: Signal<In, Clock>,
    /// From the next clock on `routes` holds.
    pub turn: Signal<In, Bit>,
    /// The routes of ports 0 to 3, lowest bits first.
    pub routes: Signal<In, Bits<12>>,
    /// The shares by channel.
    pub share: [Signal<In, Bits<32>>; 4],
    /// The shares by port.
    pub port: [Signal<Out, Bits<32>>; 4],
    held: DFF<Bits<12>>,
    result: [DFF<Bits<32>>; 4],
    route: [Signal<Local, Bits<3>>; 4],
}

impl Logic for PBox {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clock, held);
        if self.turn.val() {
            self.held.d.next = self.routes.val();
        }
        for p in 0..4 {
            self.route[p].next = self.held.q.val().get_bits::<3>(p * 3);
            self.result[p].clock.next = self.clock.val();
            self.result[p].d.next = self.share[0].val();
            if self.route[p].val().get_bits::<2>(0) == 1 {
                self.result[p].d.next = self.share[1].val();
            }
            if self.route[p].val().get_bits::<2>(0) == 2 {
                self.result[p].d.next = self.share[2].val();
            }
            if self.route[p].val().get_bits::<2>(0) == 3 {
                self.result[p].d.next = self.share[3].val();
            }
            if !self.route[p].val().get_bit(2) {
                self.result[p].d.next = 0.into();
            }
            self.port[p].next = self.result[p].q.val();
        }
    }
}
