//! The thread in which the board's clock runs.
//!
//! The device, the client's memory and the interrupt belong to it; the server's thread sends it orders. While the device is quiet the clock
//! stands still.

use std::fs::File;
use std::io::{self, Write as _};
use std::sync::mpsc::{Receiver, Sender, TryRecvError, channel};
use std::thread::JoinHandle;

use super::Options;
use super::dma::Dma;
use crate::device::Device;
use crate::{Error, Top};

/// Cycles between two looks at the orders.
const TURN: u32 = 64;

/// A reset's key-wiping and self-test take fewer turns than this.
const SETTLING: u32 = 64;

/// What a dead device reads as.
pub(super) const DEAD: u32 = u32::MAX;

/// What the server wants.
pub(super) enum Order {
    Read(u16, Sender<u32>),
    Write(u16, u32),
    Map {
        address: u64,
        size: u64,
        file: Option<File>,
        offset: u64,
        rights: [bool; 2],
        done: Sender<io::Result<()>>,
    },
    Unmap(u64, u64, Sender<()>),
    UnmapAll(Sender<()>),
    BusMaster(bool),
    /// Where interrupts go; nowhere.
    Interrupt(Option<File>),
    /// The device as it was at first.
    Reset(Sender<()>),
    /// The client is gone; when this is answered, so is all that it left in the device.
    Disconnect(Sender<()>),
}

/// The way to the thread.
pub(super) struct Clockwork {
    orders: Sender<Order>,
    _thread: JoinHandle<()>,
}

impl Clockwork {
    /// Starts the thread; a model stays on the one that made it.
    pub(super) fn start(top: &'static Top, options: Options) -> Result<Self, Error> {
        let (orders, received) = channel();
        let (started, outcome) = channel();
        let run = move || match Board::new(top, &options) {
            Ok(board) => {
                let _ = started.send(Ok(()));
                board.run(&received);
            }
            Err(error) => {
                let _ = started.send(Err(error));
            }
        };
        let thread = std::thread::Builder::new()
            .name("board".to_owned())
            .spawn(run)
            .map_err(Error::Thread)?;
        outcome.recv().unwrap_or(Err(Error::Died))?;
        Ok(Self {
            orders,
            _thread: thread,
        })
    }

    /// Gives an order that nobody waits for. To a board that died, it is lost.
    pub(super) fn order(&self, order: Order) {
        let _ = self.orders.send(order);
    }

    /// Gives an order and waits for what comes of it; `None` if the board died.
    pub(super) fn ask<T>(&self, order: impl FnOnce(Sender<T>) -> Order) -> Option<T> {
        let (answer, answered) = channel();
        self.orders.send(order(answer)).ok()?;
        answered.recv().ok()
    }
}

/// What the thread owns.
struct Board {
    device: Device,
    dma: Dma,
    interrupt: Option<File>,
    told: u64,
    /// The device broke a rule: it reads as all ones until it is reset.
    dead: bool,
}

impl Board {
    fn new(top: &'static Top, options: &Options) -> Result<Self, Error> {
        let mut device = Device::new(top)?;
        device.set_latency(options.latency);
        device.stall(options.stalls);
        if let Some(file) = &options.trace {
            device.trace(file)?;
        }
        Ok(Self {
            device,
            dma: Dma::default(),
            interrupt: None,
            told: 0,
            dead: false,
        })
    }

    fn run(mut self, orders: &Receiver<Order>) {
        loop {
            let order = if self.dead || self.device.is_quiet() {
                orders.recv().map_err(|_| TryRecvError::Disconnected)
            } else {
                orders.try_recv()
            };
            match order {
                Ok(order) => self.obey(order),
                Err(TryRecvError::Empty) => self.turn(),
                Err(TryRecvError::Disconnected) => return,
            }
        }
    }

    fn turn(&mut self) {
        for _ in 0..TURN {
            let stepped = self.device.step(&mut self.dma).map(|()| 0);
            self.survive(stepped);
            if self.dead {
                return;
            }
            if self.device.interrupts() != self.told {
                self.told = self.device.interrupts();
                if let Some(file) = &mut self.interrupt {
                    // An eventfd counts; a client that went away hears nothing.
                    let _ = file.write_all(&1_u64.to_ne_bytes());
                }
            }
        }
    }

    fn obey(&mut self, order: Order) {
        match order {
            Order::Read(at, answer) => {
                let value = self.alive(|device, dma| device.read(dma, at));
                let _ = answer.send(value);
            }
            Order::Write(at, value) => {
                self.alive(|device, dma| device.write(dma, at, value).map(|()| 0));
            }
            Order::Map {
                address,
                size,
                file,
                offset,
                rights,
                done,
            } => {
                let _ = done.send(self.dma.map(address, size, file, offset, rights));
            }
            Order::Unmap(address, size, done) => {
                self.dma.unmap(address, size);
                let _ = done.send(());
            }
            Order::UnmapAll(done) => {
                let bus_master = self.dma.bus_master;
                self.dma.clear();
                self.dma.bus_master = bus_master;
                let _ = done.send(());
            }
            Order::BusMaster(on) => self.dma.bus_master = on,
            Order::Interrupt(file) => self.interrupt = file,
            Order::Reset(done) => {
                self.reset();
                let _ = done.send(());
            }
            Order::Disconnect(done) => {
                self.reset();
                self.dma.clear();
                self.interrupt = None;
                self.settle();
                let _ = done.send(());
            }
        }
    }

    fn reset(&mut self) {
        self.device.reset();
        self.dma.bus_master = false;
        self.dead = false;
    }

    /// Lets a reset take effect in all of the device: what the pipelines held leaves them.
    fn settle(&mut self) {
        for _ in 0..SETTLING {
            if self.dead || self.device.is_quiet() {
                return;
            }
            self.turn();
        }
    }

    fn alive(&mut self, access: impl FnOnce(&mut Device, &mut Dma) -> Result<u32, Error>) -> u32 {
        if self.dead {
            return DEAD;
        }
        let result = access(&mut self.device, &mut self.dma);
        self.survive(result)
    }

    fn survive(&mut self, result: Result<u32, Error>) -> u32 {
        result.unwrap_or_else(|error| {
            eprintln!("the device is dead until its next reset: {error}");
            self.dead = true;
            DEAD
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tops;

    #[test]
    fn a_client_that_is_gone_is_gone_from_the_pipelines_too() -> Result<(), Error> {
        for name in ["k4w32_device", "k16w32_device", "k4w128_device"] {
            let mut board = Board::new(tops::find(name)?, &Options::default())?;
            board.obey(Order::Reset(channel().0));
            assert!(!board.device.is_quiet(), "{name} tests itself");
            board.obey(Order::Disconnect(channel().0));
            assert!(board.device.is_quiet(), "{name}");
        }
        Ok(())
    }
}
