//! What a device counts, told to whoever asks while somebody drives it.
//!
//! A device has one owner at a time, and counts from when that one opened it: a second process cannot look without taking the device over, and
//! what it would find then is zeros. So the owner tells. It listens on a socket whose name follows from the device's address, reads the counters
//! when it is asked and not before, and answers its own user and root.

use std::{
    fs,
    io::{self, BufRead as _, BufReader, Write as _},
    os::{
        fd::AsRawFd as _,
        linux::net::SocketAddrExt as _,
        unix::net::{SocketAddr, UnixListener, UnixStream},
    },
    process,
    thread::{self, JoinHandle},
    time::Duration,
};

use nix::{
    sys::socket::{Shutdown, getsockopt, shutdown, sockopt::PeerCredentials},
    unistd::geteuid,
};
use serde::{Deserialize, Serialize};

use crate::{backend::device::Probe, device::Statistics, transport::Uri};

/// Whoever does not answer in this time does not answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// What an owner tells of its device.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// What the device is.
    pub identity: String,
    /// The process that drives it.
    pub process: u32,
    /// How long it has, in seconds.
    pub seconds: f64,
    /// What is wrong with the device, if anything is.
    pub failure: Option<String>,
    /// What it counted since it was opened, or since it failed and was reset. Zeros when it cannot be reached.
    pub counted: Statistics,
}

/// Why there is no report.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// There is nobody to ask.
    #[error(
        "nobody drives {0}: a device counts from when it is opened, so there is nothing to tell"
    )]
    Idle(Uri),
    /// Somebody of another user.
    #[error("another user drives {0}: ask as that user, or as root")]
    Stranger(Uri),
    /// The answer is none, or did not come.
    #[error("asking the process that drives {0}: {1}")]
    Answer(Uri, io::Error),
}

/// Answers for a device until it is dropped.
#[derive(Debug)]
pub struct Monitor {
    listener: UnixListener,
    thread: Option<JoinHandle<()>>,
}

impl Monitor {
    /// Starts to answer.
    ///
    /// # Errors
    /// When somebody answers for the device already, or no thread can be had.
    pub fn start(uri: &Uri, probe: Probe) -> io::Result<Self> {
        let listener = UnixListener::bind_addr(&name(uri)?)?;
        let listening = listener.try_clone()?;
        let thread = thread::Builder::new().name("shp monitor".to_owned());
        let thread = thread.spawn(move || {
            for asker in listening.incoming() {
                // The listener is shut down, or the device is gone.
                let (Ok(asker), Some(report)) = (asker, probe.look()) else {
                    return;
                };
                if let Err(error) = answer(&asker, &report) {
                    tracing::debug!(%error, "somebody asked and did not listen");
                }
            }
        })?;
        Ok(Self {
            listener,
            thread: Some(thread),
        })
    }
}

impl Drop for Monitor {
    fn drop(&mut self) {
        // It ends the wait for the next asker.
        let down = shutdown(self.listener.as_raw_fd(), Shutdown::Both);
        if let (Ok(()), Some(thread)) = (down, self.thread.take()) {
            let _ = thread.join();
        }
    }
}

/// A report of whoever drives the device.
///
/// # Errors
/// [`Error::Idle`] if nobody does, or the owner tells nobody.
pub fn ask(uri: &Uri) -> Result<Report, Error> {
    let failed = |error| Error::Answer(uri.clone(), error);
    let stream = name(uri).and_then(|name| UnixStream::connect_addr(&name));
    let stream = stream.map_err(|_| Error::Idle(uri.clone()))?;
    if !may_talk(&stream).map_err(failed)? {
        return Err(Error::Stranger(uri.clone()));
    }
    stream.set_read_timeout(Some(PATIENCE)).map_err(failed)?;
    let mut line = String::new();
    BufReader::new(stream)
        .read_line(&mut line)
        .map_err(failed)?;
    if line.is_empty() {
        // It closed the device meanwhile.
        return Err(Error::Idle(uri.clone()));
    }
    serde_json::from_str(&line).map_err(|error| failed(error.into()))
}

fn answer(mut asker: &UnixStream, report: &Report) -> io::Result<()> {
    if may_talk(asker)? {
        asker.set_write_timeout(Some(PATIENCE))?;
        let line = serde_json::to_string(report)?;
        asker.write_all(format!("{line}\n").as_bytes())?;
    }
    Ok(())
}

/// Whether the other end is of this user, or one of both is root's.
fn may_talk(stream: &UnixStream) -> io::Result<bool> {
    let other = getsockopt(stream, PeerCredentials)?.uid();
    let own = geteuid().as_raw();
    Ok(own == other || own == 0 || other == 0)
}

/// A name that only lives as long as its listener. Both ends may know the device by another path.
fn name(uri: &Uri) -> io::Result<SocketAddr> {
    let uri = match uri {
        Uri::Vfio(address) => Uri::Vfio(*address),
        Uri::VfioUser(path) => Uri::VfioUser(fs::canonicalize(path)?),
    };
    let hash = blake3::hash(uri.to_string().as_bytes());
    SocketAddr::from_abstract_name(format!("shp-monitor-{}", hash.to_hex()))
}

impl Report {
    /// A report of this process' device.
    pub(crate) fn new(identity: &str, age: Duration) -> Self {
        Self {
            identity: identity.to_owned(),
            process: process::id(),
            seconds: age.as_secs_f64(),
            failure: None,
            counted: Statistics::default(),
        }
    }
}
