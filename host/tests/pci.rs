//! Devices on a made PCI bus.

use std::{fs, os::unix::fs::symlink, path::Path};

use shp::{
    pci::{Error, Step, apply, bind, find, release},
    transport::PciAddress,
};
use shp_regs::pci::{DEVICE, VENDOR};
use tempfile::TempDir;

const OURS: &str = "0000:01:00.0";
const OTHER: &str = "0000:00:1f.2";

/// A bus with a device of ours, which no driver has, and one of somebody else's.
fn bus() -> TempDir {
    let bus = tempfile::tempdir().expect("a folder for the test");
    for (address, vendor) in [(OURS, VENDOR), (OTHER, 0x8086)] {
        let folder = bus.path().join("devices").join(address);
        fs::create_dir_all(&folder).expect("a new folder");
        write(&folder.join("vendor"), &format!("0x{vendor:04x}\n"));
        write(&folder.join("device"), &format!("0x{DEVICE:04x}\n"));
        write(&folder.join("driver_override"), "(null)\n");
        symlink("../../iommu_groups/7", folder.join("iommu_group")).expect("a new link");
    }
    fs::create_dir_all(bus.path().join("drivers/vfio-pci")).expect("a new folder");
    write(&bus.path().join("drivers_probe"), "");
    bus
}

fn write(file: &Path, text: &str) {
    fs::write(file, text).expect("the test's folder takes files");
}

fn ours() -> PciAddress {
    OURS.parse().expect("an address")
}

/// Gives the device to a driver, as the kernel would.
fn give(bus: &Path, driver: &str) {
    let folder = bus.join("drivers").join(driver);
    fs::create_dir_all(&folder).expect("a new folder");
    write(&folder.join("unbind"), "");
    let link = bus.join("devices").join(OURS).join("driver");
    let _ = fs::remove_file(&link);
    symlink(folder, link).expect("a new link");
}

fn typed(steps: &[Step], bus: &Path) -> Vec<String> {
    let bus = bus.display().to_string();
    steps
        .iter()
        .map(|step| step.to_string().replace(&bus, "BUS"))
        .collect()
}

#[test]
fn ours_are_found_and_told_of() {
    let bus = bus();
    let told = || {
        let found = find(bus.path()).expect("it can be read");
        assert_eq!(found.len(), 1);
        (
            found[0].to_string(),
            serde_json::to_value(&found[0]).expect("JSON"),
        )
    };
    let (text, json) = told();
    assert_eq!(
        text,
        "0000:01:00.0  driver none, IOMMU group 7: hand it over with `shp bind 0000:01:00.0`"
    );
    assert_eq!(
        json,
        serde_json::json!({ "address": OURS, "driver": null, "iommu_group": "7", "bound": false })
    );
    give(bus.path(), "vfio-pci");
    let (text, json) = told();
    assert!(
        text.ends_with("driver vfio-pci, IOMMU group 7: ready, --device vfio:0000:01:00.0"),
        "{text}"
    );
    assert_eq!(json["bound"], true);
    fs::remove_file(bus.path().join("devices").join(OURS).join("iommu_group"))
        .expect("it is there");
    assert!(
        told()
            .0
            .ends_with("no program can have it without an IOMMU")
    );
    let nothing = tempfile::tempdir().expect("a folder for the test");
    assert_eq!(find(nothing.path()).expect("no bus is no error"), []);
}

#[test]
fn a_device_is_handed_over_and_taken_back() {
    let bus = bus();
    let bus = bus.path();
    let steps = bind(bus, ours()).expect("it can be");
    assert_eq!(
        typed(&steps, bus),
        [
            "echo vfio-pci | sudo tee BUS/devices/0000:01:00.0/driver_override",
            "echo 0000:01:00.0 | sudo tee BUS/drivers_probe",
        ]
    );
    // Everything is written, but no kernel is here to do it.
    assert!(
        matches!(apply(bus, ours(), &steps), Err(Error::Stubborn(_, driver)) if driver == "no driver")
    );
    let read = |file: &str| fs::read_to_string(bus.join(file)).expect("it is there");
    assert_eq!(read("devices/0000:01:00.0/driver_override"), "vfio-pci\n");
    assert_eq!(read("drivers_probe"), "0000:01:00.0\n");

    give(bus, "nvme");
    let steps = bind(bus, ours()).expect("it can be");
    assert_eq!(
        typed(&steps, bus)[1],
        "echo 0000:01:00.0 | sudo tee BUS/devices/0000:01:00.0/driver/unbind"
    );
    assert_eq!(
        release(bus, ours()).expect("it can be read"),
        [],
        "vfio-pci does not have it"
    );

    give(bus, "vfio-pci");
    assert_eq!(
        bind(bus, ours()).expect("it can be read"),
        [],
        "vfio-pci has it"
    );
    let steps = release(bus, ours()).expect("it can be");
    assert_eq!(
        typed(&steps, bus),
        [
            "echo | sudo tee BUS/devices/0000:01:00.0/driver_override",
            "echo 0000:01:00.0 | sudo tee BUS/devices/0000:01:00.0/driver/unbind",
            "echo 0000:01:00.0 | sudo tee BUS/drivers_probe",
        ]
    );
}

#[test]
fn what_stands_in_the_way_is_said() {
    let bus = bus();
    let bus = bus.path();
    let other = OTHER.parse().expect("an address");
    assert!(
        matches!(bind(bus, other), Err(Error::Other(_, id)) if id == format!("8086:{DEVICE:04x}"))
    );
    let nowhere = "0000:02:00.0".parse().expect("an address");
    assert!(matches!(bind(bus, nowhere), Err(Error::NoDevice(_))));
    // What cannot be told is not taken for no driver.
    let driver = bus.join("devices").join(OURS).join("driver");
    fs::create_dir(&driver).expect("a new folder");
    assert!(matches!(bind(bus, ours()), Err(Error::Read(..))));
    fs::remove_dir(driver).expect("it is there");
    fs::remove_dir(bus.join("drivers/vfio-pci")).expect("it is there");
    let steps = bind(bus, ours()).expect("it can be");
    assert_eq!(steps[0].to_string(), "sudo modprobe vfio-pci");
    assert!(matches!(apply(bus, ours(), &steps), Err(Error::NotLoaded)));
    // No file is made where the kernel has none.
    fs::remove_file(bus.join("drivers_probe")).expect("it is there");
    assert!(matches!(
        apply(bus, ours(), &steps[1..]),
        Err(Error::Write(..))
    ));
    assert!(!bus.join("drivers_probe").exists());
    fs::remove_file(bus.join("devices").join(OURS).join("iommu_group")).expect("it is there");
    assert!(matches!(bind(bus, ours()), Err(Error::NoIommu(_))));
}

#[test]
fn the_udev_rule_names_our_device() {
    let rule = include_str!("../udev/60-shp.rules");
    let lines = rule
        .lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty());
    for line in lines {
        for part in [
            format!("ATTR{{vendor}}==\"0x{VENDOR:04x}\""),
            format!("ATTR{{device}}==\"0x{DEVICE:04x}\""),
        ] {
            assert!(line.contains(&part), "{part} in {line}");
        }
    }
}
