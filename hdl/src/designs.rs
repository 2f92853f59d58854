//! What is generated: the cores by name, a device around each of 20 rounds, and the units one by one.

use crate::device;
use crate::verilog;
use shp_regs::cores::CORES;

/// The core's type from its number of channels, bits of a word and rounds unrolled (a turn takes as many clocks as the word asks for);
/// all other parameters follow from these.
macro_rules! core {
    (channels: $k:literal, word: $w:literal, unrolled: $r:literal) => {
        $crate::core::Core<
            $k,                                        // K: channels
            { ($k as u32).ilog2() as usize },          // LOG: bits of a turn
            { ($k as u32).ilog2() as usize / 2 },      // LEVELS: of the corner turn
            { $k - 2 },                                // U: units that make R
            $w,                                        // W: bits of a word
            { $k * $w },                               // KW: of all channels
            { (512_u32 / $w).ilog2() as usize },       // P: bits of a word's place in its block
            { 10 - (512_u32 / $w).ilog2() as usize },  // N: bits of a block's place among those kept
            { if $w == 32 { 4 } else { 5 } },          // F: bits of a wheel's number among those in the engine
            { 4 * $r },                                // Q: quarter rounds
            { 4 * $r - 4 },                            // LAST: the first of the last round
            { $k * ($k as u32).ilog2() as usize },     // CHANNELS: bits of all ports' channels
            { $k * (($k as u32).ilog2() as usize + 1) }, // ROUTES: and whether they are in use
            { if $w == 32 { 5 } else { 6 } },          // A: address bits of the queue of routes
            { $k / 4 },                                // QUADS: of the P-box
            { ($k as usize - 2).next_power_of_two() }, // LEAVES: of the adder tree
            { ($k as usize - 2).next_power_of_two() - 1 }, // NODES
            { ($k as usize - 2).next_power_of_two() / 2 - 1 }, // INNER: nodes above others
            { ($k as usize - 2).next_power_of_two() * $w }, // WORDS: bits of all leaves
            { ($w as usize).div_ceil(64) },                       // HALVES: of 64 bits
            { ($w as usize).next_multiple_of(64) },                 // PADDED: to whole halves
            { $k * $w + 1 },                           // RESULT: bits of a result
            { $k - 1 },                                // SUM: the channel of M - r; r - sum is on the one before it
        >
    };
}

mod units;

pub use units::units;

/// A file of generated Verilog.
#[derive(Debug)]
pub struct Design {
    /// Its top module; the file is `NAME.v`.
    pub name: &'static str,
    /// Its text.
    pub text: String,
}

/// The files in hdl/verilog itself: the cores of [`shp_regs::cores`], and `CORE_device` for those of 20 rounds. A device's file has no core in it: it names
/// its core's top module.
///
/// # Errors
/// If a circuit does not check.
///
/// # Panics
/// If the system has no thread to give.
pub fn all() -> Result<Vec<Design>, verilog::Error> {
    with_deep_stack(write_all)
}

/// A core is one value, of megabytes where eighty rounds stand in line.
fn with_deep_stack<T: Send + 'static>(write: fn() -> T) -> T {
    let written = std::thread::Builder::new().stack_size(1 << 30).spawn(write);
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
                    let text = verilog::write(core.name, "", &mut unit)?;
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
    macro_rules! around {
        ($name:literal, $k:literal, $w:literal) => {
            let core = designs.iter().find(|design| design.name == $name);
            let text = &core.expect("the core is among these").text;
            let core = shp_regs::cores::find($name).expect("as above");
            designs.push(Design {
                name: concat!($name, "_device"),
                text: write_device(text, |hash| {
                    let mut unit = <device!(channels: $k, word: $w)>::new(core, hash);
                    verilog::write(concat!($name, "_device"), "device_", &mut unit)
                })?,
            });
        };
    }
    around!("k4w32", 4, 32);
    around!("k16w32", 16, 32);
    around!("k4w128", 4, 128);
    Ok(designs)
}

/// A device's Verilog, in which stands the hash of the core's and of itself without a hash.
fn write_device(
    core: &str,
    write: impl Fn(u64) -> Result<String, verilog::Error>,
) -> Result<String, verilog::Error> {
    let without = write(0)?;
    write(fnv_1a(core.bytes().chain(without.bytes())))
}

/// The hash of Fowler, Noll and Vo, 64 bits: enough to tell one version from another.
fn fnv_1a(bytes: impl Iterator<Item = u8>) -> u64 {
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}
