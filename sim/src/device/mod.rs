//! A device under Verilator, between a host that writes registers and a memory.
//!
//! ```text
//!   registers --> control --> the device --> bus --> Memory
//!                                  '--> interrupts
//! ```

mod bus;
mod control;
mod memory;

use std::path::Path;

use crate::stalls::Stalls;
use crate::{Error, Input, Model, Output, Top};
use bus::Bus;
use control::{Access, Control};
pub use memory::{Memory, Plain};

/// After so many cycles a register that does not answer is given up.
const PATIENCE: u64 = 10_000;

/// Cycles of a reset.
const RESET: u32 = 4;

/// A device: any top module with the ports of one.
pub struct Device {
    model: Model,
    reset: Input,
    irq: Output,
    quiet: Output,
    control: Control,
    bus: Bus,
    interrupts: u64,
}

impl Device {
    /// Makes a model of the device `top`, and resets it.
    ///
    /// # Errors
    /// [`Error::NoPort`] if the top is no device.
    pub fn new(top: &'static Top) -> Result<Self, Error> {
        let mut device = Self {
            model: Model::new(top),
            reset: top.input("reset")?,
            irq: top.output("irq")?,
            quiet: top.output("quiet")?,
            control: Control::new(top)?,
            bus: Bus::new(top)?,
            interrupts: 0,
        };
        device.reset();
        Ok(device)
    }

    /// Bytes of a beat of the bus.
    pub fn beat_bytes(&self) -> usize {
        self.bus.beat()
    }

    /// Cycles since the device was made.
    pub fn cycles(&self) -> u64 {
        self.model.cycles()
    }

    /// Interrupts since the device was made.
    pub fn interrupts(&self) -> u64 {
        self.interrupts
    }

    /// From now on memory answers so many cycles after it was asked.
    pub fn set_latency(&mut self, cycles: u64) {
        self.bus.set_latency(cycles);
    }

    /// Pauses every channel at random from now on, the same for the same seed; `None` ends that.
    pub fn stall(&mut self, seed: Option<u64>) {
        let mut seeds = fastrand::Rng::with_seed(seed.unwrap_or_default());
        let mut pattern = || seed.map_or_else(Stalls::none, |_| Stalls::seeded(seeds.u64(..)));
        self.control.set_stalls(pattern());
        self.bus.set_stalls(pattern);
    }

    /// Writes every signal of every cycle from now on to a VCD file.
    ///
    /// # Errors
    /// [`Error::Trace`] if the file cannot be written.
    pub fn trace(&mut self, file: &Path) -> Result<(), Error> {
        self.model.trace(file)
    }

    /// Resets the device and both buses: a function-level reset.
    pub fn reset(&mut self) {
        self.control.reset(&mut self.model);
        self.bus.reset(&mut self.model);
        self.model.set(self.reset, 1);
        for _ in 0..RESET {
            self.model.tick();
        }
        self.model.set(self.reset, 0);
    }

    /// Whether nothing will happen until a register is written.
    pub fn is_quiet(&mut self) -> bool {
        self.control.is_idle() && self.bus.is_idle() && self.model.is_high(self.quiet)
    }

    /// Lets one cycle pass.
    ///
    /// # Errors
    /// [`Error::Bus`] if the device broke a rule of its buses. Only [`Device::reset`] makes sense after it.
    pub fn step(&mut self, memory: &mut dyn Memory) -> Result<(), Error> {
        let cycle = self.cycles();
        let broken = |rule| Error::Bus { cycle, rule };
        self.control.step(&mut self.model).map_err(broken)?;
        self.bus.step(&mut self.model, memory).map_err(broken)?;
        self.interrupts += u64::from(self.model.is_high(self.irq));
        self.model.tick();
        self.control.rest(&mut self.model);
        Ok(())
    }

    /// Reads a register.
    ///
    /// # Errors
    /// As [`Device::step`]; [`Error::Stuck`] if it does not answer.
    pub fn read(&mut self, memory: &mut dyn Memory, at: u16) -> Result<u32, Error> {
        self.access(memory, Access::Read(at))?;
        Ok(self.control.value().unwrap_or_default())
    }

    /// Writes a register.
    ///
    /// # Errors
    /// As [`Device::read`].
    pub fn write(&mut self, memory: &mut dyn Memory, at: u16, value: u32) -> Result<(), Error> {
        self.access(memory, Access::Write(at, value))
    }

    fn access(&mut self, memory: &mut dyn Memory, access: Access) -> Result<(), Error> {
        self.control.queue(access);
        let since = self.cycles();
        while !self.control.is_idle() {
            self.step(memory)?;
            let waited = self.cycles() - since;
            if waited > PATIENCE {
                return Err(Error::Stuck {
                    cycle: self.cycles(),
                    waited,
                    state: format!("{access:x?} is not answered"),
                });
            }
        }
        Ok(())
    }
}
