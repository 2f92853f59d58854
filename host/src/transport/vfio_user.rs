//! A device behind a vfio-user socket: the client's side of the protocol, as much of it as a driver needs.
//!
//! A message is a header of 16 bytes (id, command, size, flags, error) and a body; file descriptors go beside it. Register writes are posted:
//! nobody answers them unless they fail.

use std::{
    io::{self, ErrorKind, IoSlice, Read as _},
    os::{
        fd::{AsFd as _, AsRawFd as _, OwnedFd, RawFd},
        unix::net::UnixStream,
    },
    path::Path,
    time::Duration,
};

use nix::{
    poll::{PollFd, PollFlags, PollTimeout, poll},
    sys::{
        eventfd::{EfdFlags, EventFd},
        socket::{ControlMessage, MsgFlags, sendmsg},
    },
};
use vfio_bindings::bindings::vfio as numbers;

use super::{COMMAND, ENABLE, Error, FIRST, Memory, Transport, memory::PAGE};

/// Longer than any register takes, also in a simulation.
const PATIENCE: Duration = Duration::from_secs(5);

/// No answer is longer.
const LONGEST: usize = 1 << 16;

const HEADER: usize = 16;
const REPLY: u32 = 1;
const NO_REPLY: u32 = 1 << 4;
const ERROR: u32 = 1 << 5;

/// Commands of the protocol.
#[derive(Clone, Copy)]
#[repr(u16)]
enum Command {
    Version = 1,
    DmaMap = 2,
    GetInfo = 4,
    GetRegionInfo = 5,
    SetIrqs = 8,
    RegionRead = 9,
    RegionWrite = 10,
    Reset = 13,
}

/// A connection.
#[derive(Debug)]
pub struct VfioUser {
    stream: UnixStream,
    next: u16,
    /// Where the next memory goes.
    free: u64,
    interrupt: EventFd,
    /// Bytes of BAR 0.
    registers: u64,
}

impl VfioUser {
    /// Connects, and enables the device: memory, bus master, its one interrupt.
    ///
    /// # Errors
    /// [`Error::Connect`] when nobody listens, [`Error::Busy`] when another client has the device, and those of any call.
    pub fn connect(path: &Path) -> Result<Self, Error> {
        let failed =
            |error: &dyn ToString| Error::Connect(path.display().to_string(), error.to_string());
        let stream = UnixStream::connect(path).map_err(|error| failed(&error))?;
        for set in [UnixStream::set_read_timeout, UnixStream::set_write_timeout] {
            set(&stream, Some(PATIENCE)).map_err(|error| failed(&error))?;
        }
        let flags = EfdFlags::EFD_CLOEXEC | EfdFlags::EFD_NONBLOCK;
        let interrupt = EventFd::from_value_and_flags(0, flags).map_err(|error| failed(&error))?;
        let mut device = Self {
            stream,
            next: 0,
            free: FIRST,
            interrupt,
            registers: 0,
        };
        device.greet(path)?;
        device.enable()?;
        Ok(device)
    }

    fn greet(&mut self, path: &Path) -> Result<(), Error> {
        let capabilities = c"{\"capabilities\":{\"max_msg_fds\":1,\"max_data_xfer_size\":4096}}";
        let body = [&[0; 4][..], capabilities.to_bytes_with_nul()].concat();
        // A server that listens and says nothing has another client.
        let answer = match self.ask(Command::Version, &body, None, "speak version 0") {
            Err(Error::Silent) => return Err(Error::Busy(format!("vfio-user:{}", path.display()))),
            answer => answer?,
        };
        if answer.get(..2) != Some(&[0, 0]) {
            return Err(Error::Refused("speak version 0"));
        }
        let body = words(&[16, 0, 0, 0]);
        let info = self.ask(Command::GetInfo, &body, None, "say what it is")?;
        if word(&info, 4)? & numbers::VFIO_DEVICE_FLAGS_PCI == 0 {
            return Err(Error::Protocol("it is no PCI device"));
        }
        let body = words(&[32, 0, numbers::VFIO_PCI_BAR0_REGION_INDEX, 0, 0, 0, 0, 0]);
        let region = self.ask(Command::GetRegionInfo, &body, None, "show its registers")?;
        self.registers = u64::from(word(&region, 16)?) | u64::from(word(&region, 20)?) << 32;
        Ok(())
    }

