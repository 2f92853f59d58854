//! What the device is on a PCI bus.

/// Unassigned, like the device below: no vendor's driver takes the device for one of its own.
pub const VENDOR: u16 = 0x5348;
/// The device's number among the vendor's.
pub const DEVICE: u16 = 0x5001;
