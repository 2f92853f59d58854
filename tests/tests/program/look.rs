//! `shp selftest` and `shp stats`.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    process::Stdio,
};

use anyhow::{Context as _, Result};
use serde_json::Value;

use crate::{Desk, message};

#[test]
fn a_good_device_passes_the_selftest() -> Result<()> {
    let desk = Desk::new("k4w32")?;
    let told = desk.done(&["selftest", "--device", &desk.device()])?;
    let (checks, name) = told
        .trim_end()
        .rsplit_once('\n')
        .context("more than a line")?;
    assert!(name.starts_with("device k4w32, hash "), "{told}");
    assert!(checks.lines().count() == 7, "{told}");
    assert!(checks.lines().all(|line| line.starts_with("ok ")), "{told}");
    Ok(())
}

/// While a split waits for its input, and thus drives the device, its counters can be seen; before and after that there is nothing to see.
#[test]
fn whoever_drives_a_device_tells_what_it_counts() -> Result<()> {
    let desk = Desk::new("k4w32")?;
    let uri = desk.device();
    let idle = || -> Result<()> {
        let output = desk.run(&["stats", "--device", &uri])?;
        let said = String::from_utf8(output.stderr)?;
        assert_eq!(output.status.code(), Some(7));
        assert!(said.contains("nobody drives"), "{said}");
        Ok(())
    };
    idle()?;
    let mut shp = desk
        .shp()?
        .args(["split", "-", "-k", "2", "--device", &uri])
        .stdin(Stdio::piped())
        .spawn()?;
    let mut stdin = shp.stdin.take().context("its stdin is piped")?;
    // More than is in flight at once: some of it is done before the rest comes.
    stdin.write_all(&message(12 << 16))?;

    let watch = ["stats", "--watch", "--json", "--device", &uri];
    let mut watch = desk.shp()?.args(watch).spawn()?;
    let lines = BufReader::new(watch.stdout.take().context("its stdout is piped")?).lines();
    let mut counted = vec![];
    for line in lines {
        let report: Value = serde_json::from_str(&line?)?;
        assert_eq!(report["process"], shp.id());
        assert_eq!(report["failure"], Value::Null);
        let count = |name: &str| report["counted"][name].as_u64().context("a count");
        counted.push((count("segments")?, count("clocks")?));
        let done = count("segments")? > 5;
        if done && counted.len() > 1 {
            break;
        }
    }
    watch.kill()?;
    watch.wait()?;
    assert!(counted.is_sorted(), "{counted:?}");
    let text = desk.done(&["stats", "--device", &uri])?;
    let told = format!("{uri}, driven by process {} for ", shp.id());
    assert!(text.contains(&told) && text.contains(" s: well"), "{text}");

    // And nobody else can have it, which does not disturb whoever has.
    let output = desk.run(&["selftest", "--device", &uri])?;
    let said = String::from_utf8(output.stderr)?;
    assert_eq!(output.status.code(), Some(7));
    assert!(said.contains("another process uses"), "{said}");

    drop(stdin);
    let output = shp.wait_with_output()?;
    assert!(output.status.success() && output.stderr.is_empty());
    idle()
}
