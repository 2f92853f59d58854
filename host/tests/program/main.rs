//! The program `shp` as its users see it: streams, exit codes, one line on stderr, and what lies in the folder afterwards.

mod bad_input;
mod disk;
mod files;
mod interrupt;
mod shell;
mod terminal;

use std::{
    collections::BTreeMap,
    ffi::OsStr,
    fs,
    io::Write as _,
    path::Path,
    process::{Command, Output, Stdio},
};

use tempfile::TempDir;

const SHP: &str = env!("CARGO_BIN_EXE_shp");

/// A folder in which `shp` runs. It vanishes with the test.
struct Folder(TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("a folder for the test"))
    }

    /// A folder with a file `message` and its k shares.
    fn with_shares(k: usize, message: &[u8]) -> Self {
        let folder = Self::new();
        folder.write("message", message);
        folder.done(&["split", "message", "-k", &k.to_string()]);
        folder
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn write(&self, name: &str, bytes: &[u8]) {
        fs::write(self.path().join(name), bytes).expect("the test's folder takes files");
    }

    fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.path().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// Every file in the folder with what is in it.
    fn contents(&self) -> BTreeMap<String, Vec<u8>> {
        let names = fs::read_dir(self.path())
            .expect("the test's folder can be read")
            .map(|entry| {
                let name = entry.expect("an entry").file_name();
                name.into_string().expect("the test's names are text")
            });
        names
            .map(|name| {
                (
                    name.clone(),
                    fs::read(self.path().join(name)).unwrap_or_default(),
                )
            })
            .collect()
    }

    fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command
            .current_dir(self.path())
            .env_remove("RUST_LOG")
            .stdin(Stdio::null());
        command
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.command(SHP)
            .args(arguments)
            .output()
            .expect("shp starts")
    }

    /// Runs what must succeed, in silence, and gives its stdout.
    fn done(&self, arguments: &[&str]) -> Vec<u8> {
        let Output {
            status,
            stdout,
            stderr,
        } = self.run(arguments);
        assert!(
            status.success() && stderr.is_empty(),
            "{arguments:?}: {status} {}",
            text(&stderr)
        );
        stdout
    }

    /// Runs what must fail with this code, one line, no output and nothing left behind. Gives the line.
    fn fails(&self, code: i32, arguments: &[&str]) -> String {
        let before = self.contents();
        let output = self.run(arguments);
        let line = failed(code, &output);
        assert!(
            output.stdout.is_empty(),
            "{arguments:?}: {} bytes on stdout",
            output.stdout.len()
        );
        assert_eq!(self.contents(), before, "{arguments:?}");
        line
    }
}

/// Runs a command with these bytes on its stdin.
fn feed(command: &mut Command, bytes: &[u8]) -> Output {
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().expect("it starts");
    let mut stdin = child.stdin.take().expect("stdin is a pipe");
    let bytes = bytes.to_vec();
    // A program that refuses does not read to the end, so this may fail.
    let writer = std::thread::spawn(move || stdin.write_all(&bytes).ok());
    let output = child.wait_with_output().expect("it ends");
    writer.join().expect("the writer does not panic");
    output
}

/// The one line of a failure with this code.
fn failed(code: i32, output: &Output) -> String {
    let line = text(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{line}");
    assert!(
        line.starts_with("error: ") && line.ends_with('\n') && line.lines().count() == 1,
        "{line:?}"
    );
    line
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("what shp says is text")
}

/// Bytes that are nowhere like themselves.
fn message(length: usize) -> Vec<u8> {
    let block = |number: usize| *blake3::hash(&number.to_le_bytes()).as_bytes();
    (0..length.div_ceil(32))
        .flat_map(block)
        .take(length)
        .collect()
}