    /// What the device needs after a reset.
    fn enable(&mut self) -> Result<(), Error> {
        self.write_config(COMMAND, &ENABLE.to_le_bytes())?;
        let flags = numbers::VFIO_IRQ_SET_DATA_EVENTFD | numbers::VFIO_IRQ_SET_ACTION_TRIGGER;
        let body = words(&[20, flags, numbers::VFIO_PCI_MSIX_IRQ_INDEX, 0, 1]);
        let descriptor = self.interrupt.as_raw_fd();
        self.ask(Command::SetIrqs, &body, Some(descriptor), "send interrupts")?;
        Ok(())
    }

    /// Writes to the configuration space.
    ///
    /// # Errors
    /// When the device cannot be reached.
    pub fn write_config(&mut self, at: u64, data: &[u8]) -> Result<(), Error> {
        self.region_write(numbers::VFIO_PCI_CONFIG_REGION_INDEX, at, data, false)
    }

    /// Sends a command; gives its id.
    fn send(
        &mut self,
        command: Command,
        flags: u32,
        body: &[u8],
        descriptor: Option<RawFd>,
    ) -> Result<u16, Error> {
        let id = self.next;
        self.next = self.next.wrapping_add(1);
        let mut message = Vec::with_capacity(HEADER + body.len());
        message.extend(id.to_le_bytes());
        message.extend((command as u16).to_le_bytes());
        message.extend(words(&[(HEADER + body.len()) as u32, flags, 0]));
        message.extend(body);
        let descriptors: Vec<RawFd> = descriptor.into_iter().collect();
        let rights = [ControlMessage::ScmRights(&descriptors)];
        let beside = if descriptors.is_empty() {
            &[][..]
        } else {
            &rights
        };
        let socket = self.stream.as_raw_fd();
        let parts = [IoSlice::new(&message)];
        let sent = loop {
            match sendmsg::<()>(socket, &parts, beside, MsgFlags::MSG_NOSIGNAL, None) {
                Err(nix::Error::EINTR) => {}
                sent => break sent,
            }
        };
        match sent {
            Ok(sent) if sent == message.len() => Ok(id),
            Ok(_) => Err(Error::Broken("half a message was sent".to_owned())),
            Err(error) => Err(Error::Broken(error.to_string())),
        }
    }

    /// Sends a command and gives the answer's body; `what` is what a refusal is a refusal of.
    fn ask(
        &mut self,
        command: Command,
        body: &[u8],
        descriptor: Option<RawFd>,
        what: &'static str,
    ) -> Result<Vec<u8>, Error> {
        let id = self.send(command, 0, body, descriptor)?;
        let broken = |error: io::Error| match error.kind() {
            ErrorKind::WouldBlock => Error::Silent,
            _ => Error::Broken(error.to_string()),
        };
        let mut header = [0; HEADER];
        self.stream.read_exact(&mut header).map_err(broken)?;
        let size = word(&header, 4)? as usize;
        let flags = word(&header, 8)?;
        if flags & ERROR != 0 {
            return Err(Error::Refused(what));
        }
        if header[..2] != id.to_le_bytes() || flags & REPLY == 0 {
            return Err(Error::Protocol("an answer to another question"));
        }
        if !(HEADER..=LONGEST).contains(&size) {
            return Err(Error::Protocol("an answer of no possible size"));
        }
        let mut answer = vec![0; size - HEADER];
        self.stream.read_exact(&mut answer).map_err(broken)?;
        Ok(answer)
    }

    fn region_write(
        &mut self,
        region: u32,
        at: u64,
        data: &[u8],
        posted: bool,
    ) -> Result<(), Error> {
        let mut body = at.to_le_bytes().to_vec();
        body.extend(words(&[region, data.len() as u32]));
        body.extend(data);
        if posted {
            self.send(Command::RegionWrite, NO_REPLY, &body, None)?;
        } else {
            self.ask(Command::RegionWrite, &body, None, "be written to")?;
        }
        Ok(())
    }

    /// The address of a register, if it is one.
    fn register(&self, at: u16) -> Result<u64, Error> {
        let at = u64::from(at);
        if at % 4 != 0 || at + 4 > self.registers {
            return Err(Error::Protocol("its registers end before this one"));
        }
        Ok(at)
    }
}

impl Transport for VfioUser {
    fn read(&mut self, at: u16) -> Result<u32, Error> {
        let mut body = self.register(at)?.to_le_bytes().to_vec();
        body.extend(words(&[numbers::VFIO_PCI_BAR0_REGION_INDEX, 4]));
        let answer = self.ask(Command::RegionRead, &body, None, "be read")?;
        word(&answer, 16)
    }

