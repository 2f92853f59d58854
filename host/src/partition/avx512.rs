//! The kernel for AVX-512: 16 blocks at once, a block in one register.

use std::arch::asm;
#[allow(clippy::wildcard_imports, reason = "intrinsics")]
use std::arch::x86_64::*;

use super::{
    BLOCK,
    avx2::Avx2,
    simd::{Simd, Sliced, Task, Way},
};

/// The proof that the machine has AVX-512 F and BW, and BMI2. That, and that memory is touched only through references to as
/// many bytes, makes each `unsafe` below sound.
#[derive(Clone, Copy)]
pub(super) struct Avx512 {
    is_late: bool,
}

impl Avx512 {
    /// Both ways of exchanging, the faster one first.
    pub(super) fn detect() -> Option<[Self; 2]> {
        let has_all = is_x86_feature_detected!("avx512f")
            && is_x86_feature_detected!("avx512bw")
            && is_x86_feature_detected!("bmi2");
        has_all.then(|| {
            let is_late = has_moves_to_spare();
            [is_late, !is_late].map(|is_late| Self { is_late })
        })
    }

    pub(super) fn name(self) -> &'static str {
        if self.is_late {
            "avx512-late"
        } else {
            "avx512"
        }
    }
}

/// Whether the core moves general registers on a condition at no cost while vectors keep it busy. AMD's do, twice a clock;
/// Intel's do it where they rotate vectors.
fn has_moves_to_spare() -> bool {
    let maker = __cpuid(0);
    let name = [maker.ebx, maker.edx, maker.ecx].map(u32::to_le_bytes);
    name.as_flattened() == b"AuthenticAMD"
}

impl Simd for Avx512 {
    fn run<T: Task<Self>>(self, task: T) -> T::Output {
        #[inline(never)]
        #[target_feature(enable = "avx512f,avx512bw,bmi2")]
        fn compiled<T: Task<Avx512>>(simd: Avx512, task: T) -> T::Output {
            task.run(simd)
        }
        // SAFETY: see `Avx512`.
        unsafe { compiled(self, task) }
    }

    type Words = __m512i;
    const WIDTH: usize = 16;
    const WAY: Way = Way::Pairs;

    #[inline(always)]
    fn is_late(self) -> bool {
        self.is_late
    }

    /// A product of 512 bits makes Intel's cores take a lower clock, and keep it for a millisecond.
    type Narrow = Avx2;
    fn narrow(self) -> Avx2 {
        Avx2::of(self)
    }

    #[inline(always)]
    fn load(self, words: &Sliced, _at: usize) -> __m512i {
        // SAFETY: see `Avx512`.
        unsafe { _mm512_load_si512(words.0.as_ptr().cast()) }
    }

    #[inline(always)]
    fn splat(self, word: u32) -> __m512i {
        // SAFETY: see `Avx512`.
        unsafe { _mm512_set1_epi32(word.cast_signed()) }
    }

    #[inline(always)]
    fn lookup<const N: usize>(self, tables: &[Sliced; N], index: __m512i) -> [__m512i; N] {
        let mut found = [index; N];
        for (found, table) in found.iter_mut().zip(tables) {
            // SAFETY: see `Avx512`.
            *found = unsafe { _mm512_permutexvar_epi32(index, self.load(table, 0)) };
        }
        found
    }

    #[inline(always)]
    fn add(self, a: __m512i, b: __m512i) -> __m512i {
        // SAFETY: see `Avx512`.
        unsafe { _mm512_add_epi32(a, b) }
    }

    #[inline(always)]
    fn multiply(self, a: __m512i, b: __m512i) -> __m512i {
        // SAFETY: see `Avx512`.
        unsafe { multiply(a, b) }
    }

    #[inline(always)]
    fn store(self, words: __m512i, out: &mut Sliced, _at: usize) {
        // SAFETY: see `Avx512`.
        unsafe { _mm512_store_si512(out.0.as_mut_ptr().cast(), words) }
    }

    #[inline(always)]
    fn xor(self, a: __m512i, b: __m512i) -> __m512i {
        // SAFETY: see `Avx512`.
        unsafe { _mm512_xor_si512(a, b) }
    }

    #[inline(always)]
    fn and(self, a: __m512i, b: __m512i) -> __m512i {
        // SAFETY: see `Avx512`.
        unsafe { _mm512_and_si512(a, b) }
    }

