//! Bad input ends with one clear line, its exit code, and nothing left.

use super::{Folder, SHP, failed, feed, message, shell::VECTORS, text};

const JOIN: [&str; 6] = [
    "join",
    "message.1.shp",
    "message.2.shp",
    "message.3.shp",
    "-o",
    "joined",
];

#[test]
fn a_wrong_command_line() {
    let folder = Folder::new();
    folder.write("message", b"abc");
    for (arguments, part) in [
        (&["split", "message", "-k", "0"][..], "2 to 16"),
        (&["split", "message", "-k", "1"], "2 to 16"),
        (&["split", "message", "-k", "17"], "2 to 16"),
        (&["split", "message", "-k", "-3"], "-3"),
        (&["split", "message", "-k", "four"], "2 to 16"),
        (
            &["split", "message", "-k", "99999999999999999999"],
            "2 to 16",
        ),
        (&["split", "message"], "<K>"),
        (&["split", "-k", "4"], "<FILE>"),
        (
            &["split", "message", "-k", "4", "--lane-bits", "12"],
            "8, 16, 32 or 64",
        ),
        (
            &["split", "message", "-k", "4", "--lane-bits", "0"],
            "8, 16, 32 or 64",
        ),
        (
            &["split", "message", "-k", "4", "--policy", "best"],
            "uniform",
        ),
        (
            &["split", "message", "-k", "4", "--frobnicate"],
            "--frobnicate",
        ),
        (&["join"], "<SHARE>"),
        (&["join", "-", "-"], "stdin"),
        (&["completions", "abacus"], "abacus"),
        (&["bind", "01:00.0"], "0000:01:00.0"),
        (&["stats", "--device", "usb:1"], "is no device"),
        (&["selftest"], "--device"),
        (&["frobnicate"], "frobnicate"),
        (&[], "--help"),
    ] {
        let line = folder.fails(2, arguments);
        assert!(line.contains(part), "{arguments:?}: {line}");
    }
}

#[test]
fn what_is_not_there_or_cannot_be_read() {
    let folder = Folder::with_shares(3, b"abc");
    std::fs::create_dir(folder.path().join("folder")).expect("the test's folder takes folders");
    for arguments in [
        &["split", "nothing", "-k", "2"][..],
        &["split", "folder", "-k", "2"],
        &["split", "message", "-k", "2", "-o", "not/there"],
        &["split", "message", "-k", "2", "-o", "message"],
        &["join", "message.1.shp", "message.2.shp", "nothing"],
        &["join", "message.1.shp", "message.2.shp", "folder"],
        &[
            "join",
            "message.1.shp",
            "message.2.shp",
            "nothing",
            "-o",
            "new/joined",
        ],
        &["inspect", "nothing"],
        &["conformance", "nothing"],
    ] {
        folder.fails(1, arguments);
    }
    folder.fails(
        2,
        &[
            "join",
            "message.1.shp",
            "message.2.shp",
            "message.3.shp",
            "-o",
            "folder",
        ],
    );
}

#[test]
fn a_missing_doubled_foreign_or_surplus_share() {
    let folder = Folder::with_shares(3, b"abc");
    folder.write("other", b"abc");
    folder.done(&["split", "other", "-k", "3"]);
    folder.write("copy", &folder.read("message.2.shp"));
    for (shares, part) in [
        (&["message.1.shp", "message.3.shp"][..], "2 of 3 shares"),
        (
            &["message.1.shp", "message.2.shp", "copy"],
            "copy is the same share as message.2.shp",
        ),
        (
            &["message.1.shp", "message.2.shp", "message.2.shp"],
            "message.2.shp is the same share",
        ),
        (
            &["other.1.shp", "message.2.shp", "message.3.shp"],
            "other.1.shp is foreign",
        ),
        (
            &[
                "message.1.shp",
                "message.2.shp",
                "message.3.shp",
                "other.2.shp",
            ],
            "other.2.shp is foreign",
        ),
        (&["message.1.shp"; 40], "40 shares"),
    ] {
        for output in ["-", "joined"] {
            let line = folder.fails(3, &[&["join", "-o", output], shares].concat());
            assert!(line.contains(part), "{line}");
        }
    }
}