    fn write(&mut self, at: u16, value: u32) -> Result<(), Error> {
        let at = self.register(at)?;
        let bar = numbers::VFIO_PCI_BAR0_REGION_INDEX;
        self.region_write(bar, at, &value.to_le_bytes(), true)
    }

    fn memory(&mut self, bytes: usize) -> Result<Memory, Error> {
        let (memory, file): (Memory, OwnedFd) = Memory::new(bytes, self.free)?;
        let size = memory.len() as u64;
        let rights = numbers::VFIO_DMA_MAP_FLAG_READ | numbers::VFIO_DMA_MAP_FLAG_WRITE;
        let mut body = words(&[32, rights]);
        for number in [0, memory.address(), size] {
            body.extend(number.to_le_bytes());
        }
        let descriptor = file.as_raw_fd();
        self.ask(Command::DmaMap, &body, Some(descriptor), "map memory")?;
        // A page between two pieces: running over the end of one is not running into another.
        self.free += size + PAGE as u64;
        Ok(memory)
    }

    fn wait(&mut self, timeout: Duration) -> Result<bool, Error> {
        let broken = |error: nix::Error| Error::Broken(error.to_string());
        let timeout = PollTimeout::try_from(timeout).unwrap_or(PollTimeout::MAX);
        let mut events = [
            PollFd::new(self.interrupt.as_fd(), PollFlags::POLLIN),
            // A server that is gone closes the connection, and sends nothing unasked but errors.
            PollFd::new(self.stream.as_fd(), PollFlags::POLLIN),
        ];
        match poll(&mut events, timeout) {
            Ok(_) | Err(nix::Error::EINTR) => {}
            Err(error) => return Err(broken(error)),
        }
        if events[1].any().unwrap_or(true) {
            return Err(Error::Broken(
                "the server is gone, or a write failed".to_owned(),
            ));
        }
        if events[0].any().unwrap_or(false) {
            self.interrupt.read().map_err(broken)?;
            return Ok(true);
        }
        Ok(false)
    }

    fn reset(&mut self) -> Result<(), Error> {
        self.ask(Command::Reset, &[], None, "be reset")?;
        self.enable()
    }
}

/// Numbers of 32 bits, one behind the other.
fn words(numbers: &[u32]) -> Vec<u8> {
    numbers
        .iter()
        .flat_map(|number| number.to_le_bytes())
        .collect()
}

/// The number of 32 bits at `at`.
fn word(bytes: &[u8], at: usize) -> Result<u32, Error> {
    let four = bytes.get(at..at + 4).and_then(|four| four.try_into().ok());
    four.map(u32::from_le_bytes)
        .ok_or(Error::Protocol("an answer that is too short"))
}

#[cfg(test)]
mod tests {
    use std::{
        sync::atomic::{AtomicBool, Ordering},
        thread,
    };

    use nix::sys::{
        pthread::{pthread_kill, pthread_self},
        signal::{SaFlags, SigAction, SigHandler, SigSet, Signal, sigaction},
    };

    use super::*;

    extern "C" fn nothing(_: i32) {}

    /// The server reads nothing for a while, so that writes wait, and signals end the waiting.
    #[test]
    fn signals_break_no_connection() {
        let handler = SigHandler::Handler(nothing);
        let action = SigAction::new(handler, SaFlags::empty(), SigSet::empty());
        // SAFETY: a handler that does nothing may run at any time.
        unsafe { sigaction(Signal::SIGUSR1, &action) }.expect("it can be handled");
        let (ours, mut theirs) = UnixStream::pair().expect("two ends");
        let mut device = VfioUser {
            stream: ours,
            next: 0,
            free: FIRST,
            interrupt: EventFd::new().expect("an eventfd"),
            registers: 4096,
        };
        let writer = pthread_self();
        let ended = AtomicBool::new(false);
        thread::scope(|scope| {
            scope.spawn(|| {
                while !ended.load(Ordering::Relaxed) {
                    pthread_kill(writer, Signal::SIGUSR1).expect("the writer is there");
                    thread::sleep(Duration::from_micros(200));
                }
            });
            scope.spawn(|| {
                thread::sleep(Duration::from_millis(50));
                io::copy(&mut theirs, &mut io::sink())
            });
            let written = (0..2000).try_for_each(|_| device.write(0, 1));
            ended.store(true, Ordering::Relaxed);
            drop(device);
            assert_eq!(written, Ok(()));
        });
    }
}