    #[inline(always)]
    fn left(self, a: __m512i, bits: __m512i) -> __m512i {
        // SAFETY: see `Avx512`.
        unsafe { _mm512_sllv_epi32(a, bits) }
    }

    #[inline(always)]
    fn right(self, a: __m512i, bits: __m512i) -> __m512i {
        // SAFETY: see `Avx512`.
        unsafe { _mm512_srlv_epi32(a, bits) }
    }

    #[inline(always)]
    fn equal(self, a: __m512i, b: __m512i) -> __m512i {
        // SAFETY: see `Avx512`.
        unsafe { _mm512_maskz_set1_epi32(_mm512_cmpeq_epi32_mask(a, b), -1) }
    }

    #[inline(always)]
    fn less(self, a: __m512i, b: __m512i) -> __m512i {
        // SAFETY: see `Avx512`.
        unsafe { _mm512_maskz_set1_epi32(_mm512_cmplt_epi32_mask(a, b), -1) }
    }

    #[inline(always)]
    fn mix<const N: i32>(self, x: __m512i, y: __m512i, z: __m512i) -> [__m512i; 2] {
        // SAFETY: see `Avx512`.
        unsafe { mix::<N>(x, y, z) }
    }

    #[inline(always)]
    fn rows(self, w: [__m512i; 16], mut put: impl FnMut(usize, __m512i)) {
        // SAFETY: see `Avx512`.
        unsafe {
            // After two rounds of unpacking, quad[j][g] holds words 4g..4g+4 of blocks j, j+4, j+8 and j+12.
            let mut quad = [[w[0]; 4]; 4];
            for g in 0..4 {
                let lo01 = _mm512_unpacklo_epi32(w[4 * g], w[4 * g + 1]);
                let hi01 = _mm512_unpackhi_epi32(w[4 * g], w[4 * g + 1]);
                let lo23 = _mm512_unpacklo_epi32(w[4 * g + 2], w[4 * g + 3]);
                let hi23 = _mm512_unpackhi_epi32(w[4 * g + 2], w[4 * g + 3]);
                [quad[0][g], quad[1][g], quad[2][g], quad[3][g]] = [
                    _mm512_unpacklo_epi64(lo01, lo23),
                    _mm512_unpackhi_epi64(lo01, lo23),
                    _mm512_unpacklo_epi64(hi01, hi23),
                    _mm512_unpackhi_epi64(hi01, hi23),
                ];
            }
            // Then the four quarters of a block are brought together.
            for (j, [q0, q1, q2, q3]) in quad.into_iter().enumerate() {
                let lo01 = _mm512_shuffle_i32x4::<0x44>(q0, q1);
                let hi01 = _mm512_shuffle_i32x4::<0xee>(q0, q1);
                let lo23 = _mm512_shuffle_i32x4::<0x44>(q2, q3);
                let hi23 = _mm512_shuffle_i32x4::<0xee>(q2, q3);
                put(j, _mm512_shuffle_i32x4::<0x88>(lo01, lo23));
                put(j + 4, _mm512_shuffle_i32x4::<0xdd>(lo01, lo23));
                put(j + 8, _mm512_shuffle_i32x4::<0x88>(hi01, hi23));
                put(j + 12, _mm512_shuffle_i32x4::<0xdd>(hi01, hi23));
            }
        }
    }

    type Row = __m512i;

    #[inline(always)]
    fn read(self, bytes: &[u8; BLOCK]) -> __m512i {
        // SAFETY: see `Avx512`.
        unsafe { _mm512_loadu_si512(bytes.as_ptr().cast()) }
    }

    #[inline(always)]
    fn write(self, row: __m512i, bytes: &mut [u8; BLOCK]) {
        // SAFETY: see `Avx512`.
        unsafe { _mm512_storeu_si512(bytes.as_mut_ptr().cast(), row) }
    }

