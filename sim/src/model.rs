//! A Verilated module with a clock.

use std::ffi::CString;
use std::path::Path;

use crate::Error;
use crate::ffi::Handle;
use crate::top::{Direction, Input, Output, Top};

/// A circuit with one clock, the input `clock`, on whose rising edge everything happens, or with
/// none.
///
/// Inputs are zero at first. What the Verilog gives no initial value starts at random, the same in every run.
pub struct Model {
    top: &'static Top,
    handle: Handle,
    clock_is_high: bool,
    /// An input has changed since the model was evaluated.
    stale: bool,
    cycles: u64,
}

impl Model {
    /// Makes a model of `top`.
    pub fn new(top: &'static Top) -> Self {
        let mut handle = Handle::new(top);
        for (index, port) in top.ports().iter().enumerate() {
            if port.direction == Direction::Input {
                handle.write(index, 0);
            }
        }
        // The first edge counts only if the model has seen a low clock before.
        handle.evaluate();
        Self {
            top,
            handle,
            clock_is_high: false,
            stale: false,
            cycles: 0,
        }
    }

    /// The module that this is a model of.
    pub fn top(&self) -> &'static Top {
        self.top
    }

    /// Rising edges so far.
    pub fn cycles(&self) -> u64 {
        self.cycles
    }

    /// Drives an input of any width; of one wider than 64 bits, the high bits are zero.
    ///
    /// # Panics
    /// If the port is of another top, or too narrow for the value.
    pub fn set(&mut self, port: Input, value: u64) {
        assert!(
            port.width() >= 64 || value >> port.width() == 0,
            "{value:#x} is too wide for {}",
            port.name()
        );
        self.handle.write(port.index(self.top), value);
        self.stale = true;
    }

    /// Reads an output; of one wider than 64 bits, the low 64.
    ///
    /// # Panics
    /// If the port is of another top.
    pub fn get(&mut self, port: Output) -> u64 {
        self.settle();
        self.handle.read(port.index(self.top))
    }

    /// Whether an output of one bit is high.
    ///
    /// # Panics
    /// If the port is of another top.
    pub fn is_high(&mut self, port: Output) -> bool {
        self.get(port) == 1
    }

    /// Drives an input of any width with bytes, the lowest first.
    ///
    /// # Panics
    /// If the port is of another top, or `bytes` is not just as long as the port, or has a bit above it.
    pub fn set_bytes(&mut self, port: Input, bytes: &[u8]) {
        let (length, spare) = extent(port.width());
        assert_eq!(bytes.len(), length, "bytes for {}", port.name());
        assert!(
            bytes[length - 1].leading_zeros() >= spare,
            "a bit above {}",
            port.name()
        );
        let index = port.index(self.top);
        if let Some(words) = self.handle.wide_mut(index) {
            for (word, bytes) in words.iter_mut().zip(bytes.chunks(4)) {
                *word = little_endian(bytes) as u32;
            }
        } else {
            self.handle.write(index, little_endian(bytes));
        }
        self.stale = true;
    }

    /// Reads an output of any width as bytes, the lowest first.
    ///
    /// # Panics
    /// If the port is of another top, or `bytes` is not just as long as the port.
    pub fn get_bytes(&mut self, port: Output, bytes: &mut [u8]) {
        assert_eq!(
            bytes.len(),
            extent(port.width()).0,
            "bytes of {}",
            port.name()
        );
        self.settle();
        let index = port.index(self.top);
        if let Some(words) = self.handle.wide(index) {
            for (word, bytes) in words.iter().zip(bytes.chunks_mut(4)) {
                bytes.copy_from_slice(&word.to_le_bytes()[..bytes.len()]);
            }
        } else {
            let length = bytes.len();
            bytes.copy_from_slice(&self.handle.read(index).to_le_bytes()[..length]);
        }
    }

    /// Gives the circuit one rising edge of its clock. Inputs are taken as they are now.
    pub fn tick(&mut self) {
        self.stale |= self.clock_is_high;
        self.settle();
        self.handle.trace_sample(2 * self.cycles);
        self.set_clock(1);
        self.handle.evaluate();
        self.clock_is_high = true;
        self.handle.trace_sample(2 * self.cycles + 1);
        self.cycles += 1;
    }

    /// Writes every signal of every cycle from now on to a VCD file, two units of time a cycle, until
    /// [`Model::stop_trace`].
    ///
    /// # Errors
    /// [`Error::NoWaves`] if this build's models can write none, [`Error::Trace`] if the file cannot be written.
    pub fn trace(&mut self, file: &Path) -> Result<(), Error> {
        if !crate::WAVES {
            return Err(Error::NoWaves(file.to_owned()));
        }
        let name = CString::new(file.as_os_str().as_encoded_bytes());
        let opened = name.is_ok_and(|name| self.handle.trace_open(&name));
        if opened {
            Ok(())
        } else {
            Err(Error::Trace(file.to_owned()))
        }
    }

    /// Ends the waveform.
    pub fn stop_trace(&mut self) {
        self.handle.trace_close();
    }

    fn set_clock(&mut self, level: u64) {
        if let Some(clock) = self.top.clock() {
            self.handle.write(clock, level);
        }
    }

    /// Lets the outputs follow the inputs.
    fn settle(&mut self) {
        if self.stale {
            // The clock falls with the inputs' change, and costs no evaluation of its own.
            self.set_clock(0);
            self.clock_is_high = false;
            self.handle.evaluate();
            self.stale = false;
        }
    }
}

/// The bytes that a port of so many bits fills, and the bits above it in the last one.
fn extent(width: u32) -> (usize, u32) {
    let bytes = width.div_ceil(8);
    (bytes as usize, 8 * bytes - width)
}

/// The number of up to 8 bytes, the lowest first.
fn little_endian(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .rev()
        .fold(0, |high, &low| high << 8 | u64::from(low))
}
