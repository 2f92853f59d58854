//! The kernel for AVX2: 8 blocks at once, a block in two registers.

#[allow(clippy::wildcard_imports, reason = "intrinsics")]
use std::arch::x86_64::*;
use std::mem;

use super::{
    BLOCK,
    avx512::Avx512,
    simd::{RECIPROCALS, Simd, Sliced, TILE, Task, Way},
};

/// The proof that the machine has AVX2. That, and that memory is touched only through references to as many bytes,
/// makes each `unsafe` below sound; the functions at the end are called from methods of this type alone.
#[derive(Clone, Copy)]
pub(super) struct Avx2(());

impl Avx2 {
    pub(super) fn detect() -> Option<Self> {
        is_x86_feature_detected!("avx2").then_some(Self(()))
    }

    /// A machine with AVX-512 has AVX2.
    pub(super) fn of(_: Avx512) -> Self {
        Self(())
    }
}

impl Simd for Avx2 {
    fn run<T: Task<Self>>(self, task: T) -> T::Output {
        #[inline(never)]
        #[target_feature(enable = "avx2")]
        fn compiled<T: Task<Avx2>>(simd: Avx2, task: T) -> T::Output {
            task.run(simd)
        }
        // SAFETY: see `Avx2`.
        unsafe { compiled(self, task) }
    }

    type Words = __m256i;
    const WIDTH: usize = 8;
    const WAY: Way = Way::Singles;

    type Narrow = Self;
    fn narrow(self) -> Self {
        self
    }

    #[inline(always)]
    fn load(self, words: &Sliced, at: usize) -> __m256i {
        // SAFETY: see `Avx2`.
        unsafe { _mm256_loadu_si256(words.0[at..at + 8].as_ptr().cast()) }
    }

    #[inline(always)]
    fn splat(self, word: u32) -> __m256i {
        // SAFETY: see `Avx2`.
        unsafe { _mm256_set1_epi32(word.cast_signed()) }
    }

    #[inline(always)]
    fn lookup<const N: usize>(self, tables: &[Sliced; N], index: __m256i) -> [__m256i; N] {
        let mut found = [index; N];
        for (found, table) in found.iter_mut().zip(tables) {
            // SAFETY: see `Avx2`.
            *found = unsafe {
                let low = _mm256_permutevar8x32_epi32(self.load(table, 0), index);
                let high = _mm256_permutevar8x32_epi32(self.load(table, 8), index);
                // Bit 3 of the index, moved to where the blend looks, says which half.
                let upper = _mm256_slli_epi32::<28>(index);
                _mm256_castps_si256(_mm256_blendv_ps(
                    _mm256_castsi256_ps(low),
                    _mm256_castsi256_ps(high),
                    _mm256_castsi256_ps(upper),
                ))
            };
        }
        found
    }

    #[inline(always)]
    fn add(self, a: __m256i, b: __m256i) -> __m256i {
        // SAFETY: see `Avx2`.
        unsafe { _mm256_add_epi32(a, b) }
    }

    #[inline(always)]
    fn multiply(self, a: __m256i, b: __m256i) -> __m256i {
        // SAFETY: see `Avx2`.
        unsafe { _mm256_mullo_epi32(a, b) }
    }

    #[inline(always)]
    fn store(self, words: __m256i, out: &mut Sliced, at: usize) {
        // SAFETY: see `Avx2`.
        unsafe { _mm256_storeu_si256(out.0[at..at + 8].as_mut_ptr().cast(), words) }
    }

    #[inline(always)]
    fn xor(self, a: __m256i, b: __m256i) -> __m256i {
        // SAFETY: see `Avx2`.
        unsafe { _mm256_xor_si256(a, b) }
    }

    #[inline(always)]
    fn and(self, a: __m256i, b: __m256i) -> __m256i {
        // SAFETY: see `Avx2`.
        unsafe { _mm256_and_si256(a, b) }
    }

    #[inline(always)]
    fn left(self, a: __m256i, bits: __m256i) -> __m256i {
        // SAFETY: see `Avx2`.
        unsafe { _mm256_sllv_epi32(a, bits) }
    }

    #[inline(always)]
    fn right(self, a: __m256i, bits: __m256i) -> __m256i {
        // SAFETY: see `Avx2`.
        unsafe { _mm256_srlv_epi32(a, bits) }
    }

