//! The P-box of Figure 7.1: which share leaves by which port.
//!
//! Each port picks its share in two steps: one of each four channels, a register, and one of those.

use crate::join::Join;
use crate::own::Own;
use crate::pick::Pick;
use rust_hdl::prelude::*;

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
    low: [Own<2>; QUADS],
    idle: [Own<1>; QUADS],
    late: DFF<Bits<LOG>>,
    first: [Pick<W>; QUADS],
    quad: [DFF<Bits<W>>; QUADS],
    of_quad: [Signal<Local, Bits<W>>; 4],
    second: Pick<W>,
    high: Signal<Local, Bits<LOG>>,
    one_quad: Constant<Bit>,
    width: Constant<Bits<16>>,
}

impl<const LOG: usize, const W: usize, const KW: usize, const QUADS: usize> Default
    for Port<LOG, W, KW, QUADS>
{
    fn default() -> Self {
        blank! {
            clock turn channel used shares share held late second high;
            [low] [idle] [first] [quad] [of_quad];
            one_quad: Constant::new(QUADS == 1),
            width: Constant::new((W as u64).into()),
        }
    }
}

impl<const LOG: usize, const W: usize, const KW: usize, const QUADS: usize> Logic
    for Port<LOG, W, KW, QUADS>
{
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clock, held, late);
        for q in 0..QUADS {
            self.low[q].clock.next = self.clock.val();
            self.low[q].d.next = self.low[q].q.val();
            self.idle[q].clock.next = self.clock.val();
            self.idle[q].d.next = self.idle[q].q.val();
            if self.turn.val() {
                self.low[q].d.next = self.channel.val().get_bits::<2>(0);
                self.idle[q].d.next = (!self.used.val()).into();
            }
        }
        if self.turn.val() {
            self.held.d.next = self.channel.val();
        }
        self.late.d.next = self.held.q.val();
        self.high.next = self.late.q.val() >> 2;
        for q in 0..QUADS {
            self.quad[q].clock.next = self.clock.val();
            self.first[q].which.next = self.low[q].q.val();
            self.first[q].a.next = self
                .shares
                .val()
                .get_bits::<W>((4 * q) * self.width.val().index());
            self.first[q].b.next = self
                .shares
                .val()
                .get_bits::<W>((4 * q + 1) * self.width.val().index());
            self.first[q].c.next = self
                .shares
                .val()
                .get_bits::<W>((4 * q + 2) * self.width.val().index());
            self.first[q].d.next = self
                .shares
                .val()
                .get_bits::<W>((4 * q + 3) * self.width.val().index());
            self.quad[q].d.next = self.first[q].picked.val();
            if self.idle[q].q.val().any() {
                self.quad[q].d.next = 0.into();
            }
            self.of_quad[q].next = self.quad[q].q.val();
        }
        for q in QUADS..4 {
            self.of_quad[q].next = 0.into();
        }
        self.second.a.next = self.of_quad[0].val();
        self.second.b.next = self.of_quad[1].val();
        self.second.c.next = self.of_quad[2].val();
        self.second.d.next = self.of_quad[3].val();
        self.second.which.next = self.high.val().get_bits::<2>(0);
        self.share.next = self.second.picked.val();
        if self.one_quad.val() {
            self.share.next = self.quad[0].q.val();
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
        blank! {
            clock turn routes shares ports together;
            [port];
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
