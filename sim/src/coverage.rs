//! What of the Verilog ran: the counts that models of a build with the feature `coverage` leave.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{fmt, fs, io};

/// A place in the Verilog that is counted.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Point {
    /// The file.
    pub file: PathBuf,
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1.
    pub column: u32,
    /// What is counted there.
    pub kind: Kind,
    /// Which branch, or which bit and whether it rises or falls.
    pub what: String,
}

impl fmt::Display for Point {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            file,
            line,
            column,
            what,
            ..
        } = self;
        write!(f, "{}:{line}:{column}: {what}", file.display())
    }
}

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// How often a line or a branch ran.
    Line,
    /// How often a bit rose or fell.
    Toggle,
}

/// How often each point was met, in all instances of its module, all models and all files together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    counts: BTreeMap<Point, u64>,
}

/// Why counts cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file or folder cannot be read.
    #[error("reading {path}: {error}", path = path.display())]
    Read {
        /// The file or folder.
        path: PathBuf,
        /// Why not.
        error: io::Error,
    },
    /// A line is not of Verilator's form.
    #[error("no coverage point: {0:?}")]
    Form(String),
}

impl Coverage {
    /// Merges all files of a folder that end with `.dat`.
    ///
    /// # Errors
    /// If one cannot be read, or is not of Verilator's form.
    pub fn read(folder: &Path) -> Result<Self, Error> {
        let unreadable = |path: &Path| {
            let path = path.to_owned();
            move |error| Error::Read { path, error }
        };
        let mut coverage = Self::default();
        for entry in fs::read_dir(folder).map_err(unreadable(folder))? {
            let file = entry.map_err(unreadable(folder))?.path();
            if file.extension().is_some_and(|extension| extension == "dat") {
                coverage.merge(&fs::read_to_string(&file).map_err(unreadable(&file))?)?;
            }
        }
        Ok(coverage)
    }

    /// Adds the counts of a file that Verilator's runtime wrote: after a first line with the version, a line a point.
    ///
    /// # Errors
    /// [`Error::Form`].
    pub fn merge(&mut self, text: &str) -> Result<(), Error> {
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            let (point, count) = parse(line).ok_or_else(|| Error::Form(line.to_owned()))?;
            *self.counts.entry(point).or_default() += count;
        }
        Ok(())
    }

    /// All points and their counts, file by file and line by line.
    pub fn counts(&self) -> impl Iterator<Item = (&Point, u64)> {
        self.counts.iter().map(|(point, count)| (point, *count))
    }

    /// The files with points, each with how many of a kind were met and how many there are.
    pub fn files(&self, kind: Kind) -> BTreeMap<&Path, (usize, usize)> {
        let mut files = BTreeMap::new();
        for (point, count) in self.counts().filter(|(point, _)| point.kind == kind) {
            let (met, all) = files.entry(point.file.as_path()).or_default();
            *met += usize::from(count > 0);
            *all += 1;
        }
        files
    }
}

/// Reads `C 'KEYS' COUNT`, in which each key is 1, its name, 2 and its value.
fn parse(line: &str) -> Option<(Point, u64)> {
    let (keys, count) = line.strip_prefix("C '")?.rsplit_once("' ")?;
    let keys: BTreeMap<_, _> = keys
        .split('\x01')
        .filter_map(|key| key.split_once('\x02'))
        .collect();
    let kind = if keys.get("page")?.starts_with("v_toggle") {
        Kind::Toggle
    } else {
        Kind::Line
    };
    let file = Path::new(keys.get("f")?);
    let point = Point {
        // The build script's way to the file is of no interest.
        file: file.file_name()?.into(),
        line: keys.get("l")?.parse().ok()?,
        column: keys.get("n")?.parse().ok()?,
        kind,
        what: (*keys.get("o")?).to_owned(),
    };
    Some((point, count.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A point in Verilator's form.
    fn line(page: &str, number: u32, what: &str, instance: &str, count: u64) -> String {
        format!(
            "C '\x01f\x02a/core.v\x01l\x02{number}\x01n\x024\x01t\x02x\x01page\x02{page}\x01o\x02{what}\x01h\x02{instance}' {count}\n"
        )
    }

    #[test]
    fn instances_and_files_add_up() -> Result<(), Error> {
        let mut coverage = Coverage::default();
        let header = "# SystemC::Coverage-3\n";
        coverage.merge(&(header.to_owned() + &line("v_line/m", 7, "block", "TOP.a", 2)))?;
        coverage.merge(
            &(line("v_branch/m", 8, "if", "TOP.a", 0) + &line("v_line/m", 7, "block", "TOP.b", 3)),
        )?;
        coverage.merge(&line("v_toggle/m", 3, "bit[0]:0->1", "TOP.a", 0))?;

        let counts: Vec<_> = coverage
            .counts()
            .map(|(point, count)| (point.line, point.kind, count))
            .collect();
        assert_eq!(
            counts,
            [(3, Kind::Toggle, 0), (7, Kind::Line, 5), (8, Kind::Line, 0)]
        );
        let file = Path::new("core.v");
        assert_eq!(coverage.files(Kind::Line), BTreeMap::from([(file, (1, 2))]));
        assert_eq!(
            coverage.files(Kind::Toggle),
            BTreeMap::from([(file, (0, 1))])
        );
        Ok(())
    }

    #[test]
    fn what_is_no_point_is_refused() {
        let whole = line("v_line/m", 7, "block", "TOP", 2);
        for text in [
            "C",
            "C '' 1",
            "whatever",
            &whole.replace("\x027", "\x02seven"),
            &whole.replace("' 2", "' -2"),
        ] {
            let refused = Coverage::default().merge(text);
            assert!(matches!(refused, Err(Error::Form(_))), "{text:?}");
        }
    }

    #[test]
    fn a_folder_is_merged() -> Result<(), Box<dyn std::error::Error>> {
        let folder = tempfile::tempdir()?;
        for (name, count) in [("a.dat", 1), ("b.dat", 2), ("c.txt", 4)] {
            fs::write(
                folder.path().join(name),
                line("v_line/m", 7, "block", "TOP", count),
            )?;
        }
        let counts: Vec<_> = Coverage::read(folder.path())?
            .counts()
            .map(|(_, count)| count)
            .collect();
        assert_eq!(counts, [3]);
        assert!(matches!(
            Coverage::read(&folder.path().join("none")),
            Err(Error::Read { .. })
        ));
        Ok(())
    }
}
