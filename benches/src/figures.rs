//! The figures of the software engine, each a line: name, value, unit, target, ok or short.

#![allow(
    unexpected_cfgs,
    reason = "chacha20_avx512 is the chacha20 crate's: with it, that crate is built for AVX-512"
)]

use std::hint::black_box;

use chacha20::{
    ChaCha20,
    cipher::{KeyIvInit, StreamCipher, StreamCipherSeek},
};
use rand_chacha::{
    ChaCha20Rng,
    rand_core::{Rng, SeedableRng},
};
use shp::{
    backend::Buffer,
    partition::{Kernel, Params, Policy},
};

use crate::{
    clock::{Contender, seconds},
    peers, pool, timing,
    work::{Work, copy, keystream, read},
};

/// Bytes of a usual segment.
const SEGMENT: usize = 64 * 1024;
/// Bytes of a usual packet.
const PACKET: usize = 1500;
/// Bytes of the thesis' smallest message.
const SMALL: usize = 32;
/// Bytes that no cache holds.
const LARGE: usize = 16 << 20;

/// One figure.
pub struct Figure {
    name: String,
    unit: &'static str,
    target: Target,
    measure: Box<dyn Fn() -> f64>,
}

#[derive(Clone, Copy)]
enum Target {
    AtMost(f64),
    AtLeast(f64),
}
use Target::{AtLeast, AtMost};

impl Figure {
    fn new(
        name: String,
        unit: &'static str,
        target: Target,
        measure: impl Fn() -> f64 + 'static,
    ) -> Self {
        Self {
            name,
            unit,
            target,
            measure: Box::new(measure),
        }
    }

    /// What it is called.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Measures it and says what came out.
    pub fn line(&self) -> String {
        let value = (self.measure)();
        let (met, target) = match self.target {
            AtMost(bound) => (value <= bound, format!("<= {bound}")),
            AtLeast(bound) => (value >= bound, format!(">= {bound}")),
        };
        let verdict = if met { "ok" } else { "short" };
        format!(
            "{:<40} {value:>12.4} {:<14} {target:>14}  {verdict}",
            self.name, self.unit
        )
    }
}

/// Every figure. All but the pool's are of one thread; ratios are of CPU times, measured in turns.
pub fn all() -> Vec<Figure> {
    let mut all = splits();
    all.extend(others());
    all
}

/// Splitting, by length and k.
fn splits() -> Vec<Figure> {
    let kernel = Kernel::best();
    let mut all = vec![];
    for (k, on, off) in [
        (2, 1.20, 1.12),
        (4, 1.10, 1.06),
        (8, 1.10, 1.06),
        (16, 1.10, 1.06),
    ] {
        for (pbox, word, bound) in [(true, "on", on), (false, "off", off)] {
            all.push(Figure::new(
                format!("software.split.64KiB.k{k}.pbox-{word}"),
                "x KS",
                AtMost(bound),
                move || against_keystream(kernel, k, SEGMENT, |params| Params { pbox, ..params }),
            ));
        }
    }
    for (k, length, name, bound) in [
        (4, PACKET, "1500B", 1.25),
        (16, PACKET, "1500B", 1.15),
        (4, LARGE, "16MiB", 1.2),
        (16, LARGE, "16MiB", 1.2),
    ] {
        all.push(Figure::new(
            format!("software.split.{name}.k{k}"),
            "x KS",
            AtMost(bound),
            move || against_keystream(kernel, k, length, |params| params),
        ));
    }
    all.push(Figure::new(
        "software.split.32B.k16".into(),
        "x a batch",
        AtMost(1.5),
        move || {
            let mut work = Work::new(kernel, 16, SMALL);
            let params = work.params;
            ratio(work.split(params), keystream(kernel, 2, 1024))
        },
    ));
    for k in [2, 4] {
        all.push(Figure::new(
            format!("software.split.32B.k{k}"),
            "x rand_chacha",
            AtMost(1.0),
            move || {
                let mut work = Work::new(kernel, k, SMALL);
                let params = work.params;
                ratio(work.split(params), plain(k))
            },
        ));
    }
    for k in [4, 8, 16] {
        all.push(Figure::new(
            format!("software.split.definition.k{k}"),
            "x KS",
            AtMost(1.25),
            move || {
                against_keystream(kernel, k, SEGMENT, |params| Params {
                    policy: Policy::Definition,
                    ..params
                })
            },
        ));
    }
    all
}

