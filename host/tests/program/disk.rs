//! Disks that take no more.
#![cfg(target_os = "linux")]

use std::{
    fs::{self, File},
    os::unix::{fs::FileTypeExt as _, net::UnixListener},
};

use super::{Folder, SHP, failed, message};

#[test]
fn a_write_that_fails_in_the_middle_leaves_nothing() {
    // No file may grow past 100 blocks, which are 512 or 1024 bytes by the shell.
    const LIMITED: &str = r#"trap "" XFSZ && ulimit -f 100 && exec "$0" "$@""#;
    let folder = Folder::with_shares(2, &message(300_000));
    let before = folder.contents();
    for arguments in [
        &["split", "message", "-k", "4", "-o", "new"][..],
        &["split", "message", "-k", "2", "--force"],
        &["join", "message.1.shp", "message.2.shp", "-o", "joined"],
    ] {
        let output = folder
            .command("sh")
            .args(["-c", LIMITED, SHP])
            .args(arguments)
            .output()
            .expect("sh starts");
        let line = failed(1, &output);
        assert!(line.contains("writing"), "{line}");
        assert_eq!(folder.contents(), before, "{arguments:?}");
    }
}

#[test]
fn a_full_stdout() {
    let folder = Folder::with_shares(2, &message(300_000));
    for arguments in [
        &["join", "message.1.shp", "message.2.shp"][..],
        &["inspect", "message.1.shp"],
        &["man"],
        &["completions", "bash"],
        &["--help"],
    ] {
        let full = File::options()
            .write(true)
            .open("/dev/full")
            .expect("Linux has it");
        let output = folder
            .command(SHP)
            .args(arguments)
            .stdout(full)
            .output()
            .expect("shp starts");
        failed(1, &output);
    }
}

/// What is no regular file, here a socket, is never replaced by one.
#[test]
fn a_special_file_stays() {
    let folder = Folder::with_shares(2, b"abc");
    let _socket = UnixListener::bind(folder.path().join("special")).expect("Linux has sockets");
    for force in [&["--force"][..], &[]] {
        folder.fails(
            2,
            &[
                &["join", "message.1.shp", "message.2.shp", "-o", "special"],
                force,
            ]
            .concat(),
        );
        let special = folder.path().join("special").metadata().expect("it stays");
        assert!(special.file_type().is_socket());
    }
}

/// A file system of 1 MiB in a mount namespace of its own.
#[test]
#[ignore = "mounts a small tmpfs: as root, cargo test -p shp -- --ignored"]
fn a_full_disk_leaves_nothing() {
    const MOUNTED: &str =
        r#"mount -t tmpfs -o size=1m tmpfs disk && "$0" "$@"; code=$?; ls -A disk; exit $code"#;
    let folder = Folder::with_shares(2, &message(2 << 20));
    fs::create_dir(folder.path().join("disk")).expect("the test's folder takes folders");
    for arguments in [
        &["split", "message", "-k", "4", "-o", "disk"][..],
        &["split", "message", "-k", "4", "-o", "disk/new"],
        &[
            "join",
            "message.1.shp",
            "message.2.shp",
            "-o",
            "disk/joined",
        ],
    ] {
        let mut command = folder.command("unshare");
        let output = command
            .args(["--mount", "sh", "-c", MOUNTED, SHP])
            .args(arguments)
            .output();
        let output = output.expect("unshare starts");
        let line = failed(1, &output);
        assert!(line.contains("No space left"), "{line}");
        assert_eq!(output.stdout, b"", "{arguments:?}");
    }
}
