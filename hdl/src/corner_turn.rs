//! From a block of one unit each turn to a word of each unit each clock.
//!
//! ```text
//!   group 0 of the block --------------> \                    --> lane 0
//!   group 1 ------------- a turn ------> | turn by            --> lane 1
//!   group 2 ------------- two turns ---> | the turn's number  --> lane 2
//!   ...                                  /                    ...
//! ```
//!
//! While group 0 of a block goes out, group 1 of the block before does, and so on: in each clock one group of every unit, once they are turned.
//! Lane v ends up with the unit of turn `K` - v, and a unit of a later turn starts that much later.

use crate::delay::Delay;
use crate::join::Join;
use rust_hdl::prelude::*;
use std::array::from_fn;

/// Turns words to lower lanes by 0 to 3 times `by`, two bits of the turn's number. Latency: one clock.
#[derive(LogicBlock)]
pub struct Rotate<const KW: usize, const LOG: usize> {
    /// Rising edge.
    pub clock: Signal<In, Clock>,
    /// The turn's number.
    pub turn: Signal<In, Bits<LOG>>,
    /// The lanes, lane 0 lowest.
    pub lanes: Signal<In, Bits<KW>>,
    /// The turn's number, a clock later.
    pub turn_out: Signal<Out, Bits<LOG>>,
    /// The lanes turned.
    pub turned: Signal<Out, Bits<KW>>,
    turn_held: DFF<Bits<LOG>>,
    held: DFF<Bits<KW>>,
    times: Signal<Local, Bits<2>>,
    low_bit: Constant<Bits<4>>,
    down: [Constant<Bits<16>>; 4],
    up: [Constant<Bits<16>>; 4],
}

impl<const KW: usize, const LOG: usize> Rotate<KW, LOG> {
    /// The level of radix four with this number, of words of `width` bits.
    pub fn new(level: usize, width: usize) -> Self {
        let by = width << (2 * level);
        Self {
            clock: Signal::default(),
            turn: Signal::default(),
            lanes: Signal::default(),
            turn_out: Signal::default(),
            turned: Signal::default(),
            turn_held: DFF::default(),
            held: DFF::default(),
            times: Signal::default(),
            low_bit: Constant::new((2 * level as u64).into()),
            down: from_fn(|n| Constant::new(((n * by) as u64).into())),
            up: from_fn(|n| Constant::new(((KW - n * by) as u64).into())),
        }
    }
}

impl<const KW: usize, const LOG: usize> Logic for Rotate<KW, LOG> {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clock, turn_held, held);
        self.turn_held.d.next = self.turn.val();
        self.turn_out.next = self.turn_held.q.val();
        self.times.next = self.turn.val().get_bits::<2>(self.low_bit.val().index());
        self.held.d.next = self.lanes.val();
        for n in 1..4 {
            if self.times.val() == n.to_bits() {
                self.held.d.next = (self.lanes.val() >> self.down[n].val())
                    | (self.lanes.val() << self.up[n].val());
            }
        }
        self.turned.next = self.held.q.val();
    }
}

/// `K` groups and lanes of `W` bits, `LEVELS` levels of radix four.
///
/// Latency from a turn's groups to the first word of its lane: `LEVELS` clocks.
#[derive(LogicBlock)]
pub struct CornerTurn<
    const K: usize,
    const LOG: usize,
    const W: usize,
    const KW: usize,
    const LEVELS: usize,
> {
    /// Rising edge.
    pub clock: Signal<In, Clock>,
    /// Whose block `block` is.
    pub turn: Signal<In, Bits<LOG>>,
    /// A block: its groups evenly spread, each group's word of this clock lowest.
    pub block: Signal<In, Bits<512>>,
    /// A word of each unit.
    pub lanes: Signal<Out, Bits<KW>>,
    stair: [Delay<W>; K],
    together: Join<K, W, KW>,
    rotate: [Rotate<KW, LOG>; LEVELS],
    group: Constant<Bits<16>>,
}

impl<const K: usize, const LOG: usize, const W: usize, const KW: usize, const LEVELS: usize>
    CornerTurn<K, LOG, W, KW, LEVELS>
{
    /// With so many clocks a turn.
    ///
    /// # Panics
    /// If the parameters do not belong together.
    pub fn new(clocks: usize) -> Self {
        assert!(LOG == 2 * LEVELS && K == 1 << LOG);
        Self {
            clock: Signal::default(),
            turn: Signal::default(),
            block: Signal::default(),
            lanes: Signal::default(),
            stair: from_fn(|g| Delay::new(g * clocks)),
            together: Join::default(),
            rotate: from_fn(|level| Rotate::new(level, W)),
            group: Constant::new((512 / K as u64).into()),
        }
    }
}

impl<const K: usize, const LOG: usize, const W: usize, const KW: usize, const LEVELS: usize> Logic
    for CornerTurn<K, LOG, W, KW, LEVELS>
{
    #[hdl_gen]
    fn update(&mut self) {
        for g in 0..K {
            self.stair[g].clock.next = self.clock.val();
            self.stair[g].word.next = self.block.val().get_bits::<W>(g * self.group.val().index());
            self.together.word[g].next = self.stair[g].later.val();
        }
        for i in 0..LEVELS {
            self.rotate[i].clock.next = self.clock.val();
        }
        self.rotate[0].turn.next = self.turn.val();
        self.rotate[0].lanes.next = self.together.joined.val();
        for i in 1..LEVELS {
            self.rotate[i].turn.next = self.rotate[i - 1].turn_out.val();
            self.rotate[i].lanes.next = self.rotate[i - 1].turned.val();
        }
        for i in 0..LEVELS {
            self.lanes.next = self.rotate[i].turned.val();
        }
    }
}
