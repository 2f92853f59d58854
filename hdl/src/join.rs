//! Words side by side. A leaf: RustHDL has no concatenation, and shifts and ors of wide words make the simulation slow.

use rust_hdl::prelude::*;
use std::array::from_fn;

/// `K` words of `W` bits as one of `KW` = K * W, word 0 lowest.
#[derive(LogicBlock)]
pub struct Join<const K: usize, const W: usize, const KW: usize> {
    /// The words.
    pub word: [Signal<In, Bits<W>>; K],
    /// Side by side.
    pub joined: Signal<Out, Bits<KW>>,
}

impl<const K: usize, const W: usize, const KW: usize> Default for Join<K, W, KW> {
    fn default() -> Self {
        assert!(KW == K * W);
        Self {
            word: from_fn(|_| Signal::default()),
            joined: Signal::default(),
        }
    }
}

impl<const K: usize, const W: usize, const KW: usize> Logic for Join<K, W, KW> {
    fn update(&mut self) {}

    fn connect(&mut self) {
        self.joined.connect();
    }

    fn hdl(&self) -> Verilog {
        let words: Vec<String> = (0..K).rev().map(|i| format!("word${i}")).collect();
        Verilog::Custom(format!(
            "// module join_{K}x{W}\nalways @(*) joined = {{{}}};\n",
            words.join(", ")
        ))
    }
}
