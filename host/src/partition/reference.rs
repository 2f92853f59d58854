//! SPEC.md in the most readable form: lane by lane, nothing clever. Every other implementation is tested against this.

use rand_chacha::{
    ChaCha8Rng, ChaCha12Rng, ChaCha20Rng,
    rand_core::{Rng, SeedableRng},
};

use super::{BLOCK, Error, Key, Keys, Lane, Params, Paths, Policy, Random, Rounds, check};

type Block = [u8; BLOCK];

/// Splits one segment. See [`partition::split`](super::split).
///
/// # Errors
/// As [`partition::split`](super::split).
pub fn split(
    params: &Params,
    keys: &Keys,
    segment: u64,
    message: &[u8],
    ports: &mut [&mut [u8]],
) -> Result<(), Error> {
    let mut units: Vec<_> = keys
        .units()
        .iter()
        .map(|key| keystream(key, params.rounds, segment))
        .collect();
    let mut pbox = keystream(keys.pbox(), params.rounds, segment);
    split_from(*params, &mut units, &mut pbox, message, ports)
}

/// Splits one segment with random words supplied by the caller. See [`partition::split_with`](super::split_with).
///
/// # Errors
/// As [`partition::split_with`](super::split_with).
pub fn split_with(
    params: &Params,
    random: Random<'_>,
    message: &[u8],
    ports: &mut [&mut [u8]],
) -> Result<(), Error> {
    let mut units: Vec<_> = random
        .units
        .iter()
        .enumerate()
        .map(|(unit, bytes)| supplied(unit, bytes))
        .collect();
    let mut pbox = supplied(random.units.len(), random.pbox);
    split_from(*params, &mut units, &mut pbox, message, ports)
}

/// Joins k shares. See [`partition::join`](super::join).
///
/// # Errors
/// As [`partition::join`](super::join).
pub fn join(lane: Lane, shares: &[&[u8]], message: &mut [u8]) -> Result<(), Error> {
    let paths = Paths::new(shares.len())?;
    check::buffers(paths, message.len(), shares.iter().map(|share| share.len()))?;
    for (b, part) in message.chunks_mut(BLOCK).enumerate() {
        let range = b * BLOCK..b * BLOCK + part.len();
        let sum = shares.iter().fold([0; BLOCK], |sum, share| {
            add(lane, sum, padded(&share[range.clone()]))
        });
        part.copy_from_slice(&sum[..part.len()]);
    }
    Ok(())
}

/// Algorithm 2 as the thesis prints it, for one M mod n = 2^w: k - 2 parts are drawn, then r until M - r is not 0.
///
/// It is here to be compared with; [`split`] under [`Policy::Definition`] is the same rule over whole segments.
/// `random` gives uniform words, of which the low w bits are used. The shares come in the order of SPEC.md.
///
/// # Errors
/// [`Error::Random`] when `random` ends too early.
pub fn algorithm_2(
    paths: Paths,
    lane: Lane,
    message: u64,
    random: impl IntoIterator<Item = u64>,
) -> Result<Vec<u64>, Error> {
    let mask = u64::MAX >> (64 - lane.bits());
    let mut random = random.into_iter();
    let mut drawn = 0;
    let mut draw = |unit| {
        drawn += lane.bytes();
        random.next().map(|word| word & mask).ok_or(Error::Random {
            unit,
            given: drawn - lane.bytes(),
        })
    };
    let mut shares = (0..paths.get() - 2)
        .map(&mut draw)
        .collect::<Result<Vec<_>, _>>()?;
    let sum = shares
        .iter()
        .fold(0, |sum: u64, part| sum.wrapping_add(*part));
    let (r, rest) = loop {
        let r = draw(paths.get() - 2)?;
        let rest = message.wrapping_sub(r) & mask;
        if rest != 0 {
            break (r, rest);
        }
    };
    shares.push(r.wrapping_sub(sum) & mask);
    shares.push(rest);
    Ok(shares)
}

/// SPEC.md, "Splitting a segment", over anything that gives random bytes in turn.
fn split_from(
    params: Params,
    units: &mut [impl Draw],
    pbox: &mut impl Draw,
    message: &[u8],
    ports: &mut [&mut [u8]],
) -> Result<(), Error> {
    let Params {
        paths,
        lane,
        policy,
        ..
    } = params;
    check::buffers(paths, message.len(), ports.iter().map(|port| port.len()))?;
    check::units(paths, units.len())?;
    let (r_units, r_unit) = units.split_at_mut(paths.get() - 2);
    for (b, part) in message.chunks(BLOCK).enumerate() {
        let m = padded(part);
        let mut shares = r_units
            .iter_mut()
            .map(Draw::block)
            .collect::<Result<Vec<_>, _>>()?;
        let sum = shares
            .iter()
            .fold([0; BLOCK], |sum, share| add(lane, sum, *share));
        let r = match policy {
            Policy::Uniform => r_unit[0].block()?,
            Policy::Definition => redrawn(lane, &m, &mut r_unit[0])?,
        };
        shares.push(sub(lane, r, sum));
        shares.push(sub(lane, m, r));

        let perm = if params.pbox {
            permutation(paths, pbox.number()?)
        } else {
            (0..paths.get()).collect()
        };
        for (share, port) in shares.iter().zip(perm) {
            ports[port][b * BLOCK..][..part.len()].copy_from_slice(&share[..part.len()]);
        }
    }
    Ok(())
}

