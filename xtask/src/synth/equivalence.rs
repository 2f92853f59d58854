//! Is what the techmap puts in place of a module the same function?

use anyhow::{Result, ensure};

use xtask::area::TECHMAP;

use crate::shell::say;
use crate::yowasp::Yowasp;

/// Proves `add_xor` of the techmap equal to the Verilog that it stands for, for every input, and that a wrong LUT is found.
pub(super) fn check(tools: &Yowasp) -> Result<()> {
    say("is the techmap's add_xor the one in the Verilog?");
    tools.yosys(&script(""))?;
    let faulty = tools.try_yosys(&script("chparam -set INIT 16'h96AC gate;"))?;
    let said = String::from_utf8_lossy(&[faulty.stdout, faulty.stderr].concat()).into_owned();
    ensure!(
        said.contains("proof did fail"),
        "a planted fault ended otherwise than by its counterexample: {said}"
    );
    Ok(())
}

/// Compares both by a miter that must never raise its trigger; `fault` may change the techmap's side, `gate`.
fn script(fault: &str) -> String {
    format!(
        "read_verilog hdl/verilog/k4w32.v; hierarchy -top add_xor; proc; flatten; rename add_xor gold; design -stash gold; \
         read_verilog {TECHMAP}; rename add_xor gate; read_verilog +/lattice/common_sim.vh +/lattice/ccu2c_sim.vh; {fault} \
         hierarchy -top gate; proc; flatten; clean; design -stash gate; \
         design -copy-from gold -as gold gold; design -copy-from gate -as gate gate; \
         miter -equiv -make_outputs -flatten gold gate miter; hierarchy -top miter; sat -verify -prove trigger 0 miter"
    )
}
