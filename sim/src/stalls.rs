//! When a stream moves and when it pauses, at random from a seed.

use fastrand::Rng;

/// A pattern of stalls for one stream.
///
/// Pauses and runs last 1 to 64 cycles, short ones as likely as long ones: single gaps catch a register that is one
/// word late, long pauses fill every FIFO, long runs empty it.
pub struct Stalls {
    /// `None` never pauses.
    random: Option<Rng>,
    moving: bool,
    left: u32,
}

impl Stalls {
    /// A stream that never pauses.
    pub fn none() -> Self {
        Self {
            random: None,
            moving: true,
            left: 0,
        }
    }

    /// A stream that pauses as `seed` has it.
    pub fn seeded(seed: u64) -> Self {
        let mut random = Rng::with_seed(seed);
        Self {
            moving: random.bool(),
            random: Some(random),
            left: 0,
        }
    }

    /// Whether the stream moves in the next cycle.
    pub fn moves(&mut self) -> bool {
        if let Some(random) = &mut self.random {
            if self.left == 0 {
                self.moving = !self.moving;
                let longest = 1 << random.u32(0..=6);
                self.left = random.u32(0..longest);
            } else {
                self.left -= 1;
            }
        }
        self.moving
    }
}
