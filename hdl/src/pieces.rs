//! A word's pieces, one after the other: 32 bits at a time, or 64 for lanes of 64 bits.
//!
//! The word stands in a register, the next piece too, and one more behind it, so that what takes pieces does not reach the queue they come from in the same clock.

use crate::refill::Refill;
use rust_hdl::prelude::*;

/// Pieces of words of `W` bits. Latency: two clocks; a piece each clock.
#[derive(LogicBlock)]
pub struct Pieces<const W: usize> {
    /// Rising edge.
    pub clock: Signal<In, Clock>,
    /// Forgets everything.
    pub reset: Signal<In, Bit>,
    /// Pieces are of 64 bits; else of 32, in the lower half, and the upper half means nothing. Changes only under reset.
    pub two: Signal<In, Bit>,
    /// There is a word.
    pub word_valid: Signal<In, Bit>,
    /// Takes it.
    pub word_pop: Signal<Out, Bit>,
    /// The word.
    pub word: Signal<In, Bits<W>>,
    /// It is the segment's last.
    pub last: Signal<In, Bit>,
    /// There is a piece.
    pub valid: Signal<Out, Bit>,
    /// The piece.
    pub piece: Signal<Out, Bits<64>>,
    /// It is its word's last.
    pub ends_word: Signal<Out, Bit>,
    /// Its word is the segment's last.
    pub of_last: Signal<Out, Bit>,
    /// Goes on to the next piece; always where there is none.
    pub moves: Signal<In, Bit>,
    held: DFF<Bits<W>>,
    held_valid: DFF<Bit>,
    held_last: DFF<Bit>,
    at: DFF<Bits<2>>,
    wide: Signal<Local, Bits<128>>,
    next: Signal<Local, Bits<64>>,
    to: Signal<Local, Bits<3>>,
    next_at: Signal<Local, Bits<2>>,
    last_at: Signal<Local, Bits<3>>,
    ends: DFF<Bit>,
    comes: Signal<Local, Bit>,
    refills: Signal<Local, Bit>,
    refill: Refill,
    first: DFF<Bits<64>>,
    first_valid: DFF<Bit>,
    first_ends: DFF<Bit>,
    first_of_last: DFF<Bit>,
    second: DFF<Bits<64>>,
    second_valid: DFF<Bit>,
    second_ends: DFF<Bit>,
    second_of_last: DFF<Bit>,
    one_piece: Constant<Bit>,
    last_one: Constant<Bits<3>>,
    last_two: Constant<Bits<3>>,
}

impl<const W: usize> Default for Pieces<W> {
    fn default() -> Self {
        blank! {
            clock reset two word_valid word_pop word last valid piece ends_word of_last moves held held_valid held_last at wide next to next_at last_at ends comes refills refill
            first first_valid first_ends first_of_last second second_valid second_ends second_of_last;;
            one_piece: Constant::new(W == 32),
            last_one: Constant::new((W as u64 / 32 - 1).into()),
            last_two: Constant::new((W as u64 / 32).saturating_sub(2).into()),
        }
    }
}

impl<const W: usize> Logic for Pieces<W> {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(
            self,
            clock,
            held,
            held_valid,
            held_last,
            at,
            ends,
            first,
            first_valid,
            first_ends,
            first_of_last,
            second,
            second_valid,
            second_ends,
            second_of_last
        );
        // The next piece of the word.
        self.wide.next = bit_cast::<128, W>(self.held.q.val());
        self.next.next = self.wide.val().get_bits::<64>(0);
        if self.at.q.val() == 1 {
            self.next.next = self.wide.val().get_bits::<64>(32);
        }
        if self.at.q.val() == 2 {
            self.next.next = self.wide.val().get_bits::<64>(64);
        }
        if self.at.q.val() == 3 {
            self.next.next = bit_cast::<64, 32>(self.wide.val().get_bits::<32>(96));
        }
        self.to.next = bit_cast::<3, 2>(self.at.q.val()) + 1;
        self.last_at.next = self.last_one.val();
        if self.two.val() {
            self.to.next = bit_cast::<3, 2>(self.at.q.val()) + 2;
            self.last_at.next = self.last_two.val();
        }

        // It comes while the second place is free, whether or not the first is taken from now.
        self.comes.next = self.held_valid.q.val() && !self.second_valid.q.val();
        self.refills.next = !self.held_valid.q.val() || (self.comes.val() && self.ends.q.val());
        self.refill.held.next = self.held_valid.q.val();
        self.refill.ends.next = self.ends.q.val();
        self.refill.refused.next = self.second_valid.q.val();
        self.refill.offered.next = self.word_valid.val();
        self.refill.reset.next = self.reset.val();
        self.word_pop.next = self.refill.pops.val();
        if self.refills.val() {
            self.held.d.next = self.word.val();
            self.held_valid.d.next = self.word_valid.val();
            self.held_last.d.next = self.last.val();
        }
        self.next_at.next = self.at.q.val();
        if self.comes.val() {
            self.next_at.next = self.to.val().get_bits::<2>(0);
        }
        // The only piece is the first: synthesis does not see that by itself.
        if self.reset.val() || (self.comes.val() && self.ends.q.val()) || self.one_piece.val() {
            self.next_at.next = 0.into();
        }
        self.at.d.next = self.next_at.val();
        self.ends.d.next =
            self.one_piece.val() || (bit_cast::<3, 2>(self.next_at.val()) == self.last_at.val());
        if !self.second_valid.q.val() {
            self.second.d.next = self.next.val();
            self.second_ends.d.next = self.ends.q.val();
            self.second_of_last.d.next = self.held_last.q.val();
        }
        self.second_valid.d.next =
            !self.moves.val() && (self.comes.val() || self.second_valid.q.val());
        if self.moves.val() {
            self.first_valid.d.next = self.comes.val() || self.second_valid.q.val();
            self.first.d.next = self.second.q.val();
            self.first_ends.d.next = self.second_ends.q.val();
            self.first_of_last.d.next = self.second_of_last.q.val();
            if !self.second_valid.q.val() {
                self.first.d.next = self.next.val();
                self.first_ends.d.next = self.ends.q.val();
                self.first_of_last.d.next = self.held_last.q.val();
            }
        }
        if self.reset.val() {
            self.held_valid.d.next = false;
            self.first_valid.d.next = false;
            self.second_valid.d.next = false;
        }
        self.valid.next = self.first_valid.q.val();
        self.piece.next = self.first.q.val();
        self.ends_word.next = self.first_ends.q.val();
        self.of_last.next = self.first_of_last.q.val();
    }
}
