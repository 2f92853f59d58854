//! What the input says to the virtual board's server: whatever it is, the next client is served.
//!
//! The first byte is the number of descriptors that go beside the rest.

#![no_main]

use std::{
    io::{ErrorKind, IoSlice, Read as _},
    net::Shutdown,
    os::{
        fd::{AsRawFd as _, OwnedFd},
        unix::net::UnixStream,
    },
    panic,
    sync::LazyLock,
    thread,
    time::Duration,
};

use libfuzzer_sys::fuzz_target;
use nix::sys::{
    memfd::{MFdFlags, memfd_create},
    socket::{ControlMessage, MsgFlags, sendmsg},
};
use shp::transport::{Transport as _, VfioUser};
use shp_regs::blocks::{MAGIC, identity};
use shp_sim::{
    board::{Board, Options},
    tops,
};
use tempfile::TempDir;

/// A server that says nothing for so long hangs.
const PATIENCE: Duration = Duration::from_secs(10);

static FOLDER: LazyLock<TempDir> = LazyLock::new(|| {
    // The server catches panics; the fuzzer's hook would end it before that.
    panic::set_hook(Box::new(|panic| eprintln!("{panic}")));
    let folder = tempfile::tempdir().expect("there is a place");
    let top = tops::find("k4w32_device").expect("this build has the device");
    let socket = folder.path().join("board");
    let mut board = Board::listen(top, &socket, Options::default()).expect("a board");
    thread::spawn(move || {
        loop {
            board.serve();
        }
    });
    folder
});

fn memory() -> OwnedFd {
    let file = memfd_create(c"fuzz", MFdFlags::MFD_CLOEXEC).expect("memory");
    nix::unistd::ftruncate(&file, 1 << 16).expect("it grows");
    file
}

fuzz_target!(|input: &[u8]| {
    let Some((&beside, message)) = input.split_first() else {
        return;
    };
    let socket = FOLDER.path().join("board");
    let mut stream = UnixStream::connect(&socket).expect("the board listens");
    let files: Vec<OwnedFd> = (0..beside % 4).map(|_| memory()).collect();
    let descriptors: Vec<_> = files.iter().map(OwnedFd::as_raw_fd).collect();
    let rights = [ControlMessage::ScmRights(&descriptors)];
    let rights = if descriptors.is_empty() {
        &[][..]
    } else {
        &rights
    };
    // It may have hung up already.
    let _ = sendmsg::<()>(
        stream.as_raw_fd(),
        &[IoSlice::new(message)],
        rights,
        MsgFlags::MSG_NOSIGNAL,
        None,
    );
    let _ = stream.shutdown(Shutdown::Write);
    stream
        .set_read_timeout(Some(PATIENCE))
        .expect("a socket has one");
    let mut answers = [0; 4096];
    loop {
        match stream.read(&mut answers) {
            Ok(0) => break,
            Ok(_) => {}
            Err(error) if error.kind() == ErrorKind::ConnectionReset => break,
            // The fuzzer's clock.
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => panic!("the server neither answers nor hangs up: {error}"),
        }
    }
    let mut next = VfioUser::connect(&socket).expect("the next client is served");
    assert_eq!(next.read(identity::magic::AT), Ok(MAGIC));
});
