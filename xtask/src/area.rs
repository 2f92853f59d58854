//! `docs/area.md`: the committed table, a row a design, each with the Verilog that it belongs to.

use std::fmt::Write;
use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::root;

/// The clock that the placer strives for, in MHz, above what any design reaches.
pub const GOAL_MHZ: &str = "220";

/// Cells that Yosys does not find by itself.
pub const TECHMAP: &str = "constraints/ecp5/techmap.v";

/// A design, placed and routed.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Its name.
    pub design: String,
    /// LUTs as nextpnr counts them before packing: of logic, two a CCU2C, six a DPR16X4.
    pub lut: u64,
    /// LUT sites that are taken: the above and what packing adds, most of all the heads of carry chains.
    pub sites: u64,
    /// Flip-flops.
    pub ff: u64,
    /// Cells CCU2C, two bits of carry each.
    pub carry: u64,
    /// Cells DPR16X4 of distributed RAM.
    pub memory: u64,
    /// Block RAMs.
    pub block: u64,
    /// The clock that it reaches.
    pub mhz: f64,
    /// The critical path.
    pub path: String,
    /// The seeds of placer and router.
    pub seeds: String,
    /// What [`source`] said when it was measured.
    pub source: String,
    /// What each of its units takes.
    pub units: Vec<Unit>,
}

/// A unit within a design.
#[derive(Clone, Debug, PartialEq)]
pub struct Unit {
    /// Its name; a `*` stands for the numbers of equal ones, which are counted together.
    pub name: String,
    /// As [`Row::lut`].
    pub lut: u64,
    /// Flip-flops.
    pub ff: u64,
}

/// Cells of a line about a unit, the empty one at its end too.
const UNIT_CELLS: usize = 5;

/// The rows of `docs/area.md`.
#[derive(Default)]
pub struct Table(Vec<Row>);

impl Table {
    /// The committed table; an empty one if there is none yet.
    ///
    /// # Errors
    /// If it cannot be read or has been edited into something else.
    pub fn read() -> Result<Self> {
        let path = path();
        if path.exists() {
            Self::parse(&fs::read_to_string(path)?)
        } else {
            Ok(Self::default())
        }
    }

