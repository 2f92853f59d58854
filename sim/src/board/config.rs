//! The configuration space: what a PCI host sees of the board.
//!
//! | address | what |
//! |---|---|
//! | 0x00 | the header: type 0, two memory BARs |
//! | 0x40 | PCI Express capability: an endpoint that can be reset alone |
//! | 0x80 | MSI-X capability: one message, its table in BAR 2 |

use shp_regs::pci::{DEVICE, VENDOR};

/// Bytes of the space.
pub(super) const SIZE: usize = 4096;
/// Bytes of each BAR.
pub(super) const BAR_BYTES: u32 = 4096;

/// Class 0x10, encryption; subclass 0x80, other.
const CLASS: u32 = 0x10_80_00;

const COMMAND: usize = 0x04;
const MEMORY: u16 = 1 << 1;
const BUS_MASTER: u16 = 1 << 2;
const INTERRUPT_DISABLE: u16 = 1 << 10;

const EXPRESS: usize = 0x40;
const EXPRESS_ID: u8 = 0x10;
/// Device control: where a function is reset.
pub const DEVICE_CONTROL: usize = EXPRESS + 8;
/// In device control: resets the function; reads as zero.
pub const FUNCTION_RESET: u16 = 1 << 15;
/// In device capabilities: the above works.
const CAN_RESET: u32 = 1 << 28;

const MSIX: usize = 0x80;
const MSIX_ID: u8 = 0x11;
/// The table and the pending bits, both in BAR 2.
const TABLE: u32 = 2;
const PENDING: u32 = 0x800 | 2;

/// What a write to the space asks of the board.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Effect {
    /// Nothing but other bits.
    None,
    /// A function-level reset.
    Reset,
    /// The board may, or may not, be a bus master.
    BusMaster(bool),
}

/// The space, and which bits of it can be written.
pub(super) struct Config {
    bytes: Vec<u8>,
    writable: Vec<u8>,
}

impl Config {
    pub(super) fn new() -> Self {
        let mut config = Self {
            bytes: vec![0; SIZE],
            writable: vec![0; SIZE],
        };
        config.put(0x00, &VENDOR.to_le_bytes());
        config.put(0x02, &DEVICE.to_le_bytes());
        config.may_write(
            COMMAND,
            &(MEMORY | BUS_MASTER | INTERRUPT_DISABLE).to_le_bytes(),
        );
        config.put(0x06, &(1_u16 << 4).to_le_bytes()); // there are capabilities
        config.put(0x08, &(CLASS << 8 | 1).to_le_bytes());
        config.may_write(0x0c, &[0xff]); // cache line
        for bar in [0x10, 0x18] {
            config.may_write(bar, &(!(BAR_BYTES - 1)).to_le_bytes());
        }
        config.put(0x2c, &VENDOR.to_le_bytes());
        config.put(0x2e, &DEVICE.to_le_bytes());
        config.put(0x34, &[EXPRESS as u8]);
        config.may_write(0x3c, &[0xff]); // interrupt line

        // Version 2, an endpoint; payloads of 128 bytes, a link of one lane at the first speed.
        config.put(EXPRESS, &[EXPRESS_ID, MSIX as u8, 0x02, 0x00]);
        config.put(EXPRESS + 4, &CAN_RESET.to_le_bytes());
        config.may_write(DEVICE_CONTROL, &0x7fff_u16.to_le_bytes());
        config.put(EXPRESS + 0x0c, &0x11_u32.to_le_bytes());
        config.put(EXPRESS + 0x12, &0x11_u16.to_le_bytes());

        // One message: the size's field is one less.
        config.put(MSIX, &[MSIX_ID, 0, 0, 0]);
        config.may_write(MSIX + 2, &0xc000_u16.to_le_bytes());
        config.put(MSIX + 4, &TABLE.to_le_bytes());
        config.put(MSIX + 8, &PENDING.to_le_bytes());
        config
    }

    fn put(&mut self, at: usize, bytes: &[u8]) {
        self.bytes[at..][..bytes.len()].copy_from_slice(bytes);
    }

    fn may_write(&mut self, at: usize, bits: &[u8]) {
        self.writable[at..][..bits.len()].copy_from_slice(bits);
    }

    fn half(&self, at: usize) -> u16 {
        u16::from_le_bytes([self.bytes[at], self.bytes[at + 1]])
    }

    /// Fills `data` from `at` on; beyond the space there are ones.
    pub(super) fn read(&self, at: u64, data: &mut [u8]) {
        for (place, byte) in data.iter_mut().enumerate() {
            *byte = inside(at, place).map_or(0xff, |at| self.bytes[at]);
        }
    }

    /// Writes what can be written, and says what follows.
    pub(super) fn write(&mut self, at: u64, data: &[u8]) -> Effect {
        let before = self.half(COMMAND) & BUS_MASTER;
        let mut reset = false;
        for (place, &new) in data.iter().enumerate() {
            let Some(at) = inside(at, place) else {
                continue;
            };
            let mask = self.writable[at];
            self.bytes[at] = self.bytes[at] & !mask | new & mask;
            reset |= at == DEVICE_CONTROL + 1 && new & (FUNCTION_RESET >> 8) as u8 != 0;
        }
        let after = self.half(COMMAND) & BUS_MASTER;
        if reset {
            *self = Self::new();
            Effect::Reset
        } else if before == after {
            Effect::None
        } else {
            Effect::BusMaster(after != 0)
        }
    }
}

/// A byte's place in the space, if it has one.
fn inside(at: u64, place: usize) -> Option<usize> {
    let at = usize::try_from(at).ok()?.checked_add(place)?;
    (at < SIZE).then_some(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(config: &Config, at: u64) -> u32 {
        let mut bytes = [0; 4];
        config.read(at, &mut bytes);
        u32::from_le_bytes(bytes)
    }

    #[test]
    fn bars_tell_their_size() {
        let mut config = Config::new();
        for (bar, size) in [(0x10, BAR_BYTES), (0x14, 0), (0x18, BAR_BYTES), (0x1c, 0)] {
            config.write(bar, &[0xff; 4]);
            assert_eq!(word(&config, bar).wrapping_neg(), size);
        }
    }

    #[test]
    fn capabilities_are_a_list() {
        let config = Config::new();
        let (mut at, mut ids) = (word(&config, 0x34) & 0xff, vec![]);
        while at != 0 {
            let head = word(&config, at.into());
            ids.push(head as u8);
            at = head >> 8 & 0xff;
        }
        assert_eq!(ids, [EXPRESS_ID, MSIX_ID]);
    }

    #[test]
    fn only_some_writes_have_effects() {
        let mut config = Config::new();
        assert_eq!(config.write(0, &[0xff; 4]), Effect::None);
        assert_eq!(word(&config, 0) as u16, VENDOR);
        assert_eq!(config.write(4, &[6, 0]), Effect::BusMaster(true));
        assert_eq!(config.write(4, &[6, 0]), Effect::None);
        assert_eq!(
            config.write(DEVICE_CONTROL as u64, &[0, 0x80]),
            Effect::Reset
        );
        assert_eq!(word(&config, 4) as u16, 0, "the reset took the command too");
        assert_eq!(config.write(u64::MAX - 1, &[1; 8]), Effect::None);
        assert_eq!(config.write(SIZE as u64, &[1; 8]), Effect::None);
    }
}
