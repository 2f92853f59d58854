//! `shp split`, `shp conformance` and `shp bench` with a device.

use std::{
    fs,
    io::{BufRead as _, BufReader, Write as _},
    process::Stdio,
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use crate::{Desk, SIM, command, message};

/// Bytes of a segment.
const SEGMENT: usize = 64 << 10;

#[test]
fn shares_of_a_device_join_to_the_message() -> Result<()> {
    for (core, k, lane) in [("k4w32", "3", "16"), ("k4w128", "4", "64")] {
        let desk = Desk::new(core)?;
        for length in [0, 1, 1001, SEGMENT, 9 * SEGMENT + 7] {
            let whole = message(length);
            fs::write(desk.folder.path().join("m"), &whole)?;
            let device = desk.device();
            let split = ["split", "m", "--force", "-k", k, "--lane-bits", lane];
            desk.done(&[&split[..], &["--device", &device]].concat())?;
            let shares: Vec<String> = (1..=k.parse()?).map(|n| format!("m.{n}.shp")).collect();
            let shares = shares.iter().map(String::as_str);
            let join = ["join", "-o", "joined", "--force"].into_iter();
            desk.done(&join.chain(shares).collect::<Vec<_>>())?;
            let joined = fs::read(desk.folder.path().join("joined"))?;
            assert!(joined == whole, "{core}, {length} bytes");
        }
    }
    Ok(())
}

/// More paths than the device has: software does all, and says so nowhere, for nothing is wrong.
#[test]
fn software_does_what_the_device_cannot() -> Result<()> {
    let desk = Desk::new("k4w32")?;
    fs::write(desk.folder.path().join("m"), message(1000))?;
    let device = desk.device();
    desk.done(&["split", "m", "-k", "5", "--device", &device])?;
    let shares = ["m.1.shp", "m.2.shp", "m.3.shp", "m.4.shp", "m.5.shp"];
    desk.done(&[&["join", "-o", "joined"], &shares[..]].concat())?;
    let joined = fs::read(desk.folder.path().join("joined"))?;
    assert!(joined == message(1000));
    Ok(())
}

/// The board is killed between two halves of a message: all of it is split, and one line tells.
#[test]
fn a_device_that_dies_costs_one_line() -> Result<()> {
    let desk = Desk::new("k4w32")?;
    let socket = desk.folder.path().join("other");
    let uri = format!("vfio-user:{}", socket.display());
    let mut board = command(&SIM, &desk.folder)?
        .args(["serve", "--socket", "other"])
        .spawn()?;
    let told = board.stdout.take().context("its stdout is piped")?;
    BufReader::new(told).read_line(&mut String::new())?;

    let whole = message(40 * SEGMENT + 5);
    let mut shp = desk
        .shp()?
        .args(["split", "-", "-k", "4", "--device", &uri])
        .stdin(Stdio::piped())
        .spawn()?;
    let mut stdin = shp.stdin.take().context("its stdin is piped")?;
    let (first, second) = whole.split_at(12 * SEGMENT);
    stdin.write_all(first)?;
    let begun = Instant::now();
    while longest(&desk)? < 2 * SEGMENT as u64 {
        if begun.elapsed() > Duration::from_mins(1) {
            board.kill()?;
            bail!("no share grows");
        }
        thread::sleep(Duration::from_millis(5));
    }
    board.kill()?;
    board.wait()?;
    stdin.write_all(second)?;
    drop(stdin);
    let output = shp.wait_with_output()?;
    let said = String::from_utf8(output.stderr)?;
    assert!(output.status.success(), "{said}");
    assert!(said.contains("WARN") && said.lines().count() == 1, "{said}");

    let shares = ["stdin.1.shp", "stdin.2.shp", "stdin.3.shp", "stdin.4.shp"];
    desk.done(&[&["join", "-o", "joined"], &shares[..]].concat())?;
    assert!(fs::read(desk.folder.path().join("joined"))? == whole);
    Ok(())
}

/// Bytes of the longest share in the making.
fn longest(desk: &Desk) -> Result<u64> {
    let mut longest = 0;
    for entry in fs::read_dir(desk.folder.path())? {
        let entry = entry?;
        if entry.file_name().to_string_lossy().starts_with(".shp-") {
            longest = entry.metadata()?.len().max(longest);
        }
    }
    Ok(longest)
}

#[test]
fn a_device_that_is_not_there_is_an_error() -> Result<()> {
    let desk = Desk::new("k4w32")?;
    fs::write(desk.folder.path().join("m"), message(10))?;
    for (device, code, part) in [
        ("vfio-user:nothing", 7, "nothing"),
        ("vfio-user:", 2, "is no device"),
        ("usb:1", 2, "is no device"),
    ] {
        for arguments in [
            &["split", "m", "-k", "2"][..],
            &["conformance", "m"],
            &["bench"],
        ] {
            let output = desk.run(&[arguments, &["--device", device]].concat())?;
            let said = String::from_utf8(output.stderr)?;
            assert_eq!(output.status.code(), Some(code), "{said}");
            assert!(said.contains(part) && said.lines().count() == 1, "{said}");
        }
    }
    assert_eq!(fs::read_dir(desk.folder.path())?.count(), 1, "no share");
    Ok(())
}

#[test]
fn a_bench_measures_the_device_beside_software() -> Result<()> {
    let desk = Desk::new("k4w32")?;
    let lines = desk.done(&["bench", "--json", "--device", &desk.device()])?;
    let objects: Vec<Value> = lines
        .lines()
        .map(serde_json::from_str)
        .collect::<Result<_, _>>()?;
    assert!(objects.iter().all(|object| object["verified"] == true));
    let (device, software): (Vec<_>, Vec<_>) = objects
        .iter()
        .partition(|object| object.get("cycles_per_word").is_some());
    assert_eq!(software.len(), 5 * 4);
    // Not 16 MiB, and not 8 or 16 paths.
    assert_eq!(device.len(), 4 * 2);
    for object in device {
        let name = object["backend"].as_str().context("a name")?;
        assert!(name.starts_with("device k4w32"), "{name}");
        let cycles = object["cycles_per_word"].as_f64().context("a number")?;
        let long = object["bytes"] == SEGMENT;
        assert!(cycles >= 1.0 && (!long || cycles < 1.1), "{object}");
        let number = |value: &Value| value.as_f64().context("a number");
        // What four bytes a word come to at the clock of the board's report.
        let projected = &object["projected"][0];
        let rate = number(&projected["mhz"])? * 1e6 * 4.0 / cycles;
        assert!((number(&projected["bytes_per_second"])? / rate - 1.0).abs() < 1e-9);
        // All shares go back over the link.
        let link = number(&object["pcie_bytes_per_second"]["gen2x4"])?;
        assert!(link * number(&object["k"])? < 2e9, "{object}");
    }
    Ok(())
}

/// A simulation is never sooner; each number of paths that the device has is tried, at each length.
#[test]
fn a_calibration_tells_from_which_length_on_a_device_is_worth_it() -> Result<()> {
    let desk = Desk::new("k4w32")?;
    let device = desk.device();
    let calibrate = ["bench", "--calibrate", "--device", &device];
    let lines = desk.done(&[&calibrate[..], &["--json"]].concat())?;
    for (line, k) in lines.lines().zip([2, 4]) {
        let object: Value = serde_json::from_str(line)?;
        assert!(object["k"] == k && object["threshold_bytes"].is_null());
        let times = object["times"].as_array().context("a list")?;
        let seconds = |times: &Value, by: &str| times[by].as_f64().context("a number");
        for times in times {
            assert!(seconds(times, "device_seconds")? > 0.0);
            assert!(seconds(times, "software_seconds")? > 0.0);
        }
        assert_eq!(times.len(), 6);
    }
    let text = desk.done(&calibrate)?;
    assert!(
        text.ends_with("4 paths: software is always sooner\n"),
        "{text}"
    );
    assert_eq!(
        (lines.lines().count(), text.lines().count()),
        (2, 2 + 2 * 7)
    );
    let output = desk.run(&["bench", "--calibrate"])?;
    assert_eq!(output.status.code(), Some(2), "it needs a device");
    Ok(())
}
