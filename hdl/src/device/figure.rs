//! The core, in a file of its own: a leaf that names it.

use rust_hdl::prelude::*;
use shp_regs::cores::{CORES, Core};
use std::fmt::Write;

/// The ports of [`Core`](crate::core::Core).
#[derive(LogicBlock)]
pub struct Figure<const W: usize, const KW: usize> {
    /// Rising edge.
    pub clock: Signal<In, Clock>,
    /// See the core for this and all others.
    pub reset: Signal<In, Bit>,
    /// Forced failures.
    pub fault: Signal<In, Bits<3>>,
    /// In service.
    pub passed: Signal<Out, Bit>,
    /// What failed.
    pub failed: Signal<Out, Bits<3>>,
    /// Keys.
    pub key_valid: Signal<In, Bit>,
    /// Keys.
    pub key_ready: Signal<Out, Bit>,
    /// Keys.
    pub key_unit: Signal<In, Bits<4>>,
    /// Keys.
    pub key_word: Signal<In, Bits<3>>,
    /// Keys.
    pub key_data: Signal<In, Bits<32>>,
    /// Segments.
    pub segment_valid: Signal<In, Bit>,
    /// Segments.
    pub segment_ready: Signal<Out, Bit>,
    /// Segments.
    pub segment_number: Signal<In, Bits<64>>,
    /// Segments.
    pub segment_words: Signal<In, Bits<32>>,
    /// Segments.
    pub segment_paths: Signal<In, Bits<5>>,
    /// Segments.
    pub segment_lane: Signal<In, Bits<2>>,
    /// Segments.
    pub segment_pbox: Signal<In, Bit>,
    /// Segments.
    pub segment_definition: Signal<In, Bit>,
    /// Message.
    pub message_valid: Signal<In, Bit>,
    /// Message.
    pub message_ready: Signal<Out, Bit>,
    /// Message.
    pub message_data: Signal<In, Bits<W>>,
    /// Shares.
    pub ports_valid: Signal<Out, Bit>,
    /// Shares.
    pub ports_ready: Signal<In, Bit>,
    /// Shares.
    pub ports_data: Signal<Out, Bits<KW>>,
    /// Shares.
    pub ports_last: Signal<Out, Bit>,
    /// Nothing queued or under way.
    pub idle: Signal<Out, Bit>,
    which: Constant<Bits<8>>,
}

impl<const W: usize, const KW: usize> Figure<W, KW> {
    /// A core of [`CORES`].
    ///
    /// # Panics
    /// If the parameters do not belong together.
    pub fn new(core: &Core) -> Self {
        assert!(W == usize::from(core.word_bits) && KW == W * usize::from(core.channels));
        blank! {
            clock reset fault passed failed key_valid key_ready key_unit key_word key_data segment_valid segment_ready
            segment_number segment_words segment_paths segment_lane segment_pbox segment_definition message_valid message_ready
            message_data ports_valid ports_ready ports_data ports_last idle;;
            which: Constant::new((CORES.iter().position(|known| known == core).unwrap_or_default() as u64).into()),
        }
    }
}

/// The core's inputs, and its outputs with their most significant bits.
const INPUTS: [&str; 17] = [
    "clock",
    "reset",
    "fault",
    "key_valid",
    "key_unit",
    "key_word",
    "key_data",
    "segment_valid",
    "segment_number",
    "segment_words",
    "segment_paths",
    "segment_lane",
    "segment_pbox",
    "segment_definition",
    "message_valid",
    "message_data",
    "ports_ready",
];

impl<const W: usize, const KW: usize> Logic for Figure<W, KW> {
    fn update(&mut self) {}

    fn connect(&mut self) {
        self.passed.connect();
        self.failed.connect();
        self.key_ready.connect();
        self.segment_ready.connect();
        self.message_ready.connect();
        self.ports_valid.connect();
        self.ports_data.connect();
        self.ports_last.connect();
        self.idle.connect();
    }

    fn hdl(&self) -> Verilog {
        let name = CORES[usize::from(self.which.val().to_u8())].name;
        let outputs = [
            ("passed", 0),
            ("failed", 2),
            ("key_ready", 0),
            ("segment_ready", 0),
            ("message_ready", 0),
            ("ports_valid", 0),
            ("ports_data", KW - 1),
            ("ports_last", 0),
            ("idle", 0),
        ];
        let mut text = String::from("// module figure\n");
        for (port, high) in outputs {
            let _ = writeln!(text, "wire [{high}:0] its_{port};");
        }
        let own = INPUTS.iter().map(|port| format!(".{port}({port})"));
        let its = outputs
            .iter()
            .map(|(port, _)| format!(".{port}(its_{port})"));
        let ports: Vec<String> = own.chain(its).collect();
        let _ = writeln!(text, "{name} its({});", ports.join(", "));
        let follow: Vec<String> = outputs
            .iter()
            .map(|(port, _)| format!("    {port} = its_{port};\n"))
            .collect();
        let _ = writeln!(text, "always @(*) begin\n{}end", follow.concat());
        Verilog::Custom(text)
    }
}
