//! The virtual board: the Verilated device as a PCI function on a vfio-user socket.
//!
//! ```text
//!   client --socket--> Server (crate vfio_user) --> Function --orders--> the clock's thread: Device, Dma
//!      '--memory file descriptors--------------------------------------------------^
//! ```
//!
//! One client after another is served; the device is reset between them.

mod clockwork;
mod config;
mod dma;

use std::fs::File;
use std::io;
use std::os::unix::net::UnixStream;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use vfio_bindings::bindings::vfio::{
    VFIO_IRQ_INFO_EVENTFD, VFIO_IRQ_SET_ACTION_TRIGGER, VFIO_IRQ_SET_DATA_EVENTFD,
    VFIO_IRQ_SET_DATA_NONE, VFIO_PCI_BAR0_REGION_INDEX, VFIO_PCI_BAR2_REGION_INDEX,
    VFIO_PCI_CONFIG_REGION_INDEX, VFIO_PCI_MSIX_IRQ_INDEX, VFIO_PCI_NUM_IRQS, VFIO_PCI_NUM_REGIONS,
    VFIO_REGION_INFO_FLAG_READ, VFIO_REGION_INFO_FLAG_WRITE, vfio_region_info,
};
use vfio_user::{DmaMapFlags, DmaUnmapFlags, IrqInfo, Server, ServerBackend, ServerRegion};

use crate::{Error, Top};
pub use config::{DEVICE_CONTROL, FUNCTION_RESET};

use clockwork::{Clockwork, DEAD, Order};
use config::{BAR_BYTES, Config, Effect};

/// How a board behaves.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Cycles that memory takes to answer.
    pub latency: u64,
    /// Pauses every channel at random, from this seed.
    pub stalls: Option<u64>,
    /// A waveform of everything; large.
    pub trace: Option<PathBuf>,
}

/// A board that listens.
pub struct Board {
    server: Server,
    function: Function,
}

impl Board {
    /// A board around the device `top`. A socket that nobody listens on is replaced; the board's goes when it does.
    ///
    /// # Errors
    /// [`Error::NoPort`] if the top is no device; [`Error::Socket`].
    pub fn listen(top: &'static Top, socket: &Path, options: Options) -> Result<Self, Error> {
        let clockwork = Clockwork::start(top, options)?;
        let refused = UnixStream::connect(socket).map_err(|error| error.kind());
        if refused.err() == Some(io::ErrorKind::ConnectionRefused) {
            // It belonged to a board that was killed.
            let _ = std::fs::remove_file(socket);
        }
        let irqs = (0..VFIO_PCI_NUM_IRQS).map(|index| {
            let ours = index == VFIO_PCI_MSIX_IRQ_INDEX;
            IrqInfo {
                index,
                flags: if ours { VFIO_IRQ_INFO_EVENTFD } else { 0 },
                count: u32::from(ours),
            }
        });
        let regions = (0..VFIO_PCI_NUM_REGIONS).map(region).collect();
        let server = Server::new(socket, true, irqs.collect(), regions)
            .map_err(|error| Error::Socket(socket.to_owned(), error.to_string()))?;
        let function = Function {
            clockwork,
            config: Config::new(),
            table: vec![0; BAR_BYTES as usize],
        };
        Ok(Self { server, function })
    }

    /// Serves the next client until it is gone; how it went matters to nobody but the reader of stderr.
    pub fn serve(&mut self) {
        let Self { server, function } = self;
        // Whatever a client sends, the next one is served.
        match catch_unwind(AssertUnwindSafe(|| server.run(function))) {
            Ok(Ok(())) => {}
            Ok(Err(error)) => eprintln!("a client: {error}"),
            Err(_) => eprintln!("a client sent what cannot be read"),
        }
        function.disconnect();
    }
}

fn region(index: u32) -> ServerRegion {
    let size = match index {
        VFIO_PCI_BAR0_REGION_INDEX | VFIO_PCI_BAR2_REGION_INDEX => BAR_BYTES.into(),
        VFIO_PCI_CONFIG_REGION_INDEX => config::SIZE as u64,
        _ => 0,
    };
    let flags = if size > 0 {
        VFIO_REGION_INFO_FLAG_READ | VFIO_REGION_INFO_FLAG_WRITE
    } else {
        0
    };
    ServerRegion {
        region_info: vfio_region_info {
            argsz: size_of::<vfio_region_info>() as u32,
            index,
            flags,
            size,
            ..vfio_region_info::default()
        },
        sparse_areas: Vec::new(),
        mmap_fd: None,
    }
}

/// The PCI function.
struct Function {
    clockwork: Clockwork,
    config: Config,
    /// BAR 2: the MSI-X table, which nobody here looks at; messages go to eventfds.
    table: Vec<u8>,
}

impl Function {
    fn reset(&mut self) {
        self.config = Config::new();
        self.clockwork.ask(Order::Reset);
    }

    fn disconnect(&mut self) {
        self.config = Config::new();
        self.clockwork.ask(Order::Disconnect);
    }
}

fn invalid(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, what)
}

