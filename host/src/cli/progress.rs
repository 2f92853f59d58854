//! The progress bar: on a terminal only, and on stderr.

use std::{fs, path::Path};

use indicatif::{ProgressBar, ProgressFinish, ProgressStyle};

/// A bar for a job about as long as the file at `path`; without a known length it only counts. It goes when dropped.
pub(super) fn bar(path: &Path) -> ProgressBar {
    let length = fs::metadata(path).ok().filter(fs::Metadata::is_file);
    let (bar, template) = match length {
        Some(file) => (
            ProgressBar::new(file.len()),
            "{wide_bar} {bytes} of {total_bytes}, {bytes_per_sec}, {eta} left",
        ),
        None => (ProgressBar::new_spinner(), "{bytes}, {bytes_per_sec}"),
    };
    let style = ProgressStyle::with_template(template).expect("the template is fixed");
    bar.with_style(style).with_finish(ProgressFinish::AndClear)
}
