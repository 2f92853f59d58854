//! Text on stdout.

use std::io::{self, Write as _};

use anyhow::Context as _;

/// Prints text and sees to it that it got there: what is left in a buffer when the program ends fails in silence.
pub(super) fn print(text: &[u8]) -> anyhow::Result<()> {
    let mut stdout = io::stdout().lock();
    stdout
        .write_all(text)
        .and_then(|()| stdout.flush())
        .context("writing to stdout")
}
