//! The SHP core in simulation: the Verilog that is synthesised, Verilated, and driven pin by pin.
//!
//! [`Model`] is any Verilated module with typed ports; [`tops`] lists the modules of this build. [`Core`] drives a core
//! through its streams, watches that the core keeps to their rules, and counts cycles. [`device::Device`] drives a device through its registers, in front
//! of a memory; [`board`] puts it on a vfio-user socket. [`conformance`] runs the vectors of
//! `SPEC.md` through it.
//!
//! A simulation keeps keys in the clear, in its memory and in its waveforms. It is for test keys.

pub mod board;
pub mod conformance;
mod core;
pub mod coverage;
pub mod device;
mod error;
mod ffi;
mod model;
mod stalls;
mod top;
mod watch;

pub use crate::core::{Core, Keys, Outcome, Segment, Stream};
pub use crate::error::{Error, Rule};
pub use crate::model::Model;
pub use crate::stalls::Stalls;
pub use crate::top::{Direction, Input, Output, Port, Top};
pub use shp_regs::stream::Lane;

/// Whether this build's models can write waveforms.
pub const WAVES: bool = cfg!(feature = "waves");

/// The top modules of this build, one by one: each has `TOP` and a constant a port.
pub mod tops {
    use crate::Error;

    include!(concat!(env!("OUT_DIR"), "/tops.rs"));

    /// The top module called `name`.
    ///
    /// # Errors
    /// [`Error::NoTop`] if this build has none.
    pub fn find(name: &str) -> Result<&'static crate::Top, Error> {
        let found = ALL.into_iter().find(|top| top.name() == name);
        found.ok_or_else(|| Error::NoTop(name.to_owned()))
    }
}
