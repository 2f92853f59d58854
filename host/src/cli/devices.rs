//! `shp devices`.

use std::path::Path;

use shp::pci;
use shp_regs::pci::{DEVICE, VENDOR};

use super::stdout;

/// Lists the SHP devices on this machine's PCI bus, and who has them
#[derive(clap::Args)]
pub(super) struct Args {
    /// One JSON object a device, each on its line
    #[arg(long)]
    json: bool,
}

impl Args {
    pub(super) fn run(self) -> anyhow::Result<()> {
        let found = pci::find(Path::new(pci::BUS))?;
        let mut text = String::new();
        for function in &found {
            text += &if self.json {
                serde_json::to_string(function)?
            } else {
                function.to_string()
            };
            text += "\n";
        }
        if found.is_empty() && !self.json {
            text = format!("no SHP device ({VENDOR:04x}:{DEVICE:04x}) on this machine's PCI bus\n");
        }
        stdout::print(text.as_bytes())
    }
}
