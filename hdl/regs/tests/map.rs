//! The map holds together, and what is generated from it is what is committed.

use std::{error::Error, fs, path::Path};

use shp_regs::{
    blocks::{BLOCKS, sessions},
    map::{BLOCK_BYTES, Field},
    ring::{Item, Status, completion, descriptor},
    text::{Header, Page},
};

#[test]
fn the_committed_page_and_header_are_fresh() -> Result<(), Box<dyn Error>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    for (file, text) in [
        ("docs/registers.md", Page.to_string()),
        ("hdl/regs/shp_regs.h", Header.to_string()),
    ] {
        let committed = fs::read_to_string(root.join(file))?;
        assert!(committed == text, "{file} is stale: run `cargo xtask gen`");
    }
    Ok(())
}

#[test]
fn every_register_has_a_place_of_its_own_in_its_block() {
    let mut free = 0;
    for block in BLOCKS {
        assert!(block.at >= free && block.at % BLOCK_BYTES == 0);
        assert_ne!(block.kind, 0);
        free = block.at + 8;
        for register in block.registers {
            assert_eq!(register.at, free, "{}.{}", block.name, register.name);
            free += 4;
        }
        assert!(free <= block.at + BLOCK_BYTES, "{} is full", block.name);
    }
    assert!(free <= 4096);
}

#[test]
fn fields_share_no_bit() {
    for register in BLOCKS.iter().flat_map(|block| block.registers) {
        let mut taken = 0;
        for field in register.fields {
            let bits = field.with(u32::MAX);
            assert_eq!(taken & bits, 0, "{}.{}", register.name, field.name);
            taken |= bits;
        }
    }
}

#[test]
fn a_field_gives_back_what_it_was_given() {
    let field: Field = sessions::open::paths;
    assert_eq!(field.of(field.with(16)), 16);
    assert_eq!(field.with(32), 0, "what does not fit is cut off");
}

#[test]
fn items_follow_each_other() {
    for (items, bytes) in [
        (descriptor::ITEMS, 40),
        (completion::ITEMS, completion::BYTES),
    ] {
        let end = items.iter().fold(0, |free, item: &Item| {
            assert_eq!(item.at, free, "{}", item.name);
            free + item.bytes
        });
        assert_eq!(end, bytes);
    }
    assert_eq!((descriptor::bytes(4), descriptor::bytes(16)), (64, 256));
}

#[test]
fn a_status_is_known_by_its_code() {
    for (place, (status, ..)) in Status::ALL.iter().enumerate() {
        assert_eq!(status.code() as usize, place);
        assert_eq!(Status::from_code(status.code()), Some(*status));
    }
    assert_eq!(Status::from_code(7), None);
}
