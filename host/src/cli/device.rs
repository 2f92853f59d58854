//! The one place where a command opens a device.

use std::time::Duration;

use anyhow::Context as _;
use shp::{backend::device::Hardware, transport::Uri};

/// A device that does nothing for so long is given up.
const PATIENCE: Duration = Duration::from_secs(10);

/// Takes a device over.
pub(super) fn open(uri: &Uri) -> anyhow::Result<Hardware> {
    let transport = uri.connect()?;
    Hardware::open(transport, PATIENCE).with_context(|| format!("opening {uri}"))
}