#[test]
fn a_changed_cut_or_false_share() {
    let whole = message(200_000);
    let folder = Folder::with_shares(3, &whole);
    let share = folder.read("message.2.shp");
    let end = share.len() - 1;
    for (what, bytes) in [
        ("header", change(&share, 20)),
        ("tag", change(&share, 140)),
        ("payload", change(&share, 150_000)),
        ("end mark", change(&share, end)),
        ("cut", share[..end].to_vec()),
        ("empty", Vec::new()),
        ("text", b"This is not a share.\n".to_vec()),
    ] {
        folder.write("message.2.shp", &bytes);
        let line = folder.fails(4, &JOIN);
        assert!(line.contains("message.2.shp"), "{what}: {line}");
    }
}

fn change(share: &[u8], at: usize) -> Vec<u8> {
    let mut changed = share.to_vec();
    changed[at] ^= 0x10;
    changed
}

/// Only whole segments that were verified, and a code that says it is not all.
#[test]
fn stdout_gets_nothing_that_was_not_verified() {
    let whole = message(200_000);
    let folder = Folder::with_shares(2, &whole);
    let share = folder.read("message.2.shp");
    for (at, segments) in [(50_000, 0), (100_000, 1), (share.len() - 1, 4)] {
        folder.write("message.2.shp", &change(&share, at));
        let output = folder.run(&["join", "message.1.shp", "message.2.shp"]);
        failed(4, &output);
        let verified = &whole[..(segments << 16).min(whole.len())];
        assert!(
            output.stdout == verified,
            "byte {at}: {} bytes",
            output.stdout.len()
        );
    }
}

/// Lengths of up to 4 GiB, in a process that may have no more than 512 MiB.
#[cfg(target_os = "linux")]
#[test]
fn hostile_lengths_cost_no_memory() {
    const LIMITED: &str = r#"ulimit -v 524288 && exec "$0" "$@""#;
    let folder = Folder::with_shares(2, b"abc");
    // The segment size, and the first segment's length.
    for (at, bytes) in [
        (16, 0xffff_ffc0_u32),
        (16, 0x4000_0000),
        (132, u32::MAX),
        (132, 0x4000_0000),
    ] {
        for number in ["1", "2"] {
            let mut share = folder.read(&format!("message.{number}.shp"));
            share[at..at + 4].copy_from_slice(&bytes.to_le_bytes());
            let sum = blake3::hash(&share[..100]);
            share[100..132].copy_from_slice(sum.as_bytes());
            folder.write(&format!("hostile.{number}"), &share);
        }
        let mut command = folder.command("sh");
        let output = command
            .args(["-c", LIMITED, SHP, "join", "hostile.1", "hostile.2"])
            .output();
        failed(4, &output.expect("sh starts"));
    }
}

#[test]
fn a_name_with_a_line_break_is_still_one_line() {
    Folder::new().fails(1, &["split", "a\nb\u{1b}[2J", "-k", "2"]);
}

#[test]
fn conformance_fails_when_a_vector_does_or_nothing_ran() {
    let folder = Folder::new();
    folder.write("none", b"[]");
    let output = folder.run(&["conformance", "none"]);
    failed(6, &output);
    assert_eq!(output.stdout, b"0 passed, 0 failed, 0 skipped\n");

    folder.write("text", b"text");
    folder.fails(1, &["conformance", "text"]);

    let mut vectors: serde_json::Value =
        serde_json::from_str(VECTORS).expect("the vectors are JSON");
    vectors[1]["message"] = "00".into();
    let output = feed(
        folder.command(SHP).args(["conformance", "-"]),
        vectors.to_string().as_bytes(),
    );
    failed(6, &output);
    let report = text(&output.stdout);
    assert!(
        report.starts_with("vector 1: ") && report.ends_with(" passed, 1 failed, 0 skipped\n"),
        "{report}"
    );
}