    #[inline(always)]
    fn equal(self, a: __m256i, b: __m256i) -> __m256i {
        // SAFETY: see `Avx2`.
        unsafe { _mm256_cmpeq_epi32(a, b) }
    }

    #[inline(always)]
    fn less(self, a: __m256i, b: __m256i) -> __m256i {
        // SAFETY: see `Avx2`.
        unsafe { _mm256_cmpgt_epi32(b, a) }
    }

    #[inline(always)]
    fn mix<const N: i32>(self, x: __m256i, y: __m256i, z: __m256i) -> [__m256i; 2] {
        let x = self.add(x, y);
        let z = self.xor(z, x);
        // SAFETY: see `Avx2`.
        let z = unsafe {
            // Whole bytes are moved by one shuffle.
            match N {
                16 => _mm256_shuffle_epi8(z, bytes_of_each_word([2, 3, 0, 1])),
                8 => _mm256_shuffle_epi8(z, bytes_of_each_word([3, 0, 1, 2])),
                12 => _mm256_or_si256(_mm256_slli_epi32::<12>(z), _mm256_srli_epi32::<20>(z)),
                _ => _mm256_or_si256(_mm256_slli_epi32::<7>(z), _mm256_srli_epi32::<25>(z)),
            }
        };
        [x, z]
    }

    #[inline(always)]
    fn rows(self, w: [__m256i; 16], mut put: impl FnMut(usize, [__m256i; 2])) {
        // SAFETY: see `Avx2`.
        unsafe {
            // quad[j][g] holds words 4g..4g+4 of blocks j and j+4.
            let mut quad = [[w[0]; 4]; 4];
            for g in 0..4 {
                let lo01 = _mm256_unpacklo_epi32(w[4 * g], w[4 * g + 1]);
                let hi01 = _mm256_unpackhi_epi32(w[4 * g], w[4 * g + 1]);
                let lo23 = _mm256_unpacklo_epi32(w[4 * g + 2], w[4 * g + 3]);
                let hi23 = _mm256_unpackhi_epi32(w[4 * g + 2], w[4 * g + 3]);
                [quad[0][g], quad[1][g], quad[2][g], quad[3][g]] = [
                    _mm256_unpacklo_epi64(lo01, lo23),
                    _mm256_unpackhi_epi64(lo01, lo23),
                    _mm256_unpacklo_epi64(hi01, hi23),
                    _mm256_unpackhi_epi64(hi01, hi23),
                ];
            }
            for (j, [q0, q1, q2, q3]) in quad.into_iter().enumerate() {
                let low = [
                    _mm256_permute2x128_si256::<0x20>(q0, q1),
                    _mm256_permute2x128_si256::<0x20>(q2, q3),
                ];
                let high = [
                    _mm256_permute2x128_si256::<0x31>(q0, q1),
                    _mm256_permute2x128_si256::<0x31>(q2, q3),
                ];
                put(j, low);
                put(j + 4, high);
            }
        }
    }

    type Row = [__m256i; 2];

    #[inline(always)]
    fn read(self, bytes: &[u8; BLOCK]) -> [__m256i; 2] {
        // SAFETY: see `Avx2`.
        unsafe {
            [
                _mm256_loadu_si256(bytes.as_ptr().cast()),
                _mm256_loadu_si256(bytes[32..].as_ptr().cast()),
            ]
        }
    }

    #[inline(always)]
    fn write(self, row: [__m256i; 2], bytes: &mut [u8; BLOCK]) {
        // SAFETY: see `Avx2`.
        unsafe {
            _mm256_storeu_si256(bytes.as_mut_ptr().cast(), row[0]);
            _mm256_storeu_si256(bytes[32..].as_mut_ptr().cast(), row[1]);
        }
    }

    #[inline(always)]
    fn write_past(self, row: [__m256i; 2], bytes: &mut [u8; BLOCK]) {
        if bytes.as_ptr().addr().is_multiple_of(BLOCK) {
            // SAFETY: see `Avx2`; the alignment was looked at.
            unsafe {
                _mm256_stream_si256(bytes.as_mut_ptr().cast(), row[0]);
                _mm256_stream_si256(bytes[32..].as_mut_ptr().cast(), row[1]);
            }
        } else {
            self.write(row, bytes);
        }
    }

