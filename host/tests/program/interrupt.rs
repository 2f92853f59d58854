//! What happens in the middle of the work: signals, and others who take a name.
#![cfg(unix)]

use std::{
    io::Write as _,
    process::{Child, ChildStdin, Stdio},
    thread,
    time::{Duration, Instant},
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};

use super::{Folder, SHP, failed, message};

/// Starts `shp`, gives it the beginning of its input and waits until that many files are begun.
fn start(
    folder: &Folder,
    arguments: &[&str],
    input: &[u8],
    unfinished: usize,
) -> (Child, ChildStdin) {
    let mut command = folder.command(SHP);
    command
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().expect("shp starts");
    let mut stdin = child.stdin.take().expect("stdin is a pipe");
    stdin.write_all(input).expect("shp reads");
    wait_for_unfinished(folder, unfinished);
    (child, stdin)
}

/// Sends the signal in the middle of the work and looks at what is left.
fn interrupt(folder: &Folder, arguments: &[&str], input: &[u8], unfinished: usize, signal: Signal) {
    let before = folder.contents();
    let (child, stdin) = start(folder, arguments, input, unfinished);
    let id = Pid::from_raw(child.id().try_into().expect("a process id"));
    kill(id, signal).expect("it runs");
    let output = child.wait_with_output().expect("it ends");
    // Only now: it ended before its input did.
    drop(stdin);
    failed(130, &output);
    assert_eq!(folder.contents(), before, "{signal}");
}

fn wait_for_unfinished(folder: &Folder, count: usize) {
    let start = Instant::now();
    while folder
        .contents()
        .keys()
        .filter(|name| name.starts_with(".shp-"))
        .count()
        < count
    {
        assert!(
            start.elapsed() < Duration::from_mins(1),
            "no unfinished file appeared"
        );
        thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn no_share_is_left_after_a_signal() {
    for signal in [Signal::SIGINT, Signal::SIGTERM, Signal::SIGHUP] {
        let folder = Folder::new();
        interrupt(
            &folder,
            &["split", "-", "-k", "4"],
            &message(200_000),
            4,
            signal,
        );
        interrupt(&folder, &["split", "-", "-k", "16"], &[], 16, signal);
    }
}

#[test]
fn no_plaintext_is_left_after_a_signal() {
    let folder = Folder::with_shares(2, &message(200_000));
    let share = folder.read("message.2.shp");
    let arguments = ["join", "message.1.shp", "-", "-o", "joined"];
    interrupt(&folder, &arguments, &share[..150_000], 1, Signal::SIGINT);
}

/// Not even the shares that had their names already are left then.
#[test]
fn a_name_that_is_taken_meanwhile_stays() {
    let folder = Folder::new();
    let (child, stdin) = start(&folder, &["split", "-", "-k", "3"], b"abc", 3);
    folder.write("stdin.3.shp", b"mine");
    drop(stdin);
    failed(5, &child.wait_with_output().expect("it ends"));
    assert_eq!(
        folder.contents(),
        [("stdin.3.shp".into(), b"mine".to_vec())].into()
    );
}
