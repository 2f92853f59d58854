//! Where keys come in: from outside while the core rests, from the self-test when it wipes them; a register on the way to the engine.

use rust_hdl::prelude::*;

/// Turns of `LOG` bits. The P-box has turn 0, channel c turn c + 1.
#[derive(LogicBlock)]
pub struct KeyPort<const LOG: usize> {
    /// Rising edge.
    pub clock: Signal<In, Clock>,
    /// A word is written.
    pub write: Signal<In, Bit>,
    /// The key's channel, the P-box's being the last one.
    pub unit: Signal<In, Bits<4>>,
    /// Which word of the key.
    pub word: Signal<In, Bits<3>>,
    /// The word.
    pub data: Signal<In, Bits<32>>,
    /// A word of zeroes is written instead.
    pub wiping: Signal<In, Bit>,
    /// Where: the turn in the lowest bits, above it the word.
    pub wipe_at: Signal<In, Bits<7>>,
    /// A clock later: a word is written...
    pub writes: Signal<Out, Bit>,
    /// ...of the key of this turn...
    pub turn: Signal<Out, Bits<LOG>>,
    /// ...this word...
    pub index: Signal<Out, Bits<3>>,
    /// ...with this.
    pub value: Signal<Out, Bits<32>>,
    writing: DFF<Bit>,
    at_turn: DFF<Bits<LOG>>,
    at_index: DFF<Bits<3>>,
    held: DFF<Bits<32>>,
    last_wipe_bit: Constant<Bits<4>>,
}

impl<const LOG: usize> Default for KeyPort<LOG> {
    fn default() -> Self {
        blank! {
            clock write unit word data wiping wipe_at writes turn index value writing at_turn at_index held;;
            last_wipe_bit: Constant::new((LOG as u64).into()),
        }
    }
}

impl<const LOG: usize> Logic for KeyPort<LOG> {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clock, writing, at_turn, at_index, held);
        self.writing.d.next = self.write.val() || self.wiping.val();
        self.at_turn.d.next = self.unit.val().get_bits::<LOG>(0) + 1;
        self.at_index.d.next = self.word.val();
        self.held.d.next = self.data.val();
        if self.wiping.val() {
            self.at_turn.d.next = self.wipe_at.val().get_bits::<LOG>(0);
            self.at_index.d.next = self
                .wipe_at
                .val()
                .get_bits::<3>(self.last_wipe_bit.val().index());
            self.held.d.next = 0.into();
        }
        self.writes.next = self.writing.q.val();
        self.turn.next = self.at_turn.q.val();
        self.index.next = self.at_index.q.val();
        self.value.next = self.held.q.val();
    }
}
