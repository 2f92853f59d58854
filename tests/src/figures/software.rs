//! The library's own figures. How fast it is, `figures-software` of the benches measures.

use std::fs;

use anyhow::{Context, Result};
use serde_json::Value;

use super::program::{vectors, vectors_passed};
use super::{Figure, Reading, Target};

pub(super) fn figures() -> Vec<Figure> {
    vec![Figure::new("software.vectors", "passed", || {
        Ok(Reading {
            value: vectors_passed("shp")?,
            target: Target::AtLeast(count(|_| true)?),
        })
    })]
}

/// How many vectors are such.
pub(super) fn count(such: impl Fn(&Value) -> bool) -> Result<f64> {
    let list: Vec<Value> =
        serde_json::from_str(&fs::read_to_string(vectors())?).context("the vectors")?;
    Ok(f64::from(u32::try_from(
        list.iter().filter(|vector| such(vector)).count(),
    )?))
}
