//! Runs vectors of SPEC.md's form through everything that splits and joins here: the reference and every kernel that
//! this machine can run.

use std::{fmt, str::FromStr};

use serde::Deserialize;

use crate::backend::{Backend, Buffer, Job};
use crate::partition::{
    self, KEY_BYTES, Kernel, Key, Keys, Lane, Params, Paths, Rounds, reference,
};

/// The vectors could not be read at all.
#[derive(Debug, thiserror::Error)]
#[error("these are no vectors of SPEC.md's form: {0}")]
pub struct Error(#[from] serde_json::Error);

/// What became of a list of vectors. Its `Display` is the closing line.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Report {
    /// How many vectors agreed in everything.
    pub passed: usize,
    /// How many could not be run: a device cannot do everything.
    pub skipped: usize,
    /// Those that did not agree, in order.
    pub failures: Vec<Failure>,
}

/// A vector that does not agree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// Its place in the list, from 0.
    pub index: usize,
    /// What is wrong with it, or what differs.
    pub reason: String,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "vector {}: {}", self.index, self.reason)
    }
}

impl fmt::Display for Report {
    /// Every conformance program ends with such a line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} passed, {} failed, {} skipped",
            self.passed,
            self.failures.len(),
            self.skipped
        )
    }
}

/// Runs every vector of a JSON list.
///
/// # Errors
/// When `json` is no list of vectors. A vector that has the form and a wrong value is a [`Failure`].
pub fn run(json: &[u8]) -> Result<Report, Error> {
    let vectors: Vec<Vector> = serde_json::from_slice(json)?;
    let mut report = Report::default();
    for (index, vector) in vectors.iter().enumerate() {
        match vector.check() {
            Ok(()) => report.passed += 1,
            Err(reason) => report.failures.push(Failure { index, reason }),
        }
    }
    Ok(report)
}

/// Runs every vector of a JSON list through a backend; what its capabilities do not list is skipped.
///
/// # Errors
/// As [`run`].
pub fn run_on(json: &[u8], backend: &dyn Backend) -> Result<Report, Error> {
    let vectors: Vec<Vector> = serde_json::from_slice(json)?;
    let mut report = Report::default();
    for (index, vector) in vectors.iter().enumerate() {
        match vector.check_on(backend) {
            Ok(true) => report.passed += 1,
            Ok(false) => report.skipped += 1,
            Err(reason) => report.failures.push(Failure { index, reason }),
        }
    }
    Ok(report)
}

type Split<'a> = &'a dyn Fn(&mut [&mut [u8]]) -> Result<(), partition::Error>;
type Join<'a> = &'a dyn Fn(&[&[u8]], &mut [u8]) -> Result<(), partition::Error>;

/// SPEC.md, "Vectors". Bytes are hex; the rest is checked when it is used.
#[derive(Deserialize)]
struct Vector {
    k: usize,
    lane_bits: u64,
    policy: String,
    rounds: u64,
    pbox: bool,
    segment: String,
    master_key: String,
    unit_keys: Vec<String>,
    pbox_key: String,
    message: String,
    ports: Vec<String>,
}

impl Vector {
    fn params(&self) -> Result<Params, String> {
        Ok(Params {
            paths: Paths::new(self.k).map_err(text)?,
            lane: Lane::from_bits(self.lane_bits).map_err(text)?,
            policy: self.policy.parse().map_err(text)?,
            rounds: Rounds::new(self.rounds).map_err(text)?,
            pbox: self.pbox,
        })
    }

    /// Splits on a backend, unless that cannot. The vector says which segment it is, so this goes past `backend::Open`.
    fn check_on(&self, backend: &dyn Backend) -> Result<bool, String> {
        let params = self.params()?;
        if !backend.capabilities().allow(&params) {
            return Ok(false);
        }
        let message = bytes("message", &self.message)?;
        let keys = self.keys(params.paths)?;
        let mut session = backend.open(params, keys).map_err(text)?;
        let ports = (0..self.k).map(|_| session.buffer(message.len())).collect();
        let mut job = Job::new(Buffer::from(message.as_slice()), ports);
        job.segment = u64::from_str(&self.segment).map_err(|e| format!("segment: {e}"))?;
        let completion = session.split(job, &mut vec![]);
        completion.result.map_err(text)?;
        for (port, (got, want)) in completion.job.ports.iter().zip(&self.ports).enumerate() {
            equal(&format!("port {port}"), got, &bytes("ports", want)?)?;
        }
        Ok(true)
    }

