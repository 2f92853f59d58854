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
use crate::own::Own;
use crate::pick::Pick;
use rust_hdl::prelude::*;
use std::array::from_fn;

/// Turns words down by `4^level` lanes, none to three times, as those two bits of the turn's number say. Latency: one clock.
#[derive(LogicBlock)]
pub struct Rotate<const K: usize, const LOG: usize, const W: usize, const KW: usize> {
    /// Rising edge.
    pub clock: Signal<In, Clock>,
    /// The turn's number, a clock ahead of its lanes.
    pub next_turn: Signal<In, Bits<LOG>>,
    /// The lanes, lane 0 lowest.
    pub lanes: Signal<In, Bits<KW>>,
    /// The turn's number, a clock ahead of `turned`.
    pub next_turn_out: Signal<Out, Bits<LOG>>,
    /// The lanes turned.
    pub turned: Signal<Out, Bits<KW>>,
    turn_held: DFF<Bits<LOG>>,
    down_here: [Own<2>; K],
    pick: [Pick<W>; K],
    held: [DFF<Bits<W>>; K],
    together: Join<K, W, KW>,
    level_bit: Constant<Bits<4>>,
    width: Constant<Bits<16>>,
    once: [Constant<Bits<16>>; K],
    twice: [Constant<Bits<16>>; K],
    thrice: [Constant<Bits<16>>; K],
}

impl<const K: usize, const LOG: usize, const W: usize, const KW: usize> Rotate<K, LOG, W, KW> {
    /// The level with this number.
    pub fn new(level: usize) -> Self {
        let down = |times: usize| {
            from_fn(|lane| {
                Constant::new((((lane + times * 4_usize.pow(level as u32)) % K * W) as u64).into())
            })
        };
        blank! {
            clock next_turn lanes next_turn_out turned turn_held together;
            [down_here] [pick] [held];
            level_bit: Constant::new((2 * level as u64).into()),
            width: Constant::new((W as u64).into()),
            once: down(1),
            twice: down(2),
            thrice: down(3),
        }
    }
}

impl<const K: usize, const LOG: usize, const W: usize, const KW: usize> Logic
    for Rotate<K, LOG, W, KW>
{
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clock, turn_held);
        self.turn_held.d.next = self.next_turn.val();
        self.next_turn_out.next = self.turn_held.q.val();
        for v in 0..K {
            self.down_here[v].clock.next = self.clock.val();
            self.down_here[v].d.next = self
                .next_turn
                .val()
                .get_bits::<2>(self.level_bit.val().index());
            self.held[v].clock.next = self.clock.val();
            self.pick[v].which.next = self.down_here[v].q.val();
            self.pick[v].a.next = self.lanes.val().get_bits::<W>(v * self.width.val().index());
            self.pick[v].b.next = self.lanes.val().get_bits::<W>(self.once[v].val().index());
            self.pick[v].c.next = self.lanes.val().get_bits::<W>(self.twice[v].val().index());
            self.pick[v].d.next = self.lanes.val().get_bits::<W>(self.thrice[v].val().index());
            self.held[v].d.next = self.pick[v].picked.val();
            self.together.word[v].next = self.held[v].q.val();
        }
        self.turned.next = self.together.joined.val();
    }
}

/// `K` = `2^LOG` = `4^LEVELS` groups and lanes of `W` bits.
///
/// Latency from a turn's groups to the first word of its lane: `LEVELS` clocks.
#[derive(LogicBlock)]
pub struct CornerTurn<
    const K: usize,
    const LOG: usize,
    const LEVELS: usize,
    const W: usize,
    const KW: usize,
> {
    /// Rising edge.
    pub clock: Signal<In, Clock>,
    /// Whose block `block` is in the next clock.
    pub next_turn: Signal<In, Bits<LOG>>,
    /// A block: its groups evenly spread, each group's word of this clock lowest.
    pub block: Signal<In, Bits<512>>,
    /// A word of each unit.
    pub lanes: Signal<Out, Bits<KW>>,
    stair: [Delay<W>; K],
    together: Join<K, W, KW>,
    rotate: [Rotate<K, LOG, W, KW>; LEVELS],
    group: Constant<Bits<16>>,
}

impl<const K: usize, const LOG: usize, const LEVELS: usize, const W: usize, const KW: usize>
    CornerTurn<K, LOG, LEVELS, W, KW>
{
    /// With so many clocks a turn.
    ///
    /// # Panics
    /// If the parameters do not belong together.
    pub fn new(clocks: usize) -> Self {
        assert!(K == 1 << LOG && LOG == 2 * LEVELS);
        blank! {
            clock next_turn block lanes together;;
            stair: from_fn(|g| Delay::new(g * clocks)),
            rotate: from_fn(Rotate::new),
            group: Constant::new((512 / K as u64).into()),
        }
    }
}

impl<const K: usize, const LOG: usize, const LEVELS: usize, const W: usize, const KW: usize> Logic
    for CornerTurn<K, LOG, LEVELS, W, KW>
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
        self.rotate[0].next_turn.next = self.next_turn.val();
        self.rotate[0].lanes.next = self.together.joined.val();
        for i in 1..LEVELS {
            self.rotate[i].next_turn.next = self.rotate[i - 1].next_turn_out.val();
            self.rotate[i].lanes.next = self.rotate[i - 1].turned.val();
        }
        for i in 0..LEVELS {
            self.lanes.next = self.rotate[i].turned.val();
        }
    }
}
