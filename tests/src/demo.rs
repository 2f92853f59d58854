//! The demo: a file is split through the Verilated core and in software, compared byte by byte, joined and verified.
//!
//! A picture is split by its pixels in lanes of 8 bits, a colour channel each, as in Figure 7.2 of the thesis, and its shares are
//! pictures too. Any other file is split as bytes, in lanes of 32 bits.

use std::fs;
use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use shp::partition::{self, Lane, Params, Paths};
use xtask::area::Table;

use crate::bench::{Bench, SEGMENT, software_speed};
use crate::picture::Picture;

/// The core that is shown, and its number of paths.
const CORE: (&str, usize) = ("k4w32", 4);

/// The clock of a k4w32 of the same plan, placed and routed for an ECP5-85F-6 before this project began, in MHz.
const STUDY_MHZ: f64 = 214.6;

/// Segments that are given to the core at once; the model's driver keeps all of them in memory.
const BATCH: usize = 16;

/// Splits, compares, joins and verifies a file, writes pictures into a folder, and tells about it.
///
/// # Errors
/// If anything differs, or a file cannot be read or written.
pub fn run(file: &Path, folder: &Path, out: &mut impl Write) -> Result<()> {
    let picture = Picture::read(file).ok();
    let message = match &picture {
        Some(picture) => picture.rgb.clone(),
        None => fs::read(file).with_context(|| file.display().to_string())?,
    };
    ensure!(!message.is_empty(), "{} is empty", file.display());
    let (top, paths) = CORE;
    let lane = if picture.is_some() {
        Lane::Bits8
    } else {
        Lane::default()
    };
    let params = Params {
        lane,
        ..Params::new(Paths::new(paths)?)
    };
    let form = if picture.is_some() { "pixels" } else { "bytes" };
    writeln!(
        out,
        "{}: {} bytes of {form}, {paths} shares, lanes of {lane} bits",
        file.display(),
        message.len()
    )?;

    let through = Through::core(top, params, &message)?;
    writeln!(
        out,
        "core and software: the same, {paths} x {} bytes compared",
        message.len()
    )?;
    let joined = join(lane, &through.shares)?;
    ensure!(joined == message, "the shares do not add up to the message");
    writeln!(
        out,
        "joined: the message again, {} bytes compared",
        joined.len()
    )?;
    match picture {
        Some(picture) => pictures(&picture, &through.shares, joined, folder, out)?,
        None => writeln!(
            out,
            "no 8-bit RGB picture in PNG: no pictures of its shares"
        )?,
    }
    table(&through, params, out)
}

/// What came out of the core, all segments together.
struct Through {
    top: &'static str,
    shares: Vec<Vec<u8>>,
    word: usize,
    words: u64,
    cycles: u64,
}

impl Through {
    /// Sends a message through a core and compares.
    fn core(top: &'static str, params: Params, message: &[u8]) -> Result<Self> {
        let mut bench = Bench::new(top, params)?;
        let word = bench.core.word_bytes();
        let mut through = Self {
            top,
            shares: vec![Vec::new(); params.paths.get()],
            word,
            words: 0,
            cycles: 0,
        };
        for batch in message.chunks(SEGMENT * BATCH) {
            let before = bench.core.cycles();
            for outcome in bench.split(batch.chunks(SEGMENT))? {
                through.words += u64::from(outcome.words);
                for (share, port) in through.shares.iter_mut().zip(outcome.ports) {
                    share.extend(port);
                }
            }
            through.cycles += bench.core.cycles() - before;
        }
        Ok(through)
    }
}

fn join(lane: Lane, shares: &[Vec<u8>]) -> Result<Vec<u8>> {
    let mut joined = vec![0; shares[0].len()];
    for (at, segment) in joined.chunks_mut(SEGMENT).enumerate() {
        let from = at * SEGMENT;
        let parts: Vec<_> = shares
            .iter()
            .map(|share| &share[from..from + segment.len()])
            .collect();
        partition::join(lane, &parts, segment)?;
    }
    Ok(joined)
}

/// Writes the pictures of Figure 7.2.
fn pictures(
    picture: &Picture,
    shares: &[Vec<u8>],
    joined: Vec<u8>,
    folder: &Path,
    out: &mut impl Write,
) -> Result<()> {
    fs::create_dir_all(folder)?;
    for (number, share) in (1..).zip(shares) {
        picture
            .with(share.clone())
            .write(&folder.join(format!("share-{number}.png")))?;
    }
    picture.with(joined).write(&folder.join("joined.png"))?;
    writeln!(
        out,
        "to look at: share-1.png to share-{}.png and joined.png in {}",
        shares.len(),
        folder.display()
    )?;
    Ok(())
}

/// Cycles, and what they come to.
#[allow(clippy::cast_precision_loss)] // counts of cycles and words are far below 2^52
fn table(through: &Through, params: Params, out: &mut impl Write) -> Result<()> {
    let Through {
        top,
        words,
        cycles,
        word,
        ..
    } = through;
    let cycles_a_word = *cycles as f64 / *words as f64;
    writeln!(out)?;
    let mut row = |name: &str, value: String| writeln!(out, "{name:<44} {value:>10}");
    row(&format!("{top}, words of {word} bytes"), words.to_string())?;
    row("cycles, simulated", cycles.to_string())?;
    row("cycles a word", format!("{cycles_a_word:.4}"))?;
    row(
        "software on one thread here, MB/s",
        format!("{:.0}", software_speed(params, SEGMENT)? / 1e6),
    )?;
    let placed = Table::read()?;
    let placed = placed.fresh(top, &format!("hdl/verilog/{top}.v"))?;
    let (mhz, source) = match placed {
        Some(area) => (area.mhz, "docs/area.md, for this Verilog,"),
        None => (
            STUDY_MHZ,
            "an earlier study, for docs/area.md has no row of this Verilog,",
        ),
    };
    let projected = mhz * *word as f64 / cycles_a_word;
    row(
        &format!("projection at {mhz:.1} MHz, MB/s"),
        format!("{projected:.0}"),
    )?;
    writeln!(
        out,
        "\nThe projection takes the clock of {source} placed and routed for an ECP5-85F-6; no board ran."
    )?;
    Ok(())
}
