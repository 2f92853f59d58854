//! `cargo xtask prove`: every proof in hdl/proofs, and that each notices its planted faults.
//!
//! A proof is a module `proof` around units of a core, with assumptions and assertions, under a head of comments: `Proves:` what it says,
//! `By:` the method and its number of clocks, and a `Fault:` or more, each a change of the generated text that has to break it.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use xtask::root;

use crate::fault::Fault;
use crate::shell::say;
use crate::yowasp::Yowasp;

/// The core whose units are proven.
const CORE: &str = "hdl/verilog/k4w32.v";

/// The head of a proof.
#[derive(Debug)]
struct Head<'a> {
    proves: &'a str,
    method: Method,
    faults: Vec<Fault<'a>>,
}

/// How far a proof reaches.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Method {
    /// Any number of clocks, by induction over so many.
    Induction(u32),
    /// So many clocks from the start.
    Bounded(u32),
}

/// Runs every proof.
pub(crate) fn prove() -> Result<()> {
    let tools = Yowasp::fetch()?;
    let core = fs::read_to_string(root().join(CORE)).context(CORE)?;
    fs::create_dir_all(root().join("target/proofs"))?;

    let mut proofs = Vec::new();
    for entry in fs::read_dir(root().join("hdl/proofs"))? {
        proofs.push(entry?.path());
    }
    proofs.sort();
    for proof in &proofs {
        check(&tools, &core, proof).with_context(|| proof.display().to_string())?;
    }
    println!("{} proven, each with its faults found", proofs.len());
    Ok(())
}

fn check(tools: &Yowasp, core: &str, proof: &Path) -> Result<()> {
    let text = fs::read_to_string(proof)?;
    let head = Head::read(&text)?;
    say(head.proves);
    let answer = ask(tools, core, proof, head.method)?;
    ensure!(
        answer.is_none(),
        "not proven: {}",
        answer.unwrap_or_default()
    );
    for fault in &head.faults {
        ensure!(
            ask(tools, &fault.plant(core)?, proof, head.method)?.is_some(),
            "not noticed: {fault:?}"
        );
    }
    let reach = match head.method {
        Method::Induction(_) => "for any number of clocks".to_owned(),
        Method::Bounded(clocks) => format!("for {clocks} clocks from reset"),
    };
    println!(
        "proven {reach}: {}; {} faults noticed",
        head.proves,
        head.faults.len()
    );
    Ok(())
}

/// Asks the solver about a proof over a core's text. Nothing means that it holds; else what was found.
fn ask(tools: &Yowasp, core: &str, proof: &Path, method: Method) -> Result<Option<String>> {
    const CORE: &str = "target/proofs/core.v";
    const MODEL: &str = "target/proofs/model.smt2";
    fs::write(root().join(CORE), core)?;
    let proof = proof.strip_prefix(root())?.display();
    tools.yosys(&format!(
        "read_verilog {CORE}; read_verilog -formal -sv {proof}; hierarchy -top proof; setattr -mod -unset keep_hierarchy *; proc; memory_collect; \
         memory_map -formal; flatten; prep -top proof; async2sync; dffunmap; write_smt2 -wires {MODEL}"
    ))?;
    // What induction rests on: as many clocks from the start.
    let (steps, induction) = match method {
        Method::Induction(steps) => (steps, true),
        Method::Bounded(steps) => (steps, false),
    };
    for arguments in [&[][..], &["-i"][..]]
        .into_iter()
        .take(1 + usize::from(induction))
    {
        let output = tools
            .smtbmc()?
            .args(["-t", &steps.to_string()])
            .args(arguments)
            .arg(MODEL)
            .output()?;
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        if said.contains("Status: FAILED") {
            return Ok(Some(said));
        }
        ensure!(
            output.status.success() && said.contains("Status: PASSED"),
            "the solver ended with {said}"
        );
    }
    Ok(None)
}

impl<'a> Head<'a> {
    fn read(text: &'a str) -> Result<Self> {
        let lines = |key: &'static str| {
            text.lines()
                .filter_map(move |line| line.strip_prefix("// ")?.strip_prefix(key))
        };
        let proves = lines("Proves: ").next().context("no line Proves:")?;
        let method = match lines("By: ").next().and_then(|line| line.split_once(' ')) {
            Some(("induction", steps)) => Method::Induction(steps.parse()?),
            Some(("bounded", steps)) => Method::Bounded(steps.parse()?),
            _ => bail!("no line By: induction N or By: bounded N"),
        };
        let faults = Fault::list(text)?;
        ensure!(
            !faults.is_empty(),
            "no line Fault:, and a proof that nothing can break proves nothing"
        );
        Ok(Self {
            proves,
            method,
            faults,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_says_what_is_proven_and_how() -> Result<()> {
        let head = Head::read(
            "// Proves: a + b\n// By: bounded 12\n// Fault: in add, a + b => a - b\nmodule proof;",
        )?;
        assert_eq!((head.proves, head.method), ("a + b", Method::Bounded(12)));
        assert_eq!(
            head.faults,
            [Fault {
                module: "add",
                old: "a + b",
                new: "a - b"
            }]
        );
        assert!(
            Head::read("// Proves: a\n// By: induction 3\n").is_err(),
            "a proof needs a fault"
        );
        assert!(Head::read("// Proves: a\n// By: magic 3\n// Fault: in a, b => c\n").is_err());
        Ok(())
    }
}
