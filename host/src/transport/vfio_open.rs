//! Taking a device over from the kernel: by its IOMMU group or, where the kernel has no such interface, by a file of its own and iommufd.

use std::{
    fs::{File, OpenOptions},
    io::{self, ErrorKind},
    path::{Path, PathBuf},
    sync::Arc,
};

use iommufd_ioctls::{IommuFd, IommufdError};
use nix::libc::{EBUSY, EINVAL};
use vfio_ioctls::{VfioContainer, VfioDevice, VfioError, VfioIommufd, VfioOps};

use super::{Error, Links, PciAddress, folder};

/// A device, and what maps memory for it.
type Opened = (VfioDevice, Arc<dyn VfioOps>);

/// Opens a device that vfio-pci has.
pub(super) fn open(bus: &Path, dev: &Path, address: PciAddress) -> Result<Opened, Error> {
    let (folder, group) = look(bus, address)?;
    let opened = match character(dev, &folder, &group) {
        Some(file) => by_itself(dev, &file),
        None => by_group(&folder),
    };
    opened.map_err(|error| explain(address, &error))
}

/// The folder and the group of a device that vfio-pci has, and an IOMMU stands before.
fn look(bus: &Path, address: PciAddress) -> Result<(PathBuf, String), Error> {
    let folder = folder(bus, address);
    if !folder.exists() {
        return Err(Error::NoDevice(address));
    }
    let links = Links::read(&folder).map_err(|error| connect(address, &error))?;
    if !links.bound() {
        let driver = links.driver.unwrap_or_else(|| "no driver".to_owned());
        return Err(Error::NotBound(address, driver));
    }
    let group = links.iommu_group.ok_or(Error::NoIommu(address))?;
    Ok((folder, group))
}

/// The device's own file, if the kernel has one and none for its group. Groups come first: more kernels have them.
fn character(dev: &Path, folder: &Path, group: &str) -> Option<PathBuf> {
    let vfio = dev.join("vfio");
    if vfio.join(group).exists() {
        return None;
    }
    let mut entries = folder.join("vfio-dev").read_dir().ok()?;
    let name = entries.next()?.ok()?.file_name();
    Some(vfio.join("devices").join(name))
}

fn by_group(folder: &Path) -> Result<Opened, VfioError> {
    let map: Arc<dyn VfioOps> = Arc::new(VfioContainer::new(None)?);
    let device = VfioDevice::new(folder, Arc::clone(&map), true)?;
    Ok((device, map))
}

fn by_itself(dev: &Path, file: &Path) -> Result<Opened, VfioError> {
    let open = |file: &Path| -> io::Result<File> {
        let mut options = OpenOptions::new();
        options.read(true).write(true).open(file)
    };
    let device = open(file).map_err(VfioError::OpenDeviceCdev)?;
    let iommu = open(&dev.join("iommu"))
        .map_err(|error| VfioError::NewVfioIommufd(IommufdError::OpenIommufd(error)))?;
    let iommu = Arc::new(IommuFd::new_from_fd(iommu));
    let map = Arc::new(VfioIommufd::new(iommu, None, None)?);
    let device = VfioDevice::new_from_fd(device, Arc::clone(&map), true)?;
    Ok((device, map))
}

/// What the kernel's refusal means, and what to do about it.
fn explain(address: PciAddress, error: &VfioError) -> Error {
    let busy = || Error::Busy(format!("vfio:{address}"));
    let (file, why) = match error {
        VfioError::OpenContainer(why) => ("/dev/vfio/vfio".to_owned(), why.kind()),
        VfioError::OpenGroup(why, group) => (format!("/dev/vfio/{group}"), why.kind()),
        VfioError::OpenDeviceCdev(why) => ("/dev/vfio/devices".to_owned(), why.kind()),
        VfioError::NewVfioIommufd(IommufdError::OpenIommufd(why)) => {
            ("/dev/iommu".to_owned(), why.kind())
        }
        VfioError::GroupViable => return Error::Neighbours(address),
        // A device that is open refuses to be opened once more so, one whose group has another owner so.
        VfioError::VfioDeviceBindIommufd(why) if why.errno() == EINVAL => return busy(),
        VfioError::VfioDeviceBindIommufd(why) if why.errno() == EBUSY => {
            return Error::Neighbours(address);
        }
        _ => return connect(address, error),
    };
    match why {
        ErrorKind::PermissionDenied => Error::Permission(file),
        ErrorKind::ResourceBusy => busy(),
        _ => connect(address, error),
    }
}

