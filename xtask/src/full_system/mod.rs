//! `cargo xtask full-system`: the device suite where a real Linux stands between the driver and the device.
//!
//! ```text
//!   shp --VFIO--> Linux: vfio-pci, VT-d --> QEMU's vfio-user-pci --socket--> shp-sim serve
//!   '------------ in the guest ----------'
//! ```
//!
//! The guest is emulated, so this runs wherever QEMU does, without root and without /dev/kvm.

mod image;

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

use crate::shell::{cargo, name, run, say};
use crate::tools;
use image::Image;
use xtask::root;

/// The boards of `cargo xtask full-system`; the first is that of `cargo xtask test`.
pub(crate) const CORES: [&str; 3] = ["k4w32", "k16w32", "k4w128"];

/// What a guest is given up after.
const PATIENCE: Duration = Duration::from_secs(170);

/// What QEMU 11.1 ends with now and then when its board is killed: once in some thirty boots.
const OWN_FAULT: &str = "error_setv: Assertion `*errp == NULL' failed";

/// How often a guest is booted until QEMU lives to see its end.
const BOOTS: usize = 3;

/// What the guest's programs are built for, and where.
const TARGET: &str = "x86_64-unknown-linux-gnu";
const BUILT: &str = "target/guest";

/// What the tests in a guest said.
#[derive(Default)]
pub(crate) struct Account {
    pub(crate) passed: usize,
    pub(crate) failed: usize,
}

/// Runs the suite in a guest, for one board or for each.
pub(crate) fn full_system(core: Option<&str>) -> Result<()> {
    let guest = tools::guest()?;
    let begun = Instant::now();
    let image = prepare(&guest)?;
    println!("built in {} s", begun.elapsed().as_secs());
    let mut all = Account::default();
    for core in core.map_or(CORES.to_vec(), |core| vec![core]) {
        let start = Instant::now();
        let account = boot(&guest, &image, core)?;
        let seconds = start.elapsed().as_secs();
        println!(
            "{core}, in {seconds} s: {} passed, {} failed",
            account.passed, account.failed
        );
        all.passed += account.passed;
        all.failed += account.failed;
    }
    let seconds = begun.elapsed().as_secs();
    println!(
        "\nin {seconds} s: {} passed, {} failed",
        all.passed, all.failed
    );
    ensure!(all.failed == 0, "tests failed");
    Ok(())
}

/// Builds the board, the guest's programs and its image.
pub(crate) fn prepare(guest: &Path) -> Result<Image> {
    ensure!(
        cfg!(target_arch = "x86_64"),
        "the guest's programs are built for x86-64 only"
    );
    tools::verilator()?;
    say("building the guest's programs");
    run(&mut cargo(&[
        "build",
        "--quiet",
        "--package",
        "shp-sim",
        "--bins",
    ]))?;
    let packages = ["--package", "shp", "--package", "shp-suite", "--bins"];
    run(cargo(&["build", "--quiet", "--target", TARGET])
        .args(packages)
        // Static, as the guest has no libraries; another flag is another build.
        .env(
            "RUSTFLAGS",
            "-C target-feature=+crt-static -C strip=symbols -C debuginfo=0",
        )
        .env("CARGO_TARGET_DIR", root().join(BUILT)))?;
    let programs = root().join(BUILT).join(TARGET).join("debug");
    Image::build(guest, &programs, &root().join("target/full-system"))
}

/// Boots a guest with a board, and passes its lines on; again, if QEMU died of itself.
pub(crate) fn boot(guest: &Path, image: &Image, core: &str) -> Result<Account> {
    for _ in 0..BOOTS {
        say(&format!("the device suite in a guest, on {core}"));
        if let Some(account) = once(guest, image, core)? {
            ensure!(account.passed > 0, "no test ran in the guest");
            return Ok(account);
        }
        println!("QEMU died of itself, so all of it once more: {OWN_FAULT}");
    }
    bail!("QEMU died of itself {BOOTS} times: {OWN_FAULT}")
}

