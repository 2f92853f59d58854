//! What each unit of a design takes, from the netlist of Yosys.
//!
//! The netlist is flat, but a net keeps the way to its module in its name: a cell belongs to the unit of the net that it drives.

use std::collections::{BTreeMap, HashMap};

use anyhow::{Context, Result};
use serde::Deserialize;
use serde::de::IgnoredAny;
use xtask::area::Unit;

#[derive(Deserialize)]
struct Netlist {
    modules: BTreeMap<String, Module>,
}

#[derive(Deserialize)]
struct Module {
    cells: BTreeMap<String, Cell>,
    netnames: BTreeMap<String, Net>,
}

#[derive(Deserialize)]
struct Cell {
    #[serde(rename = "type")]
    kind: String,
    port_directions: BTreeMap<String, String>,
    connections: BTreeMap<String, Vec<Bit>>,
}

#[derive(Deserialize)]
struct Net {
    bits: Vec<Bit>,
}

/// A net's number, or a constant.
#[derive(Deserialize)]
#[serde(untagged)]
enum Bit {
    Net(u64),
    Constant(IgnoredAny),
}

/// Within these units, the units of theirs are told apart.
const OPENED: [&str; 2] = ["keystream", "m"];

/// Smaller ones go into the last line.
const LEAST: u64 = 20;

/// The units of what stands as `design` in the top module, the largest first.
pub(super) fn units(netlist: &str, top: &str) -> Result<Vec<Unit>> {
    let netlist: Netlist = serde_json::from_str(netlist).context("the netlist of Yosys")?;
    let modules = &netlist.modules;
    let module = modules
        .get(top)
        .with_context(|| format!("no module {top}"))?;
    let mut names: HashMap<u64, &str> = HashMap::new();
    for (name, net) in &module.netnames {
        for bit in &net.bits {
            let Bit::Net(number) = bit else { continue };
            let known = names.entry(*number).or_insert(name);
            // A net goes through many modules; the shortest way is that of the unit that drives it.
            if (name.matches('.').count(), name.len()) < (known.matches('.').count(), known.len())
                && name.contains('.')
            {
                *known = name;
            }
        }
    }
    let mut units: BTreeMap<String, (u64, u64)> = BTreeMap::new();
    for (name, cell) in &module.cells {
        // What was told to stay apart is a module of its own; the library's cells are modules too, without cells.
        let apart = modules.get(&cell.kind).map(|module| &module.cells);
        let (lut, ff) = apart
            .into_iter()
            .flat_map(BTreeMap::values)
            .chain([cell])
            .map(|cell| takes(&cell.kind))
            .fold((0, 0), |sum, cell| (sum.0 + cell.0, sum.1 + cell.1));
        let driven = cell.connections.iter().filter(|(port, _)| {
            cell.port_directions
                .get(*port)
                .is_some_and(|direction| direction == "output")
        });
        let mut nets = driven
            .flat_map(|(_, bits)| bits)
            .filter_map(|bit| match bit {
                Bit::Net(number) => names.get(number).copied(),
                Bit::Constant(_) => None,
            });
        let name = if name.starts_with("design.") {
            Some(name.as_str())
        } else {
            nets.next()
        };
        let sum = units.entry(unit(name.unwrap_or_default())).or_default();
        (sum.0, sum.1) = (sum.0 + lut, sum.1 + ff);
    }
    let mut rest = (0, 0);
    units.retain(|_, (lut, ff)| {
        let small = *lut + *ff < LEAST;
        if small {
            rest = (rest.0 + *lut, rest.1 + *ff);
        }
        !small
    });
    let unit = |(name, (lut, ff))| Unit { name, lut, ff };
    let mut units: Vec<Unit> = units.into_iter().map(unit).collect();
    units.sort_by_key(|unit| std::cmp::Reverse(unit.lut + unit.ff));
    units.push(unit(("the rest".to_owned(), rest)));
    Ok(units)
}

/// LUTs and FFs of a cell of the library.
fn takes(kind: &str) -> (u64, u64) {
    match kind {
        "LUT4" => (1, 0),
        "CCU2C" => (2, 0),
        "TRELLIS_DPR16X4" => (6, 0),
        "TRELLIS_FF" => (0, 1),
        _ => (0, 0),
    }
}

/// The unit that a name leads to, with stars for numbers.
fn unit(name: &str) -> String {
    let Some(inside) = name.strip_prefix("design.") else {
        return "the measuring wrapper".to_owned();
    };
    let mut parts = inside.split('.');
    let first = parts.next().unwrap_or_default();
    match parts.next() {
        Some(second) if OPENED.contains(&first) => format!("{}.{}", first, plain(second)),
        _ => plain(first),
    }
}

/// A name without what synthesis and the unit's signals add, and with stars for numbers.
fn plain(name: &str) -> String {
    let end = ["_TRELLIS", "_LUT4", "_CCU2C", "_PFUMX", "_L6MUX"]
        .iter()
        .filter_map(|mark| name.find(mark))
        .min();
    let name = &name[..end.unwrap_or(name.len())];
    let words = name.split('_').map(|word| {
        let number = !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit());
        if number { "*" } else { word }
    });
    words.collect::<Vec<_>>().join("_")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_go_to_the_unit_whose_net_they_drive() -> Result<()> {
        let cell = |kind: &str, net: u64| {
            format!(
                r#"{{"type": "{kind}", "port_directions": {{"A": "input", "Z": "output"}}, "connections": {{"A": ["0"], "Z": [{net}]}}}}"#
            )
        };
        let mut cells = Vec::new();
        for number in 0..30 {
            cells.push(format!(r#""x{number}": {}"#, cell("LUT4", 1)));
            cells.push(format!(
                r#""design.m.gate.y{number}": {}"#,
                cell("TRELLIS_FF", 9)
            ));
        }
        cells.push(format!(r#""z": {}"#, cell("CCU2C", 1)));
        cells.push(format!(r#""design.draw.fit": {}"#, cell("fit_m", 3)));
        cells.push(format!(r#""small": {}"#, cell("TRELLIS_DPR16X4", 2)));
        let netlist = format!(
            r#"{{"modules": {{"measure": {{"cells": {{{}}}, "netnames": {{
                "design.keystream.unit_3.q": {{"bits": [1]}}, "design.pbox.q": {{"bits": [2]}}}}}}}}}}"#,
            cells.join(", ")
        );
        let inside: Vec<String> = (0..15)
            .map(|number| {
                format!(
                    r#""l{number}": {}, "f{number}": {}"#,
                    cell("LUT4", 1),
                    cell("TRELLIS_FF", 2)
                )
            })
            .collect();
        let library = format!(
            r#""modules": {{"TRELLIS_FF": {{"cells": {{}}, "netnames": {{}}}}, "fit_m": {{"cells": {{{}}}, "netnames": {{}}}}, "#,
            inside.join(", ")
        );
        let netlist = netlist.replacen(r#""modules": {"#, &library, 1);
        let unit = |name: &str, lut, ff| Unit {
            name: name.to_owned(),
            lut,
            ff,
        };
        assert_eq!(
            units(&netlist, "measure")?,
            [
                unit("keystream.unit_*", 32, 0),
                unit("draw", 15, 15),
                unit("m.gate", 0, 30),
                unit("the rest", 6, 0)
            ]
        );
        Ok(())
    }
}
