//! docs/performance.md and its plots: what this machine measures, and what others published.

use std::{fmt::Write as _, fs, io, path::Path};

use shp::partition::{Kernel, Policy};

use crate::{
    clock::{Contender, seconds},
    figures, peers,
    plot::{Line, Plot},
    pool, profile,
    work::{Work, copy, keystream, read},
};

/// Lengths of messages: name and bytes.
const LENGTHS: [(&str, u32); 5] = [
    ("32 B", 32),
    ("256 B", 256),
    ("1500 B", 1500),
    ("64 KiB", 64 << 10),
    ("16 MiB", 16 << 20),
];

/// Numbers of paths.
const PATHS: [usize; 4] = [2, 4, 8, 16];

const PUBLISHED: &str = "
## Published

The thesis gives, for 256 bits over 16 paths, 62 us in Java and 53 ms in JavaScript, **on other machines**: no ratio to
the rows above means anything beyond its order of magnitude. That job is the row of 32 B at k = 16.
";

/// What no measurement here says.
const HARDWARE: &str = "
## Where hardware wins, and where it does not

Nothing here ran on a board. The cores' cycles a word are measured in simulation, their clocks are projections by place and
route ([area.md](area.md)). A core that takes one word of w bytes a cycle splits w times its clock, whatever k is, while software
takes time for each of the k - 1 keystreams. So:

- **Large k.** Software's rate falls with k, a core's does not: k16w32 splits four bytes a cycle at every k up to 16. Compare
  with the column of k = 16 above.
- **Small k.** One core of a processor splits faster than four bytes a cycle at any clock a small FPGA reaches; so do more cores of a
  processor at any k.
- **Small messages.** A message of 32 bytes takes software less than the way over any bus.
- **A processor that has other work**, or none: there a core takes the load off, or is all there is.
- A PCIe device must bring k times as many bytes back as it gets: at k = 16 the bus, not the core, is the limit.
";

/// Measures, and writes the page and its plots into a folder.
///
/// # Errors
/// Those of the disk.
pub fn write(docs: &Path) -> io::Result<()> {
    let mut page = head();
    let mut sweeps = vec![];
    for kernel in Kernel::all() {
        sweeps.push(splits(&mut page, kernel));
    }
    keystreams(&mut page);
    joins(&mut page);
    peer_table(&mut page);
    pools(&mut page);
    file(&mut page)?;
    page += "\n## Figures\n\nWhat must hold, as `cargo xtask figures software` prints it: ratios within one run. KS is the \
             time our keystream alone takes.\n\n```text\n";
    for figure in figures::all() {
        line(&mut page, &figure.line());
    }
    page += "```\n";
    page += PUBLISHED;
    page += HARDWARE;

    let best = &sweeps[0];
    fs::write(
        docs.join("split.svg"),
        Plot {
            title: &format!("Splitting, one thread, kernel {}", Kernel::best().name()),
            x: "bytes of message",
            y: "MB/s of message",
            lines: best,
        }
        .svg(),
    )?;
    let mut sixteen: Vec<Line> = vec![];
    for (kernel, lines) in Kernel::all().into_iter().zip(&sweeps) {
        if let Some(line) = lines.last() {
            let points = line.points.iter();
            sixteen.push(Line {
                name: kernel.name().into(),
                points: points.map(|(x, y)| (*x, x / y)).collect(),
            });
        }
    }
    for (name, microseconds) in [("thesis: Java *", 62.0), ("thesis: JavaScript *", 53e3)] {
        sixteen.push(Line {
            name: name.into(),
            points: vec![(32.0, microseconds)],
        });
    }
    fs::write(
        docs.join("sixteen.svg"),
        Plot {
            title: "A message over 16 paths; * on other machines",
            x: "bytes of message",
            y: "us",
            lines: &sixteen,
        }
        .svg(),
    )?;
    fs::write(docs.join("performance.md"), page)
}

fn line(page: &mut String, text: &str) {
    page.push_str(text);
    page.push('\n');
}

fn head() -> String {
    let cpu = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpu
        .lines()
        .find_map(|line| line.strip_prefix("model name\t: "))
        .unwrap_or("an unknown processor");
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load.split(' ').next().unwrap_or_default();
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    format!(
        "# Performance

Made by `RUSTFLAGS='--cfg chacha20_avx512' cargo run --release -p shp-benches --bin performance`; no number here is typed
in. {model}, {cores} cores, load {load} when it began. Where nothing else is said: one thread, CPU time, the fastest of many
interleaved rounds; lanes of 32 bits, `uniform`, P-box on, 20 rounds. A load near or above the number of cores makes
everything slower, and ratios less certain.

![MB/s by length of message, a line each number of paths](split.svg)

![Microseconds a message over 16 paths, by its length](sixteen.svg)
"
    )
}

/// A row of a table.
fn row(page: &mut String, name: &str, cells: impl IntoIterator<Item = String>) {
    let cells: Vec<String> = cells.into_iter().collect();
    line(page, &format!("| {name} | {} |", cells.join(" | ")));
}

fn table(page: &mut String, columns: &[String]) {
    row(page, "", columns.iter().cloned());
    line(page, &("|---".repeat(columns.len() + 1) + "|"));
}

