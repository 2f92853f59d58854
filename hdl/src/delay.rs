//! A word some clocks later.

use rust_hdl::prelude::*;

/// Delays a word of `W` bits by `LINE / W` clocks.
#[derive(LogicBlock)]
pub struct Delay<const W: usize, const LINE: usize> {
    /// Rising edge.
    pub clock: Signal<In, Clock>,
    /// A word each clock.
    pub word: Signal<In, Bits<W>>,
    /// The word of `LINE / W` clocks ago.
    pub later: Signal<Out, Bits<W>>,
    line: DFF<Bits<LINE>>,
    width: Constant<Bits<16>>,
    oldest: Constant<Bits<16>>,
}

impl<const W: usize, const LINE: usize> Default for Delay<W, LINE> {
    fn default() -> Self {
        assert!(LINE > W && LINE.is_multiple_of(W));
        Self {
            clock: Signal::default(),
            word: Signal::default(),
            later: Signal::default(),
            line: DFF::default(),
            width: Constant::new((W as u64).into()),
            oldest: Constant::new(((LINE - W) as u64).into()),
        }
    }
}

impl<const W: usize, const LINE: usize> Logic for Delay<W, LINE> {
    #[hdl_gen]
    fn update(&mut self) {
        self.line.clock.next = self.clock.val();
        self.line.d.next =
            (self.line.q.val() << self.width.val()) | bit_cast::<LINE, W>(self.word.val());
        self.later.next = self.line.q.val().get_bits::<W>(self.oldest.val().index());
    }
}
