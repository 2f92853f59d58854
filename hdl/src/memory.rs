//! The two memories. RustHDL has no arrays of words, so both are leaves written in Verilog; they have no model in its simulator.

use rust_hdl::prelude::*;

/// A memory of `2^A` words that is read without a clock: distributed RAM.
#[derive(LogicBlock, Default)]
pub struct SmallMemory<const A: usize, const W: usize> {
    /// Rising edge.
    pub clock: Signal<In, Clock>,
    /// Writes `write_data` at `write_address` at this clock's end.
    pub write: Signal<In, Bit>,
    /// Where to write.
    pub write_address: Signal<In, Bits<A>>,
    /// What to write.
    pub write_data: Signal<In, Bits<W>>,
    /// Where to read.
    pub read_address: Signal<In, Bits<A>>,
    /// The word there, in the same clock.
    pub read_data: Signal<Out, Bits<W>>,
}

impl<const A: usize, const W: usize> Logic for SmallMemory<A, W> {
    fn update(&mut self) {}

    fn connect(&mut self) {
        self.read_data.connect();
    }

    fn hdl(&self) -> Verilog {
        Verilog::Custom(format!(
            "\
// module small_memory_{A}x{W}
(* ram_style = \"distributed\" *)
reg [{msb}:0] words [0:{last}];
always @(posedge clock) begin
    if (write) words[write_address] <= write_data;
end
always @(*) read_data = words[read_address];
",
            msb = W - 1,
            last = (1 << A) - 1
        ))
    }
}

/// A memory of `2^A` words that answers two clocks after the address: block RAM with its output register.
///
/// A word is never read in the clock that writes it: the reader keeps behind the writer.
#[derive(LogicBlock, Default)]
pub struct BlockMemory<const A: usize, const W: usize> {
    /// Rising edge.
    pub clock: Signal<In, Clock>,
    /// Writes `write_data` at `write_address` at this clock's end.
    pub write: Signal<In, Bit>,
    /// Where to write.
    pub write_address: Signal<In, Bits<A>>,
    /// What to write.
    pub write_data: Signal<In, Bits<W>>,
    /// Where to read.
    pub read_address: Signal<In, Bits<A>>,
    /// The word there, two clocks later.
    pub read_data: Signal<Out, Bits<W>>,
}

impl<const A: usize, const W: usize> Logic for BlockMemory<A, W> {
    fn update(&mut self) {}

    fn connect(&mut self) {
        self.read_data.connect();
    }

    fn hdl(&self) -> Verilog {
        Verilog::Custom(format!(
            "\
// module block_memory_{A}x{W}
(* ram_style = \"block\", no_rw_check *)
reg [{msb}:0] words [0:{last}];
reg [{msb}:0] fetched;
always @(posedge clock) begin
    if (write) words[write_address] <= write_data;
    fetched <= words[read_address];
    read_data <= fetched;
end
",
            msb = W - 1,
            last = (1 << A) - 1
        ))
    }
}
