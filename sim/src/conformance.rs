//! The vectors of `SPEC.md`, driven through a core pin by pin.

use serde::{Deserialize, Deserializer, de};
use shp_regs::stream::Lane;

use crate::{Core, Error, Keys, Segment};

/// A vector in the form of `SPEC.md`.
#[derive(Deserialize)]
pub struct Vector {
    /// The number of paths.
    pub k: u8,
    /// The width of a lane.
    pub lane_bits: u32,
    /// How r is drawn.
    pub policy: Policy,
    /// Rounds of `ChaCha`.
    pub rounds: u32,
    /// Whether the P-box is on.
    pub pbox: bool,
    /// The segment's number.
    #[serde(deserialize_with = "decimal")]
    pub segment: u64,
    /// The keys of the units.
    pub unit_keys: Vec<Hex<[u8; 32]>>,
    /// The key of the P-box.
    pub pbox_key: Hex<[u8; 32]>,
    /// The message.
    pub message: Hex<Vec<u8>>,
    /// What has to leave by each port.
    pub ports: Vec<Hex<Vec<u8>>>,
}

/// The policy of r.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Policy {
    /// The next word, whatever it is.
    Uniform,
    /// Definition 7.2.2 to the letter.
    Definition,
}

/// Bytes that stand in the vectors as hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(bound = "T: hex::FromHex<Error: std::fmt::Display>")]
pub struct Hex<T>(#[serde(with = "hex")] pub T);

/// What came of a vector.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Every port is as it has to be.
    Passed,
    /// What is wrong.
    Failed(String),
    /// What the core cannot do yet.
    Skipped(&'static str),
}

/// Reads vectors.
///
/// # Errors
/// If the text is not of the form of `SPEC.md`.
pub fn parse(text: &str) -> Result<Vec<Vector>, serde_json::Error> {
    serde_json::from_str(text)
}

/// Runs one vector through the core. After a failure the core is reset.
pub fn check(core: &mut Core, vector: &Vector) -> Verdict {
    match run(core, vector) {
        Ok(()) => Verdict::Passed,
        Err(Trouble::Core(Error::Unsupported(what))) => Verdict::Skipped(what),
        Err(trouble) => {
            core.reset();
            Verdict::Failed(match trouble {
                Trouble::Core(error) => error.to_string(),
                Trouble::Vector(text) => text,
            })
        }
    }
}

/// Why a vector did not pass.
enum Trouble {
    Core(Error),
    Vector(String),
}

impl From<Error> for Trouble {
    fn from(error: Error) -> Self {
        Self::Core(error)
    }
}

fn run(core: &mut Core, vector: &Vector) -> Result<(), Trouble> {
    let wrong = |text: &str| Trouble::Vector(format!("no vector: {text}"));
    let lane = Lane::from_bits(vector.lane_bits).ok_or_else(|| wrong("unknown lane"))?;
    let k = usize::from(vector.k);
    if vector.unit_keys.len() + 1 != k || vector.ports.len() != k {
        return Err(wrong("k ports and k - 1 unit keys are needed"));
    }
    let message = &vector.message.0;
    if vector
        .ports
        .iter()
        .any(|port| port.0.len() != message.len())
    {
        return Err(wrong("a port and the message differ in length"));
    }
    if vector.rounds != core.rounds() {
        return Err(Error::Unsupported("other rounds of ChaCha").into());
    }
    let segment = Segment {
        number: vector.segment,
        paths: vector.k,
        lane,
        pbox: vector.pbox,
        definition: vector.policy == Policy::Definition,
    };
    core.supports(&segment, message.len())?;

    let units: Vec<[u8; 32]> = vector.unit_keys.iter().map(|key| key.0).collect();
    core.load(Keys {
        units: &units,
        pbox: &vector.pbox_key.0,
    })?;
    let outcome = core.split(&segment, message)?;
    for (port, (is, must)) in outcome.ports.iter().zip(&vector.ports).enumerate() {
        if let Some(byte) = is.iter().zip(&must.0).position(|(is, must)| is != must) {
            let (is, must) = (is[byte], must.0[byte]);
            let text = format!("port {port}, byte {byte} is {is:02x} and must be {must:02x}");
            return Err(Trouble::Vector(text));
        }
    }
    Ok(())
}

/// Reads a number that stands in the vectors as decimal text, for it may be larger than JSON's.
fn decimal<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    let text = String::deserialize(deserializer)?;
    text.parse()
        .map_err(|error| de::Error::custom(format!("segment {text:?}: {error}")))
}
