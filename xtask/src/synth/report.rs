//! What the tools report of a placed and routed design.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use serde::Deserialize;

use xtask::area::{Row, Unit};

/// The report of nextpnr.
#[derive(Deserialize)]
struct Timing {
    fmax: BTreeMap<String, Clock>,
    utilization: BTreeMap<String, Usage>,
    critical_paths: Vec<CriticalPath>,
}

#[derive(Deserialize)]
struct Clock {
    achieved: f64,
}

#[derive(Deserialize)]
struct Usage {
    used: u64,
}

#[derive(Deserialize)]
struct CriticalPath {
    from: String,
    to: String,
    path: Vec<Segment>,
}

/// A stretch of a path, with its delay in nanoseconds.
#[derive(Deserialize)]
struct Segment {
    delay: f64,
    from: End,
    to: End,
    #[serde(rename = "type")]
    kind: String,
}

#[derive(Deserialize)]
struct End {
    cell: String,
}

/// The statistics of Yosys.
#[derive(Deserialize)]
struct Statistics {
    design: Cells,
}

#[derive(Deserialize)]
struct Cells {
    num_cells_by_type: BTreeMap<String, u64>,
}

/// A design, its seeds, and what is known of its Verilog and its units.
pub(super) struct Placed {
    pub(super) design: String,
    pub(super) seeds: String,
    pub(super) source: String,
    pub(super) units: Vec<Unit>,
}

/// Draws a row of the table from both reports.
pub(super) fn row(placed: Placed, timing: &str, statistics: &str) -> Result<Row> {
    let timing: Timing = serde_json::from_str(timing).context("the report of nextpnr")?;
    let statistics: Statistics =
        serde_json::from_str(statistics).context("the statistics of Yosys")?;
    let used = |site: &str| timing.utilization.get(site).map_or(0, |usage| usage.used);
    let cells = |kind: &str| {
        statistics
            .design
            .num_cells_by_type
            .get(kind)
            .copied()
            .unwrap_or_default()
    };
    Ok(Row {
        design: placed.design,
        // A write port of distributed RAM takes the place of two LUTs, its memory of four.
        lut: cells("LUT4") + 2 * cells("CCU2C") + 6 * cells("TRELLIS_DPR16X4"),
        sites: used("TRELLIS_COMB") + 2 * used("TRELLIS_RAMW"),
        ff: used("TRELLIS_FF"),
        carry: cells("CCU2C"),
        memory: cells("TRELLIS_DPR16X4"),
        block: used("DP16KD"),
        mhz: timing
            .fmax
            .values()
            .map(|clock| clock.achieved)
            .reduce(f64::min)
            .context("no clock was found")?,
        path: timing
            .critical_paths
            .iter()
            .find(|path| path.is_clocked())
            .context("no path was found")?
            .describe(),
        seeds: placed.seeds,
        source: placed.source,
        units: placed.units,
    })
}

impl CriticalPath {
    /// Whether it runs from a clock edge to a clock edge, not from or to a pin.
    fn is_clocked(&self) -> bool {
        self.from.starts_with("posedge") && self.to.starts_with("posedge")
    }

    /// Where it begins and ends, and how much of it is logic and routing.
    fn describe(&self) -> String {
        let name = |end: Option<&End>| {
            end.map_or_else(String::new, |end| {
                end.cell.trim_start_matches("design.").to_owned()
            })
        };
        let routing: f64 = self
            .path
            .iter()
            .filter(|part| part.kind == "routing")
            .map(|part| part.delay)
            .sum();
        let total: f64 = self.path.iter().map(|part| part.delay).sum();
        let from = name(self.path.first().map(|part| &part.from));
        let to = name(self.path.last().map(|part| &part.to));
        format!(
            "`{from}` to `{to}`: {:.1} ns logic, {routing:.1} ns routing",
            total - routing
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_drawn_from_both_reports() -> Result<()> {
        let timing = r#"{"fmax": {"clock": {"achieved": 173.25, "constraint": 250}},
            "utilization": {"TRELLIS_COMB": {"used": 100, "available": 9}, "TRELLIS_RAMW": {"used": 3, "available": 9},
                            "TRELLIS_FF": {"used": 50, "available": 9}},
            "critical_paths": [
                {"from": "<async>", "to": "posedge clock", "path": []},
                {"from": "posedge clock", "to": "posedge clock", "path": [
                    {"delay": 0.5, "from": {"cell": "design.a"}, "to": {"cell": "design.a"}, "type": "clk-to-q"},
                    {"delay": 2.25, "from": {"cell": "design.a"}, "to": {"cell": "design.b"}, "type": "routing"},
                    {"delay": 0.75, "from": {"cell": "design.b"}, "to": {"cell": "design.b"}, "type": "logic"}]}]}"#;
        let statistics =
            r#"{"design": {"num_cells_by_type": {"LUT4": 20, "CCU2C": 16, "TRELLIS_DPR16X4": 8}}}"#;
        let placed = Placed {
            design: "core".into(),
            seeds: "1, 1".to_owned(),
            source: "0123".into(),
            units: Vec::new(),
        };
        let row = row(placed, timing, statistics)?;
        assert_eq!(
            (row.lut, row.sites, row.ff, row.carry, row.memory),
            (100, 106, 50, 16, 8)
        );
        assert!((row.mhz - 173.25).abs() < 1e-9);
        assert_eq!(row.path, "`a` to `b`: 1.2 ns logic, 2.2 ns routing");
        Ok(())
    }
}