fn splits(page: &mut String, kernel: Kernel) -> Vec<Line> {
    let mut lines: Vec<Line> = PATHS
        .iter()
        .map(|k| Line {
            name: format!("k = {k}"),
            points: vec![],
        })
        .collect();
    let _ = write!(
        page,
        "\n## Split, kernel {}\n\nMB/s of message, and beside it the time as a multiple of KS.\n\n",
        kernel.name()
    );
    table(page, &PATHS.map(|k| format!("k = {k}")));
    for policy in Policy::ALL {
        for (name, length) in LENGTHS {
            if policy == Policy::Definition && length != 64 << 10 {
                continue;
            }
            let cells = PATHS.iter().zip(&mut lines).map(|(k, line)| {
                let mut work = Work::new(kernel, *k, length as usize);
                let mut params = work.params;
                params.policy = policy;
                let ks = keystream(kernel, *k, length as usize);
                let times = seconds(vec![work.split(params), ks]);
                let rate = f64::from(length) / times[0] / 1e6;
                if policy == Policy::Uniform {
                    line.points.push((f64::from(length), rate));
                }
                format!("{rate:.0} ({:.2})", times[0] / times[1])
            });
            let name = match policy {
                Policy::Uniform => name.into(),
                Policy::Definition => format!("{name}, `definition`"),
            };
            row(page, &name, cells.collect::<Vec<_>>());
        }
    }
    lines
}

fn keystreams(page: &mut String) {
    const LENGTH: usize = 16 * 1024;
    line(page, "\n## Keystream, 16 KiB in the first cache\n");
    table(page, &["GB/s".into()]);
    let mut names: Vec<String> = vec![];
    let mut contenders: Vec<Contender<'_>> = vec![];
    for kernel in Kernel::all() {
        names.push(format!("ours, {}", kernel.name()));
        contenders.push(keystream(kernel, 2, LENGTH));
    }
    for (name, contender) in figures::crates() {
        names.push(name.into());
        contenders.push(contender);
    }
    names.push("memcpy".into());
    contenders.push(copy(LENGTH));
    let rates = seconds(contenders)
        .into_iter()
        .map(|time| 16.384e3 / time / 1e9);
    for (name, rate) in names.iter().zip(rates) {
        row(page, name, [format!("{rate:.2}")]);
    }
}

fn joins(page: &mut String) {
    line(
        page,
        "\n## Join\n\nGB/s of shares, and beside it the time as a multiple of reading them once.\n",
    );
    table(page, &PATHS.map(|k| format!("k = {k}")));
    for (name, length) in &LENGTHS[2..] {
        let cells = PATHS.map(|k| {
            let mut work = Work::new(Kernel::best(), k, *length as usize);
            let times = seconds(vec![work.join(), read(k, *length as usize)]);
            let bytes = f64::from(*length) * f64::from(k as u32);
            format!("{:.1} ({:.2})", bytes / times[0] / 1e9, times[0] / times[1])
        });
        row(page, name, cells);
    }
}

fn peer_table(page: &mut String) {
    line(
        page,
        "\n## Peers\n\nThe same job, 1 MiB of which all k shares are needed, MB/s. Shamir's scheme can do more (any threshold); it is \
         what one would\ntake instead. Empty without the feature `peers`.\n",
    );
    table(page, &["k = 4".into(), "k = 16".into()]);
    let [four, sixteen] = [4, 16].map(peers::rates);
    for ((name, four), (_, sixteen)) in four.into_iter().zip(sixteen) {
        row(page, name, [four, sixteen].map(|rate| format!("{rate:.1}")));
    }
}

fn pools(page: &mut String) {
    const BURSTS: [u32; 6] = [1, 2, 4, 8, 32, 128];
    line(
        page,
        "\n## The pool\n\nThousands of packets a second of 1500 B at k = 4 by the wall's clock, by how many are submitted at once. It \
         needs as many idle\ncores as workers, and one for who submits, who splits packets too while \
         waiting.\n",
    );
    table(page, &BURSTS.map(|burst| format!("{burst} at once")));
    for workers in [1, 2] {
        let cells = BURSTS.map(|burst| format!("{:.0}", pool::packets(workers, burst) / 1e3));
        row(page, &format!("workers: {workers}"), cells);
    }
}

fn file(page: &mut String) -> io::Result<()> {
    let profile = profile::profile()?;
    let _ = write!(
        page,
        "\n## A file of 1 GiB over {} paths\n\nSeconds, each row with all that is above it; then the wall's clock.\n\n",
        profile::PATHS
    );
    table(page, &["s".into()]);
    for (name, seconds) in [
        ("CPU: keystream alone", profile.keystream),
        ("CPU: split, in memory", profile.split),
        ("CPU: and tags of share files", profile.tagged),
        ("CPU: and reading and writing files", profile.files),
        ("wall: all of that, until it is on the disk", profile.wall),
        (
            "wall: writing as many bytes, and nothing else",
            profile.disk,
        ),
    ] {
        row(page, name, [format!("{seconds:.2}")]);
    }
    Ok(())
}