/// A block of r that differs from `m` in every lane: words of max(w, 32) bits, each redrawn until it does.
fn redrawn(lane: Lane, m: &Block, unit: &mut impl Draw) -> Result<Block, Error> {
    let mut r = [0; BLOCK];
    let word = lane.bytes().max(4);
    for (r, m) in r.chunks_mut(word).zip(m.chunks(word)) {
        loop {
            unit.draw(r)?;
            if r.chunks(lane.bytes())
                .zip(m.chunks(lane.bytes()))
                .all(|(r, m)| r != m)
            {
                break;
            }
        }
    }
    Ok(r)
}

/// SPEC.md, "The P-box": the permutation that the number d stands for. Share i leaves by port `perm[i]`.
fn permutation(paths: Paths, mut d: u64) -> Vec<usize> {
    let mut perm: Vec<usize> = (0..paths.get()).collect();
    for i in (1..paths.get()).rev() {
        let t = u128::from(d) * (i as u128 + 1);
        let j = (t >> 64) as usize;
        d = t as u64;
        perm.swap(i, j);
    }
    perm
}

fn padded(part: &[u8]) -> Block {
    let mut block = [0; BLOCK];
    block[..part.len()].copy_from_slice(part);
    block
}

fn add(lane: Lane, a: Block, b: Block) -> Block {
    lanes(lane, a, b, u64::wrapping_add)
}

fn sub(lane: Lane, a: Block, b: Block) -> Block {
    lanes(lane, a, b, u64::wrapping_sub)
}

/// Each lane of `a` and `b` by itself. What `op` carries or borrows beyond the lane is cut off.
fn lanes(lane: Lane, mut a: Block, b: Block, op: fn(u64, u64) -> u64) -> Block {
    let number = |bytes: &[u8]| {
        bytes
            .iter()
            .rev()
            .fold(0, |number, byte| number << 8 | u64::from(*byte))
    };
    for (a, b) in a.chunks_mut(lane.bytes()).zip(b.chunks(lane.bytes())) {
        let result = op(number(a), number(b)).to_le_bytes();
        a.copy_from_slice(&result[..b.len()]);
    }
    a
}

/// Something that gives random bytes, each once.
trait Draw {
    fn draw(&mut self, out: &mut [u8]) -> Result<(), Error>;

    fn block(&mut self) -> Result<Block, Error> {
        let mut block = [0; BLOCK];
        self.draw(&mut block).map(|()| block)
    }

    fn number(&mut self) -> Result<u64, Error> {
        let mut number = [0; 8];
        self.draw(&mut number).map(|()| u64::from_le_bytes(number))
    }
}

impl<F: FnMut(&mut [u8]) -> Result<(), Error>> Draw for F {
    fn draw(&mut self, out: &mut [u8]) -> Result<(), Error> {
        self(out)
    }
}

fn keystream(key: &Key, rounds: Rounds, segment: u64) -> Box<dyn Draw> {
    macro_rules! stream {
        ($rng:ty) => {{
            let mut rng = <$rng>::from_seed(*key);
            rng.set_stream(segment);
            Box::new(move |out: &mut [u8]| {
                rng.fill_bytes(out);
                Ok(())
            })
        }};
    }
    match rounds {
        Rounds::Eight => stream!(ChaCha8Rng),
        Rounds::Twelve => stream!(ChaCha12Rng),
        Rounds::Twenty => stream!(ChaCha20Rng),
    }
}

impl Draw for Box<dyn Draw> {
    fn draw(&mut self, out: &mut [u8]) -> Result<(), Error> {
        (**self).draw(out)
    }
}

fn supplied(unit: usize, bytes: &[u8]) -> impl Draw {
    let mut rest = bytes;
    move |out: &mut [u8]| {
        let (now, later) = rest.split_at_checked(out.len()).ok_or(Error::Random {
            unit,
            given: bytes.len(),
        })?;
        out.copy_from_slice(now);
        rest = later;
        Ok(())
    }
}
