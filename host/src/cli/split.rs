//! `shp split`.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use shp::{
    backend::{
        Backend,
        scheduler::{Scheduler, Threshold},
        software::Software,
    },
    container::{self, Named},
    partition::{Lane, Params, Paths, Policy},
    transport::Uri,
};

use super::{device, exit, input, output::Outputs, progress};

/// Splits a file into k share files, all of which are needed to join it again
///
/// The shares of FILE are FILE.1.shp to FILE.k.shp; the numbers only tell them apart, and the files may be renamed. The
/// keys come from the operating system for this one file and are wiped afterwards. Losing one share loses the file.
#[derive(clap::Args)]
#[command(after_long_help = exit::HELP)]
pub(super) struct Args {
    /// What to split; - is stdin, whose shares are stdin.1.shp and so on
    file: PathBuf,
    /// How many shares to make, 2 to 16; all of them are needed to join
    #[arg(short = 'k', long, value_name = "K")]
    paths: Paths,
    /// How wide the integers are that are added up: 8, 16, 32 or 64 bits
    #[arg(long, value_name = "BITS", default_value_t)]
    lane_bits: Lane,
    /// How the last random part is drawn: uniform, or definition, which leaks and is there to measure just that
    #[arg(long, default_value_t)]
    policy: Policy,
    /// The folder for the shares; it is made if it is missing [default: the current one]
    #[arg(short, long, value_name = "DIR")]
    output: Option<PathBuf>,
    /// A device to split with, vfio:ADDRESS or vfio-user:PATH; what it cannot do, or dies over, software does. Several take
    /// turns
    #[arg(long = "device", value_name = "URI")]
    devices: Vec<Uri>,
    /// Replace existing files
    #[arg(long)]
    force: bool,
}

impl Args {
    pub(super) fn run(self) -> anyhow::Result<()> {
        let params = Params {
            lane: self.lane_bits,
            policy: self.policy,
            ..Params::new(self.paths)
        };
        let opened = self.devices.iter().map(device::open);
        let (devices, _monitors): (Vec<_>, Vec<_>) = opened
            .collect::<anyhow::Result<Vec<_>>>()?
            .into_iter()
            .unzip();
        let mut message = input::open(&self.file)?;
        let outputs = Outputs::begin(&self.targets()?, self.force)?;
        let mut shares: Vec<_> = outputs
            .files()
            .map(|(target, stream)| Named {
                name: target.display().to_string(),
                stream,
            })
            .collect();
        let bar = progress::bar(&self.file);
        let progress = &mut |bytes| bar.set_position(bytes);
        let message = &mut message.stream;
        let (set, bytes) = if devices.is_empty() {
            container::split(params, message, &mut shares, progress)?
        } else {
            let devices = devices
                .into_iter()
                .map(|device| Box::new(device) as Box<dyn Backend>);
            let software = Box::new(Software::default());
            // Whoever names a device wants it to work, also where software would be sooner.
            let backend = Scheduler::new(devices.collect(), software, Threshold::Bytes(0));
            container::split_on(&backend, params, message, &mut shares, progress)?
        };
        outputs.publish()?;
        tracing::info!(set = %set.id, k = %self.paths, bytes, "split");
        Ok(())
    }

    fn targets(&self) -> anyhow::Result<Vec<PathBuf>> {
        let stem = if input::is_dash(&self.file) {
            Path::new("stdin")
        } else {
            &self.file
        };
        let stem = stem.file_name().context("the file to split has no name")?;
        let folder = self.output.as_deref().unwrap_or(Path::new(""));
        let target = |number| {
            let mut name = stem.to_owned();
            name.push(format!(".{number}.shp"));
            folder.join(name)
        };
        Ok((1..=self.paths.get()).map(target).collect())
    }
}
