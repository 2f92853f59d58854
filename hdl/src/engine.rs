//! The engine: one pipelined ChaCha that all CSPRNG units take turns in.
//!
//! `R` rounds stand one behind the other, four clocks each, behind one entry register. A block passes them `T` times, `T * R` rounds in all:
//!
//! ```text
//!   fresh --->|\
//!             | |--> entry --> round 1 --> ... --> round R --+--> block
//!        +--->|/                                             |
//!        +---------------------------------------------------+
//! ```
//!
//! A loop of 4R + 1 clocks leaves 1 over when divided by `T` = 2 or 4: blocks that enter each `T` clocks never meet.
//!
//! Columns and diagonals (RFC 8439, section 2.3) change places under the map of row r, column j to row r, column (r - j) mod 4, which is its own inverse.
//! With that wiring behind every round each round is a column round, and `R` may be any number.

use crate::own::Own;
use crate::quarter_round::QuarterRound;
use rust_hdl::prelude::*;

/// Words 0 to 3 of every initial state: "expand 32-byte k" (RFC 8439, section 2.3).
pub const SIGMA: [u64; 4] = [0x6170_7865, 0x3320_646e, 0x7962_2d32, 0x6b20_6574];

/// `Q` = 4R quarter rounds; `LAST` = Q - 4, the first of the last round.
///
/// Latency from `fresh` to `block`: `T * (Q + 1)` clocks.
#[derive(LogicBlock)]
pub struct Engine<const Q: usize, const LAST: usize> {
    /// Rising edge.
    pub clock: Signal<In, Clock>,
    /// Takes `fresh` at the next clock's end; else the block from the last round goes on.
    pub next_load: Signal<In, Bit>,
    /// Words 4 to 15 of an initial state: key, block counter, stream.
    pub fresh: [Signal<In, Bits<32>>; 12],
    /// What has passed the last round; the initial state is not added yet.
    pub block: [Signal<Out, Bits<32>>; 16],
    /// To be xored to words 4 to 7 of `block`.
    pub b_right: [Signal<Out, Bits<32>>; 4],
    load: [Own<1>; 16],
    each_clock: Constant<Bit>,
    entry: [DFF<Bits<32>>; 16],
    quarter_round: [QuarterRound; Q],
    passed: [Signal<Local, Bits<32>>; 16],
    left: [Signal<Local, Bits<32>>; 4],
    right: [Signal<Local, Bits<32>>; 4],
    sigma: [Constant<Bits<32>>; 4],
    zero: Constant<Bits<32>>,
}

impl<const Q: usize, const LAST: usize> Engine<Q, LAST> {
    /// A block each so many clocks.
    ///
    /// # Panics
    /// If the parameters do not belong together.
    pub fn new(clocks: usize) -> Self {
        assert!(Q == LAST + 4 && Q.is_multiple_of(4));
        blank! {
            clock next_load;
            [fresh] [block] [b_right] [load] [entry] [quarter_round] [passed] [left] [right];
            each_clock: Constant::new(clocks == 1),
            sigma: SIGMA.map(|word| Constant::new(word.into())),
            zero: Constant::new(0.into()),
        }
    }
}

impl<const Q: usize, const LAST: usize> Logic for Engine<Q, LAST> {
    #[hdl_gen]
    fn update(&mut self) {
        for i in 0..Q {
            self.quarter_round[i].clock.next = self.clock.val();
        }
        for j in 0..4 {
            self.quarter_round[j].a.next = self.entry[j].q.val();
            // A register of a constant would be one for all that are, all over the chip.
            if self.each_clock.val() {
                self.quarter_round[j].a.next = self.sigma[j].val();
            }
            self.quarter_round[j].b_left.next = self.entry[j + 4].q.val();
            self.quarter_round[j].b_right.next = self.zero.val();
            self.quarter_round[j].c.next = self.entry[j + 8].q.val();
            self.quarter_round[j].d.next = self.entry[j + 12].q.val();
        }
        // Quarter round i stands in column i mod 4: what it passes on goes to column (row - i) mod 4 of the next round.
        for i in 0..LAST {
            self.quarter_round[i + 4 - (i % 4) + (4 - (i % 4)) % 4]
                .a
                .next = self.quarter_round[i].a_out.val();
            self.quarter_round[i + 4 - (i % 4) + (5 - (i % 4)) % 4]
                .b_left
                .next = self.quarter_round[i].b_left_out.val();
            self.quarter_round[i + 4 - (i % 4) + (5 - (i % 4)) % 4]
                .b_right
                .next = self.quarter_round[i].b_right_out.val();
            self.quarter_round[i + 4 - (i % 4) + (6 - (i % 4)) % 4]
                .c
                .next = self.quarter_round[i].c_out.val();
            self.quarter_round[i + 4 - (i % 4) + (7 - (i % 4)) % 4]
                .d
                .next = self.quarter_round[i].d_out.val();
        }
        for i in LAST..Q {
            self.passed[(4 - (i % 4)) % 4].next = self.quarter_round[i].a_out.val();
            self.left[(5 - (i % 4)) % 4].next = self.quarter_round[i].b_left_out.val();
            self.right[(5 - (i % 4)) % 4].next = self.quarter_round[i].b_right_out.val();
            self.passed[8 + (6 - (i % 4)) % 4].next = self.quarter_round[i].c_out.val();
            self.passed[12 + (7 - (i % 4)) % 4].next = self.quarter_round[i].d_out.val();
        }
        for j in 0..4 {
            self.passed[4 + j].next = self.left[j].val() ^ self.right[j].val();
            self.b_right[j].next = self.right[j].val();
        }
        for i in 0..16 {
            self.load[i].clock.next = self.clock.val();
            self.load[i].d.next = self.next_load.val().into();
            self.entry[i].clock.next = self.clock.val();
            self.entry[i].d.next = self.passed[i].val();
            self.block[i].next = self.passed[i].val();
        }
        for j in 0..4 {
            self.block[4 + j].next = self.left[j].val();
            if self.load[j].q.val().any() || self.each_clock.val() {
                self.entry[j].d.next = self.sigma[j].val();
            }
        }
        for i in 4..16 {
            if self.load[i].q.val().any() || self.each_clock.val() {
                self.entry[i].d.next = self.fresh[i - 4].val();
            }
        }
    }
}
