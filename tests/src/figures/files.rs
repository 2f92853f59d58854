//! A file of 1 GiB through `shp split` and `shp join`, which must not take it into memory.

use std::fs::{self, File};
use std::io::{BufReader, BufWriter, Read, Write};
use std::path::Path;
use std::sync::LazyLock;

use anyhow::{Result, anyhow, ensure};

use super::Figure;
use super::program::{command, peak_memory};

/// Peaks of split and join in MiB; both figures come from one run.
type Peaks = Result<(f64, f64), String>;

pub(super) fn figures() -> Vec<Figure> {
    static PEAKS: LazyLock<Peaks> =
        LazyLock::new(|| measure().map_err(|error| format!("{error:#}")));
    let peaks = || PEAKS.as_ref().map_err(|error| anyhow!(error.clone()));
    vec![
        Figure::at_most(64.0, "files.split-1GiB.memory", "MiB", move || {
            Ok(peaks()?.0)
        }),
        Figure::at_most(
            64.0,
            "files.join-1GiB.memory",
            "MiB",
            move || Ok(peaks()?.1),
        ),
    ]
}

fn measure() -> Result<(f64, f64)> {
    // Not in memory, where /tmp may be.
    let folder = tempfile::tempdir_in(xtask::root().join("target"))?;
    let folder = folder.path();
    let (message, joined) = (folder.join("message"), folder.join("joined"));
    write_noise(&message, 1 << 30)?;
    let split = peak_memory(
        command("shp")?
            .arg("split")
            .arg(&message)
            .args(["-k", "4", "-o"])
            .arg(folder),
    )?;
    let shares = (1..=4).map(|number| folder.join(format!("message.{number}.shp")));
    let join = peak_memory(
        command("shp")?
            .arg("join")
            .args(shares)
            .arg("-o")
            .arg(&joined),
    )?;
    ensure!(same(&message, &joined)?, "the file did not come back");
    Ok((split, join))
}

/// Writes a file in which no two stretches are alike, so that a swapped one would show.
fn write_noise(file: &Path, bytes: u64) -> Result<()> {
    let mut writer = BufWriter::with_capacity(1 << 20, File::create(file)?);
    let mut state = 1_u64;
    for _ in 0..bytes / 8 {
        // xorshift64: every state but 0 comes once.
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        writer.write_all(&state.to_le_bytes())?;
    }
    Ok(writer.flush()?)
}

fn same(one: &Path, other: &Path) -> Result<bool> {
    if fs::metadata(one)?.len() != fs::metadata(other)?.len() {
        return Ok(false);
    }
    let open = |file| File::open(file).map(|file| BufReader::with_capacity(1 << 20, file));
    for (a, b) in open(one)?.bytes().zip(open(other)?.bytes()) {
        if a? != b? {
            return Ok(false);
        }
    }
    Ok(true)
}