pub(super) fn connect(address: PciAddress, error: &dyn ToString) -> Error {
    Error::Connect(format!("vfio:{address}"), error.to_string())
}

#[cfg(test)]
mod tests {
    use std::{fs, os::unix::fs::symlink};

    use vmm_sys_util::errno;

    use super::*;

    #[test]
    fn what_stands_in_the_way_is_named() {
        let bus = tempfile::tempdir().expect("there is a place");
        let bus = bus.path();
        let address: PciAddress = "0000:01:00.0".parse().expect("an address");
        assert_eq!(look(bus, address), Err(Error::NoDevice(address)));
        let folder = bus.join("devices/0000:01:00.0");
        fs::create_dir_all(&folder).expect("a new folder");
        let other = |driver: &str| Err(Error::NotBound(address, driver.to_owned()));
        assert_eq!(look(bus, address), other("no driver"));
        let driver = folder.join("driver");
        symlink("../../drivers/nvme", &driver).expect("a new link");
        assert_eq!(look(bus, address), other("nvme"));
        fs::remove_file(&driver).expect("it is there");
        symlink("../../drivers/vfio-pci", &driver).expect("a new link");
        assert_eq!(look(bus, address), Err(Error::NoIommu(address)));
        symlink("../../iommu_groups/7", folder.join("iommu_group")).expect("a new link");
        assert_eq!(look(bus, address), Ok((folder, "7".to_owned())));
    }

    #[test]
    fn a_group_comes_first() {
        let place = tempfile::tempdir().expect("there is a place");
        let (dev, folder) = (place.path().join("dev"), place.path().join("device"));
        fs::create_dir_all(dev.join("vfio")).expect("a new folder");
        assert_eq!(character(&dev, &folder, "7"), None);
        fs::create_dir_all(folder.join("vfio-dev/vfio3")).expect("a new folder");
        let file = dev.join("vfio/devices/vfio3");
        assert_eq!(character(&dev, &folder, "7"), Some(file));
        fs::write(dev.join("vfio/7"), []).expect("a new file");
        assert_eq!(character(&dev, &folder, "7"), None);
    }

    #[test]
    fn what_the_kernel_refuses_is_explained() {
        let address: PciAddress = "0000:01:00.0".parse().expect("an address");
        let explain = |error| explain(address, &error);
        let because = io::Error::from_raw_os_error;
        let group = |code| explain(VfioError::OpenGroup(because(code), "7".to_owned()));
        assert_eq!(group(13), Error::Permission("/dev/vfio/7".to_owned()));
        assert_eq!(group(16), Error::Busy("vfio:0000:01:00.0".to_owned()));
        assert!(matches!(group(2), Error::Connect(..)));
        let neighbours = Error::Neighbours(address);
        assert_eq!(explain(VfioError::GroupViable), neighbours);

        let device = explain(VfioError::OpenDeviceCdev(because(13)));
        assert_eq!(device, Error::Permission("/dev/vfio/devices".to_owned()));
        let iommu = |code| {
            explain(VfioError::NewVfioIommufd(IommufdError::OpenIommufd(
                because(code),
            )))
        };
        assert_eq!(iommu(13), Error::Permission("/dev/iommu".to_owned()));
        assert!(matches!(iommu(2), Error::Connect(..)));
        let bind = |code| explain(VfioError::VfioDeviceBindIommufd(errno::Error::new(code)));
        assert_eq!(bind(22), Error::Busy("vfio:0000:01:00.0".to_owned()));
        assert_eq!(bind(16), neighbours);
        assert!(matches!(bind(19), Error::Connect(..)));
    }
}
