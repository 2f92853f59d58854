//! What of the Verilog ran: the counts that models of a build with the feature `coverage` leave.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::{fs, io};

/// A place in the Verilog that is counted.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Point {
    /// The file.
    pub file: PathBuf,
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1.
    pub column: u32,
    /// The module.
    pub module: String,
    /// What is counted there.
    pub kind: Kind,
    /// Which branch, or which bit and whether it rises or falls.
    pub what: String,
}

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// How often a line ran.
    Line,
    /// How often a branch was taken, with lines or without.
    Branch,
    /// How often a bit rose or fell.
    Toggle,
}

/// How often each point was met, in all instances of its module and all models together. A module that several files have in the same words, as a core and a unit
/// alone do, counts as that of the first file.
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
        let mut sources = BTreeMap::new();
        for entry in fs::read_dir(folder).map_err(unreadable(folder))? {
            let file = entry.map_err(unreadable(folder))?.path();
            if file.extension().is_some_and(|extension| extension == "dat") {
                let text = fs::read_to_string(&file).map_err(unreadable(&file))?;
                for line in text.lines() {
                    if let Some((keys, _)) = keys(line)
                        && let Some(source) = keys.get("f").map(Path::new)
                        && let Some(name) = source.file_name()
                        && !sources.contains_key(Path::new(name))
                    {
                        let text = fs::read_to_string(source).unwrap_or_default();
                        sources.insert(PathBuf::from(name), text);
                    }
                }
                coverage.merge(&text)?;
            }
        }
        Ok(coverage.same_modules_together(&sources))
    }

    /// Adds the counts of a file that Verilator's runtime wrote: after a first line with the version, a line a point.
    ///
    /// # Errors
    /// [`Error::Form`].
    pub fn merge(&mut self, text: &str) -> Result<(), Error> {
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            let (points, count) = parse(line).ok_or_else(|| Error::Form(line.to_owned()))?;
            for point in points {
                *self.counts.entry(point).or_default() += count;
            }
        }
        Ok(())
    }

    /// Moves the points of each module to the first of the files whose text has it.
    fn same_modules_together(self, sources: &BTreeMap<PathBuf, String>) -> Self {
        let mut first = HashMap::new();
        let mut moves: BTreeMap<&Path, Vec<_>> = BTreeMap::new();
        for (file, text) in sources {
            for (start, module) in modules(text) {
                let (home, there) = *first.entry(module).or_insert((file, start));
                moves.entry(file).or_default().push((start, home, there));
            }
        }
        let mut together = Self::default();
        for (mut point, count) in self.counts {
            let home = moves.get(point.file.as_path()).and_then(|modules| {
                let at = modules.partition_point(|(start, ..)| *start <= point.line);
                modules.get(at.checked_sub(1)?)
            });
            if let Some((start, home, there)) = home {
                point.file.clone_from(home);
                point.line = point.line - start + there;
            }
            *together.counts.entry(point).or_default() += count;
        }
        together
    }

    /// All points and their counts, file by file and line by line.
    pub fn counts(&self) -> impl Iterator<Item = (&Point, u64)> {
        self.counts.iter().map(|(point, count)| (point, *count))
    }

    /// What was never met, a text for each line, branch and signal; of a signal the bits that did not both rise and fall, as ranges.
    pub fn missed(&self) -> Vec<String> {
        let mut signals: BTreeMap<_, BTreeSet<u32>> = BTreeMap::new();
        for (point, _) in self.counts().filter(|(_, count)| *count == 0) {
            let what = point.what.split(':').next().unwrap_or_default();
            let (name, bit) = what
                .strip_suffix(']')
                .and_then(|what| what.rsplit_once('['))
                .and_then(|(name, bit)| Some((name, bit.parse::<u32>().ok()?)))
                .map_or((what, None), |(name, bit)| (name, Some(bit)));
            let place = (&point.file, point.line, point.column);
            signals
                .entry((place, &point.module, name))
                .or_default()
                .extend(bit);
        }
        let mut missed = Vec::new();
        for (((file, line, column), module, name), bits) in signals {
            let bits = match ranges(&bits) {
                bits if bits.is_empty() => bits,
                bits => format!("[{bits}]"),
            };
            missed.push(format!(
                "{}:{line}:{column}: {module}.{name}{bits}",
                file.display()
            ));
        }
        missed
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

/// Numbers as ranges, `31-16, 3`.
fn ranges(numbers: &BTreeSet<u32>) -> String {
    let mut ranges: Vec<(u32, u32)> = Vec::new();
    for &number in numbers.iter().rev() {
        match ranges.last_mut() {
            Some((_, low)) if *low == number + 1 => *low = number,
            _ => ranges.push((number, number)),
        }
    }
    let range = |(high, low): (u32, u32)| {
        if high == low {
            high.to_string()
        } else {
            format!("{high}-{low}")
        }
    };
    ranges.into_iter().map(range).collect::<Vec<_>>().join(", ")
}

/// The modules of a Verilog file, and the line that each begins at.
fn modules(text: &str) -> Vec<(u32, String)> {
    let mut modules: Vec<(u32, String)> = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        if line.starts_with("module ") {
            modules.push((number, String::new()));
        }
        if let Some((_, module)) = modules.last_mut() {
            *module += line.trim_end();
            *module += "\n";
        }
    }
    for (_, module) in &mut modules {
        module.truncate(module.trim_end().len());
    }
    modules
}