/// Keystream, joining, peers, timing and the pool.
fn others() -> Vec<Figure> {
    let kernel = Kernel::best();
    let mut all = keystreams();
    all.push(Figure::new(
        "software.join.64KiB.k4".into(),
        "x a read",
        AtMost(1.3),
        move || {
            let mut work = Work::new(kernel, 4, SEGMENT);
            ratio(work.join(), read(4, SEGMENT))
        },
    ));
    // From memory there is no reading four streams and writing one faster than reading three and copying the fourth.
    all.push(Figure::new(
        "software.join.16MiB.k4".into(),
        "x memory",
        AtMost(1.1),
        move || {
            let mut work = Work::new(kernel, 4, LARGE);
            let times = seconds(vec![work.join(), read(3, LARGE), copy(LARGE)]);
            times[0] / (times[1] + times[2])
        },
    ));
    for k in [4, 16] {
        all.push(Figure::new(
            format!("software.peers.k{k}"),
            "x the best",
            AtLeast(20.0),
            move || peers::best(k),
        ));
    }
    for kernel in Kernel::all() {
        let name = format!("software.timing.{}.t", kernel.name());
        all.push(Figure::new(name, "|t|", AtMost(5.0), move || {
            timing::t(kernel, 4)
        }));
    }
    all.push(Figure::new(
        "software.pool.two-workers".into(),
        "x one",
        AtLeast(1.8),
        pool::two_workers,
    ));
    all.push(Figure::new(
        "software.pool.8x1500B".into(),
        "x bare",
        AtMost(1.03),
        pool::cost,
    ));
    all
}

/// Our keystream against those of well-kept crates.
fn keystreams() -> Vec<Figure> {
    let mut all = vec![];
    for kernel in Kernel::all() {
        let bounds = match kernel.name() {
            "avx512" => [1.2, 2.0],
            "avx2" => [1.0, 1.0],
            _ => continue,
        };
        for (i, bound) in bounds.into_iter().enumerate() {
            let crate_name = ["chacha20", "rand_chacha"][i];
            // Each build of that crate has one path: another kernel than its own would not be compared with its best.
            if i == 0 && (kernel.name() == "avx512") != cfg!(chacha20_avx512) {
                continue;
            }
            all.push(Figure::new(
                format!("software.keystream.{}.{crate_name}", kernel.name()),
                "x as fast",
                AtLeast(bound),
                move || {
                    let [first, second] = crates();
                    let theirs = if i == 0 { first.1 } else { second.1 };
                    1.0 / ratio(keystream(kernel, 2, STREAM), theirs)
                },
            ));
        }
    }
    all
}

/// Bytes of keystream at once, within the first cache.
const STREAM: usize = 16 * 1024;

/// The keystreams of well-kept crates. `chacha20` has an AVX-512 path only when built for it.
pub(crate) fn crates() -> [(&'static str, Contender<'static>); 2] {
    let mut cipher = ChaCha20::new(&[1; 32].into(), &[2; 12].into());
    let mut rng = ChaCha20Rng::from_seed([1; 32]);
    let [mut one, mut other] = [(); 2].map(|()| Buffer::new(STREAM));
    let chacha20: Contender<'_> = Box::new(move || {
        // The stream would end after 2^32 blocks.
        cipher.seek(0u32);
        cipher.apply_keystream(&mut one);
        black_box(&one);
    });
    let rand_chacha: Contender<'_> = Box::new(move || {
        rng.fill_bytes(&mut other);
        black_box(&other);
    });
    let name = if cfg!(chacha20_avx512) {
        "chacha20, built for AVX-512"
    } else {
        "chacha20, AVX2 at most"
    };
    [(name, chacha20), ("rand_chacha", rand_chacha)]
}

/// `rand_chacha` used plainly: a generator for each unit and the P-box, and 32 bytes of each unit.
fn plain(k: usize) -> Contender<'static> {
    let mut segment = 0;
    Box::new(move || {
        for unit in 0..k {
            let mut rng = ChaCha20Rng::from_seed([unit as u8; 32]);
            rng.set_stream(segment);
            let mut words = [0; SMALL];
            rng.fill_bytes(&mut words);
            black_box(words);
        }
        segment += 1;
    })
}

fn against_keystream(
    kernel: Kernel,
    k: usize,
    length: usize,
    params: impl Fn(Params) -> Params,
) -> f64 {
    let mut work = Work::new(kernel, k, length);
    let params = params(work.params);
    ratio(work.split(params), keystream(kernel, k, length))
}

fn ratio(ours: Contender<'_>, theirs: Contender<'_>) -> f64 {
    let times = seconds(vec![ours, theirs]);
    times[0] / times[1]
}
