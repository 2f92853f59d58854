//! A device's registers are what the input says: taking it over ends, with a device or a typed error.
//!
//! The registers are sound but for the input's items: an address and a value, 6 bytes.

#![no_main]

use std::{collections::HashMap, time::Duration};

use libfuzzer_sys::fuzz_target;
use shp::{
    device::Device,
    transport::{Error, Memory, Transport},
};
use shp_regs::{
    blocks::{BLOCKS, MAGIC, identity},
    map::NEXT,
};

/// More reads than any walk needs.
const MOST: usize = 100_000;

struct Registers {
    values: HashMap<u16, u32>,
    reads: usize,
}

impl Transport for Registers {
    fn read(&mut self, at: u16) -> Result<u32, Error> {
        self.reads += 1;
        assert!(self.reads < MOST, "the walk does not end");
        Ok(self.values.get(&at).copied().unwrap_or_default())
    }

    fn write(&mut self, _: u16, _: u32) -> Result<(), Error> {
        Ok(())
    }

    /// All that comes after this needs a device.
    fn memory(&mut self, _: usize) -> Result<Memory, Error> {
        Err(Error::Memory("none here".to_owned()))
    }

    fn wait(&mut self, _: Duration) -> Result<bool, Error> {
        Ok(false)
    }

    fn reset(&mut self) -> Result<(), Error> {
        Ok(())
    }
}

fuzz_target!(|items: &[u8]| {
    let mut values = HashMap::from([(identity::magic::AT, MAGIC)]);
    for (number, block) in BLOCKS.iter().enumerate() {
        let next = BLOCKS.get(number + 1).map_or(0, |next| next.at);
        values.extend([(block.at, block.head()), (block.at + NEXT, next.into())]);
    }
    for item in items.chunks_exact(6) {
        let at = u16::from_le_bytes([item[0], item[1]]);
        let value = u32::from_le_bytes([item[2], item[3], item[4], item[5]]);
        values.insert(at, value);
    }
    let registers = Registers { values, reads: 0 };
    assert!(Device::open(Box::new(registers), 2).is_err());
});
