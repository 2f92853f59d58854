//! What is known of a top module before a model is made of it: its name and its ports.

use crate::Error;

/// A top module of which models can be made.
#[derive(Debug)]
pub struct Top {
    name: &'static str,
    index: usize,
    clock: Option<usize>,
    ports: &'static [Port],
}

/// A port of a top module.
#[derive(Debug)]
pub struct Port {
    /// Its name in Verilog.
    pub name: &'static str,
    /// Its width in bits.
    pub width: u32,
    /// Who drives it.
    pub direction: Direction,
}

/// Who drives a port.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// The world outside.
    Input,
    /// The circuit.
    Output,
}

impl Top {
    /// For the build script: the module of this place in its list, whose clock, if it has one, has
    /// this place in its ports.
    pub(crate) const fn new(
        name: &'static str,
        index: usize,
        clock: Option<usize>,
        ports: &'static [Port],
    ) -> Self {
        Self {
            name,
            index,
            clock,
            ports,
        }
    }

    /// The module's name in Verilog.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Its ports, in no particular order.
    pub fn ports(&self) -> &'static [Port] {
        self.ports
    }

    pub(crate) fn index(&self) -> usize {
        self.index
    }

    pub(crate) fn clock(&self) -> Option<usize> {
        self.clock
    }

    /// The input called `name`.
    ///
    /// # Errors
    /// [`Error::NoPort`] if there is none.
    pub fn input(&'static self, name: &'static str) -> Result<Input, Error> {
        let index = self.find(name, Direction::Input)?;
        Ok(Input::new(self, index))
    }

    /// The output called `name`.
    ///
    /// # Errors
    /// [`Error::NoPort`] if there is none.
    pub fn output(&'static self, name: &'static str) -> Result<Output, Error> {
        let index = self.find(name, Direction::Output)?;
        Ok(Output::new(self, index))
    }

    fn find(&self, name: &'static str, direction: Direction) -> Result<usize, Error> {
        let found = self
            .ports
            .iter()
            .position(|port| port.name == name && port.direction == direction);
        found.ok_or(Error::NoPort {
            top: self.name,
            port: name,
            direction,
        })
    }
}

macro_rules! handle {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug)]
        pub struct $name {
            top: &'static Top,
            index: usize,
        }

        impl $name {
            pub(crate) const fn new(top: &'static Top, index: usize) -> Self {
                Self { top, index }
            }

            /// The port's width in bits.
            pub fn width(self) -> u32 {
                self.top.ports[self.index].width
            }

            /// The port's name in Verilog.
            pub fn name(self) -> &'static str {
                self.top.ports[self.index].name
            }

            /// The port's place in `top`'s list, which it has to be from.
            pub(crate) fn index(self, top: &Top) -> usize {
                assert!(std::ptr::eq(self.top, top), "port {} of another top", self.name());
                self.index
            }
        }
    };
}

handle! {
    /// A port that the world outside drives.
    Input
}

handle! {
    /// A port that the circuit drives.
    Output
}
