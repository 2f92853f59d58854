//! SHP devices on this machine's PCI bus, and handing one to the kernel's vfio-pci.
//!
//! The kernel shows and takes all of it in files below a folder, `/sys/bus/pci`; here it is a parameter.

use std::{
    fmt, fs, io,
    path::{Path, PathBuf},
};

use serde::{Serialize, Serializer};
use shp_regs::pci::{DEVICE, VENDOR};

pub use crate::transport::BUS;
use crate::transport::{DRIVER, Links, PciAddress, folder};

/// Why a device was not handed over.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// There is none.
    #[error("there is no PCI device {0}: `shp devices` lists those of SHP")]
    NoDevice(PciAddress),
    /// It is another one.
    #[error("the PCI device {0} is no SHP device: its vendor and device are {1}")]
    Other(PciAddress, String),
    /// No IOMMU stands before it.
    #[error(
        "no IOMMU stands before the device {0}: switch it on in the firmware's settings and on the kernel's command line (intel_iommu=on)"
    )]
    NoIommu(PciAddress),
    /// The kernel has no such driver now.
    #[error("the kernel has not loaded vfio-pci: sudo modprobe vfio-pci")]
    NotLoaded,
    /// The kernel's files cannot be read.
    #[error("reading {0}: {1}")]
    Read(PathBuf, io::Error),
    /// The kernel does not take it, as a rule because only root may.
    #[error("writing {0}: {1}")]
    Write(PathBuf, io::Error),
    /// Everything was written, and the driver did not come or go.
    #[error("the device {0} is with {1} all the same: `dmesg` may say why")]
    Stubborn(PciAddress, String),
}

/// An SHP device on the bus.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Function {
    /// Where it is.
    pub address: PciAddress,
    /// The driver that has it.
    pub driver: Option<String>,
    /// Its IOMMU group: without one it cannot be handed to a program.
    pub iommu_group: Option<String>,
    /// Whether vfio-pci has it: then it is `vfio:ADDRESS`.
    pub bound: bool,
}

impl Serialize for PciAddress {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// What has to be done, one after the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// The kernel loads vfio-pci.
    Load,
    /// A line is written into a file of the kernel's.
    Write(PathBuf, String),
}

/// All SHP devices. A machine without a PCI bus has none.
///
/// # Errors
/// [`Error::Read`].
pub fn find(bus: &Path) -> Result<Vec<Function>, Error> {
    let folder = bus.join("devices");
    if !folder.exists() {
        return Ok(vec![]);
    }
    let failed = |error| Error::Read(folder.clone(), error);
    let mut found = vec![];
    for entry in fs::read_dir(&folder).map_err(failed)? {
        let name = entry.map_err(failed)?.file_name();
        let Some(address) = name.to_str().and_then(|name| name.parse().ok()) else {
            continue;
        };
        match Function::read(bus, address) {
            Ok(function) => found.push(function),
            // It may have been pulled out just now.
            Err(Error::Other(..) | Error::NoDevice(_)) => {}
            Err(error) => return Err(error),
        }
    }
    found.sort_by_key(|function| function.address.to_string());
    Ok(found)
}

impl Function {
    /// The SHP device at an address.
    ///
    /// # Errors
    /// [`Error::NoDevice`], [`Error::Other`], [`Error::Read`].
    pub fn read(bus: &Path, address: PciAddress) -> Result<Self, Error> {
        let folder = folder(bus, address);
        let number = |name: &str| {
            let file = folder.join(name);
            match fs::read_to_string(&file) {
                Ok(text) => Ok(text.trim().trim_start_matches("0x").to_owned()),
                Err(error) if error.kind() == io::ErrorKind::NotFound => {
                    Err(Error::NoDevice(address))
                }
                Err(error) => Err(Error::Read(file, error)),
            }
        };
        let id = format!("{}:{}", number("vendor")?, number("device")?);
        if id != format!("{VENDOR:04x}:{DEVICE:04x}") {
            return Err(Error::Other(address, id));
        }
        let links = Links::read(&folder).map_err(|error| Error::Read(folder, error))?;
        Ok(Self {
            address,
            bound: links.bound(),
            driver: links.driver,
            iommu_group: links.iommu_group,
        })
    }
}

