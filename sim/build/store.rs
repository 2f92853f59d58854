//! Models outlive the build that made them: every profile, every set of features and every command share one.
//!
//! A model is a folder `target/models/NAME/KEY`, where the key is a hash of all that the model is made from. Whatever changes
//! gets another key, so a folder that is there is never stale.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::bundle::Bundles;
use crate::verilator::Verilator;
use crate::{files, stem};

/// A model that is ready to be linked.
pub(crate) struct Stored {
    pub(crate) name: String,
    /// Holds the C++ headers, and `libNAME.a`.
    pub(crate) folder: PathBuf,
}

impl Stored {
    /// The model of the top in `source`, made now if it is not in `store` yet.
    pub(crate) fn get(verilator: &Verilator, source: &Path, store: &Path) -> Result<Self> {
        let name = stem(source)?;
        // What counts its coverage is another model, and must not push this one out.
        let home = store.join(format!("{name}{}", verilator.suffix()));
        let key = key(verilator, source)?;
        let folder = home.join(&key);
        if !folder.exists() {
            make(verilator, source, &name, &home, &folder)?;
            forget_others(&home, &key)?;
        }
        Ok(Self { name, folder })
    }
}

/// Makes the model beside `home` and moves it to `folder` when it is whole: builds are killed, and two can run at once, of which neither may take
/// the other's for an old model.
fn make(
    verilator: &Verilator,
    source: &Path,
    name: &str,
    home: &Path,
    folder: &Path,
) -> Result<()> {
    let aside = home.with_extension(std::process::id().to_string());
    fs::create_dir_all(&aside)?;
    verilator.verilate(source, name, &aside)?;
    let bundles = Bundles::write(&aside, files(&aside, "cpp")?)?;
    verilator.compile(name, &aside, &bundles)?;
    fs::create_dir_all(home)?;
    match fs::rename(&aside, folder) {
        Err(_) if folder.exists() => Ok(fs::remove_dir_all(&aside)?),
        moved => moved.with_context(|| format!("moving {}", aside.display())),
    }
}

/// A hash of all that a model is made from.
fn key(verilator: &Verilator, source: &Path) -> Result<String> {
    let mut hasher = DefaultHasher::new();
    verilator.version().hash(&mut hasher);
    // The flags, and how files are bundled.
    include_str!("verilator.rs").hash(&mut hasher);
    include_str!("bundle.rs").hash(&mut hasher);
    let text = read(source)?;
    text.hash(&mut hasher);
    // A file may include others beside it, or take a module from one: a device takes its core. It has to name them.
    let beside = source.parent().context("a file is in a folder")?;
    for extension in ["v", "vh"] {
        for file in files(beside, extension)? {
            if file != source && text.contains(&stem(&file)?) {
                read(&file)?.hash(&mut hasher);
            }
        }
    }
    Ok(format!("{:016x}", hasher.finish()))
}

fn read(file: &Path) -> Result<String> {
    fs::read_to_string(file).with_context(|| format!("reading {}", file.display()))
}

/// Removes the models that an older Verilog of the same top had.
fn forget_others(home: &Path, key: &str) -> Result<()> {
    for entry in fs::read_dir(home)? {
        let entry = entry?;
        if entry.file_name() != key {
            match fs::remove_dir_all(entry.path()) {
                // Another build was faster.
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                removed => removed?,
            }
        }
    }
    Ok(())
}