/// Reads `C 'KEYS' COUNT`, in which each key is 1, its name, 2 and its value.
fn keys(line: &str) -> Option<(BTreeMap<&str, &str>, &str)> {
    let (keys, count) = line.strip_prefix("C '")?.rsplit_once("' ")?;
    let keys = keys.split('\x01').filter_map(|key| key.split_once('\x02'));
    Some((keys.collect(), count))
}

/// The points of a line of the runtime's, and their count. The lines that a block or a branch runs are points of their own.
fn parse(line: &str) -> Option<(Vec<Point>, u64)> {
    let (keys, count) = keys(line)?;
    let (page, module) = keys.get("page")?.split_once('/')?;
    let file = Path::new(keys.get("f")?);
    let point = Point {
        // The build script's way to the file is of no interest.
        file: file.file_name()?.into(),
        line: keys.get("l")?.parse().ok()?,
        column: keys.get("n")?.parse().ok()?,
        module: module.to_owned(),
        kind: Kind::Branch,
        what: (*keys.get("o")?).to_owned(),
    };
    let mut points = Vec::new();
    for lines in keys.get("S").iter().flat_map(|lines| lines.split(',')) {
        let (first, last) = lines.split_once('-').unwrap_or((lines, lines));
        for line in first.parse().ok()?..=last.parse().ok()? {
            points.push(Point {
                line,
                column: 1,
                kind: Kind::Line,
                what: "line".to_owned(),
                ..point.clone()
            });
        }
    }
    match page {
        "v_toggle" => points.push(Point {
            kind: Kind::Toggle,
            ..point
        }),
        "v_branch" => points.push(point),
        _ => {}
    }
    Some((points, count.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A point in Verilator's form; a block has its line.
    fn line(page: &str, number: u32, what: &str, instance: &str, count: u64) -> String {
        let lines = match what {
            "block" => format!("\x01S\x02{number}"),
            _ => String::new(),
        };
        format!(
            "C '\x01f\x02a/core.v\x01l\x02{number}\x01n\x024\x01t\x02x\x01page\x02{page}\x01o\x02{what}{lines}\x01h\x02{instance}' {count}\n"
        )
    }

    #[test]
    fn a_branch_has_lines() -> Result<(), Error> {
        let mut coverage = Coverage::default();
        let text = line("v_branch/m", 7, "block", "TOP", 0);
        coverage.merge(&text.replace("S\x027", "S\x027-8,10"))?;
        coverage.merge(&line("v_line/m", 8, "block", "TOP", 1))?;
        let file = Path::new("core.v");
        assert_eq!(coverage.files(Kind::Line), BTreeMap::from([(file, (1, 3))]));
        assert_eq!(
            coverage.files(Kind::Branch),
            BTreeMap::from([(file, (0, 1))])
        );
        Ok(())
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
            [
                (3, Kind::Toggle, 0),
                (7, Kind::Line, 5),
                (8, Kind::Branch, 0)
            ]
        );
        coverage.merge(&line("v_toggle/m", 3, "bit[2]:1->0", "TOP.a", 0))?;
        coverage.merge(&line("v_toggle/m", 3, "bit[1]:1->0", "TOP.a", 0))?;
        coverage.merge(&line("v_toggle/m", 3, "bit[4]:1->0", "TOP.a", 0))?;
        assert_eq!(
            coverage.missed(),
            ["core.v:3:4: m.bit[4, 2-0]", "core.v:8:4: m.if"]
        );
        let file = Path::new("core.v");
        assert_eq!(coverage.files(Kind::Line), BTreeMap::from([(file, (1, 1))]));
        assert_eq!(
            coverage.files(Kind::Toggle),
            BTreeMap::from([(file, (0, 4))])
        );
        Ok(())
    }

    #[test]
    fn a_module_in_two_files_is_one() -> Result<(), Error> {
        let mut coverage = Coverage::default();
        coverage.merge(&line("v_line/m", 4, "block", "TOP.a", 2))?;
        coverage.merge(&line("v_line/m", 7, "block", "TOP.a", 1).replace("core.v", "unit.v"))?;
        coverage.merge(&line("v_line/n", 2, "block", "TOP.a", 1).replace("core.v", "unit.v"))?;
        let (m, n) = ("module m;\nx\nendmodule\n", "module n;\ny\nendmodule\n");
        let sources = BTreeMap::from([
            ("core.v".into(), format!("\n\n{m}\n{n}")),
            ("unit.v".into(), format!("{n}\n\n{m}")),
        ]);
        let together = coverage.same_modules_together(&sources);
        let counts: Vec<_> = together
            .counts()
            .map(|(point, count)| (point.file.to_str(), point.line, count))
            .collect();
        assert_eq!(counts, [(Some("core.v"), 4, 3), (Some("core.v"), 8, 1)]);
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
