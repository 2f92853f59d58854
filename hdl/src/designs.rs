//! What is generated: the cores by name.

use crate::core;
use crate::verilog;
use shp_regs::cores::CORES;

/// A file of hdl/verilog.
#[derive(Debug)]
pub struct Design {
    /// Its top module; the file is `NAME.v`.
    pub name: &'static str,
    /// Its text.
    pub text: String,
}

/// All of hdl/verilog: the cores of [`shp_regs::cores`].
///
/// # Errors
/// If a circuit does not check.
///
/// # Panics
/// If the system has no thread to give.
pub fn all() -> Result<Vec<Design>, verilog::Error> {
    // A core is one value, of megabytes where eighty rounds stand in line.
    let written = std::thread::Builder::new()
        .stack_size(1 << 30)
        .spawn(write_all);
    written
        .expect("a thread")
        .join()
        .expect("the generator does not panic")
}

fn write_all() -> Result<Vec<Design>, verilog::Error> {
    let mut designs = Vec::new();
    macro_rules! design {
        ($k:literal, $w:literal, $r:literal) => {
            for core in &CORES {
                if (core.channels, core.word_bits, core.unrolled) == ($k, $w, $r) {
                    let mut unit = <core!(channels: $k, word: $w, unrolled: $r)>::default();
                    let text = verilog::write(core.name, &mut unit)?;
                    designs.push(Design { name: core.name, text });
                }
            }
        };
    }
    design!(4, 32, 5);
    design!(4, 32, 3);
    design!(4, 32, 2);
    design!(16, 32, 20);
    design!(16, 32, 12);
    design!(16, 32, 8);
    design!(4, 128, 20);
    design!(4, 128, 12);
    design!(4, 128, 8);
    assert_eq!(
        designs.len(),
        CORES.len(),
        "a core of shp-regs is not among these"
    );
    Ok(designs)
}