/// The register at `offset`, if one whole register is meant.
fn register(offset: u64, length: usize) -> io::Result<u16> {
    let at = u16::try_from(offset)
        .ok()
        .filter(|&at| length == 4 && at % 4 == 0 && u32::from(at) < BAR_BYTES);
    at.ok_or_else(|| invalid("no whole register"))
}

impl ServerBackend for Function {
    fn region_read(&mut self, region: u32, offset: u64, data: &mut [u8]) -> io::Result<()> {
        match region {
            VFIO_PCI_BAR0_REGION_INDEX => {
                let at = register(offset, data.len())?;
                let value = self.clockwork.ask(|answer| Order::Read(at, answer));
                data.copy_from_slice(&value.unwrap_or(DEAD).to_le_bytes());
            }
            VFIO_PCI_BAR2_REGION_INDEX => {
                let at = usize::try_from(offset).unwrap_or(usize::MAX);
                let end = at.saturating_add(data.len());
                let found = self.table.get(at..end);
                data.copy_from_slice(found.ok_or_else(|| invalid("past the table"))?);
            }
            // The server makes room for as much as a message asks for, up to 4 GiB; it is not to be filled.
            VFIO_PCI_CONFIG_REGION_INDEX if data.len() > config::SIZE => {
                return Err(invalid("past the space"));
            }
            VFIO_PCI_CONFIG_REGION_INDEX => self.config.read(offset, data),
            _ => return Err(invalid("no such region")),
        }
        Ok(())
    }

    fn region_write(&mut self, region: u32, offset: u64, data: &[u8]) -> io::Result<()> {
        match region {
            VFIO_PCI_BAR0_REGION_INDEX => {
                let at = register(offset, data.len())?;
                let value = data
                    .iter()
                    .rev()
                    .fold(0, |high, &low| high << 8 | u32::from(low));
                self.clockwork.order(Order::Write(at, value));
            }
            VFIO_PCI_BAR2_REGION_INDEX => {
                let at = usize::try_from(offset).unwrap_or(usize::MAX);
                let end = at.saturating_add(data.len());
                let found = self.table.get_mut(at..end);
                found
                    .ok_or_else(|| invalid("past the table"))?
                    .copy_from_slice(data);
            }
            VFIO_PCI_CONFIG_REGION_INDEX => match self.config.write(offset, data) {
                Effect::None => {}
                Effect::Reset => self.reset(),
                Effect::BusMaster(on) => self.clockwork.order(Order::BusMaster(on)),
            },
            _ => return Err(invalid("no such region")),
        }
        Ok(())
    }

    fn dma_map(
        &mut self,
        flags: DmaMapFlags,
        offset: u64,
        address: u64,
        size: u64,
        file: Option<File>,
    ) -> io::Result<()> {
        let rights = [DmaMapFlags::READ, DmaMapFlags::WRITE].map(|right| flags.contains(right));
        let mapped = self.clockwork.ask(|done| Order::Map {
            address,
            size,
            file,
            offset,
            rights,
            done,
        });
        mapped.unwrap_or_else(|| Err(invalid("the board died")))
    }

    fn dma_unmap(&mut self, flags: DmaUnmapFlags, address: u64, size: u64) -> io::Result<()> {
        if flags.contains(DmaUnmapFlags::UNMAP_ALL) {
            self.clockwork.ask(Order::UnmapAll);
        } else {
            self.clockwork.ask(|done| Order::Unmap(address, size, done));
        }
        Ok(())
    }

    fn reset(&mut self) -> io::Result<()> {
        Function::reset(self);
        Ok(())
    }

    fn set_irqs(
        &mut self,
        index: u32,
        flags: u32,
        start: u32,
        count: u32,
        mut files: Vec<File>,
    ) -> io::Result<()> {
        if index != VFIO_PCI_MSIX_IRQ_INDEX {
            return Ok(());
        }
        if flags & VFIO_IRQ_SET_ACTION_TRIGGER == 0 || start > 1 || count > 1 {
            return Err(invalid("there is one message, and it is triggered"));
        }
        if flags & VFIO_IRQ_SET_DATA_EVENTFD != 0 {
            self.clockwork.order(Order::Interrupt(files.pop()));
        } else if flags & VFIO_IRQ_SET_DATA_NONE != 0 && count == 0 {
            self.clockwork.order(Order::Interrupt(None));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tops;

    #[test]
    fn reads_of_more_than_there_is_are_refused_and_leave_memory_alone() -> Result<(), Error> {
        let mut function = Function {
            clockwork: Clockwork::start(tops::find("k4w32_device")?, Options::default())?,
            config: Config::new(),
            table: vec![0; BAR_BYTES as usize],
        };
        for region in [
            VFIO_PCI_BAR0_REGION_INDEX,
            VFIO_PCI_BAR2_REGION_INDEX,
            VFIO_PCI_CONFIG_REGION_INDEX,
        ] {
            let mut data = vec![7; config::SIZE + 1];
            assert!(function.region_read(region, 0, &mut data).is_err());
            assert!(data.iter().all(|&byte| byte == 7), "region {region}");
        }
        Ok(())
    }
}
