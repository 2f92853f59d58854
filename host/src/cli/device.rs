//! The one place where a command opens a device.

use std::time::Duration;

use anyhow::Context as _;
use shp::{backend::device::Hardware, monitor::Monitor, transport::Uri};

/// A device that does nothing for so long is given up.
const PATIENCE: Duration = Duration::from_secs(10);

/// Takes a device over. While the second value lives, `shp stats` is answered.
pub(super) fn open(uri: &Uri) -> anyhow::Result<(Hardware, Option<Monitor>)> {
    let transport = uri.connect()?;
    let device = Hardware::open(transport, PATIENCE).with_context(|| format!("opening {uri}"))?;
    let monitor = Monitor::start(uri, device.probe());
    if let Err(error) = &monitor {
        tracing::info!(%error, "`shp stats` will not be answered");
    }
    Ok((device, monitor.ok()))
}
