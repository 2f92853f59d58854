//! The ports of a Verilated top, read from the header that Verilator wrote.
//!
//! The header is the same for every way in which Verilog can declare ports, and it is what the C++
//! compiler will see.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};

/// A top module.
pub(crate) struct Top {
    pub(crate) name: String,
    /// The clock's place in `ports`; a circuit without registers has none.
    pub(crate) clock: Option<usize>,
    pub(crate) ports: Vec<Port>,
}

/// A port of a top module.
pub(crate) struct Port {
    pub(crate) name: String,
    pub(crate) width: u32,
    pub(crate) input: bool,
}

impl Top {
    /// Reads the ports of `top` from its header in `folder`.
    pub(crate) fn read(top: &str, folder: &Path) -> Result<Self> {
        let header = folder.join(format!("V{top}.h"));
        let text =
            fs::read_to_string(&header).with_context(|| format!("reading {}", header.display()))?;
        let mut ports = Vec::new();
        for line in text
            .lines()
            .map(str::trim)
            .filter(|line| line.starts_with("VL_"))
        {
            let port = Port::parse(line).with_context(|| format!("a port of {top}: {line}"))?;
            ports.extend(port);
        }
        let clock = ports
            .iter()
            .position(|port| port.input && port.name == "clock");
        Ok(Self {
            name: top.to_owned(),
            clock,
            ports,
        })
    }
}

impl Port {
    /// Reads `VL_IN8(&name,msb,lsb);`, in which `8` is the size of the C++ type and wide ports have
    /// a fourth item. `None` for another macro.
    fn parse(line: &str) -> Result<Option<Self>> {
        let (kind, rest) = line.split_once('(').context("no bracket")?;
        let input = kind.starts_with("VL_IN");
        if !input && !kind.starts_with("VL_OUT") {
            ensure!(
                !kind.starts_with("VL_INOUT"),
                "ports of both directions are not supported"
            );
            return Ok(None);
        }
        let items: Vec<&str> = rest.split(&[',', ')']).collect();
        let [name, high, low, ..] = items[..] else {
            anyhow::bail!("fewer than three items");
        };
        let name = name.strip_prefix('&').context("no name")?.to_owned();
        ensure!(!name.contains("__"), "a name with two underscores in a row");
        let width = high
            .parse::<u32>()?
            .checked_sub(low.parse()?)
            .context("an ascending range")?
            + 1;
        Ok(Some(Self { name, width, input }))
    }
}
