//! Memory stays bounded, whatever the file's length. `cargo xtask figures` measures the same at 1 GiB.
#![cfg(target_os = "linux")]

use std::{fs::File, path::Path, process::Command};

use nix::sys::resource::{UsageWho, getrusage};

const LIMIT_KIB: i64 = 64 << 10;

fn shp(folder: &Path, arguments: &[&str]) {
    let status = Command::new(env!("CARGO_BIN_EXE_shp"))
        .current_dir(folder)
        .args(arguments)
        .status();
    assert!(status.expect("shp starts").success(), "{arguments:?}");
}

/// Were a file, or all the shares of one, held in memory, it would show: both are larger than the limit.
#[test]
fn a_file_larger_than_the_limit_stays_under_it() {
    for (k, bytes) in [(2, 80 << 20), (16, 8 << 20)] {
        let folder = tempfile::tempdir().expect("a folder for the test");
        // A file with a hole is as good as any: its shares are random.
        let hole = File::create(folder.path().join("m")).and_then(|file| file.set_len(bytes));
        hole.expect("the test's folder takes files");
        shp(folder.path(), &["split", "m", "-k", &k.to_string()]);
        let shares: Vec<String> = (1..=k).map(|number| format!("m.{number}.shp")).collect();
        let shares = shares.iter().map(String::as_str);
        shp(
            folder.path(),
            &["join", "-o", "joined"]
                .into_iter()
                .chain(shares)
                .collect::<Vec<_>>(),
        );
        let joined = folder
            .path()
            .join("joined")
            .metadata()
            .expect("it was joined");
        assert_eq!(joined.len(), bytes);
    }
    // The largest of all children so far; they are this test's alone, for each test file is a process.
    let peak = getrusage(UsageWho::RUSAGE_CHILDREN)
        .expect("Linux tells")
        .max_rss();
    assert!(peak < LIMIT_KIB, "{peak} KiB");
}
