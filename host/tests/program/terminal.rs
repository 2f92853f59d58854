//! What only a terminal sees.
#![cfg(target_os = "linux")]

use std::{fs::File, io::Read as _, thread};

use nix::pty::openpty;

use super::{Folder, SHP, message};

/// Runs `shp` with its stderr on a terminal, and gives all that was shown there.
fn shown(folder: &Folder, arguments: &[&str]) -> String {
    let terminal = openpty(None, None).expect("Linux has terminals");
    let mut screen = File::from(terminal.master);
    let reader = thread::spawn(move || {
        let mut shown = Vec::new();
        // Ends in an error when nobody has the terminal any more.
        screen.read_to_end(&mut shown).ok();
        shown
    });
    let mut command = folder.command(SHP);
    // So that it may draw, whatever terminal the test itself runs on.
    command
        .args(arguments)
        .env("TERM", "xterm")
        .env_remove("NO_COLOR")
        .stderr(terminal.slave);
    command.status().expect("shp starts");
    drop(command);
    String::from_utf8_lossy(&reader.join().expect("the reader does not panic")).into_owned()
}

#[test]
fn a_progress_bar() {
    let folder = Folder::new();
    folder.write("message", &message(4 << 20));
    let split = shown(&folder, &["split", "message", "-k", "2"]);
    assert!(split.contains("of 4.00 MiB"), "{split:?}");
    let join = shown(
        &folder,
        &["join", "message.1.shp", "message.2.shp", "-o", "joined"],
    );
    assert!(join.contains("of 4.00 MiB"), "{join:?}");
}

/// `Folder::done` and `failed` see to it that there is none in a pipe or a file.
#[test]
fn a_failure_is_still_one_line() {
    let folder = Folder::with_shares(2, b"abc");
    let shown = shown(&folder, &["split", "message", "-k", "2"]);
    assert!(
        shown.ends_with(
            "\u{1b}[Kerror: message.1.shp exists already: give --force to replace it\r\n"
        ),
        "{shown:?}"
    );
}
