//! ChaCha, sliced by words: word i of many blocks in one vector.

use zeroize::Zeroize;

use super::{
    BLOCK, Key, Keys, Rounds,
    simd::{Simd, Sliced, TILE, Task, Tile},
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

    /// The key of each unit, in the low four bits of a word.
    #[inline(always)]
    fn of<S: Simd>(&self, simd: S, units: S::Words) -> [S::Words; 8] {
        let mut key = [units; 8];
        for (key, words) in key.iter_mut().zip(&self.words) {
            *key = simd.lookup(words, units);
        }
        key
    }
}

impl Drop for KeyTable {
    fn drop(&mut self) {
        for word in &mut self.words {
            word.0.zeroize();
        }
    }
}

/// Work that is done between the rounds, in the slots that they leave free. `step` must be `inline(always)`.
pub(super) trait Meanwhile<S: Simd> {
    /// Once for each double round and vector.
    fn step(&mut self, simd: S);
}

/// No such work.
pub(super) struct Nothing;

impl<S: Simd> Meanwhile<S> for Nothing {
    #[inline(always)]
    fn step(&mut self, _: S) {}
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

    /// One tile of one unit's keystream.
    #[inline(always)]
    pub(super) fn unit<S: Simd>(
        &self,
        simd: S,
        unit: usize,
        counters: &[Sliced; 2],
        tile: &mut Tile,
        meanwhile: &mut impl Meanwhile<S>,
    ) {
        for at in (0..TILE).step_by(S::WIDTH) {
            simd.run(Batch {
                stream: self,
                key: self.key(simd, unit),
                counters: [simd.load(&counters[0], at), simd.load(&counters[1], at)],
                at,
                tile,
                meanwhile,
            });
        }
    }

    /// The first `blocks` of a tile, of a segment: what `seats` says of the place in the tile.
    #[inline(always)]
    pub(super) fn mixed<S: Simd>(
        &self,
        simd: S,
        blocks: usize,
        seats: impl Fn(usize) -> Seats<S::Words>,
        tile: &mut Tile,
        meanwhile: &mut impl Meanwhile<S>,
    ) {
        for at in (0..blocks).step_by(S::WIDTH) {
            let Seats { units, counters } = seats(at);
            simd.run(Batch {
                stream: self,
                key: self.keys.of(simd, units),
                counters: [counters, simd.splat(0)],
                at,
                tile,
                meanwhile,
            });
        }
    }

    /// `WIDTH` of the same, left sliced.
    #[inline(always)]
    pub(super) fn sliced<S: Simd>(
        &self,
        simd: S,
        Seats { units, counters }: Seats<S::Words>,
    ) -> [S::Words; 16] {
        let key = self.keys.of(simd, units);
        self.rounds(simd, key, [counters, simd.splat(0)], &mut Nothing)
    }

    /// `WIDTH` blocks, sliced. For whom a call for each batch is too slow.
    #[inline(always)]
    pub(super) fn rounds<S: Simd>(
        &self,
        simd: S,
        key: [S::Words; 8],
        counters: [S::Words; 2],
        meanwhile: &mut impl Meanwhile<S>,
    ) -> [S::Words; 16] {
        let initial: [S::Words; 16] = [
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
        let mut state = initial;
        for _ in 0..self.double_rounds {
            columns(simd, &mut state);
            diagonals(simd, &mut state);
            meanwhile.step(simd);
        }
        for (word, initial) in state.iter_mut().zip(initial) {
            *word = simd.add(*word, initial);
        }
        state
    }
}

/// What makes each of `WIDTH` blocks of a segment: the unit, in the low four bits of a word, and the counter, which in the
/// longest segment is below 2^26.
pub(super) struct Seats<W> {
    pub(super) units: W,
    pub(super) counters: W,
}

/// `WIDTH` blocks of a tile, from `at` on. A task of its own, so that there is one copy of the rounds for each kind of
/// work between them.
struct Batch<'x, W, M> {
    stream: &'x Stream<'x>,
    key: [W; 8],
    counters: [W; 2],
    at: usize,
    tile: &'x mut Tile,
    meanwhile: &'x mut M,
}

impl<S: Simd, M: Meanwhile<S>> Task<S> for Batch<'_, S::Words, M> {
    type Output = ();

    #[inline(always)]
    fn run(self, simd: S) {
        let words = self
            .stream
            .rounds(simd, self.key, self.counters, self.meanwhile);
        let rows = &mut self.tile[self.at..][..S::WIDTH];
        simd.rows(
            words,
            #[inline(always)]
            |b, row| simd.write(row, &mut rows[b]),
        );
    }
}

/// The block counters of a tile, low and high words.
#[inline(always)]
pub(super) fn counters(block: u64) -> [Sliced; 2] {
    let (mut low, mut high) = ([0; TILE], [0; TILE]);
    for (b, (low, high)) in low.iter_mut().zip(&mut high).enumerate() {
        let counter = block + b as u64;
        (*low, *high) = (counter as u32, (counter >> 32) as u32);
    }
    [Sliced(low), Sliced(high)]
}

#[inline(always)]
fn columns<S: Simd>(simd: S, s: &mut [S::Words; 16]) {
    quarters(
        simd,
        s,
        [[0, 4, 8, 12], [1, 5, 9, 13], [2, 6, 10, 14], [3, 7, 11, 15]],
    );
}

#[inline(always)]
fn diagonals<S: Simd>(simd: S, s: &mut [S::Words; 16]) {
    quarters(
        simd,
        s,
        [[0, 5, 10, 15], [1, 6, 11, 12], [2, 7, 8, 13], [3, 4, 9, 14]],
    );
}

/// Four quarter rounds side by side, which do not wait for each other.
#[inline(always)]
fn quarters<S: Simd>(simd: S, s: &mut [S::Words; 16], abcd: [[usize; 4]; 4]) {
    step::<S, 16>(simd, s, abcd.map(|[a, b, _, d]| [a, b, d]));
    step::<S, 12>(simd, s, abcd.map(|[_, b, c, d]| [c, d, b]));
    step::<S, 8>(simd, s, abcd.map(|[a, b, _, d]| [a, b, d]));
    step::<S, 7>(simd, s, abcd.map(|[_, b, c, d]| [c, d, b]));
}

/// x += y; z = (z ^ x) <<< N.
#[inline(always)]
fn step<S: Simd, const N: i32>(simd: S, s: &mut [S::Words; 16], xyz: [[usize; 3]; 4]) {
    for [x, y, z] in xyz {
        s[x] = simd.add(s[x], s[y]);
        s[z] = simd.xor_rotate::<N>(s[z], s[x]);
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
    fn run(mut self, simd: S) {
        let (blocks, _) = self.out.as_chunks_mut();
        let (tiles, _) = blocks.as_chunks_mut();
        let whole = tiles.len() * TILE * BLOCK;
        for tile in tiles {
            let counters = counters(self.block);
            self.stream
                .unit(simd, self.unit, &counters, tile, &mut Nothing);
            self.block += TILE as u64;
        }
        let rest = &mut self.out[whole..];
        if !rest.is_empty() {
            let mut tile = [[0; BLOCK]; TILE];
            let counters = counters(self.block);
            self.stream
                .unit(simd, self.unit, &counters, &mut tile, &mut Nothing);
            rest.copy_from_slice(&tile.as_flattened()[..rest.len()]);
        }
    }
}
