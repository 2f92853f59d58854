//! The binding: every width of port, the clock, and the waveform.

use std::fs;

use proptest::collection::vec;
use proptest::prelude::*;
use shp_sim::tops::{widths, wires};
use shp_sim::{Direction, Error, Input, Model, Top, tops};

/// The widths of the test circuit, as its Verilog has them.
const WIDTHS: [u32; 17] = [
    1, 7, 8, 9, 16, 17, 31, 32, 33, 63, 64, 65, 96, 128, 160, 511, 512,
];

/// Bytes that fit a port of so many bits.
fn value(width: u32) -> impl Strategy<Value = Vec<u8>> {
    let bytes = width.div_ceil(8) as usize;
    vec(any::<u8>(), bytes).prop_map(move |mut value| {
        if !width.is_multiple_of(8) {
            value[bytes - 1] &= (1 << (width % 8)) - 1;
        }
        value
    })
}

/// The static name of a port, as found in the list.
fn port(top: &'static Top, name: &str) -> &'static str {
    top.ports()
        .iter()
        .map(|port| port.name)
        .find(|found| *found == name)
        .expect("the circuit has this port")
}

proptest! {
    /// A register of any width gives back, one edge later, what was written.
    #[test]
    fn any_width_goes_in_and_out(values in WIDTHS.map(value)) {
        let top = &widths::TOP;
        let mut model = Model::new(top);
        for (width, value) in WIDTHS.iter().zip(&values) {
            model.set_bytes(top.input(port(top, &format!("i{width}")))?, value);
        }
        model.tick();
        for (width, value) in WIDTHS.iter().zip(&values) {
            let output = top.output(port(top, &format!("o{width}")))?;
            prop_assert_eq!(output.width(), *width);
            let mut read = vec![0; value.len()];
            model.get_bytes(output, &mut read);
            prop_assert_eq!(&read, value);
            let low = value.iter().take(8).rev().fold(0, |high, &low| high << 8 | u64::from(low));
            prop_assert_eq!(model.get(output), low);
        }
    }

    /// Numbers and bytes are two ways of saying the same.
    #[test]
    fn numbers_are_bytes(number: u64) {
        let mut model = Model::new(&widths::TOP);
        model.set(widths::I64, number);
        model.set(widths::I128, number);
        model.tick();
        prop_assert_eq!(model.get(widths::O64), number);
        let mut bytes = [0; 16];
        model.get_bytes(widths::O128, &mut bytes);
        prop_assert_eq!(u128::from_le_bytes(bytes), u128::from(number));
    }
}

/// An output that hangs on an input follows it without an edge, and a register does not.
#[test]
fn outputs_settle_without_an_edge() {
    let mut model = Model::new(&widths::TOP);
    model.set(widths::I32, 5);
    model.tick();
    assert_eq!((model.get(widths::O32), model.get(widths::SUM)), (5, 10));
    model.set(widths::I32, 7);
    assert_eq!((model.get(widths::O32), model.get(widths::SUM)), (5, 12));
    model.tick();
    assert_eq!(
        (
            model.get(widths::O32),
            model.get(widths::SUM),
            model.cycles()
        ),
        (7, 14, 2)
    );
}

/// A model starts the same each time, with registers at something other than zero.
#[test]
fn the_start_is_random_and_repeatable() {
    let start = || {
        let mut bytes = [0; 64];
        Model::new(&widths::TOP).get_bytes(widths::O512, &mut bytes);
        bytes
    };
    assert_eq!(start(), start());
    assert_ne!(start(), [0; 64]);
}

#[test]
#[should_panic(expected = "0x80 is too wide for i7")]
fn a_value_too_wide_is_refused() {
    Model::new(&widths::TOP).set(widths::I7, 0x80);
}

#[test]
#[should_panic(expected = "of another top")]
fn a_port_of_another_top_is_refused() {
    Model::new(&widths::TOP).set(tops::mock_k4w32::RESET, 1);
}

#[test]
fn ports_are_found_by_name_and_direction() {
    let top = tops::find("widths").expect("it is in testdata");
    assert_eq!(top.input("i9").map(Input::width).expect("a port"), 9);
    assert!(matches!(
        top.output("i9"),
        Err(Error::NoPort {
            top: "widths",
            port: "i9",
            direction: Direction::Output
        })
    ));
    assert!(matches!(tops::find("nothing"), Err(Error::NoTop(name)) if name == "nothing"));
}

/// The waveform names the signals, and has two samples a cycle between its begin and its end.
#[cfg(feature = "waves")]
#[test]
fn a_waveform_is_written() -> Result<(), Box<dyn std::error::Error>> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("wave.vcd");
    let mut model = Model::new(&widths::TOP);
    model.tick();
    for begin in [1, 6] {
        model.trace(&file)?;
        for cycle in begin..begin + 4 {
            model.set(widths::I8, cycle);
            model.tick();
        }
        model.stop_trace();
        model.tick();
        let text = fs::read_to_string(&file)?;
        assert!(text.contains(" o512 [511:0] $end"));
        let times: Vec<u64> = text
            .lines()
            .filter_map(|line| line.strip_prefix('#')?.parse().ok())
            .collect();
        assert_eq!(times, (2 * begin..2 * begin + 8).collect::<Vec<_>>());
    }

    let nowhere = folder.path().join("no/folder.vcd");
    assert!(matches!(model.trace(&nowhere), Err(Error::Trace(file)) if file == nowhere));
    model.tick();
    Ok(())
}

/// A model that writes none says so, and goes on.
#[cfg(not(feature = "waves"))]
#[test]
fn a_waveform_is_not_written() -> Result<(), Box<dyn std::error::Error>> {
    let file = tempfile::tempdir()?.path().join("wave.vcd");
    let mut model = Model::new(&widths::TOP);
    assert!(matches!(model.trace(&file), Err(Error::NoWaves(wanted)) if wanted == file));
    assert!(!file.exists());
    model.tick();
    Ok(())
}

/// A circuit without a clock has outputs all the same, and ticks do nothing to it.
#[test]
fn a_circuit_needs_no_clock() {
    let mut model = Model::new(&wires::TOP);
    model.set(wires::A, 0x01_0203_0405);
    model.set(wires::B, 0x06_0708_090a);
    for _ in 0..2 {
        let mut bytes = [0; 10];
        model.get_bytes(wires::BOTH, &mut bytes);
        assert_eq!(bytes, [10, 9, 8, 7, 6, 5, 4, 3, 2, 1]);
        model.tick();
    }
}
