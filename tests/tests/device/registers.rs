//! The registers, and the interrupts that they ask for.

use std::error::Error;

use shp::partition::{Lane, Params, Paths};
use shp_regs::blocks::{
    BLOCKS, MAGIC, capabilities, health, identity, interrupts, queue, sessions,
};
use shp_regs::map::NEXT;
use shp_regs::ring::descriptor;

use crate::DEVICES;
use shp_tests::rig::{DATA, Job, Rig, Session};

#[test]
fn the_blocks_are_a_list_and_say_who_it_is() -> Result<(), Box<dyn Error>> {
    for (name, word_bits) in DEVICES {
        let mut rig = Rig::new(name, 4, 0);
        let (mut at, mut blocks) = (0, BLOCKS.iter());
        loop {
            let block = blocks.next().expect("no more blocks than there are");
            assert_eq!((at, rig.read(at)?), (block.at, block.head()));
            at = rig.read(at + NEXT)? as u16;
            if at == 0 {
                break;
            }
        }
        assert_eq!(blocks.next(), None);
        assert_eq!(rig.read(identity::magic::AT)?, MAGIC);
        assert_ne!(
            rig.read(identity::hash_low::AT)?,
            rig.read(identity::hash_high::AT)?
        );
        let core = rig.read(capabilities::core::AT)?;
        assert_eq!(
            capabilities::core::channels.of(core),
            u32::from(rig.channels)
        );
        assert_eq!(
            capabilities::core::word_bytes.of(core),
            word_bits as u32 / 8
        );
        let known = if word_bits < 64 { 0b0111 } else { 0b1111 };
        assert_eq!(capabilities::core::lanes.of(core), known);
        let queue = rig.read(capabilities::queue::AT)?;
        let bytes = 1 << capabilities::queue::descriptor_log.of(queue);
        assert_eq!(bytes, descriptor::bytes(rig.channels.into()));
        assert_eq!(
            1 << capabilities::queue::beat_log.of(queue),
            rig.device.beat_bytes()
        );
        for (at, value) in [(identity::scratch::AT, 0xdead_beef), (0x7fc, 0)] {
            rig.write(at, 0xdead_beef)?;
            assert_eq!(rig.read(at)?, value);
        }
        assert_eq!(health::state::passed.of(rig.read(health::state::AT)?), 1);
    }
    Ok(())
}

#[test]
fn what_a_slot_cannot_do_does_not_open_it() -> Result<(), Box<dyn Error>> {
    use sessions::open as fields;
    for (name, word_bits) in DEVICES {
        let mut rig = Rig::new(name, 4, 0);
        let k = u32::from(rig.channels);
        let widest = if word_bits < 64 { 2 } else { 3 };
        for (paths, lane, opens) in [
            (1, 0, false),
            (0, 0, false),
            (k + 1, 0, false),
            (31, widest, false),
            (k, widest, true),
            (2, 0, true),
        ] {
            let word = fields::slot.with(3) | fields::paths.with(paths) | fields::lane.with(lane);
            rig.write(fields::AT, word)?;
            let open = sessions::state::open.of(rig.read(sessions::state::AT)?);
            assert_eq!(open, u32::from(opens) << 3, "{name}: {paths} {lane}");
            if opens {
                rig.write(sessions::close::AT, 3)?;
                while rig.read(sessions::state::AT)? != 0 {}
            }
        }
        for register in [sessions::key::AT, sessions::key_at::AT, fields::AT] {
            assert_eq!(rig.read(register)?, 0, "keys never come out");
        }
    }
    Ok(())
}

/// Runs so many jobs behind each other, and gives the interrupts that were sent.
fn interrupts(jobs: u64, after: u32, delay: u32) -> Result<u64, Box<dyn Error>> {
    let mut rig = Rig::new(DEVICES[0].0, 16, 1 << 20);
    let params = Params {
        lane: Lane::Bits8,
        ..Params::new(Paths::new(2)?)
    };
    rig.open(0, &Session::new(1, params))?;
    let control = interrupts::control::enable.with(1) | interrupts::control::after.with(after);
    rig.write(interrupts::delay::AT, delay)?;
    rig.write(interrupts::control::AT, control)?;
    for segment in 0..jobs {
        rig.post(&Job {
            slot: 0,
            segment,
            source: DATA,
            length: 64,
            ports: vec![DATA + 0x1000, DATA + 0x2000],
            reserved: 0,
            cookie: 0,
        });
    }
    rig.ring()?;
    rig.completions(jobs as usize)?;
    for _ in 0..delay + 10 {
        rig.device.step(&mut rig.memory)?;
    }
    assert_eq!(rig.read(queue::done::AT)?, jobs as u32);
    assert_eq!(
        u64::from(rig.read(interrupts::sent::AT)?),
        rig.device.interrupts()
    );
    Ok(rig.device.interrupts())
}

#[test]
fn interrupts_are_as_rare_as_they_may_be() -> Result<(), Box<dyn Error>> {
    assert_eq!(interrupts(12, 0, 0)?, 12, "one each");
    assert_eq!(interrupts(12, 4, 100_000)?, 3, "one for four");
    assert_eq!(
        interrupts(11, 4, 5000)?,
        3,
        "and one for those that are left"
    );
    assert_eq!(interrupts(12, 255, 20_000)?, 1, "one for all");
    Ok(())
}