    #[inline(always)]
    fn write_past(self, row: __m512i, bytes: &mut [u8; BLOCK]) {
        if bytes.as_ptr().addr().is_multiple_of(BLOCK) {
            // SAFETY: see `Avx512`; the alignment was looked at.
            unsafe { _mm512_stream_si512(bytes.as_mut_ptr().cast(), row) }
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
    fn read_part(self, part: &[u8]) -> __m512i {
        let mask = low_bits(part.len());
        // SAFETY: see `Avx512`; the mask covers no more than `part`.
        unsafe { _mm512_maskz_loadu_epi8(mask, part.as_ptr().cast()) }
    }

    #[inline(always)]
    fn write_part(self, row: __m512i, out: &mut [u8]) {
        if let Some(whole) = out.first_chunk_mut() {
            return self.write(row, whole);
        }
        let mask = low_bits(out.len());
        // SAFETY: see `Avx512`; the mask covers no more than `out`.
        unsafe { _mm512_mask_storeu_epi8(out.as_mut_ptr().cast(), mask, row) }
    }

    #[inline(always)]
    fn plus<const LANE: usize>(self, a: __m512i, b: __m512i) -> __m512i {
        // SAFETY: see `Avx512`.
        unsafe {
            match LANE {
                1 => _mm512_add_epi8(a, b),
                2 => _mm512_add_epi16(a, b),
                4 => _mm512_add_epi32(a, b),
                _ => _mm512_add_epi64(a, b),
            }
        }
    }

    #[inline(always)]
    fn minus<const LANE: usize>(self, a: __m512i, b: __m512i) -> __m512i {
        // SAFETY: see `Avx512`.
        unsafe {
            match LANE {
                1 => _mm512_sub_epi8(a, b),
                2 => _mm512_sub_epi16(a, b),
                4 => _mm512_sub_epi32(a, b),
                _ => _mm512_sub_epi64(a, b),
            }
        }
    }

    #[inline(always)]
    fn any_equal<const LANE: usize>(self, a: __m512i, b: __m512i) -> bool {
        // SAFETY: see `Avx512`.
        unsafe {
            match LANE {
                1 => _mm512_cmpeq_epi8_mask(a, b) != 0,
                2 => _mm512_cmpeq_epi16_mask(a, b) != 0,
                4 => _mm512_cmpeq_epi32_mask(a, b) != 0,
                _ => _mm512_cmpeq_epi64_mask(a, b) != 0,
            }
        }
    }

    #[inline(always)]
    fn select(self, mask: u32, yes: __m512i, no: __m512i) -> __m512i {
        // SAFETY: see `Avx512`.
        unsafe { _mm512_ternarylogic_epi32::<0xca>(_mm512_set1_epi32(mask.cast_signed()), yes, no) }
    }
}

/// As many ones as there are bytes, at most a block's.
#[inline(always)]
fn low_bits(bytes: usize) -> u64 {
    if bytes >= BLOCK {
        u64::MAX
    } else {
        (1 << bytes) - 1
    }
}

/// [`Simd::mix`] in place. Two states fill all registers: once other work stands between the rounds, the compiler no longer
/// finds how to do without copies.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,bmi2")]
fn mix<const N: i32>(mut x: __m512i, y: __m512i, mut z: __m512i) -> [__m512i; 2] {
    // SAFETY: this touches the registers named, and nothing else.
    unsafe {
        asm!(
            "vpaddd {x}, {x}, {y}",
            "vpxord {z}, {z}, {x}",
            "vprold {z}, {z}, {N}",
            x = inout(zmm_reg) x,
            y = in(zmm_reg) y,
            z = inout(zmm_reg) z,
            N = const N,
            options(pure, nomem, nostack, preserves_flags),
        );
    }
    [x, z]
}

/// [`Simd::multiply`] half by half, for the reason that there is a [`Narrow`](Simd::Narrow) unit. The compiler would make one
/// product of two.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,bmi2")]
fn multiply(a: __m512i, b: __m512i) -> __m512i {
    let (mut low, mut high) = (_mm512_castsi512_si256(a), _mm512_extracti64x4_epi64::<1>(a));
    // SAFETY: this touches the registers named, and nothing else.
    unsafe {
        asm!(
            "vpmulld {low}, {low}, {low_b}",
            "vpmulld {high}, {high}, {high_b}",
            low = inout(ymm_reg) low,
            high = inout(ymm_reg) high,
            low_b = in(ymm_reg) _mm512_castsi512_si256(b),
            high_b = in(ymm_reg) _mm512_extracti64x4_epi64::<1>(b),
            options(pure, nomem, nostack, preserves_flags),
        );
    }
    _mm512_inserti64x4::<1>(_mm512_castsi256_si512(low), high)
}
