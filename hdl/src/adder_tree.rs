//! The adder tree of Figure 7.1: the sum of all R_i, a register behind each level.
//!
//! Nodes are numbered like a heap: node i adds nodes 2i + 1 and 2i + 2, the last half of the nodes adds the words, the first with the last and so on inwards.

use crate::delay::Delay;
use crate::lanes::{Cuts, WordAdd, halving};
use rust_hdl::prelude::*;
use std::array::from_fn;

/// `WORDS` = LEAVES * W bits of words, `NODES` = LEAVES - 1, `INNER` = LEAVES / 2 - 1 of them above others. Latency: log2(LEAVES) clocks, twice that for
/// words wider than 32 bits.
#[derive(LogicBlock)]
pub struct AdderTree<
    const NODES: usize,
    const INNER: usize,
    const W: usize,
    const WORDS: usize,
    const HALVES: usize,
    const PADDED: usize,
> {
    /// Rising edge.
    pub clock: Signal<In, Clock>,
    /// Where lanes end.
    pub cuts: Signal<In, Cuts>,
    /// All R_i, the first lowest, zero where a path is not in use.
    pub words: Signal<In, Bits<WORDS>>,
    /// Their sum in each lane.
    pub sum: Signal<Out, Bits<W>>,
    /// Where the sum's lanes end.
    pub sum_cuts: Signal<Out, Cuts>,
    add: [WordAdd<W, HALVES, PADDED>; NODES],
    level: [DFF<Bits<W>>; NODES],
    halved_cuts: [Delay<3>; NODES],
    level_cuts: [DFF<Cuts>; NODES],
    width: Constant<Bits<16>>,
    above: Constant<Bits<16>>,
    across: Constant<Bits<16>>,
}

impl<
    const NODES: usize,
    const INNER: usize,
    const W: usize,
    const WORDS: usize,
    const HALVES: usize,
    const PADDED: usize,
> Default for AdderTree<NODES, INNER, W, WORDS, HALVES, PADDED>
{
    fn default() -> Self {
        assert!(
            WORDS == (NODES + 1) * W && NODES == 2 * INNER + 1 && (NODES + 1).is_power_of_two()
        );
        Self {
            clock: Signal::default(),
            cuts: Signal::default(),
            words: Signal::default(),
            sum: Signal::default(),
            sum_cuts: Signal::default(),
            add: from_fn(|_| WordAdd::default()),
            level: from_fn(|_| DFF::default()),
            halved_cuts: from_fn(|_| Delay::new(halving(W))),
            level_cuts: from_fn(|_| DFF::default()),
            width: Constant::new((W as u64).into()),
            above: Constant::new((INNER as u64).into()),
            across: Constant::new(((NODES + INNER) as u64).into()),
        }
    }
}

impl<
    const NODES: usize,
    const INNER: usize,
    const W: usize,
    const WORDS: usize,
    const HALVES: usize,
    const PADDED: usize,
> Logic for AdderTree<NODES, INNER, W, WORDS, HALVES, PADDED>
{
    #[hdl_gen]
    fn update(&mut self) {
        for i in 0..INNER {
            self.add[i].cuts.next = self.level_cuts[2 * i + 1].q.val();
            self.add[i].a.next = self.level[2 * i + 1].q.val();
            self.add[i].b.next = self.level[2 * i + 2].q.val();
        }
        for i in INNER..NODES {
            self.add[i].cuts.next = self.cuts.val();
            self.add[i].a.next = self
                .words
                .val()
                .get_bits::<W>((i - self.above.val().index()) * self.width.val().index());
            self.add[i].b.next = self
                .words
                .val()
                .get_bits::<W>((self.across.val().index() - i) * self.width.val().index());
        }
        for i in 0..NODES {
            self.add[i].clock.next = self.clock.val();
            self.level[i].clock.next = self.clock.val();
            self.level[i].d.next = self.add[i].sum.val();
            self.level_cuts[i].clock.next = self.clock.val();
            self.halved_cuts[i].clock.next = self.clock.val();
            self.halved_cuts[i].word.next = self.add[i].cuts.val();
            self.level_cuts[i].d.next = self.halved_cuts[i].later.val();
        }
        self.sum.next = self.level[0].q.val();
        self.sum_cuts.next = self.level_cuts[0].q.val();
    }
}
