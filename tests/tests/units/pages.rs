//! The pages in docs/units: their tables of ports and their pictures are what the units are today.
//!
//! `SHP_WRITE_PAGES=1 cargo test -p shp-tests --test units pages` writes both anew.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use shp_sim::{Direction, Top, tops};

use crate::waves::UNITS;

const BEGIN: &str = "<!-- ports: written by tests/tests/units/pages.rs -->\n";
const END: &str = "<!-- end of ports -->\n";

/// A table of the ports, in the order and the words of the `RustHDL`.
fn ports(top: &Top, unit: &str, source: &str) -> Result<String> {
    let (_, body) = source
        .split_once(&format!("pub struct {unit}"))
        .context("the unit's type is in its file")?;
    let (body, _) = body.split_once("\n}\n").context("the type ends")?;
    let mut table = String::from("| port | | bits | what |\n|---|---|---|---|\n");
    let (mut about, mut listed) = (Vec::new(), 0);
    for line in body.lines().map(str::trim) {
        if let Some(text) = line.strip_prefix("/// ") {
            about.push(text.replace("[`", "`").replace("`]", "`"));
        } else if let Some((name, _)) = line
            .strip_prefix("pub ")
            .and_then(|field| field.split_once(':'))
        {
            let is_port = |port: &&shp_sim::Port| {
                let rest = port.name.strip_prefix(name);
                rest.is_some_and(|rest| {
                    rest.is_empty()
                        || rest
                            .strip_prefix('_')
                            .is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_digit()))
                })
            };
            let found: Vec<_> = top.ports().iter().filter(is_port).collect();
            let first = found
                .first()
                .with_context(|| format!("{name} is no port"))?;
            let direction = if first.direction == Direction::Input {
                "in"
            } else {
                "out"
            };
            let shown = if first.name == name {
                format!("`{name}`")
            } else {
                format!("`{name}_0` to `{name}_{}`", found.len() - 1)
            };
            // Writing to a string cannot fail.
            let _ = writeln!(
                table,
                "| {shown} | {direction} | {} | {} |",
                first.width,
                about.join(" ")
            );
            listed += found.len();
            about.clear();
        }
    }
    ensure!(listed == top.ports().len(), "a port has no description");
    Ok(table)
}

/// Compares a file with what it has to be, or writes it.
fn check(file: &Path, text: &str) -> Result<()> {
    if std::env::var_os("SHP_WRITE_PAGES").is_some() {
        fs::write(file, text)?;
    }
    let committed = fs::read_to_string(file).with_context(|| file.display().to_string())?;
    ensure!(
        committed == text,
        "{} is stale: run SHP_WRITE_PAGES=1 cargo test -p shp-tests --test units pages",
        file.display()
    );
    Ok(())
}

#[test]
fn pages_are_fresh() -> Result<()> {
    let folder = xtask::root().join("docs/units");
    let index = fs::read_to_string(folder.join("README.md"))?;
    for (name, unit, wave) in UNITS {
        check(&folder.join(name).with_extension("svg"), &wave().svg())?;
        let page = folder.join(name).with_extension("md");
        let text = fs::read_to_string(&page).with_context(|| page.display().to_string())?;
        let (before, rest) = text
            .split_once(BEGIN)
            .with_context(|| format!("{name}: no table of ports"))?;
        let (_, after) = rest
            .split_once(END)
            .with_context(|| format!("{name}: the table does not end"))?;
        let source = fs::read_to_string(
            xtask::root()
                .join("hdl/src")
                .join(name)
                .with_extension("rs"),
        )?;
        let table = ports(tops::find(name)?, unit, &source).with_context(|| name)?;
        check(&page, &[before, BEGIN, &table, END, after].concat())?;
        ensure!(
            after.contains(&format!("({name}.svg)")),
            "{name}: no picture"
        );
        ensure!(
            index.contains(&format!("({name}.md)")),
            "{name} is not in the index"
        );
    }
    Ok(())
}
