//! A session: keys, how to split, and the one place where segment numbers come from.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::partition::{self, Keys, Params};

/// Why a session refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// All 2^64 - 1 segment numbers have been given out.
    #[error("this session has given out all its segment numbers: open one with fresh keys")]
    Exhausted,
    /// Keys of which nobody knows which segment numbers were used.
    #[error("nobody knows which segments these keys have split: use fresh keys")]
    UnknownOwner,
    /// The keys do not fit k, or the buffers not the message.
    #[error(transparent)]
    Partition(#[from] partition::Error),
}

/// One owner of one set of keys. The keys go in and never come out, so that no second session can number segments
/// under them; they are wiped when the session is dropped.
#[derive(Debug)]
pub struct Session {
    params: Params,
    keys: Keys,
    next: AtomicU64,
}

/// A segment number, given out once. It cannot be copied, and splitting with it uses it up.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Segment(u64);

impl Segment {
    /// The number.
    pub fn number(&self) -> u64 {
        self.0
    }
}

impl Session {
    /// A session with fresh one-time keys from the operating system.
    ///
    /// # Errors
    /// [`partition::Error::OperatingSystem`] when it has no random bytes.
    pub fn open(params: Params) -> Result<Self, Error> {
        Self::resume(params, Keys::random(params.paths)?, Some(0))
    }

    /// A session over keys that were made elsewhere, whose segments below `next` are used up.
    ///
    /// The caller vouches that nobody else numbers segments under these keys, and that `next` was stored before any
    /// share of segment `next - 1` left. Who has no such record has `None`.
    ///
    /// # Errors
    /// [`Error::UnknownOwner`] without a record; [`partition::Error::Units`] when the keys are not for this k.
    pub fn resume(params: Params, keys: Keys, next: Option<u64>) -> Result<Self, Error> {
        let next = next.ok_or(Error::UnknownOwner)?;
        if keys.units().len() != params.paths.units() {
            let (given, paths) = (keys.units().len(), params.paths.get());
            return Err(partition::Error::Units { given, paths }.into());
        }
        Ok(Self {
            params,
            keys,
            next: AtomicU64::new(next),
        })
    }

    /// Everything, for the one who numbers segments from now on.
    pub(crate) fn into_parts(self) -> (Params, Keys, u64) {
        (self.params, self.keys, self.next.into_inner())
    }

    /// How this session splits.
    pub fn params(&self) -> &Params {
        &self.params
    }

    /// The next segment number. Any thread may ask; none gets one twice. The last is 2^64 - 2.
    ///
    /// # Errors
    /// [`Error::Exhausted`] from then on.
    pub fn next_segment(&self) -> Result<Segment, Error> {
        // Relaxed is enough: the numbers must differ, and nothing else hangs on their order.
        self.next
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |next| {
                next.checked_add(1)
            })
            .map(Segment)
            .map_err(|_| Error::Exhausted)
    }

    /// Splits one message under the next segment number and says which it was.
    ///
    /// # Errors
    /// [`Error::Exhausted`], and those of [`partition::split`]. The number is used up even then.
    pub fn split(&self, message: &[u8], ports: &mut [&mut [u8]]) -> Result<u64, Error> {
        let Segment(number) = self.next_segment()?;
        partition::split(&self.params, &self.keys, number, message, ports)?;
        Ok(number)
    }
}

#[cfg(test)]
mod tests {
    use std::{collections::HashSet, thread};

    use super::*;
    use crate::partition::Paths;

    fn at(next: u64) -> Session {
        let params = Params::new(Paths::MIN);
        let keys = Keys::derive(&[7; 32], params.paths);
        Session::resume(params, keys, Some(next)).expect("the keys fit")
    }

    #[test]
    fn no_number_is_given_twice_to_any_thread() {
        let session = Session::open(Params::new(Paths::MIN)).expect("the system has random bytes");
        let numbers: Vec<u64> = thread::scope(|scope| {
            let ask = || {
                (0..1000)
                    .map(|_| session.next_segment().expect("there are more").number())
                    .collect::<Vec<_>>()
            };
            let threads = [scope.spawn(ask), scope.spawn(ask), scope.spawn(ask)];
            threads
                .into_iter()
                .flat_map(|thread| thread.join().expect("it did not panic"))
                .collect()
        });
        assert_eq!(numbers.len(), 3000);
        assert_eq!(
            numbers.into_iter().collect::<HashSet<_>>(),
            (0..3000).collect()
        );
    }

    #[test]
    fn the_counter_ends_in_an_error_and_stays_there() {
        let session = at(u64::MAX - 1);
        let (mut a, mut b) = ([0; 3], [0; 3]);
        assert_eq!(
            session.split(b"abc", &mut [&mut a, &mut b]),
            Ok(u64::MAX - 1)
        );
        for _ in 0..3 {
            assert_eq!(
                session.split(b"abc", &mut [&mut a, &mut b]),
                Err(Error::Exhausted)
            );
        }
    }

    #[test]
    fn keys_without_a_record_are_refused() {
        let keys = Keys::derive(&[7; 32], Paths::MIN);
        assert_eq!(
            Session::resume(Params::new(Paths::MIN), keys, None).err(),
            Some(Error::UnknownOwner)
        );
    }

    #[test]
    fn keys_of_another_k_are_refused() {
        let keys = Keys::derive(&[7; 32], Paths::MAX);
        let refused = Session::resume(Params::new(Paths::MIN), keys, Some(0)).err();
        assert_eq!(
            refused,
            Some(
                partition::Error::Units {
                    given: 15,
                    paths: 2
                }
                .into()
            )
        );
    }

    #[test]
    fn debug_shows_no_key() {
        assert!(format!("{:?}", at(0)).contains("Keys(1 units, redacted)"));
    }
}
