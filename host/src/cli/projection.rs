//! What a device would split on a board: the clock of its core by place and route, and what a PCI Express link lets through.
//!
//! docs/pcie.md has the arithmetic, and where its numbers come from.

use std::fmt;

use serde_json::{Value, json};
use shp::device::Info;

/// Boards, and the report of place and route for each.
const REPORTS: [(&str, &str); 1] = [("ECP5-85F-6", include_str!("../../../docs/area.md"))];

/// What a device would do elsewhere.
pub(super) struct Projection {
    word_bytes: u8,
    /// Boards that have a report of its core, with the clock in MHz.
    clocks: Vec<(&'static str, f64)>,
}

impl Projection {
    pub(super) fn of(device: &Info) -> Self {
        let core = device.core();
        let clock = |report| cell(report, &core, "Fmax, MHz")?.parse().ok();
        let clocks = REPORTS
            .iter()
            .filter_map(|(board, report)| Some((*board, clock(report)?)));
        Self {
            word_bytes: device.word_bytes,
            clocks: clocks.collect(),
        }
    }

    /// The columns' names.
    pub(super) fn head(&self) -> String {
        let clocks = self.clocks.iter().map(|(_, mhz)| format!("at {mhz} MHz"));
        let links = LINKS.iter().map(|link| link.name());
        row(clocks, links)
    }

    /// MB/s at so many clocks a word on each board, and over each link.
    pub(super) fn cells(&self, cycles: f64, k: usize) -> String {
        let clocks = self.clocks.iter().map(|(_, mhz)| self.rate(*mhz, cycles));
        let links = LINKS.iter().map(|link| link.message_rate(k));
        row(
            clocks.map(|rate| format!("{:.1}", rate / 1e6)),
            links.map(|rate| format!("{:.0}", rate / 1e6)),
        )
    }

    /// The same, in bytes a second.
    pub(super) fn add_to(&self, object: &mut Value, cycles: f64, k: usize) {
        let projected = self.clocks.iter().map(|(board, mhz)| {
            let rate = self.rate(*mhz, cycles);
            json!({ "board": board, "mhz": mhz, "bytes_per_second": rate })
        });
        object["projected"] = projected.collect();
        for link in LINKS {
            object["pcie_bytes_per_second"][link.name()] = link.message_rate(k).into();
        }
    }

    /// Bytes of message a second.
    fn rate(&self, mhz: f64, cycles: f64) -> f64 {
        mhz * 1e6 * f64::from(self.word_bytes) / cycles
    }
}

impl fmt::Display for Projection {
    /// What the columns are.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.clocks.is_empty() {
            writeln!(f, "no board's report has this core: no projection")?;
        }
        for (board, mhz) in &self.clocks {
            writeln!(
                f,
                "at {mhz} MHz: MB/s at the clock of the core alone on {board}, by place and route"
            )?;
        }
        write!(
            f,
            "gen1x1 and so on: MB/s of message that such a PCI Express link lets through (docs/pcie.md)"
        )
    }
}

fn row(clocks: impl Iterator<Item = String>, links: impl Iterator<Item = String>) -> String {
    let clocks = clocks.map(|cell| format!(" {cell:>12}"));
    clocks
        .chain(links.map(|cell| format!(" {cell:>7}")))
        .collect()
}

/// What stands in a report's table in a design's row.
fn cell<'a>(report: &'a str, design: &str, column: &str) -> Option<&'a str> {
    let rows = report.lines().filter(|line| line.starts_with('|'));
    let mut rows = rows.map(|row| row.split('|').map(str::trim));
    let at = rows.next()?.position(|name| name == column)?;
    let design = format!("`{design}`");
    rows.find(|row| row.clone().nth(1) == Some(&design))?
        .nth(at)
}

/// A PCI Express link.
#[derive(Clone, Copy)]
struct Link {
    generation: u8,
    lanes: u8,
}

/// Those of small FPGAs.
const LINKS: [Link; 4] = [link(1, 1), link(2, 1), link(1, 4), link(2, 4)];

const fn link(generation: u8, lanes: u8) -> Link {
    Link { generation, lanes }
}

/// Bytes a second and lane of generation 1, after 8b/10b; generation 2 has twice as many.
const LANE: f64 = 250e6;

/// Bytes of a packet: what every root complex takes, and what stands around it in a write to a 64-bit address.
const PAYLOAD: f64 = 128.0;
const AROUND: f64 = 24.0;

impl Link {
    /// Bytes of message a second whose k shares it carries, all lanes busy in that direction and no other traffic in it.
    fn message_rate(self, k: usize) -> f64 {
        let lanes = f64::from(self.generation) * f64::from(self.lanes);
        let payload = lanes * LANE * PAYLOAD / (PAYLOAD + AROUND);
        #[expect(clippy::cast_precision_loss, reason = "k is at most 16")]
        let k = k as f64;
        payload / k
    }

    /// As `gen2x4`.
    fn name(self) -> String {
        format!("gen{}x{}", self.generation, self.lanes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_board_says_the_clock_of_every_core_of_20_rounds() {
        let cores = shp_regs::cores::CORES.iter();
        for core in cores.filter(|core| core.rounds == 20) {
            for (board, report) in REPORTS {
                let mhz = cell(report, core.name, "Fmax, MHz").map(str::parse::<f64>);
                let plausible =
                    |mhz: Result<f64, _>| mhz.is_ok_and(|mhz| (50.0..500.0).contains(&mhz));
                assert!(mhz.is_some_and(plausible), "{} on {board}", core.name);
            }
        }
    }

    #[test]
    fn a_cell_is_found_by_its_names() {
        let report = "text\n\n| design | Fmax, MHz | path |\n|---|---|---|\n| `a b` | 1 | x |\n| `a` | 170.5 | y |\n";
        assert_eq!(cell(report, "a", "Fmax, MHz"), Some("170.5"));
        assert_eq!(cell(report, "a b", "path"), Some("x"));
        for (design, column) in [("c", "path"), ("a", "LUT"), ("design", "path")] {
            assert_eq!(cell(report, design, column), None);
        }
        assert_eq!(cell("", "a", "path"), None);
    }

    #[test]
    fn links_carry_what_the_document_says() {
        let document = include_str!("../../../docs/pcie.md");
        for k in [2, 4, 16] {
            for link in LINKS {
                let cell = cell(document, &format!("k = {k}"), &link.name());
                let rate = format!("{:.0}", link.message_rate(k) / 1e6);
                assert_eq!(cell, Some(&*rate), "k = {k}, {}", link.name());
            }
        }
    }
}
