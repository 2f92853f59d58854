//! Where the time of splitting a large file goes.

use std::{
    fs::File,
    io::{self, Read as _, Seek as _, Write},
    time::Instant,
};

use shp::{
    container::{self, Named, SEGMENT_BYTES},
    partition::{Kernel, Params, Paths},
};

use crate::{
    clock::{now, seconds},
    work::{Work, keystream},
};

/// k of the profile.
pub(crate) const PATHS: usize = 4;
/// Bytes of the file.
const FILE: u32 = 1 << 30;

/// Seconds of each part, the parts before it included.
pub(crate) struct Profile {
    /// CPU: the keystream alone.
    pub(crate) keystream: f64,
    /// CPU: splitting, from memory into memory.
    pub(crate) split: f64,
    /// CPU: with the tags of share files, from and into nowhere.
    pub(crate) tagged: f64,
    /// CPU: with reading and writing files.
    pub(crate) files: f64,
    /// The wall's clock of that, until all is on the disk.
    pub(crate) wall: f64,
    /// The wall's clock of writing as many bytes and nothing else.
    pub(crate) disk: f64,
}

/// Splits a file of 1 GiB.
///
/// # Errors
/// Those of the disk.
pub(crate) fn profile() -> io::Result<Profile> {
    let kernel = Kernel::best();
    let mut work = Work::new(kernel, PATHS, SEGMENT_BYTES as usize);
    let params = work.params;
    let segments = f64::from(FILE / SEGMENT_BYTES);
    let times = seconds(vec![
        keystream(kernel, PATHS, SEGMENT_BYTES as usize),
        work.split(params),
    ]);

    let (tagged, _) = split(
        &mut io::repeat(0x5a).take(u64::from(FILE)),
        || Ok(io::sink()),
        |_| Ok(()),
    )?;

    let mut message = tempfile::tempfile_in(".")?;
    write(&mut message, FILE)?;
    message.rewind()?;
    let (files, wall) = split(&mut message, || tempfile::tempfile_in("."), File::sync_all)?;

    let start = Instant::now();
    for _ in 0..PATHS {
        write(&mut tempfile::tempfile_in(".")?, FILE)?;
    }
    let disk = start.elapsed().as_secs_f64();
    Ok(Profile {
        keystream: times[0] * segments,
        split: times[1] * segments,
        tagged,
        files,
        wall,
        disk,
    })
}

/// CPU seconds, and the wall's, of splitting one into many.
fn split<W: Write>(
    message: &mut impl io::Read,
    sink: impl Fn() -> io::Result<W>,
    end: impl Fn(&W) -> io::Result<()>,
) -> io::Result<(f64, f64)> {
    let params = Params::new(Paths::new(PATHS).map_err(io::Error::other)?);
    let mut sinks = (0..PATHS)
        .map(|path| {
            let name = format!("share {path}");
            sink().map(|stream| Named { name, stream })
        })
        .collect::<io::Result<Vec<_>>>()?;
    let (start, cpu) = (Instant::now(), now());
    container::split(params, message, &mut sinks, &mut |_| ()).map_err(io::Error::other)?;
    for sink in &sinks {
        end(&sink.stream)?;
    }
    Ok((now() - cpu, start.elapsed().as_secs_f64()))
}

/// Writes so many bytes, until they are on the disk.
fn write(file: &mut File, bytes: u32) -> io::Result<()> {
    let part = vec![0x5a; 1 << 20];
    for _ in 0..bytes >> 20 {
        file.write_all(&part)?;
    }
    file.sync_all()
}
