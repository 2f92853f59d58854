//! A word some clocks later. A leaf: widths are types in RustHDL, so an array of delays of different lengths has none.

use rust_hdl::prelude::*;

/// Delays a word of `W` bits by the clocks given to [`Delay::new`]; by none, it is a wire.
#[derive(LogicBlock)]
pub struct Delay<const W: usize> {
    /// Rising edge.
    pub clock: Signal<In, Clock>,
    /// A word each clock.
    pub word: Signal<In, Bits<W>>,
    /// The word of `clocks` clocks ago.
    pub later: Signal<Out, Bits<W>>,
    clocks: Constant<Bits<16>>,
}

impl<const W: usize> Delay<W> {
    /// A delay of so many clocks.
    pub fn new(clocks: usize) -> Self {
        Self {
            clock: Signal::default(),
            word: Signal::default(),
            later: Signal::default(),
            clocks: Constant::new((clocks as u64).into()),
        }
    }
}

impl<const W: usize> Logic for Delay<W> {
    fn update(&mut self) {}

    fn connect(&mut self) {
        self.later.connect();
    }

    fn hdl(&self) -> Verilog {
        let clocks = usize::from(self.clocks.val().to_u16());
        let name = format!("// module delay_{clocks}x{W}\n");
        Verilog::Custom(match clocks {
            0 => format!("{name}always @(*) later = word;\n"),
            1 => format!("{name}always @(posedge clock) later <= word;\n"),
            // A vector is the faster simulation for flags, registers by name for words.
            _ if W < 8 => format!(
                "{name}\
reg [{msb}:0] line;
always @(posedge clock) line <= {{line[{rest}:0], word}};
always @(*) later = line[{msb}:{oldest}];
",
                msb = W * clocks - 1,
                rest = W * (clocks - 1) - 1,
                oldest = W * (clocks - 1),
            ),
            _ => {
                let at: Vec<String> = (1..clocks).map(|n| format!("at_{n}")).collect();
                let mut moves = String::new();
                let mut from = "word";
                for to in at.iter().map(String::as_str).chain(["later"]) {
                    moves.extend(["    ", to, " <= ", from, ";\n"]);
                    from = to;
                }
                format!(
                    "{name}reg [{msb}:0] {at};\nalways @(posedge clock) begin\n{moves}end\n",
                    msb = W - 1,
                    at = at.join(", ")
                )
            }
        })
    }
}
