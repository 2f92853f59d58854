//! docs/performance.md: what this machine measures, and what others published.

use std::fmt::{self, Write};

use shp::partition::{Kernel, Params};

use crate::{
    clock::seconds,
    figures,
    work::{Work, keystream},
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

const PUBLISHED: &str = "\
## Published

The thesis gives, for 256 bits over 16 paths, 62 us in Java and 53 ms in JavaScript, on other machines. That job is the
line of 32 B at k = 16 above.
";

/// Measures, and writes the page.
///
/// # Errors
/// None that writing to a `String` has.
pub fn page() -> Result<String, fmt::Error> {
    let mut page = String::from(
        "# Performance\n\nMade by `cargo run --release -p shp-benches --bin performance`; ",
    );
    writeln!(page, "nothing here is typed in. One thread, CPU time,")?;
    writeln!(
        page,
        "medians of interleaved rounds. Lanes of 32 bits, `uniform`, P-box on, 20 rounds."
    )?;
    for kernel in Kernel::all() {
        table(&mut page, kernel)?;
    }
    writeln!(
        page,
        "\n## Figures\n\nRatios; KS is the time our keystream alone takes. What falls short says so.\n"
    )?;
    writeln!(page, "```text")?;
    for figure in figures::all() {
        writeln!(page, "{}", figure.line())?;
    }
    writeln!(page, "```\n\n{PUBLISHED}")?;
    Ok(page)
}

fn table(page: &mut String, kernel: Kernel) -> fmt::Result {
    writeln!(
        page,
        "\n## Split, kernel {}\n\nMB/s of message, and beside it the time as a multiple of KS.\n",
        kernel.name()
    )?;
    write!(page, "| |")?;
    for k in PATHS {
        write!(page, " k = {k} |")?;
    }
    writeln!(page, "\n|---|{}", "---|".repeat(PATHS.len()))?;
    for (name, length) in LENGTHS {
        write!(page, "| {name} |")?;
        for k in PATHS {
            let mut work = Work::new(kernel, k, length as usize);
            let params: Params = work.params;
            let times = seconds(vec![
                work.split(params),
                keystream(kernel, k, length as usize),
            ]);
            write!(
                page,
                " {:.0} ({:.2}) |",
                f64::from(length) / times[0] / 1e6,
                times[0] / times[1]
            )?;
        }
        writeln!(page)?;
    }
    Ok(())
}
