//! What is made from the command line's own description: `shp completions` and `shp man`.

use clap::{CommandFactory as _, builder::PossibleValuesParser};
use clap_complete::Shell;

use super::{Cli, stdout};

/// A test compares it with what help lists.
const COMMANDS: [&str; 11] = [
    "split",
    "join",
    "inspect",
    "conformance",
    "bench",
    "devices",
    "bind",
    "selftest",
    "stats",
    "completions",
    "man",
];

/// Prints the completions of a shell
#[derive(clap::Args)]
pub(super) struct Completions {
    /// The shell that is to complete
    shell: Shell,
}

impl Completions {
    pub(super) fn run(self) -> anyhow::Result<()> {
        // Into memory first: the generator panics on a pipe that is closed.
        let mut text = Vec::new();
        clap_complete::generate(self.shell, &mut Cli::command(), "shp", &mut text);
        stdout::print(&text)
    }
}

/// Prints the manual page of shp, or of one of its commands
#[derive(clap::Args)]
pub(super) struct Man {
    /// The command, when the page is not to be of shp itself
    #[arg(value_parser = PossibleValuesParser::new(COMMANDS))]
    command: Option<String>,
}

impl Man {
    pub(super) fn run(self) -> anyhow::Result<()> {
        let mut shp = Cli::command();
        shp.build();
        let page = match &self.command {
            Some(name) => shp
                .find_subcommand(name)
                .cloned()
                .expect("clap has checked the name"),
            None => shp,
        };
        let mut text = Vec::new();
        clap_mangen::Man::new(page).render(&mut text)?;
        stdout::print(&text)
    }
}
