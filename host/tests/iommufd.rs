//! A device through iommufd, on a kernel that is made up: its `ioctl` is the one below.
//!
//! No kernel that this project boots has iommufd, so what the driver asks of it is looked at here: which requests, in which order, with what in them.

use std::{
    ffi::{c_int, c_ulong, c_void},
    fs::{self, File},
    os::{
        fd::{AsRawFd as _, BorrowedFd},
        unix::fs::{FileExt as _, MetadataExt as _, symlink},
    },
    path::PathBuf,
    slice,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use nix::libc::{EINVAL, ENODEV, ENOTTY, SYS_ioctl, syscall};
use shp::transport::{Error, PciAddress, Transport as _, Vfio};

/// What was asked for: the request's name, and the numbers of it that matter.
type Asked = (&'static str, Vec<u64>);

/// The kernel.
struct Kernel {
    asked: Vec<Asked>,
    /// The request that is refused, and why.
    refused: Option<(&'static str, c_int)>,
    /// The eventfd of the device's interrupt.
    interrupt: c_int,
}

static KERNEL: Mutex<Kernel> = Mutex::new(Kernel {
    asked: vec![],
    refused: None,
    interrupt: -1,
});

fn kernel() -> MutexGuard<'static, Kernel> {
    KERNEL.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Where the made-up device's registers and its configuration space are in its file.
const BAR: u64 = 0;
const CONFIG: u64 = 0x1000;
const IOAS: u32 = 7;
const RESET: u8 = 111;

/// Stands in for libc's in this program: requests of VFIO and iommufd, which share a letter, are answered here.
///
/// # Safety
/// As the kernel's.
#[unsafe(no_mangle)]
unsafe extern "C" fn ioctl(file: c_int, request: c_ulong, argument: *mut c_void) -> c_int {
    if request >> 8 & 0xff != c_ulong::from(b';') {
        // SAFETY: passed on as it came.
        return unsafe { syscall(SYS_ioctl, file, request, argument) } as c_int;
    }
    let request = (request & 0xff) as u8;
    let words: &mut [u32] = if request == RESET {
        // It has no argument.
        &mut []
    } else {
        // SAFETY: what is asked for with an argument has its size in front, and it is of whole words.
        unsafe {
            let argument = argument.cast::<u32>();
            slice::from_raw_parts_mut(argument, *argument as usize / 4)
        }
    };
    match kernel().answer(file, request, words) {
        Ok(()) => 0,
        Err(code) => {
            nix::errno::Errno::from_raw(code).set();
            -1
        }
    }
}

/// The number of a file, which stays what it is when the file is opened again.
fn inode(file: c_int) -> u64 {
    // SAFETY: it is open as long as the request takes.
    let file = unsafe { BorrowedFd::borrow_raw(file) }.try_clone_to_owned();
    let file = file.map(|file| File::from(file).metadata());
    file.ok().and_then(Result::ok).map_or(0, |data| data.ino())
}

impl Kernel {
    /// Sources: the kernel's include/uapi/linux/vfio.h and iommufd.h.
    fn answer(&mut self, file: c_int, request: u8, words: &mut [u32]) -> Result<(), c_int> {
        let long = |at: usize| u64::from(words[at]) | u64::from(words[at + 1]) << 32;
        let (name, numbers) = match request {
            0x80 => ("destroy", vec![words[1].into()]),
            0x81 => ("ioas", vec![words[1].into()]),
            0x85 => (
                "map",
                vec![words[1].into(), words[2].into(), long(4), long(6), long(8)],
            ),
            107..=109 => ("info", vec![]),
            110 => (
                "irqs",
                words[1..5].iter().map(|word| u64::from(*word)).collect(),
            ),
            RESET => ("reset", vec![]),
            118 => ("bind", vec![words[1].into(), inode(words[2].cast_signed())]),
            119 => ("attach", vec![words[1].into(), words[2].into()]),
            120 => ("detach", vec![words[1].into()]),
            _ => return Err(ENOTTY),
        };
        if name != "info" {
            let mut numbers = numbers;
            numbers.insert(0, inode(file));
            self.asked.push((name, numbers));
        }
        if let Some((_, code)) = self.refused.filter(|(refused, _)| *refused == name) {
            return Err(code);
        }
        match request {
            0x81 => words[2] = IOAS,
            // A PCI device that can be reset, of nine regions and five interrupts.
            107 => words[1..4].copy_from_slice(&[0b11, 9, 5]),
            108 => {
                let at = match words[2] {
                    0 => Some(BAR),
                    7 => Some(CONFIG),
                    _ => None,
                };
                // Readable and writeable; no capabilities; size and place.
                words[1] = 0b11;
                words[3] = 0;
                words[4..8].copy_from_slice(&[
                    if at.is_some() { 0x1000 } else { 0 },
                    0,
                    at.unwrap_or(0) as u32,
                    0,
                ]);
            }
            // One MSI-X, by eventfd.
            109 => [words[1], words[3]] = [1, u32::from(words[2] == 2)],
            110 if words[4] > 0 => self.interrupt = words[5].cast_signed(),
            118 => words[3] = 5,
            _ => {}
        }
        Ok(())
    }
}

/// A machine with one device of ours, without groups.
struct Machine {
    folder: tempfile::TempDir,
    address: PciAddress,
    device: File,
    /// Inodes of the device's file and of `/dev/iommu`.
    files: [u64; 2],
}

impl Machine {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder for the test");
        let place = |name: &str| folder.path().join(name);
        let function = place("bus/devices/0000:01:00.0");
        fs::create_dir_all(function.join("vfio-dev/vfio3")).expect("a new folder");
        symlink("../../drivers/vfio-pci", function.join("driver")).expect("a new link");
        symlink("../../iommu_groups/7", function.join("iommu_group")).expect("a new link");
        fs::create_dir_all(place("dev/vfio/devices")).expect("a new folder");
        let create = |name: &str| File::create_new(place(name)).expect("a new file");
        let iommu = create("dev/iommu");
        create("dev/vfio/devices/vfio3");
        let device = File::options()
            .read(true)
            .write(true)
            .open(place("dev/vfio/devices/vfio3"));
        let device = device.expect("it was made");
        device.set_len(0x2000).expect("room for registers");
        let files = [inode(device.as_raw_fd()), inode(iommu.as_raw_fd())];
        *kernel() = Kernel {
            asked: vec![],
            refused: None,
            interrupt: -1,
        };
        Self {
            folder,
            address: "0000:01:00.0".parse().expect("an address"),
            device,
            files,
        }
    }

    fn connect(&self) -> Result<Vfio, Error> {
        let root = self.folder.path();
        Vfio::connect_in(&root.join("bus"), &root.join("dev"), self.address)
    }

    fn dev(&self) -> PathBuf {
        self.folder.path().join("dev")
    }
}

/// What was asked for since the last time.
fn asked() -> Vec<Asked> {
    std::mem::take(&mut kernel().asked)
}

/// One test: the kernel is there once.
#[test]
fn a_device_is_driven_through_iommufd() {
    a_device_is_taken_over_used_and_let_go();
    what_the_kernel_refuses_is_an_error();
}

fn a_device_is_taken_over_used_and_let_go() {
    let machine = Machine::new();
    let [device, iommu] = machine.files;
    let mut way = machine.connect().expect("it is there");
    let ioas = u64::from(IOAS);
    // Flags: a trigger by eventfd, of MSI-X, from 0 on, one.
    let irqs = ("irqs", vec![device, 0b10_0100, 2, 0, 1]);
    assert_eq!(
        asked(),
        [
            ("ioas", vec![iommu, 0]),
            ("bind", vec![device, 0, iommu]),
            ("attach", vec![device, 0, ioas]),
            irqs.clone(),
        ]
    );
    let command = || {
        let mut command = [0; 2];
        machine
            .device
            .read_exact_at(&mut command, CONFIG + 4)
            .expect("it is there");
        command
    };
    assert_eq!(command(), [0b110, 0], "memory and bus master");

    way.write(0x21c, 0x1234_5678).expect("it is there");
    let mut register = [0; 4];
    machine
        .device
        .read_exact_at(&mut register, BAR + 0x21c)
        .expect("it is there");
    assert_eq!(register, [0x78, 0x56, 0x34, 0x12]);
    assert_eq!(way.read(0x21c), Ok(0x1234_5678));
    assert!(way.read(0x1000).is_err(), "past the registers");

    let memory = way.memory(5000).expect("there is some");
    let [(map, numbers)] = &asked()[..] else {
        panic!("one map");
    };
    // Flags: fixed, writeable, readable.
    assert_eq!((*map, &numbers[..3]), ("map", &[iommu, 0b111, ioas][..]));
    let [start, length, address] = numbers[3..] else {
        panic!("three numbers");
    };
    assert_eq!((length, address), (8192, memory.address()));
    // The device writes where it was told that the memory is.
    // SAFETY: the memory is mapped, and nobody has a reference into it.
    unsafe { (start as *mut u8).add(4999).write_volatile(0xa5) };
    let mut byte = [0];
    memory.read(4999, &mut byte);
    assert_eq!(byte, [0xa5]);

    let large = way.memory(3 << 20).expect("there is some");
    assert!(large.address() >= memory.address() + 8192);
    assert!(large.address().is_multiple_of(2 << 20), "large pages fit");
    assert_eq!(asked().len(), 1);

    assert_eq!(way.wait(Duration::ZERO), Ok(false));
    // SAFETY: the driver keeps it open.
    let interrupt = unsafe { BorrowedFd::borrow_raw(kernel().interrupt) };
    nix::unistd::write(interrupt, &1_u64.to_ne_bytes()).expect("an eventfd");
    assert_eq!(way.wait(Duration::from_secs(1)), Ok(true));

    machine
        .device
        .write_all_at(&[0; 2], CONFIG + 4)
        .expect("as a reset does");
    way.reset().expect("it is there");
    assert_eq!(command(), [0b110, 0], "enabled again");
    let after = asked();
    assert_eq!(after.first(), Some(&("reset", vec![device])));
    assert_eq!(after.last(), Some(&irqs));

    // A reset first, so that nothing writes to memory that goes next.
    drop(way);
    let end = asked();
    let names: Vec<_> = end.iter().map(|(name, _)| *name).collect();
    assert_eq!(names, ["reset", "detach", "destroy"]);
    assert_eq!(end[2].1, [iommu, ioas]);
}

fn what_the_kernel_refuses_is_an_error() {
    let machine = Machine::new();
    let refuse = |name, code| {
        kernel().refused = Some((name, code));
        machine.connect().err()
    };
    let busy = Error::Busy("vfio:0000:01:00.0".to_owned());
    assert_eq!(refuse("bind", EINVAL), Some(busy));
    for name in ["ioas", "bind", "attach", "irqs", "info"] {
        let error = refuse(name, ENODEV);
        assert!(
            matches!(error, Some(Error::Connect(..))),
            "{name}: {error:?}"
        );
    }
    kernel().refused = None;
    let mut way = machine.connect().expect("it is there");
    kernel().refused = Some(("map", ENODEV));
    assert!(matches!(way.memory(1), Err(Error::Memory(_))));
    kernel().refused = Some(("reset", ENODEV));
    assert!(matches!(way.reset(), Err(Error::Broken(_))));
    // Gone: closing it does not panic.
    kernel().refused = Some(("detach", ENODEV));
    drop(way);
    kernel().refused = None;
    for file in ["vfio/devices/vfio3", "iommu"] {
        fs::remove_file(machine.dev().join(file)).expect("it is there");
        assert!(
            matches!(machine.connect(), Err(Error::Connect(..))),
            "no {file}"
        );
        fs::write(machine.dev().join(file), []).expect("a new file");
    }
}
