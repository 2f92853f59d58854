//! A PCI function as the kernel shows it: a folder, and in it links to its driver and its IOMMU group.

use std::{
    fs,
    io::{self, ErrorKind},
    path::{Path, PathBuf},
};

use super::PciAddress;

/// Where the kernel has its PCI bus.
pub const BUS: &str = "/sys/bus/pci";

/// The kernel's driver that hands devices to programs.
pub(crate) const DRIVER: &str = "vfio-pci";

/// The folder of a function, whether there is one or not.
pub(crate) fn folder(bus: &Path, address: PciAddress) -> PathBuf {
    bus.join("devices").join(address.to_string())
}

/// What a function's links say.
pub(crate) struct Links {
    /// The driver that has it.
    pub(crate) driver: Option<String>,
    /// Its IOMMU group, if an IOMMU stands before it.
    pub(crate) iommu_group: Option<String>,
}

impl Links {
    /// # Errors
    /// When the kernel does not let this process look.
    pub(crate) fn read(folder: &Path) -> io::Result<Self> {
        let link = |name| match fs::read_link(folder.join(name)) {
            Ok(target) => Ok(target
                .file_name()
                .map(|name| name.to_string_lossy().into_owned())),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        };
        Ok(Self {
            driver: link("driver")?,
            iommu_group: link("iommu_group")?,
        })
    }

    /// Whether vfio-pci has the function.
    pub(crate) fn bound(&self) -> bool {
        self.driver.as_deref() == Some(DRIVER)
    }
}
