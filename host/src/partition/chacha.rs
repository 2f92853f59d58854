//! ChaCha, sliced by words: word i of many blocks in one vector.

use zeroize::Zeroize;

use super::{
    BLOCK, Key, Keys, Rounds,
    simd::{Simd, Sliced, TILE, Task, Way},
};

/// "expand 32-byte k", the first four words of every state.
const CONSTANTS: [u32; 4] = [0x6170_7865, 0x3320_646e, 0x7962_2d32, 0x6b20_6574];

/// The keys of a session word by word, as a kernel reads them: `words[i]` holds word i of each unit's key, and of the
/// P-box's at [`PBOX`].
pub(super) struct KeyTable {
    words: [Sliced; 8],
}

/// The P-box's place in a [`KeyTable`]; no unit has it, for there are at most 15.
pub(super) const PBOX: u32 = TILE as u32 - 1;

impl KeyTable {
    pub(super) fn new(units: &[Key], pbox: &Key) -> Self {
        let mut words = [Sliced([0; TILE]); 8];
        for (unit, key) in units.iter().enumerate().chain([(PBOX as usize, pbox)]) {
            for (words, bytes) in words.iter_mut().zip(key.as_chunks().0) {
                words.0[unit] = u32::from_le_bytes(*bytes);
            }
        }
        Self { words }
    }
}

impl Drop for KeyTable {
    fn drop(&mut self) {
        for word in &mut self.words {
            word.0.zeroize();
        }
    }
}

/// Work that is done between the rounds: the vector unit's registers are all in use there, but nothing else is. `step` must
/// be `inline(always)`.
pub(super) trait Meanwhile<S: Simd> {
    /// Twice for each double round of a batch, or of two side by side: in its middle (0) and at its end (1).
    fn step(&mut self, simd: S, half: usize);
}

/// No such work.
pub(super) struct Nothing;

impl<S: Simd> Meanwhile<S> for Nothing {
    #[inline(always)]
    fn step(&mut self, _: S, _: usize) {}
}

/// What the blocks of a batch share.
#[derive(Clone, Copy)]
pub(super) struct Stream<'a> {
    keys: &'a KeyTable,
    segment: u64,
    pub(super) double_rounds: usize,
}

impl<'a> Stream<'a> {
    pub(super) fn new(keys: &'a Keys, segment: u64, rounds: Rounds) -> Self {
        Self {
            keys: keys.table(),
            segment,
            double_rounds: rounds.get() / 2,
        }
    }

    /// One unit's key in every place.
    #[inline(always)]
    pub(super) fn key<S: Simd>(&self, simd: S, unit: usize) -> [S::Words; 8] {
        let mut key = [simd.splat(0); 8];
        for (key, words) in key.iter_mut().zip(&self.keys.words) {
            *key = simd.splat(words.0[unit]);
        }
        key
    }

    /// The key of each unit, in the low four bits of a word.
    #[inline(always)]
    pub(super) fn keys<S: Simd>(&self, simd: S, units: S::Words) -> [S::Words; 8] {
        simd.lookup(&self.keys.words, units)
    }

    /// So many batches, in their order. Both closures must be `inline(always)`.
    #[inline(always)]
    pub(super) fn batches<S: Simd>(
        &self,
        simd: S,
        count: usize,
        seats: impl Fn(usize) -> Seats<S::Words>,
        mut put: impl FnMut(usize, [S::Words; 16]),
        meanwhile: &mut impl Meanwhile<S>,
    ) {
        let mut next = 0;
        while S::WAY == Way::Pairs && next + 1 < count {
            let [one, other] = self.rounds(simd, [seats(next), seats(next + 1)], meanwhile);
            put(next, one);
            put(next + 1, other);
            next += 2;
        }
        while next < count {
            let words = self.batch(simd, seats(next), meanwhile);
            put(next, words);
            next += 1;
        }
    }

    /// One batch, sliced.
    #[inline(always)]
    pub(super) fn batch<S: Simd>(
        &self,
        simd: S,
        seats: Seats<S::Words>,
        meanwhile: &mut impl Meanwhile<S>,
    ) -> [S::Words; 16] {
        let batch = Batch {
            stream: self,
            seats,
            meanwhile,
        };
        if S::WAY == Way::Apart {
            simd.run(batch)
        } else {
            batch.run(simd)
        }
    }

    /// `N` batches side by side, sliced: no round of one waits for another's.
    #[inline(always)]
    fn rounds<S: Simd, const N: usize>(
        &self,
        simd: S,
        seats: [Seats<S::Words>; N],
        meanwhile: &mut impl Meanwhile<S>,
    ) -> [[S::Words; 16]; N] {
        let mut initial = [[simd.splat(0); 16]; N];
        for (initial, Seats { key, counters }) in initial.iter_mut().zip(seats) {
            *initial = [
                simd.splat(CONSTANTS[0]),
                simd.splat(CONSTANTS[1]),
                simd.splat(CONSTANTS[2]),
                simd.splat(CONSTANTS[3]),
                key[0],
                key[1],
                key[2],
                key[3],
                key[4],
                key[5],
                key[6],
                key[7],
                counters[0],
                counters[1],
                simd.splat(self.segment as u32),
                simd.splat((self.segment >> 32) as u32),
            ];
        }
        let mut states = initial;
        for _ in 0..self.double_rounds {
            columns(simd, &mut states);
            meanwhile.step(simd, 0);
            diagonals(simd, &mut states);
            meanwhile.step(simd, 1);
        }
        for (state, initial) in states.iter_mut().zip(initial) {
            for (word, initial) in state.iter_mut().zip(initial) {
                *word = simd.add(*word, initial);
            }
        }
        states
    }
}

