//! Is what the techmap puts in place of a module the same function?

use anyhow::{Result, ensure};

use xtask::area::TECHMAP;

use crate::shell::say;
use crate::yowasp::Yowasp;

/// Proves the modules of the techmap, but for the memories, equal to the Verilog that they stand for, for every input, and that a wrong LUT is found.
pub(super) fn check(tools: &Yowasp) -> Result<()> {
    for (core, module, fault) in [
        ("k4w32", "add_xor", "chparam -set INIT 16'h96AC gate;"),
        ("k16w32", "multiply_4", "chparam -set INIT 16'hE118 gate;"),
        ("k4w32", "multiply_2", "chparam -set INIT 16'hE118 gate;"),
        ("k16w32", "place_4", "chparam -set FULL 16'h8CA1 gate;"),
        ("k4w32", "pick_32", "chparam -set INIT 16'hCACB pick;"),
        ("k16w32", "exchange_4", "chparam -set INIT 16'h9008 gate;"),
        ("k16w32", "advance", "chparam -set INIT 16'hDDFF gate;"),
        ("k16w32", "refill", "chparam -set INIT 16'h0220 gate;"),
        ("k16w32", "same_4", "chparam -set INIT 16'h9008 gate;"),
    ] {
        say(&format!(
            "is the techmap's {module} the one in the Verilog?"
        ));
        tools.yosys(&script(core, module, ""))?;
        let faulty = tools.try_yosys(&script(core, module, fault))?;
        let said = String::from_utf8_lossy(&[faulty.stdout, faulty.stderr].concat()).into_owned();
        ensure!(
            said.contains("proof did fail"),
            "a planted fault ended otherwise than by its counterexample: {said}"
        );
    }
    Ok(())
}

/// Compares both by a miter that must never raise its trigger; `fault` may change the techmap's side, `gate`.
fn script(core: &str, module: &str, fault: &str) -> String {
    format!(
        "read_verilog hdl/verilog/{core}.v; hierarchy -top {module}; proc; flatten; rename {module} gold; design -stash gold; \
         read_verilog {TECHMAP}; rename {module} gate; read_verilog +/lattice/common_sim.vh +/lattice/ccu2c_sim.vh; {fault} \
         hierarchy -top gate; proc; flatten; clean; design -stash gate; \
         design -copy-from gold -as gold gold; design -copy-from gate -as gate gate; \
         miter -equiv -make_outputs -flatten gold gate miter; hierarchy -top miter; sat -verify -prove trigger 0 miter"
    )
}
