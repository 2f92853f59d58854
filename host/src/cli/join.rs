//! `shp join`.

use std::{io, path::PathBuf, slice};

use shp::container;

use super::{
    exit::{self, Refusal},
    input,
    output::Outputs,
    progress,
};

/// Joins all k share files of a set, given in any order
///
/// A file appears under its name only when every byte of it was verified. To stdout each segment goes when it was
/// verified; whether the whole was right tells the exit code.
#[derive(clap::Args)]
#[command(after_long_help = exit::HELP)]
pub(super) struct Args {
    /// All k shares; one of them may be -, for stdin
    #[arg(required = true, value_name = "SHARE")]
    shares: Vec<PathBuf>,
    /// The file to write; - is stdout
    #[arg(short, long, value_name = "FILE", default_value = "-")]
    output: PathBuf,
    /// Replace an existing file
    #[arg(long)]
    force: bool,
}

impl Args {
    pub(super) fn run(self) -> anyhow::Result<()> {
        let dashes = self.shares.iter().filter(|share| input::is_dash(share));
        if dashes.count() > 1 {
            return Err(Refusal::Usage("stdin is given twice: it is one share".into()).into());
        }
        if input::is_dash(&self.output) {
            return self.join(&mut io::stdout().lock(), &mut |_| ());
        }
        let outputs = Outputs::begin(slice::from_ref(&self.output), self.force)?;
        let (_, mut file) = outputs.files().next().expect("one output was begun");
        let bar = progress::bar(&self.shares[0]);
        self.join(&mut file, &mut |bytes| bar.set_position(bytes))?;
        outputs.publish()
    }

    fn join(
        &self,
        message: &mut impl io::Write,
        progress: &mut dyn FnMut(u64),
    ) -> anyhow::Result<()> {
        let shares = self
            .shares
            .iter()
            .map(|share| input::open(share))
            .collect::<Result<_, _>>()?;
        let (set, bytes) = container::join(shares, message, progress)?;
        tracing::info!(set = %set.id, bytes, "joined");
        Ok(())
    }
}