impl fmt::Display for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let or = |text: &Option<String>, none: &str| text.clone().unwrap_or_else(|| none.into());
        let address = self.address;
        let driver = or(&self.driver, "none");
        let group = or(&self.iommu_group, "none");
        write!(f, "{address}  driver {driver}, IOMMU group {group}: ")?;
        match (&self.iommu_group, self.bound) {
            (None, _) => write!(f, "no program can have it without an IOMMU"),
            (_, true) => write!(f, "ready, --device vfio:{address}"),
            (_, false) => write!(f, "hand it over with `shp bind {address}`"),
        }
    }
}

/// What hands a device to vfio-pci: nothing if that has it.
///
/// # Errors
/// Those of [`Function::read`], and [`Error::NoIommu`].
pub fn bind(bus: &Path, address: PciAddress) -> Result<Vec<Step>, Error> {
    let function = Function::read(bus, address)?;
    if function.iommu_group.is_none() {
        return Err(Error::NoIommu(address));
    }
    if function.bound {
        return Ok(vec![]);
    }
    let mut steps = vec![];
    if !bus.join("drivers").join(DRIVER).exists() {
        steps.push(Step::Load);
    }
    steps.extend(exchange(bus, &function, DRIVER));
    Ok(steps)
}

/// What takes a device from vfio-pci again: nothing if that does not have it.
///
/// # Errors
/// Those of [`Function::read`].
pub fn release(bus: &Path, address: PciAddress) -> Result<Vec<Step>, Error> {
    let function = Function::read(bus, address)?;
    Ok(if function.bound {
        exchange(bus, &function, "")
    } else {
        vec![]
    })
}

/// Says which driver is to have the device, takes it from the one that has it, and has the kernel look for one.
fn exchange(bus: &Path, function: &Function, to: &str) -> Vec<Step> {
    let folder = folder(bus, function.address);
    let address = function.address.to_string();
    let mut steps = vec![Step::Write(folder.join("driver_override"), to.to_owned())];
    if function.driver.is_some() {
        steps.push(Step::Write(folder.join("driver/unbind"), address.clone()));
    }
    steps.push(Step::Write(bus.join("drivers_probe"), address));
    steps
}

/// Runs all steps, and looks whether it helped.
///
/// # Errors
/// [`Error::NotLoaded`], [`Error::Write`], [`Error::Stubborn`], and those of [`Function::read`].
pub fn apply(bus: &Path, address: PciAddress, steps: &[Step]) -> Result<(), Error> {
    let before = Function::read(bus, address)?.bound;
    for step in steps {
        match step {
            Step::Load => return Err(Error::NotLoaded),
            Step::Write(file, text) => {
                // The files are the kernel's: none is made.
                let written = fs::OpenOptions::new().write(true).open(file);
                written
                    .and_then(|mut file| {
                        io::Write::write_all(&mut file, format!("{text}\n").as_bytes())
                    })
                    .map_err(|error| Error::Write(file.clone(), error))?;
            }
        }
    }
    let after = Function::read(bus, address)?;
    if !steps.is_empty() && after.bound == before {
        let driver = after.driver.unwrap_or_else(|| "no driver".to_owned());
        return Err(Error::Stubborn(address, driver));
    }
    Ok(())
}

impl fmt::Display for Step {
    /// As one would type it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Load => write!(f, "sudo modprobe {DRIVER}"),
            Self::Write(file, text) => {
                let space = if text.is_empty() { "" } else { " " };
                write!(f, "echo{space}{text} | sudo tee {}", file.display())
            }
        }
    }
}
