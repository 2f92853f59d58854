//! `shp inspect`.

use std::path::PathBuf;

use serde_json::json;
use shp::container::{self, Summary};

use super::{input, stdout};

/// Tells what a share file says of itself, and whether it is whole
///
/// It takes all k shares to find out whether one was changed; inspect sees only what one share shows.
#[derive(clap::Args)]
pub(super) struct Args {
    /// The shares to look at; - is stdin
    #[arg(required = true, value_name = "SHARE")]
    shares: Vec<PathBuf>,
    /// One JSON object a share, each on its line
    #[arg(long)]
    json: bool,
}

impl Args {
    pub(super) fn run(self) -> anyhow::Result<()> {
        for share in &self.shares {
            let share = input::open(share)?;
            let name = share.name.clone();
            let summary = container::inspect(share)?;
            let report = if self.json {
                json(&name, &summary)
            } else {
                text(&name, &summary)
            };
            stdout::print(format!("{report}\n").as_bytes())?;
        }
        Ok(())
    }
}

fn json(name: &str, summary: &Summary) -> String {
    let Summary {
        set,
        segments,
        message_bytes,
    } = summary;
    json!({
        "share": name,
        "set": set.id.to_string(),
        "k": set.params.paths.get(),
        "lane_bits": set.params.lane.bits(),
        "policy": set.params.policy.to_string(),
        "rounds": set.params.rounds.get(),
        "pbox": set.params.pbox,
        "segment_bytes": set.segment_bytes,
        "segments": segments,
        "message_bytes": message_bytes,
    })
    .to_string()
}

fn text(name: &str, summary: &Summary) -> String {
    let Summary {
        set,
        segments,
        message_bytes,
    } = summary;
    let params = set.params;
    format!(
        "{name}\n  set      {}\n  shares   {}, all needed to join\n  lanes    {} bits\n  policy   {}\n  rounds   {}\n  \
         P-box    {}\n  segments {segments} of at most {} bytes\n  message  {message_bytes} bytes",
        set.id,
        params.paths,
        params.lane,
        params.policy,
        params.rounds,
        if params.pbox { "on" } else { "off" },
        set.segment_bytes,
    )
}
