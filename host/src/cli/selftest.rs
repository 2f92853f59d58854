//! `shp selftest`.

use anyhow::Context as _;
use shp::{selftest, transport::Uri};

use super::{exit::Refusal, stdout};

/// Tries a device: registers, shares, interrupts, failures
///
/// The device is taken over and reset. A line tells of each thing that is tried; the last one says what the device is.
#[derive(clap::Args)]
pub(super) struct Args {
    /// The device: vfio:ADDRESS or vfio-user:PATH
    #[arg(long, value_name = "URI")]
    device: Uri,
}

impl Args {
    pub(super) fn run(self) -> anyhow::Result<()> {
        let (mut failed, mut printed) = (false, Ok(()));
        let info = selftest::run(self.device.connect()?, &mut |name, result| {
            let line = match result {
                Ok(()) => format!("ok      {name}\n"),
                Err(failure) => {
                    failed = true;
                    format!("FAILED  {name}: {failure}\n")
                }
            };
            if printed.is_ok() {
                printed = stdout::print(line.as_bytes());
            }
        });
        let info = info.with_context(|| format!("opening {}", self.device))?;
        printed?;
        stdout::print(format!("{info}\n").as_bytes())?;
        if failed {
            return Err(Refusal::Device.into());
        }
        Ok(())
    }
}
