//! The keys at the engine's entry: written once, read by turn, never read from outside.

use crate::memory::SmallMemory;
use rust_hdl::prelude::*;

/// Eight words for each of `2^LOG` turns.
#[derive(LogicBlock, Default)]
pub struct Keys<const LOG: usize> {
    /// Rising edge.
    pub clock: Signal<In, Clock>,
    /// Writes `data` as word `index` of the key of turn `turn`.
    pub write: Signal<In, Bit>,
    /// Whose key.
    pub turn: Signal<In, Bits<LOG>>,
    /// Which of its words.
    pub index: Signal<In, Bits<3>>,
    /// The word.
    pub data: Signal<In, Bits<32>>,
    /// The turn that comes next.
    pub next_turn: Signal<In, Bits<LOG>>,
    /// The key of what was `next_turn` a clock ago.
    pub key: [Signal<Out, Bits<32>>; 8],
    memory: [SmallMemory<LOG, 32>; 8],
    fetched: [DFF<Bits<32>>; 8],
}

impl<const LOG: usize> Logic for Keys<LOG> {
    #[hdl_gen]
    fn update(&mut self) {
        for i in 0..8 {
            self.memory[i].clock.next = self.clock.val();
            self.memory[i].write.next = self.write.val() && (self.index.val() == i.to_bits());
            self.memory[i].write_address.next = self.turn.val();
            self.memory[i].write_data.next = self.data.val();
            self.memory[i].read_address.next = self.next_turn.val();
            self.fetched[i].clock.next = self.clock.val();
            self.fetched[i].d.next = self.memory[i].read_data.val();
            self.key[i].next = self.fetched[i].q.val();
        }
    }
}
