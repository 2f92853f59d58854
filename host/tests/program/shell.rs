//! Help, manual, completions, log and conformance.

use super::{Folder, SHP, text};

pub(super) const VECTORS: &str = include_str!("../../../tests/vectors/shp-v1.json");

#[test]
fn help_says_what_must_be_known() {
    let folder = Folder::new();
    let help = text(&folder.done(&["--help"]));
    for part in [
        "All k of them are needed",
        "losing one share loses the file",
        "k - 1 shares",
        "Exit codes",
    ] {
        assert!(help.contains(part), "{part} in {help}");
    }
    for command in ["split", "join"] {
        let help = text(&folder.done(&[command, "--help"]));
        assert!(
            help.contains("Exit codes") && help.contains("130"),
            "{help}"
        );
    }
    assert!(text(&folder.done(&["split", "--help"])).contains("Losing one share loses the file"));
}

#[test]
fn the_document_lists_the_exit_codes_that_help_lists() {
    let help = text(&Folder::new().done(&["--help"]));
    let document = include_str!("../../../docs/share-files.md");
    let (_, codes) = help.split_once("Exit codes:\n").expect("help lists them");
    let codes: Vec<&str> = codes
        .lines()
        .take_while(|line| line.starts_with(' '))
        .collect();
    assert_eq!(codes.len(), 9);
    for line in codes {
        let (code, meaning) = line
            .trim()
            .split_once(' ')
            .expect("a code and what it means");
        let row = format!("| {code} | {} |", meaning.trim());
        assert!(document.contains(&row), "{row}");
    }
}

#[test]
fn manual_pages_and_completions() {
    let folder = Folder::new();
    assert!(text(&folder.done(&["man"])).contains("Exit codes"));
    let help = text(&folder.done(&["--help"]));
    let (_, commands) = help.split_once("Commands:\n").expect("help lists them");
    let commands = commands.lines().take_while(|line| line.starts_with(' '));
    let commands: Vec<&str> = commands
        .filter_map(|line| line.split_whitespace().next())
        .filter(|command| *command != "help")
        .collect();
    assert!(commands.len() > 6, "{commands:?}");
    for command in commands {
        let page = text(&folder.done(&["man", command]));
        assert!(
            page.contains(".TH") && page.contains(".SH DESCRIPTION"),
            "{page}"
        );
    }
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let completions = text(&folder.done(&["completions", shell]));
        assert!(completions.contains("lane-bits"), "{shell}");
    }
}

#[test]
fn devices_are_listed_or_said_to_be_none() {
    let folder = Folder::new();
    let told = text(&folder.done(&["devices"]));
    let json = text(&folder.done(&["devices", "--json"]));
    if json.is_empty() {
        assert!(told.starts_with("no SHP device (5348:5001)"), "{told}");
    } else {
        assert_eq!(told.lines().count(), json.lines().count());
    }
    let line = folder.fails(7, &["bind", "fffe:ff:1f.7"]);
    assert!(
        line.contains("there is no PCI device fffe:ff:1f.7"),
        "{line}"
    );
}

#[test]
fn the_log_is_off_and_goes_to_stderr() {
    let folder = Folder::new();
    folder.write("message", b"abc");
    let arguments = ["split", "message", "-k", "2", "--force"];
    // `done` sees to it that nothing is said.
    folder.done(&arguments);
    let output = folder
        .command(SHP)
        .args(arguments)
        .env("RUST_LOG", "info")
        .output()
        .expect("shp starts");
    assert!(output.status.success() && output.stdout.is_empty());
    let shown = text(&folder.done(&["inspect", "message.1.shp"]));
    let set = shown
        .lines()
        .find_map(|line| line.trim().strip_prefix("set "))
        .expect("inspect shows the set");
    assert!(text(&output.stderr).contains(set.trim()));
}

#[test]
fn every_vector_of_the_specification_passes() {
    let folder = Folder::new();
    folder.write("vectors", VECTORS.as_bytes());
    let report = text(&folder.done(&["conformance", "vectors"]));
    let count = VECTORS.matches("\"master_key\"").count();
    assert_eq!(report, format!("{count} passed, 0 failed, 0 skipped\n"));
}