/// Boots a guest once; nothing if QEMU ended by an assertion of its own.
fn once(guest: &Path, image: &Image, core: &str) -> Result<Option<Account>> {
    let mut board = Board::start(core)?;
    let mut machine = Machine::start(guest, image, &board.socket)?;
    let mut account = Account::default();
    for line in machine.console()?.split(b'\n') {
        let line = line?;
        let line = String::from_utf8_lossy(&line);
        let line = line.trim_end();
        account.passed += usize::from(line.contains(" ... ok"));
        account.failed += usize::from(line.contains(" ... FAILED"));
        if line == image::TAKE_AWAY {
            board.kill();
        } else if line == image::ENDED {
            // Linux would now wait for the board that was taken away.
            return Ok(Some(account));
        } else {
            println!("{line}");
        }
    }
    let said = fs::read(&image.said)?;
    ensure!(
        String::from_utf8_lossy(&said).contains(OWN_FAULT),
        "the guest did not reach its end, for which it has {} s; {} may tell why",
        PATIENCE.as_secs(),
        image.said.display()
    );
    Ok(None)
}

/// QEMU, until this is dropped or it took too long.
struct Machine {
    process: Arc<Mutex<Child>>,
    console: Option<ChildStdout>,
}

impl Machine {
    fn start(guest: &Path, image: &Image, socket: &Path) -> Result<Self> {
        let mut command = qemu(guest, image, socket);
        let mut process = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            // It says much when a board is taken away.
            .stderr(File::create(&image.said)?)
            .spawn()
            .with_context(|| name(&command))?;
        let console = process.stdout.take();
        let process = Arc::new(Mutex::new(process));
        let late = Arc::downgrade(&process);
        thread::spawn(move || {
            thread::sleep(PATIENCE);
            if let Some(process) = late.upgrade() {
                kill(&process);
            }
        });
        Ok(Self { process, console })
    }

    fn console(&mut self) -> Result<BufReader<ChildStdout>> {
        let console = self.console.take().context("the output is piped")?;
        Ok(BufReader::new(console))
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        kill(&self.process);
    }
}

fn kill(process: &Mutex<Child>) {
    let mut process = process.lock().unwrap_or_else(PoisonError::into_inner);
    // One that is dead already is fine too.
    let _ = process.kill();
    let _ = process.wait();
}

/// The machine: an IOMMU, a port of PCI Express, and behind it the board.
fn qemu(guest: &Path, image: &Image, socket: &Path) -> Command {
    let libraries = guest.join("usr/lib/x86_64-linux-gnu");
    // The folder's own loader: this machine's libraries may be too old.
    let mut command = Command::new(libraries.join("ld-linux-x86-64.so.2"));
    command
        .arg("--library-path")
        .arg(&libraries)
        .arg(guest.join("usr/bin/qemu-system-x86_64"));
    for data in ["usr/share/qemu", "usr/share/seabios"] {
        command.arg("-L").arg(guest.join(data));
    }
    // Memory that is not shared cannot be reached by the board.
    let machine = "q35,kernel-irqchip=split,memory-backend=memory";
    let memory = "memory-backend-memfd,id=memory,size=144M,share=on";
    // Without caching-mode, QEMU does not hear which memory Linux maps for the device.
    let iommu = "intel-iommu,intremap=on,caching-mode=on";
    let board = format!(
        r#"{{"driver":"vfio-user-pci","bus":"root","x-msg-timeout":600000,"socket":{{"type":"unix","path":"{}"}}}}"#,
        socket.display()
    );
    command
        .args(["-accel", "tcg", "-cpu", "max", "-machine", machine])
        .args(["-m", "144M", "-object", memory])
        .args(["-nodefaults", "-no-user-config", "-no-reboot"])
        .args(["-display", "none", "-serial", "stdio"])
        .args(["-device", iommu])
        .args(["-device", "pcie-root-port,id=root", "-device", &board])
        .arg("-kernel")
        .arg(&image.kernel)
        .arg("-initrd")
        .arg(&image.files)
        .args(["-append", image::COMMAND_LINE]);
    command
}

/// `shp-sim serve`, until this is dropped.
struct Board {
    process: Child,
    socket: PathBuf,
}

impl Board {
    fn start(core: &str) -> Result<Self> {
        // The path of a socket is at most 107 bytes long.
        let socket = std::env::temp_dir().join(format!("shp-{core}-{}", std::process::id()));
        let mut command = Command::new(root().join("target/debug/shp-sim"));
        command.args(["serve", "--core", core, "--socket"]);
        let process = command
            .arg(&socket)
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| name(&command))?;
        let mut board = Self { process, socket };
        let said = board.process.stdout.take().context("it is piped")?;
        let mut line = String::new();
        BufReader::new(said).read_line(&mut line)?;
        if line.is_empty() {
            bail!("{} did not start", name(&command));
        }
        Ok(board)
    }

    fn kill(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Drop for Board {
    fn drop(&mut self) {
        self.kill();
        let _ = fs::remove_file(&self.socket);
    }
}
