//! The list of register blocks: which there are, and where.

use shp_regs::{
    blocks::{BLOCKS, MAGIC, identity},
    map::{Block, HEAD_KIND, HEAD_MAJOR, NEXT, Register},
};

use super::Error;
use crate::transport::{self, GONE};

/// Where a device has the blocks that this driver knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Map {
    /// In the order of [`BLOCKS`].
    places: Vec<u16>,
}

impl Map {
    /// Walks the list from address 0 on. Blocks of unknown type are passed over.
    pub(super) fn walk(
        mut read: impl FnMut(u16) -> Result<u32, transport::Error>,
    ) -> Result<Self, Error> {
        let mut places = vec![None; BLOCKS.len()];
        let mut at = 0;
        loop {
            let head = read(at)?;
            if head == GONE {
                return Err(Error::Lost);
            }
            let known = BLOCKS
                .iter()
                .position(|block| u32::from(block.kind) == HEAD_KIND.of(head));
            if let Some(known) = known {
                let (block, major) = (&BLOCKS[known], HEAD_MAJOR.of(head));
                if major != u32::from(block.major) {
                    return Err(Error::Version(block.name, major));
                }
                places[known].get_or_insert(at);
            }
            let next = read(at + NEXT)?;
            if next == 0 {
                break;
            }
            // Upwards only, so that every list ends.
            at = u16::try_from(next)
                .ok()
                .filter(|&next| next > at && next % 4 == 0 && next < u16::MAX - NEXT)
                .ok_or(Error::List)?;
        }
        let found = BLOCKS.iter().zip(places);
        let places = found
            .map(|(block, place)| place.ok_or(Error::Missing(block.name)))
            .collect::<Result<Vec<_>, _>>()?;
        let map = Self { places };
        if read(map.at(&identity::BLOCK, &identity::magic::REGISTER))? != MAGIC {
            return Err(Error::Magic);
        }
        Ok(map)
    }

    /// Where a register of a block is.
    pub(super) fn at(&self, block: &Block, register: &Register) -> u16 {
        let known = BLOCKS.iter().position(|known| known.kind == block.kind);
        self.places[known.expect("a block of the list")] + (register.at - block.at)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use proptest::prelude::*;

    use super::*;

    /// Registers as a device would have them, each block moved up by so much.
    fn registers(moved: u16) -> HashMap<u16, u32> {
        let mut registers = HashMap::new();
        for (number, block) in BLOCKS.iter().enumerate() {
            let at = if number == 0 { 0 } else { block.at + moved };
            let next = BLOCKS.get(number + 1).map_or(0, |next| next.at + moved);
            registers.insert(at, block.head());
            registers.insert(at + NEXT, next.into());
        }
        registers.insert(identity::magic::AT, MAGIC);
        registers
    }

    fn walk(registers: &HashMap<u16, u32>) -> Result<Map, Error> {
        Map::walk(|at| Ok(registers.get(&at).copied().unwrap_or_default()))
    }

    #[test]
    fn blocks_are_found_wherever_they_are() {
        for moved in [0, 0x100] {
            let map = walk(&registers(moved)).expect("a good list");
            let last = BLOCKS.last().expect("there are blocks");
            let register = &last.registers[0];
            assert_eq!(map.at(last, register), register.at + moved);
        }
    }

    #[test]
    fn an_unknown_block_is_passed_over() {
        let mut registers = registers(0x100);
        // Between the first block and the others.
        registers.insert(NEXT, 0x80);
        registers.insert(0x80, HEAD_KIND.with(0x7777) | HEAD_MAJOR.with(9));
        registers.insert(0x80 + NEXT, u32::from(BLOCKS[1].at) + 0x100);
        assert!(walk(&registers).is_ok());
    }

    #[test]
    fn an_unknown_major_version_is_refused() {
        for block in BLOCKS {
            let mut registers = registers(0);
            let head = HEAD_KIND.with(block.kind.into()) | HEAD_MAJOR.with(2);
            registers.insert(block.at, head);
            assert_eq!(walk(&registers), Err(Error::Version(block.name, 2)));
        }
    }

    #[test]
    fn a_device_of_another_kind_is_refused() {
        let mut other = registers(0);
        other.insert(identity::magic::AT, 0x1234_5678);
        assert_eq!(walk(&other), Err(Error::Magic));
        assert_eq!(Map::walk(|_| Ok(GONE)), Err(Error::Lost));
        assert_eq!(
            walk(&HashMap::new()),
            Err(Error::Missing(BLOCKS[0].name)),
            "all zeros"
        );
    }

    proptest! {
        /// Whatever a device says, the walk ends, and with an answer or an error.
        #[test]
        fn every_walk_ends(values: Vec<u32>, good in any::<bool>()) {
            let registers = registers(0);
            let mut values = values.into_iter();
            let mut reads = 0_u32;
            let _ = Map::walk(|at| {
                reads += 1;
                let sound = registers.get(&at).copied().filter(|_| good || reads.is_multiple_of(3));
                Ok(sound.or_else(|| values.next()).unwrap_or(at.into()))
            });
            prop_assert!(reads < 100_000);
        }
    }
}