    /// Writes the table to be committed.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn write(&self) -> Result<()> {
        Ok(fs::write(path(), self.text()?)?)
    }

    /// The row of a design, if it belongs to a Verilog file as it is now.
    ///
    /// # Errors
    /// If the Verilog cannot be read.
    pub fn fresh(&self, design: &str, verilog: &str) -> Result<Option<&Row>> {
        let source = source(verilog)?;
        Ok(self
            .0
            .iter()
            .find(|row| row.design == design && row.source == source))
    }

    /// Adds a row, or puts it in the place of an older one.
    pub fn insert(&mut self, row: Row) {
        match self.0.iter_mut().find(|old| old.design == row.design) {
            Some(old) => *old = row,
            None => self.0.push(row),
        }
    }

    fn parse(text: &str) -> Result<Self> {
        let lines = text.lines().filter_map(|line| line.strip_prefix("| `"));
        let mut table = Self::default();
        for line in lines {
            let read = match line.split('|').count() {
                UNIT_CELLS => table.parse_unit(line),
                _ => parse_row(line).map(|row| table.0.push(row)),
            };
            read.with_context(|| format!("docs/area.md: {line}"))?;
        }
        Ok(table)
    }

    fn parse_unit(&mut self, line: &str) -> Result<()> {
        let cells: Vec<_> = line
            .split('|')
            .map(|cell| cell.trim().trim_matches('`'))
            .collect();
        let row = self.0.iter_mut().find(|row| row.design == cells[0]);
        row.context("a unit of no design")?.units.push(Unit {
            name: cells[1].to_owned(),
            lut: cells[2].parse()?,
            ff: cells[3].parse()?,
        });
        Ok(())
    }

    fn text(&self) -> Result<String> {
        let mut text = format!(
            "# Area and clock

Written by `cargo xtask synth --core-only`; not edited by hand. ECP5-85F, speed grade 6, by the tools pinned in `xtask/tools.toml`,
striving for {GOAL_MHZ} MHz. Each design stands in a measuring wrapper whose shift register and xor tree are counted too.

- LUT is what nextpnr counts before packing, two a CCU2C and six a DPR16X4 among them; sites, what is taken in the end, the heads of carry chains too.
- The pins stand where `constraints/ecp5/measure.lpf` says.
- The last column is the beginning of the SHA-256 of the design's Verilog and `{TECHMAP}`. `cargo xtask lint` says which rows are stale.
- Other seeds give other clocks: a row's, of placer and router, are the best of the few that were tried (`xtask/src/synth/mod.rs`). Power is not measured, and nothing here has run on a board.

| design | LUT | sites | FF | CCU2C | DPR16X4 | DP16KD | Fmax, MHz | critical path | seeds | source |
|---|---|---|---|---|---|---|---|---|---|---|
"
        );
        for row in &self.0 {
            let Row {
                design,
                lut,
                sites,
                ff,
                carry,
                memory,
                block,
                mhz,
                path,
                seeds,
                source,
                units: _,
            } = row;
            writeln!(
                text,
                "| `{design}` | {lut} | {sites} | {ff} | {carry} | {memory} | {block} | {mhz:.1} | {path} | {seeds} | {source} |"
            )?;
        }
        text.push_str(
            "
## Units
As synthesised, before placement; a memory's and a carry's LUTs count as above. `*` stands for all of a kind together.

| design | unit | LUT | FF |
|---|---|---|---|
",
        );
        for row in &self.0 {
            for Unit { name, lut, ff } in &row.units {
                writeln!(text, "| `{}` | `{name}` | {lut} | {ff} |", row.design)?;
            }
        }
        Ok(text)
    }
}

fn parse_row(line: &str) -> Result<Row> {
    let cells: Vec<_> = line.split('|').map(str::trim).collect();
    let cell = |index: usize| cells.get(index).copied().context("a cell is missing");
    Ok(Row {
        design: cell(0)?.trim_end_matches('`').to_owned(),
        lut: cell(1)?.parse()?,
        sites: cell(2)?.parse()?,
        ff: cell(3)?.parse()?,
        carry: cell(4)?.parse()?,
        memory: cell(5)?.parse()?,
        block: cell(6)?.parse()?,
        mhz: cell(7)?.parse()?,
        path: cell(8)?.to_owned(),
        seeds: cell(9)?.to_owned(),
        source: cell(10)?.to_owned(),
        units: Vec::new(),
    })
}

fn path() -> PathBuf {
    root().join("docs/area.md")
}

/// What a row belongs to: a Verilog file, given from the root on, and the techmap.
///
/// # Errors
/// If either cannot be read.
pub fn source(verilog: &str) -> Result<String> {
    crate::source([verilog, TECHMAP])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back() -> Result<()> {
        let row = |design: &str| Row {
            design: design.to_owned(),
            lut: 1,
            sites: 6,
            ff: 2,
            carry: 3,
            memory: 4,
            block: 5,
            mhz: 170.5,
            path: "`a` to `b`".to_owned(),
            seeds: "3, 1".to_owned(),
            source: "0123456789abcdef".to_owned(),
            units: vec![Unit {
                name: "keystream.unit_*".to_owned(),
                lut: 8,
                ff: 9,
            }],
        };
        let mut table = Table::default();
        table.insert(row("k4w32"));
        table.insert(row("engine"));
        table.insert(Row {
            lut: 7,
            ..row("k4w32")
        });
        let read = Table::parse(&table.text()?)?;
        assert_eq!(
            read.0,
            [
                Row {
                    lut: 7,
                    ..row("k4w32")
                },
                row("engine")
            ]
        );
        Ok(())
    }
}
