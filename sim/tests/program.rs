//! The program, from outside.

use std::path::Path;
use std::process::{Command, Output};
use std::{fs, io};

use serde_json::{Value, json};

/// Runs `shp-sim conformance` on vectors for the mock core, which passes words on and adds the port.
fn conformance(vectors: &Value, options: &[&str]) -> io::Result<Output> {
    on_core("mock_k4w32", vectors, options)
}

fn on_core(core: &str, vectors: &Value, options: &[&str]) -> io::Result<Output> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("vectors.json");
    fs::write(&file, vectors.to_string())?;
    run(&file, core, options)
}

fn run(file: &Path, core: &str, options: &[&str]) -> io::Result<Output> {
    let mut program = Command::new(env!("CARGO_BIN_EXE_shp-sim"));
    program.arg("conformance").arg(file).args(["--core", core]);
    program.args(options).output()
}

/// A vector whose second port is `second`; the mock core gives 02000003.
fn vector(second: &str, lane_bits: u32) -> Value {
    let key = "00".repeat(32);
    json!({
        "k": 2, "lane_bits": lane_bits, "policy": "uniform", "rounds": 20, "pbox": false,
        "segment": "0", "master_key": key, "unit_keys": [key], "pbox_key": key,
        "message": "01000003", "ports": ["01000003", second],
    })
}

fn lines(output: &[u8]) -> Vec<String> {
    String::from_utf8_lossy(output)
        .lines()
        .map(str::to_owned)
        .collect()
}

#[test]
fn passed_and_skipped_are_counted() -> io::Result<()> {
    let vectors = json!([
        vector("02000003", 8),
        vector("02000003", 64),
        vector("02000003", 32)
    ]);
    for options in [&[][..], &["--stalls", "7"]] {
        let output = conformance(&vectors, options)?;
        assert!(output.status.success());
        let closing = [
            "1 skipped: lanes wider than the core's word",
            "2 passed, 0 failed, 1 skipped",
        ];
        assert_eq!(lines(&output.stdout), closing);
    }
    Ok(())
}

#[test]
fn a_failure_is_told_and_the_next_vector_runs() -> io::Result<()> {
    let output = conformance(&json!([vector("02000004", 8), vector("02000003", 8)]), &[])?;
    assert_eq!(output.status.code(), Some(1));
    let told = [
        "vector 0 failed on mock_k4w32: port 1, byte 3 is 03 and must be 04",
        "1 passed, 1 failed, 0 skipped",
    ];
    assert_eq!(lines(&output.stdout), told);
    Ok(())
}

#[test]
fn a_vector_that_is_none_fails() -> io::Result<()> {
    let mut short = vector("02000003", 8);
    short["ports"] = json!(["01000003"]);
    let vectors = json!([short, vector("0200", 8), vector("02000003", 7)]);
    let output = conformance(&vectors, &[])?;
    assert_eq!(output.status.code(), Some(1));
    let told = [
        "vector 0 failed on mock_k4w32: no vector: k ports and k - 1 unit keys are needed",
        "vector 1 failed on mock_k4w32: no vector: a port and the message differ in length",
        "vector 2 failed on mock_k4w32: no vector: unknown lane",
        "0 passed, 3 failed, 0 skipped",
    ];
    assert_eq!(lines(&output.stdout), told);
    Ok(())
}

/// It is no success if nothing ran.
#[test]
fn nothing_passed_is_a_failure() -> io::Result<()> {
    for vectors in [json!([]), json!([vector("02000003", 64)])] {
        assert_eq!(conformance(&vectors, &[])?.status.code(), Some(1));
    }
    Ok(())
}

#[test]
fn bad_input_is_one_line_on_stderr() -> io::Result<()> {
    let nowhere = ["--trace", "/nowhere/wave.vcd"];
    let bad = [
        (
            conformance(&json!({ "k": 2 }), &[])?,
            "is no list of vectors",
        ),
        (
            on_core("nothing", &json!([]), &[])?,
            "no top module nothing in this build",
        ),
        (
            on_core("widths", &json!([]), &[])?,
            "widths has no Input message_data",
        ),
        (
            conformance(&json!([]), &nowhere)?,
            "cannot write the waveform /nowhere/wave.vcd",
        ),
        (
            run(Path::new("/nowhere/vectors.json"), "mock_k4w32", &[])?,
            "reading /nowhere/vectors",
        ),
    ];
    for (output, text) in bad {
        assert_eq!(output.status.code(), Some(1));
        let lines = lines(&output.stderr);
        assert_eq!(lines.len(), 1, "{lines:?}");
        assert!(lines[0].contains(text), "{lines:?}");
        assert!(output.stdout.is_empty());
    }
    Ok(())
}

/// The counts of several models and processes are merged; the driver's models run all but the faults.
#[cfg(feature = "coverage")]
#[test]
fn what_ran_is_counted() -> io::Result<()> {
    let folder = tempfile::tempdir()?;
    let vectors = folder.path().join("vectors.json");
    fs::write(&vectors, json!([vector("02000003", 8)]).to_string())?;
    for _ in 0..2 {
        let mut program = Command::new(env!("CARGO_BIN_EXE_shp-sim"));
        program.env("SHP_SIM_COVERAGE", folder.path());
        program
            .arg("conformance")
            .arg(&vectors)
            .args(["--core", "mock_k4w32"]);
        assert!(program.status()?.success());
    }
    let mut program = Command::new(env!("CARGO_BIN_EXE_shp-sim"));
    let output = program
        .arg("coverage")
        .arg("--missed")
        .arg(folder.path())
        .output()?;
    let text = lines(&output.stdout);
    assert!(
        text.iter()
            .any(|line| line.starts_with("mock_core.vh, bits: ")),
        "{text:?}"
    );
    // Only a planted fault counts a word up.
    let fault = include_str!("../testdata/mock_core.vh")
        .lines()
        .position(|line| line.contains("ports_data + 1"));
    let fault = format!("mock_core.vh:{}:", fault.expect("the fault is there") + 1);
    assert!(
        text.iter()
            .any(|line| line.starts_with(&fault) && line.ends_with(": if")),
        "{text:?}"
    );
    Ok(())
}

/// The saved layout names signals that are in the waveform.
#[test]
fn the_layout_fits_the_waveform() -> io::Result<()> {
    let folder = tempfile::tempdir()?;
    let wave = folder.path().join("wave.vcd");
    let wave = wave.to_str().expect("a plain name");
    on_core("k4w32", &json!([]), &["--trace", wave])?;
    let text = fs::read_to_string(wave)?;
    let layout = include_str!("../waves/k4w32.gtkw");
    let signals: Vec<&str> = layout
        .lines()
        .filter_map(|line| line.strip_prefix("TOP."))
        .collect();
    assert!(signals.contains(&"ports_data[127:0]"));
    for signal in signals {
        let declared = format!(" {} $end", signal.replace('[', " ["));
        assert!(text.contains(&declared), "{signal}");
    }
    Ok(())
}
