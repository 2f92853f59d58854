//! `shp bind`.

use std::path::Path;

use shp::{pci, transport::PciAddress};

use super::stdout;

/// Prints what hands an SHP device to vfio-pci, or does it
///
/// Until vfio-pci has a device, no program can. It stays there until the next boot, unless a udev rule does the same at
/// each.
#[derive(clap::Args)]
pub(super) struct Args {
    /// The device's address, as `shp devices` lists it: 0000:01:00.0
    address: PciAddress,
    /// Do it, as root, instead of printing it
    #[arg(long)]
    apply: bool,
    /// Give the device back to the driver that it had
    #[arg(long)]
    release: bool,
}

impl Args {
    pub(super) fn run(self) -> anyhow::Result<()> {
        let (bus, address) = (Path::new(pci::BUS), self.address);
        let steps = if self.release {
            pci::release(bus, address)?
        } else {
            pci::bind(bus, address)?
        };
        if self.apply {
            pci::apply(bus, address, &steps)?;
        }
        if self.apply || steps.is_empty() {
            let function = pci::Function::read(bus, address)?;
            return stdout::print(format!("{function}\n").as_bytes());
        }
        for step in steps {
            stdout::print(format!("{step}\n").as_bytes())?;
        }
        Ok(())
    }
}