    #[inline(always)]
    fn fetch(self, bytes: &[u8; BLOCK]) {
        // SAFETY: every machine with wider vectors has SSE; nothing is read.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(bytes.as_ptr().cast()) }
    }

    #[inline(always)]
    fn fence(self) {
        // SAFETY: every machine with wider vectors has SSE.
        unsafe { _mm_sfence() }
    }

    #[inline(always)]
    fn plus<const LANE: usize>(self, a: [__m256i; 2], b: [__m256i; 2]) -> [__m256i; 2] {
        [plus::<LANE>(a[0], b[0]), plus::<LANE>(a[1], b[1])]
    }

    #[inline(always)]
    fn minus<const LANE: usize>(self, a: [__m256i; 2], b: [__m256i; 2]) -> [__m256i; 2] {
        [minus::<LANE>(a[0], b[0]), minus::<LANE>(a[1], b[1])]
    }

    #[inline(always)]
    fn digit(self, numbers: [u16; TILE], divisor: usize, remainders: &mut Sliced) -> [u16; TILE] {
        // SAFETY: see `Avx2`.
        unsafe {
            let numbers: __m256i = mem::transmute(numbers);
            let reciprocal = _mm256_set1_epi16(RECIPROCALS[divisor].cast_signed());
            let quotients = _mm256_mulhi_epu16(numbers, reciprocal);
            let taken =
                _mm256_mullo_epi16(quotients, _mm256_set1_epi16((divisor as u16).cast_signed()));
            let rests = _mm256_sub_epi16(numbers, taken);
            let halves = [
                _mm256_castsi256_si128(rests),
                _mm256_extracti128_si256::<1>(rests),
            ];
            for (half, at) in halves.into_iter().zip([0, 8]) {
                self.store(_mm256_cvtepu16_epi32(half), remainders, at);
            }
            mem::transmute(quotients)
        }
    }

    #[inline(always)]
    fn any_equal<const LANE: usize>(self, a: [__m256i; 2], b: [__m256i; 2]) -> bool {
        // SAFETY: see `Avx2`.
        unsafe {
            let equal = |a, b| match LANE {
                1 => _mm256_cmpeq_epi8(a, b),
                2 => _mm256_cmpeq_epi16(a, b),
                4 => _mm256_cmpeq_epi32(a, b),
                _ => _mm256_cmpeq_epi64(a, b),
            };
            _mm256_movemask_epi8(_mm256_or_si256(equal(a[0], b[0]), equal(a[1], b[1]))) != 0
        }
    }

    #[inline(always)]
    fn select(self, mask: u32, yes: [__m256i; 2], no: [__m256i; 2]) -> [__m256i; 2] {
        let mask = self.splat(mask);
        // SAFETY: see `Avx2`.
        unsafe {
            [
                _mm256_blendv_epi8(no[0], yes[0], mask),
                _mm256_blendv_epi8(no[1], yes[1], mask),
            ]
        }
    }
}

#[inline(always)]
fn plus<const LANE: usize>(a: __m256i, b: __m256i) -> __m256i {
    // SAFETY: see `Avx2`.
    unsafe {
        match LANE {
            1 => _mm256_add_epi8(a, b),
            2 => _mm256_add_epi16(a, b),
            4 => _mm256_add_epi32(a, b),
            _ => _mm256_add_epi64(a, b),
        }
    }
}

#[inline(always)]
fn minus<const LANE: usize>(a: __m256i, b: __m256i) -> __m256i {
    // SAFETY: see `Avx2`.
    unsafe {
        match LANE {
            1 => _mm256_sub_epi8(a, b),
            2 => _mm256_sub_epi16(a, b),
            4 => _mm256_sub_epi32(a, b),
            _ => _mm256_sub_epi64(a, b),
        }
    }
}

/// A shuffle that does the same to each word.
#[inline(always)]
fn bytes_of_each_word(order: [u8; 4]) -> __m256i {
    const STEP: i32 = 0x0404_0404;
    let word = i32::from_le_bytes(order);
    let lane = [word, word + STEP, word + 2 * STEP, word + 3 * STEP];
    // SAFETY: see `Avx2`.
    unsafe {
        _mm256_setr_epi32(
            lane[0], lane[1], lane[2], lane[3], lane[0], lane[1], lane[2], lane[3],
        )
    }
}
