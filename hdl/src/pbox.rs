//! The P-box of Figure 7.1: which share leaves by which port.
//!
//! Each port picks its share in two steps: one of each four channels, a register, and one of those.

use crate::join::Join;
use rust_hdl::prelude::*;
use std::array::from_fn;

/// One port, of `QUADS` times four channels. Not in use it stays zero.
#[derive(LogicBlock)]
pub struct Port<const LOG: usize, const W: usize, const KW: usize, const QUADS: usize> {
    /// Rising edge.
    pub clock: Signal<In, Clock>,
    /// From the next clock on `channel` and `used` hold.
    pub turn: Signal<In, Bit>,
    /// Whose share it takes.
    pub channel: Signal<In, Bits<LOG>>,
    /// It is in use.
    pub used: Signal<In, Bit>,
    /// The shares by channel, channel 0 lowest.
    pub shares: Signal<In, Bits<KW>>,
    /// This port's share, a clock later.
    pub share: Signal<Out, Bits<W>>,
    held: DFF<Bits<LOG>>,
    held_used: DFF<Bit>,
    late: DFF<Bits<LOG>>,
    late_used: DFF<Bit>,
    quad: [DFF<Bits<W>>; QUADS],
    low: Signal<Local, Bits<2>>,
    high: Signal<Local, Bits<LOG>>,
    width: Constant<Bits<16>>,
}

impl<const LOG: usize, const W: usize, const KW: usize, const QUADS: usize> Default
    for Port<LOG, W, KW, QUADS>
{
    fn default() -> Self {
        Self {
            clock: Signal::default(),
            turn: Signal::default(),
            channel: Signal::default(),
            used: Signal::default(),
            shares: Signal::default(),
            share: Signal::default(),
            held: DFF::default(),
            held_used: DFF::default(),
            late: DFF::default(),
            late_used: DFF::default(),
            quad: from_fn(|_| DFF::default()),
            low: Signal::default(),
            high: Signal::default(),
            width: Constant::new((W as u64).into()),
        }
    }
}

impl<const LOG: usize, const W: usize, const KW: usize, const QUADS: usize> Logic
    for Port<LOG, W, KW, QUADS>
{
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clock, held, held_used, late, late_used);
        if self.turn.val() {
            self.held.d.next = self.channel.val();
            self.held_used.d.next = self.used.val();
        }
        self.late.d.next = self.held.q.val();
        self.late_used.d.next = self.held_used.q.val();
        self.low.next = self.held.q.val().get_bits::<2>(0);
        self.high.next = self.late.q.val() >> 2;
        self.share.next = 0.into();
        for q in 0..QUADS {
            self.quad[q].clock.next = self.clock.val();
            self.quad[q].d.next = self
                .shares
                .val()
                .get_bits::<W>((4 * q) * self.width.val().index());
            if self.low.val() == 1 {
                self.quad[q].d.next = self
                    .shares
                    .val()
                    .get_bits::<W>((4 * q + 1) * self.width.val().index());
            }
            if self.low.val() == 2 {
                self.quad[q].d.next = self
                    .shares
                    .val()
                    .get_bits::<W>((4 * q + 2) * self.width.val().index());
            }
            if self.low.val() == 3 {
                self.quad[q].d.next = self
                    .shares
                    .val()
                    .get_bits::<W>((4 * q + 3) * self.width.val().index());
            }
            if self.late_used.q.val() && (self.high.val() == q.to_bits()) {
                self.share.next = self.quad[q].q.val();
            }
        }
    }
}

/// `K` ports. Latency: one clock.
#[derive(LogicBlock)]
pub struct PBox<
    const K: usize,
    const LOG: usize,
    const ROUTES: usize,
    const W: usize,
    const KW: usize,
    const QUADS: usize,
> {
    /// Rising edge.
    pub clock: Signal<In, Clock>,
    /// From the next clock on `routes` hold.
    pub turn: Signal<In, Bit>,
    /// The channel of each port, port 0 lowest, and above them a bit each: it is in use.
    pub routes: Signal<In, Bits<ROUTES>>,
    /// The shares by channel, channel 0 lowest.
    pub shares: Signal<In, Bits<KW>>,
    /// The shares by port, port 0 lowest.
    pub ports: Signal<Out, Bits<KW>>,
    port: [Port<LOG, W, KW, QUADS>; K],
    together: Join<K, W, KW>,
    stride: Constant<Bits<8>>,
    above: Constant<Bits<8>>,
}

impl<
    const K: usize,
    const LOG: usize,
    const ROUTES: usize,
    const W: usize,
    const KW: usize,
    const QUADS: usize,
> Default for PBox<K, LOG, ROUTES, W, KW, QUADS>
{
    fn default() -> Self {
        assert!(ROUTES == K * LOG + K && QUADS * 4 == K);
        Self {
            clock: Signal::default(),
            turn: Signal::default(),
            routes: Signal::default(),
            shares: Signal::default(),
            ports: Signal::default(),
            port: from_fn(|_| Port::default()),
            together: Join::default(),
            stride: Constant::new((LOG as u64).into()),
            above: Constant::new(((K * LOG) as u64).into()),
        }
    }
}

impl<
    const K: usize,
    const LOG: usize,
    const ROUTES: usize,
    const W: usize,
    const KW: usize,
    const QUADS: usize,
> Logic for PBox<K, LOG, ROUTES, W, KW, QUADS>
{
    #[hdl_gen]
    fn update(&mut self) {
        for p in 0..K {
            self.port[p].clock.next = self.clock.val();
            self.port[p].turn.next = self.turn.val();
            self.port[p].channel.next = self
                .routes
                .val()
                .get_bits::<LOG>(p * self.stride.val().index());
            self.port[p].used.next = self.routes.val().get_bit(p + self.above.val().index());
            self.port[p].shares.next = self.shares.val();
            self.together.word[p].next = self.port[p].share.val();
        }
        self.ports.next = self.together.joined.val();
    }
}
