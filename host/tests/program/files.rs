//! Files and pipes, in and out.

use shp::container::SEGMENT_BYTES;

use super::{Folder, SHP, feed, message, text};

const SHARES: [&str; 3] = ["message.1.shp", "message.2.shp", "message.3.shp"];
const JOIN: [&str; 4] = ["join", SHARES[2], SHARES[0], SHARES[1]];

#[test]
fn a_file_of_any_length_comes_back() {
    let segment = SEGMENT_BYTES as usize;
    for length in [
        0,
        1,
        63,
        64,
        65,
        segment - 1,
        segment,
        segment + 1,
        5 * segment / 2,
    ] {
        let whole = message(length);
        let folder = Folder::with_shares(3, &whole);
        folder.done(&[&JOIN[..], &["-o", "joined"]].concat());
        assert!(folder.read("joined") == whole, "{length} bytes, to a file");
        assert!(folder.done(&JOIN) == whole, "{length} bytes, to stdout");
    }
}

#[test]
fn a_pipe_in_and_out() {
    for length in [0, 1, 65, 200_000] {
        let (folder, whole) = (Folder::new(), message(length));
        let output = feed(folder.command(SHP).args(["split", "-", "-k", "2"]), &whole);
        assert!(output.status.success(), "{}", text(&output.stderr));
        assert_eq!(
            folder.contents().into_keys().collect::<Vec<_>>(),
            ["stdin.1.shp", "stdin.2.shp"]
        );
        let share = folder.read("stdin.2.shp");
        let joined = feed(
            folder.command(SHP).args(["join", "stdin.1.shp", "-"]),
            &share,
        );
        assert!(
            joined.status.success() && joined.stdout == whole,
            "{}",
            text(&joined.stderr)
        );
    }
}

#[test]
fn every_k_lane_and_policy_that_the_command_line_offers() {
    let whole = message(1001);
    for k in 2..=16_usize {
        for (lane, policy) in [
            ("8", "uniform"),
            ("16", "definition"),
            ("32", "definition"),
            ("64", "uniform"),
        ] {
            let folder = Folder::new();
            folder.write("m", &whole);
            folder.done(&[
                "split",
                "m",
                "-k",
                &k.to_string(),
                "--lane-bits",
                lane,
                "--policy",
                policy,
            ]);
            let shares: Vec<String> = (1..=k).map(|number| format!("m.{number}.shp")).collect();
            let mut join: Vec<&str> = shares.iter().map(String::as_str).collect();
            join.insert(0, "join");
            assert!(
                folder.done(&join) == whole,
                "k = {k}, {lane} bits, {policy}"
            );
        }
    }
}

#[test]
fn shares_go_where_they_are_told_to() {
    let folder = Folder::new();
    folder.write("message", b"abc");
    folder.done(&["split", "message", "-k", "2", "-o", "new"]);
    assert_eq!(
        folder.done(&["join", "new/message.1.shp", "new/message.2.shp"]),
        b"abc"
    );
}

#[cfg(unix)]
#[test]
fn outputs_are_their_owners_only() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = Folder::with_shares(3, b"abc");
    folder.done(&[&JOIN[..], &["-o", "joined"]].concat());
    for name in SHARES.into_iter().chain(["joined"]) {
        let file = folder.path().join(name).metadata().expect("it is there");
        assert_eq!(file.permissions().mode() & 0o777, 0o600, "{name}");
    }
}

#[test]
fn an_existing_share_stays_unless_forced() {
    for taken in SHARES {
        let folder = Folder::new();
        folder.write("message", b"first");
        folder.write(taken, b"mine");
        let line = folder.fails(5, &["split", "message", "-k", "3"]);
        assert!(line.contains(taken) && line.contains("--force"), "{line}");
        folder.done(&["split", "message", "-k", "3", "--force"]);
        assert_eq!(folder.done(&JOIN), b"first");
    }
}

#[test]
fn an_existing_file_stays_unless_forced() {
    let folder = Folder::with_shares(3, b"first");
    folder.write("message", b"second");
    let join = [&JOIN[..], &["-o", "message"]].concat();
    let line = folder.fails(5, &join);
    assert!(
        line.contains("message") && line.contains("--force"),
        "{line}"
    );
    folder.done(&[&join[..], &["--force"]].concat());
    assert_eq!(folder.read("message"), b"first");
}

/// With --force a bad share must not cost the file that is there.
#[test]
fn what_is_to_be_replaced_stays_until_all_is_verified() {
    let folder = Folder::with_shares(3, &message(200_000));
    let mut share = folder.read(SHARES[1]);
    *share.last_mut().expect("a share is not empty") ^= 1;
    folder.write(SHARES[1], &share);
    folder.fails(4, &[&JOIN[..], &["-o", "message", "--force"]].concat());
}

#[test]
fn inspect_tells_what_the_header_says() {
    let folder = Folder::with_shares(3, &message(70_000));
    let shown = text(&folder.done(&["inspect", SHARES[0]]));
    for part in [
        SHARES[0],
        "3, all needed",
        "32 bits",
        "uniform",
        "70000 bytes",
    ] {
        assert!(shown.contains(part), "{part} in {shown}");
    }
    let lines = text(&folder.done(&["inspect", "--json", SHARES[0], SHARES[1]]));
    let objects = lines
        .lines()
        .map(|line| serde_json::from_str(line).expect("each line is JSON"));
    let objects: Vec<serde_json::Value> = objects.collect();
    let mut expected = serde_json::json!({
        "share": SHARES[0], "set": objects[0]["set"], "k": 3, "lane_bits": 32, "policy": "uniform", "rounds": 20,
        "pbox": true, "segment_bytes": SEGMENT_BYTES, "segments": 2, "message_bytes": 70_000
    });
    assert_eq!(objects[0], expected);
    expected["share"] = SHARES[1].into();
    assert_eq!(objects[1..], [expected]);
    // The piece of the key is nobody's business.
    let piece = hex::encode(&folder.read(SHARES[0])[68..76]);
    assert!(!lines.contains(&piece) && !shown.contains(&piece));
}
