//! A wrapper that lets a design be measured by itself: pins neither run out nor set its clock.
//!
//! A shift register drives the inputs, a registered tree of xors takes the outputs, so that nothing is optimised away.

use std::collections::BTreeMap;
use std::fmt::Write;

use anyhow::{Context, Result};
use serde::Deserialize;

/// Netlist as Yosys writes it, as far as it is of interest here.
#[derive(Deserialize)]
struct Netlist {
    modules: BTreeMap<String, Module>,
}

#[derive(Deserialize)]
struct Module {
    ports: BTreeMap<String, Port>,
}

#[derive(Deserialize)]
struct Port {
    direction: Direction,
    bits: Vec<serde_json::Value>,
}

#[derive(Deserialize, PartialEq)]
#[serde(rename_all = "lowercase")]
enum Direction {
    Input,
    Output,
}

/// The Verilog of a module `measure` around a module of a netlist.
pub(super) fn around(module: &str, netlist: &str) -> Result<String> {
    let netlist: Netlist = serde_json::from_str(netlist)?;
    let ports = &netlist
        .modules
        .get(module)
        .with_context(|| format!("there is no module {module}"))?
        .ports;
    let (mut inputs, mut outputs, mut connections) = (0, 0, String::new());
    for (name, Port { direction, bits }) in ports {
        let (bus, used) = match direction {
            _ if name == "clock" => continue,
            Direction::Input => ("inputs", &mut inputs),
            Direction::Output => ("outputs", &mut outputs),
        };
        write!(
            connections,
            ",\n        .{name}({bus}[{used} +: {}])",
            bits.len()
        )?;
        *used += bits.len();
    }

    let mut text = format!(
        "module measure (input clock, input scan_in, output scan_out);
    reg [{top}:0] inputs;
    always @(posedge clock) inputs <= {{inputs, scan_in}};
    wire [{}:0] outputs;
    {module} design (.clock(clock){connections});
    reg [{}:0] level0;
    always @(posedge clock) level0 <= outputs;
",
        outputs - 1,
        outputs - 1,
        top = inputs - 1,
    );
    let (mut level, mut width) = (0, outputs);
    while width > 1 {
        // Four to one: a LUT and a register.
        let narrow = width.div_ceil(4);
        writeln!(text, "    reg [{}:0] level{};", narrow - 1, level + 1)?;
        writeln!(text, "    always @(posedge clock) begin")?;
        for bit in 0..narrow {
            let from = bit * 4;
            writeln!(
                text,
                "        level{}[{bit}] <= ^level{level}[{from} +: {}];",
                level + 1,
                (width - from).min(4)
            )?;
        }
        writeln!(text, "    end")?;
        (level, width) = (level + 1, narrow);
    }
    writeln!(text, "    assign scan_out = level{level}[0];\nendmodule")?;
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_port_is_connected_and_every_output_counts() -> Result<()> {
        let netlist = r#"{"modules": {"core": {"ports": {
            "clock": {"direction": "input", "bits": [2]},
            "data": {"direction": "input", "bits": [3, 4, 5]},
            "valid": {"direction": "input", "bits": [6]},
            "sum": {"direction": "output", "bits": [7, 8, 9, 10, 11]}}}}}"#;
        let text = around("core", netlist)?;
        for part in [
            "reg [3:0] inputs",
            "core design (.clock(clock),",
            ".data(inputs[0 +: 3])",
            ".valid(inputs[3 +: 1])",
            ".sum(outputs[0 +: 5])",
            "level1[0] <= ^level0[0 +: 4]",
            "level1[1] <= ^level0[4 +: 1]",
            "level2[0] <= ^level1[0 +: 2]",
            "assign scan_out = level2[0]",
        ] {
            assert!(text.contains(part), "{part} is not in\n{text}");
        }
        assert!(around("other", netlist).is_err());
        Ok(())
    }
}