    fn check(&self) -> Result<(), String> {
        let params = self.params()?;
        let segment = u64::from_str(&self.segment).map_err(|e| format!("segment: {e}"))?;
        let message = bytes("message", &self.message)?;
        let ports = self
            .ports
            .iter()
            .map(|port| bytes("ports", port))
            .collect::<Result<Vec<_>, _>>()?;
        let keys = self.keys(params.paths)?;

        let run = |name: &str, split: Split<'_>, join: Join<'_>| {
            let mut got = vec![vec![0; message.len()]; self.k];
            let mut slots: Vec<&mut [u8]> = got.iter_mut().map(Vec::as_mut_slice).collect();
            split(&mut slots).map_err(|e| format!("{name}: {e}"))?;
            if ports.len() != self.k {
                return Err(format!("{} ports for {} paths", ports.len(), self.k));
            }
            for (port, (got, want)) in got.iter().zip(&ports).enumerate() {
                equal(&format!("{name}: port {port}"), got, want)?;
            }
            let mut joined = vec![0; message.len()];
            let shares: Vec<&[u8]> = ports.iter().map(Vec::as_slice).collect();
            join(&shares, &mut joined).map_err(|e| format!("{name}: {e}"))?;
            equal(&format!("{name}: the joined message"), &joined, &message)
        };
        run(
            "reference",
            &|ports| reference::split(&params, &keys, segment, &message, ports),
            &|shares, message| reference::join(params.lane, shares, message),
        )?;
        for kernel in Kernel::all() {
            run(
                kernel.name(),
                &|ports| kernel.split(&params, &keys, segment, &message, ports),
                &|shares, message| kernel.join(params.lane, shares, message),
            )?;
        }
        Ok(())
    }

    /// The keys, which must be both given and what the master key gives.
    fn keys(&self, paths: Paths) -> Result<Keys, String> {
        let units = self
            .unit_keys
            .iter()
            .map(|unit| key("unit_keys", unit))
            .collect::<Result<Vec<_>, _>>()?;
        let given = Keys::new(units, key("pbox_key", &self.pbox_key)?).map_err(text)?;
        let derived = Keys::derive(&key("master_key", &self.master_key)?, paths);
        if given.units().len() != derived.units().len() {
            return Err(format!(
                "{} unit keys for {paths} paths",
                given.units().len()
            ));
        }
        for (unit, (got, want)) in derived.units().iter().zip(given.units()).enumerate() {
            equal(&format!("the derived key of unit {unit}"), got, want)?;
        }
        equal("the derived key of the P-box", derived.pbox(), given.pbox())?;
        Ok(given)
    }
}

fn text(error: impl fmt::Display) -> String {
    error.to_string()
}

fn bytes(field: &str, hex: &str) -> Result<Vec<u8>, String> {
    hex::decode(hex).map_err(|e| format!("{field}: {e}"))
}

fn key(field: &str, hex: &str) -> Result<Key, String> {
    let bytes = bytes(field, hex)?;
    let length = bytes.len();
    bytes
        .try_into()
        .map_err(|_| format!("{field}: {length} bytes, a key has {KEY_BYTES}"))
}

fn equal(what: &str, got: &[u8], want: &[u8]) -> Result<(), String> {
    if got.len() != want.len() {
        return Err(format!(
            "{what} is {} bytes long, not {}",
            got.len(),
            want.len()
        ));
    }
    match got.iter().zip(want).position(|(got, want)| got != want) {
        None => Ok(()),
        Some(at) => Err(format!(
            "{what} differs from byte {at} on: {:02x}, not {:02x}",
            got[at], want[at]
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const VECTORS: &str = include_str!("../../tests/vectors/shp-v1.json");

    #[test]
    fn every_vector_passes() {
        let report = run(VECTORS.as_bytes()).expect("the vectors have the form");
        assert_eq!(report.failures, []);
        assert_eq!(report.passed, VECTORS.matches("\"master_key\"").count());
        assert!(report.passed > 0);
    }

    /// A change of any one field must be seen: else that field is not checked.
    #[test]
    fn a_changed_field_fails() {
        let whole: Vec<serde_json::Value> = serde_json::from_str(VECTORS).expect("JSON");
        let vector = whole
            .iter()
            .find(|v| v["k"] == 4 && v["policy"] == "uniform" && v["pbox"] == true);
        let vector = vector.expect("one such vector");
        for (field, value) in [
            ("k", serde_json::json!(17)),
            ("k", serde_json::json!(5)),
            ("lane_bits", serde_json::json!(7)),
            ("policy", serde_json::json!("other")),
            ("rounds", serde_json::json!(10)),
            ("pbox", serde_json::json!(false)),
            ("segment", serde_json::json!("-1")),
            ("segment", serde_json::json!("18446744073709551616")),
            ("master_key", serde_json::json!("00")),
            ("master_key", serde_json::json!("00".repeat(32))),
            ("unit_keys", serde_json::json!([])),
            ("pbox_key", serde_json::json!("00".repeat(32))),
            ("message", serde_json::json!("")),
            ("message", serde_json::json!("xx")),
            ("ports", serde_json::json!([])),
            ("ports", serde_json::json!(["", "", "", ""])),
        ] {
            let mut changed = vector.clone();
            changed[field] = value.clone();
            let json = serde_json::to_vec(&[changed]).expect("JSON");
            let report = run(&json).expect("it still has the form");
            assert_eq!(
                (report.passed, report.failures.len()),
                (0, 1),
                "{field} = {value}"
            );
        }
    }

    #[test]
    fn what_is_no_list_of_vectors_is_an_error() {
        let nested = "[".repeat(1 << 20);
        for json in [
            "",
            "{}",
            "[{}]",
            "[null]",
            r#"[{"k": -1}]"#,
            "[1e999]",
            &nested,
        ] {
            assert!(run(json.as_bytes()).is_err(), "{json:.20}");
        }
    }
}
