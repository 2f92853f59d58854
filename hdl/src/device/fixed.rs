//! What a register map says that never changes: a leaf, a table made of shp-regs.

use rust_hdl::prelude::*;
use shp_regs::blocks::{BLOCKS, MAGIC, QUEUE_SLOTS, SESSIONS, capabilities, identity};
use shp_regs::cores::{CORES, Core};
use shp_regs::map::NEXT;
use shp_regs::ring::descriptor;
use std::fmt::Write;

/// The heads of all blocks, and who the device is. Any other register is zero here.
#[derive(LogicBlock)]
pub struct Fixed {
    /// Which register.
    pub at: Signal<In, Bits<12>>,
    /// What it holds.
    pub value: Signal<Out, Bits<32>>,
    which: Constant<Bits<8>>,
    hash: Constant<Bits<64>>,
}

impl Fixed {
    /// Of a core of [`CORES`], and the hash of its Verilog.
    pub fn new(core: &Core, hash: u64) -> Self {
        blank! {
            at value;;
            which: Constant::new((CORES.iter().position(|known| known == core).unwrap_or_default() as u64).into()),
            hash: Constant::new(hash.into()),
        }
    }
}

impl Fixed {
    /// Addresses and what stands there.
    fn entries(&self) -> Vec<(u16, u32)> {
        let core = &CORES[usize::from(self.which.val().to_u8())];
        let hash = self.hash.val().to_u64();
        let nexts = BLOCKS[1..].iter().map(|block| block.at).chain([0]);
        let heads = BLOCKS.iter().zip(nexts).flat_map(|(block, next)| {
            [(block.at, block.head()), (block.at + NEXT, u32::from(next))]
        });
        let beat_bytes = u32::from(core.channels) * u32::from(core.word_bits) / 8;
        let core_word = {
            use capabilities::core as fields;
            let lanes = if core.word_bits < 64 { 0b0111 } else { 0b1111 };
            fields::channels.with(core.channels.into())
                | fields::word_bytes.with(u32::from(core.word_bits) / 8)
                | fields::rounds.with(core.rounds.into())
                | fields::lanes.with(lanes)
                | fields::policies.with(0b11)
        };
        let queue_word = {
            use capabilities::queue as fields;
            fields::descriptor_log.with(descriptor::bytes(core.channels.into()).ilog2())
                | fields::slots_log.with(QUEUE_SLOTS.ilog2())
                | fields::sessions.with(SESSIONS.into())
                | fields::beat_log.with(beat_bytes.ilog2())
        };
        heads
            .chain([
                (identity::magic::AT, MAGIC),
                (identity::hash_low::AT, hash as u32),
                (identity::hash_high::AT, (hash >> 32) as u32),
                (capabilities::core::AT, core_word),
                (capabilities::queue::AT, queue_word),
            ])
            .collect()
    }
}

impl Logic for Fixed {
    fn update(&mut self) {}

    fn connect(&mut self) {
        self.value.connect();
    }

    fn hdl(&self) -> Verilog {
        let mut text = String::from("// module fixed\nalways @(*) begin\n    case (at)\n");
        for (at, value) in self.entries() {
            let _ = writeln!(text, "        12'h{at:03x}: value = 32'h{value:08x};");
        }
        text.push_str("        default: value = 32'h0;\n    endcase\nend\n");
        Verilog::Custom(text)
    }
}
