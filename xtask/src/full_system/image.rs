//! What a guest boots: a kernel, and an initramfs that holds all the rest.

use std::fs;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

use xtask::root;

/// The guest's script, which says the two lines below.
const INIT: &str = include_str!("init.sh");
/// Everything ran.
pub(super) const ENDED: &str = "THE GUEST ENDS";
/// The board has to be killed now.
pub(super) const TAKE_AWAY: &str = "TAKE THE DEVICE AWAY";

/// An IOMMU before every device; the rest is haste, and quiet on the console.
pub(super) const COMMAND_LINE: &str = "console=ttyS0 intel_iommu=on mitigations=off nokaslr quiet no_timer_check random.trust_cpu=on panic=-1";

/// In the order in which they are loaded; `init.sh` does that.
const MODULES: [&str; 5] = [
    "virt/lib/irqbypass.ko.xz",
    "drivers/vfio/vfio.ko.xz",
    "drivers/vfio/pci/vfio-pci-core.ko.xz",
    "drivers/vfio/pci/vfio-pci.ko.xz",
    "drivers/vfio/vfio_iommu_type1.ko.xz",
];

/// Files for QEMU.
pub(crate) struct Image {
    pub(super) kernel: PathBuf,
    pub(super) files: PathBuf,
    /// What QEMU says goes there.
    pub(super) said: PathBuf,
}

impl Image {
    /// Makes both in a folder, from the guest's packages and programs.
    pub(super) fn build(guest: &Path, programs: &Path, folder: &Path) -> Result<Self> {
        fs::create_dir_all(folder)?;
        let image = Self {
            kernel: folder.join("vmlinux"),
            files: folder.join("initramfs"),
            said: folder.join("qemu.log"),
        };
        let packed = only(&guest.join("boot"), "vmlinuz-")?;
        fs::write(&image.kernel, unpack(&fs::read(&packed)?)?)?;

        let mut archive = Archive::default();
        for folder in ["bin", "dev", "proc", "sys", "tmp", "modules"] {
            archive.put(folder, 0o040_755, &[]);
        }
        let modules = only(&guest.join("usr/lib/modules"), "")?.join("kernel");
        for (number, module) in MODULES.iter().enumerate() {
            let name = format!("modules/{number}.ko.xz");
            archive.put(&name, 0o100_644, &read(&modules.join(module))?);
        }
        archive.put("init", 0o100_755, INIT.as_bytes());
        archive.put(
            "bin/busybox",
            0o100_755,
            &read(&guest.join("usr/bin/busybox"))?,
        );
        for program in ["shp", "shp-suite"] {
            archive.put(
                &format!("bin/{program}"),
                0o100_755,
                &read(&programs.join(program))?,
            );
        }
        for (name, file) in [
            ("vectors.json", "tests/vectors/shp-v1.json"),
            ("picture.png", "docs/picture.png"),
        ] {
            archive.put(name, 0o100_644, &read(&root().join(file))?);
        }
        fs::File::create(&image.files)?.write_all(&archive.end())?;
        Ok(image)
    }
}

fn read(file: &Path) -> Result<Vec<u8>> {
    fs::read(file).with_context(|| file.display().to_string())
}

/// The one entry of a folder whose name begins so.
fn only(folder: &Path, begin: &str) -> Result<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let entry = entry?;
        if entry.file_name().to_string_lossy().starts_with(begin) {
            found.push(entry.path());
        }
    }
    ensure!(
        found.len() == 1,
        "{} entries {begin}* in {}",
        found.len(),
        folder.display()
    );
    found.pop().context("there is one")
}

/// The kernel in a bzImage. The emulated processor would take ten seconds to unpack it.
///
/// Source: the kernel's Documentation/arch/x86/boot.rst.
fn unpack(image: &[u8]) -> Result<Vec<u8>> {
    let word = |at: usize| {
        let bytes = image
            .get(at..at + 4)
            .and_then(|bytes| bytes.try_into().ok());
        let word = bytes.map(|bytes| u32::from_le_bytes(bytes) as usize);
        word.context("the kernel's image is cut short")
    };
    ensure!(word(0x202)? == 0x5372_6448, "no kernel's image");
    // Sectors of 512 bytes before the part that the payload's place counts from, one of them unsaid.
    let setup = usize::from(image[0x1f1]) + 1;
    let start = setup * 512 + word(0x248)?;
    let payload = image.get(start..start + word(0x24c)?);
    let payload = payload.context("the kernel's image is cut short")?;
    let mut kernel = Vec::new();
    ruzstd::decoding::StreamingDecoder::new(payload)
        .context("the kernel is not packed with zstd")?
        .read_to_end(&mut kernel)?;
    Ok(kernel)
}

/// An archive as `cpio --format newc` makes it.
///
/// Source: the kernel's Documentation/driver-api/early-userspace/buffer-format.rst.
#[derive(Default)]
struct Archive {
    bytes: Vec<u8>,
    entries: usize,
}

impl Archive {
    fn put(&mut self, name: &str, mode: usize, data: &[u8]) {
        self.entries += 1;
        let (number, size, length) = (self.entries, data.len(), name.len() + 1);
        self.bytes.extend(b"070701");
        // Inode, mode, owner, group, links, time, size, four numbers of devices, the name's length, a sum that nobody checks.
        for field in [number, mode, 0, 0, 1, 0, size, 0, 0, 0, 0, length, 0] {
            self.bytes.extend(format!("{field:08x}").bytes());
        }
        self.bytes.extend(name.bytes().chain([0]));
        self.align();
        self.bytes.extend(data);
        self.align();
    }

    fn align(&mut self) {
        self.bytes.resize(self.bytes.len().next_multiple_of(4), 0);
    }

    fn end(mut self) -> Vec<u8> {
        self.put("TRAILER!!!", 0, &[]);
        self.bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_archive_is_aligned_and_ends() {
        let mut archive = Archive::default();
        archive.put("a", 0o100_644, b"12345");
        let bytes = archive.end();
        assert_eq!(bytes.len() % 4, 0);
        assert_eq!(&bytes[110..], {
            let mut end = b"a\x0012345\0\0\0".to_vec();
            end.extend_from_slice(&bytes[120..]);
            end
        });
        assert!(bytes[120..].starts_with(b"070701"));
    }

    #[test]
    fn what_is_no_kernel_is_refused() {
        for image in [&[][..], &[0; 0x300], &[0xff; 0x205]] {
            assert!(unpack(image).is_err());
        }
    }

    #[test]
    fn the_script_says_its_lines() {
        assert!(INIT.contains(ENDED) && INIT.contains(TAKE_AWAY));
    }
}
