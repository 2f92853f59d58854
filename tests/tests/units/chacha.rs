//! `ChaCha` in software: by hand where a unit does a part of it, by `rand_chacha` where it does all of it.

use rand_chacha::rand_core::{Rng, SeedableRng};
use rand_chacha::{ChaCha8Rng, ChaCha12Rng, ChaCha20Rng};

use crate::support::{joined, words};
use crate::vectors::{RFC_8439, STROMBERGSON, Vector};

/// "expand 32-byte k"
const SIGMA: [u32; 4] = [0x6170_7865, 0x3320_646e, 0x7962_2d32, 0x6b20_6574];

/// RFC 8439, section 2.1.
pub(crate) fn quarter_round([mut a, mut b, mut c, mut d]: [u32; 4]) -> [u32; 4] {
    for [first, second] in [[16, 12], [8, 7]] {
        a = a.wrapping_add(b);
        d = (d ^ a).rotate_left(first);
        c = c.wrapping_add(d);
        b = (b ^ c).rotate_left(second);
    }
    [a, b, c, d]
}

/// RFC 8439, section 2.3, without the last sum.
pub(crate) fn rounds(mut state: [u32; 16], rounds: usize) -> [u32; 16] {
    for round in 0..rounds {
        for column in 0..4 {
            let at = [0, 1, 2, 3].map(|row| 4 * row + (column + row * (round % 2)) % 4);
            let mixed = quarter_round(at.map(|word| state[word]));
            for (word, mixed) in at.into_iter().zip(mixed) {
                state[word] = mixed;
            }
        }
    }
    state
}

/// The sum of what passed the rounds and the initial state.
pub(crate) fn fed_forward(passed: [u32; 16], initial: [u32; 16]) -> [u32; 16] {
    std::array::from_fn(|word| passed[word].wrapping_add(initial[word]))
}

/// The state for a key, and words 12 to 15.
pub(crate) fn state(key: &[u8; 32], rest: [u32; 4]) -> [u32; 16] {
    let words = [&SIGMA[..], &words(key), &rest].concat();
    words.try_into().expect("sixteen words")
}

/// So many bytes of a unit's keystream for a segment, from a block on.
pub(crate) fn keystream(
    rounds: usize,
    key: &[u8; 32],
    number: u64,
    block: u64,
    length: usize,
) -> Vec<u8> {
    let mut bytes = vec![0; length];
    let word = u128::from(block) * 16;
    macro_rules! fill {
        ($rng:ty) => {{
            let mut rng = <$rng>::from_seed(*key);
            rng.set_stream(number);
            rng.set_word_pos(word);
            rng.fill_bytes(&mut bytes);
        }};
    }
    match rounds {
        8 => fill!(ChaCha8Rng),
        12 => fill!(ChaCha12Rng),
        20 => fill!(ChaCha20Rng),
        _ => unreachable!("ChaCha has 8, 12 or 20 rounds"),
    }
    bytes
}

/// The bytes of hexadecimal digits.
pub(crate) fn unhex<const N: usize>(digits: &str) -> [u8; N] {
    assert_eq!(digits.len(), 2 * N);
    std::array::from_fn(|byte| u8::from_str_radix(&digits[2 * byte..][..2], 16).expect("digits"))
}

impl Vector {
    pub(crate) fn number(&self) -> u64 {
        u64::from_le_bytes(unhex(self.nonce))
    }

    /// What goes through the rounds.
    pub(crate) fn state(&self) -> [u32; 16] {
        let number = self.number();
        state(
            &unhex(self.key),
            [self.counter, 0, number as u32, (number >> 32) as u32],
        )
    }
}

/// Else a wrong digit up there would be looked for in the Verilog.
#[test]
fn the_published_vectors_are_what_software_says() {
    for vector in RFC_8439.iter().chain(&STROMBERGSON) {
        let block: [u8; 64] = unhex(vector.block);
        let initial = vector.state();
        assert_eq!(
            keystream(
                vector.rounds,
                &unhex(vector.key),
                vector.number(),
                vector.counter.into(),
                64
            ),
            block
        );
        assert_eq!(
            joined(&fed_forward(rounds(initial, vector.rounds), initial)),
            block
        );
    }
}
