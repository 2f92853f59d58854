//! What ChaCha starts from in each turn (RFC 8439, section 2.3): key, block counter, segment number.
//!
//! It is made twice: where a block enters the engine and where it leaves, since it is added at the end. Keys are written once and never read from outside.
//! Each word of the key has an address of its own beside its memory.

use crate::memory::SmallMemory;
use crate::own::Own;
use rust_hdl::prelude::*;

/// The initial state of `2^LOG` turns: the P-box in turn 0, channels 0 to `K` - 2 in the turns after it.
#[derive(LogicBlock)]
pub struct InitialState<const LOG: usize> {
    /// Rising edge.
    pub clock: Signal<In, Clock>,
    /// Writes `key_data` as word `key_index` of the key of turn `key_turn`.
    pub key_write: Signal<In, Bit>,
    /// Whose key.
    pub key_turn: Signal<In, Bits<LOG>>,
    /// Which of its words.
    pub key_index: Signal<In, Bits<3>>,
    /// The word.
    pub key_data: Signal<In, Bits<32>>,
    /// The turn of the next clock.
    pub next_turn: Signal<In, Bits<LOG>>,
    /// The turn of this clock.
    pub turn: Signal<In, Bits<LOG>>,
    /// The segment.
    pub number: Signal<In, Bits<64>>,
    /// The block counter of the units that make R.
    pub block: Signal<In, Bits<28>>,
    /// The block counter of the unit that makes r.
    pub r_block: Signal<In, Bits<28>>,
    /// Words 4 to 15 of the state.
    pub word: [Signal<Out, Bits<32>>; 12],
    key: [SmallMemory<LOG, 32>; 8],
    address: [Own<LOG>; 8],
    last_turn: Constant<Bits<LOG>>,
}

impl<const LOG: usize> Default for InitialState<LOG> {
    fn default() -> Self {
        blank! {
            clock key_write key_turn key_index key_data next_turn turn number block r_block word key address;;
            last_turn: Constant::new(((1_u64 << LOG) - 1).into()),
        }
    }
}

impl<const LOG: usize> Logic for InitialState<LOG> {
    #[hdl_gen]
    fn update(&mut self) {
        for i in 0..8 {
            self.key[i].clock.next = self.clock.val();
            self.key[i].write.next = self.key_write.val() && (self.key_index.val() == i.to_bits());
            self.key[i].write_address.next = self.key_turn.val();
            self.key[i].write_data.next = self.key_data.val();
            self.address[i].clock.next = self.clock.val();
            self.address[i].d.next = self.next_turn.val();
            self.key[i].read_address.next = self.address[i].q.val();
            self.word[i].next = self.key[i].read_data.val();
        }
        self.word[8].next = bit_cast::<32, 28>(self.block.val());
        if self.turn.val() == 0 {
            // The P-box draws eight bytes a block: a 64-byte block of its own serves eight.
            self.word[8].next = bit_cast::<32, 28>(self.block.val()) >> 3;
        }
        if self.turn.val() == self.last_turn.val() {
            self.word[8].next = bit_cast::<32, 28>(self.r_block.val());
        }
        self.word[9].next = 0.into();
        self.word[10].next = self.number.val().get_bits::<32>(0);
        self.word[11].next = self.number.val().get_bits::<32>(32);
    }
}