/// One batch.
struct Batch<'x, W, M> {
    stream: &'x Stream<'x>,
    seats: Seats<W>,
    meanwhile: &'x mut M,
}

impl<S: Simd, M: Meanwhile<S>> Task<S> for Batch<'_, S::Words, M> {
    type Output = [S::Words; 16];

    #[inline(always)]
    fn run(self, simd: S) -> [S::Words; 16] {
        let [words] = self.stream.rounds(simd, [self.seats], self.meanwhile);
        words
    }
}

/// What makes each of `WIDTH` blocks: its key, and the low and high words of its counter.
#[derive(Clone, Copy)]
pub(super) struct Seats<W> {
    pub(super) key: [W; 8],
    pub(super) counters: [W; 2],
}

/// Writes a batch's blocks one behind the other, as far as there is room.
#[inline(always)]
pub(super) fn write<S: Simd>(simd: S, words: [S::Words; 16], out: &mut [u8]) {
    let (blocks, _) = out.as_chunks_mut();
    if let Some(blocks) = blocks.get_mut(..S::WIDTH) {
        simd.rows(
            words,
            #[inline(always)]
            |b, row| simd.write(row, &mut blocks[b]),
        );
    } else {
        simd.rows(
            words,
            #[inline(always)]
            |b, row| {
                if let Some(out) = out.get_mut(b * BLOCK..) {
                    simd.write_part(row, out);
                }
            },
        );
    }
}

#[inline(always)]
fn columns<S: Simd>(simd: S, states: &mut [[S::Words; 16]]) {
    quarters(
        simd,
        states,
        [[0, 4, 8, 12], [1, 5, 9, 13], [2, 6, 10, 14], [3, 7, 11, 15]],
    );
}

#[inline(always)]
fn diagonals<S: Simd>(simd: S, states: &mut [[S::Words; 16]]) {
    quarters(
        simd,
        states,
        [[0, 5, 10, 15], [1, 6, 11, 12], [2, 7, 8, 13], [3, 4, 9, 14]],
    );
}

/// Four quarter rounds side by side, which do not wait for each other.
#[inline(always)]
fn quarters<S: Simd>(simd: S, states: &mut [[S::Words; 16]], abcd: [[usize; 4]; 4]) {
    step::<S, 16>(simd, states, abcd.map(|[a, b, _, d]| [a, b, d]));
    step::<S, 12>(simd, states, abcd.map(|[_, b, c, d]| [c, d, b]));
    step::<S, 8>(simd, states, abcd.map(|[a, b, _, d]| [a, b, d]));
    step::<S, 7>(simd, states, abcd.map(|[_, b, c, d]| [c, d, b]));
}

/// x += y; z = (z ^ x) <<< N. One state is done before the next: turns of single operations take 8 % longer on Zen 4.
#[inline(always)]
fn step<S: Simd, const N: i32>(simd: S, states: &mut [[S::Words; 16]], xyz: [[usize; 3]; 4]) {
    for s in states {
        for [x, y, z] in xyz {
            [s[x], s[z]] = simd.mix::<N>(s[x], s[y], s[z]);
        }
    }
}

/// A unit's keystream from `block` on.
pub(super) struct Fill<'a, 'b> {
    pub(super) stream: Stream<'a>,
    pub(super) unit: usize,
    pub(super) block: u64,
    pub(super) out: &'b mut [u8],
}

impl<S: Simd> Task<S> for Fill<'_, '_> {
    type Output = ();

    #[inline(always)]
    fn run(self, simd: S) {
        let key = self.stream.key(simd, self.unit);
        let batches = self.out.len().div_ceil(S::WIDTH * BLOCK);
        self.stream.batches(
            simd,
            batches,
            #[inline(always)]
            |i| Seats {
                key,
                counters: counters(simd, self.block + (i * S::WIDTH) as u64),
            },
            #[inline(always)]
            |i, words| write(simd, words, &mut self.out[i * S::WIDTH * BLOCK..]),
            &mut Nothing,
        );
    }
}

/// The counters of `WIDTH` blocks from one on.
#[inline(always)]
fn counters<S: Simd>(simd: S, block: u64) -> [S::Words; 2] {
    let mut words = [Sliced([0; TILE]); 2];
    for place in 0..S::WIDTH {
        let counter = block + place as u64;
        words[0].0[place] = counter as u32;
        words[1].0[place] = (counter >> 32) as u32;
    }
    [simd.load(&words[0], 0), simd.load(&words[1], 0)]
}
