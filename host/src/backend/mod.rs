//! Whatever splits: one contract for software and devices. The same job gives the same bits on each.
//!
//! [`Open`] hands a session to a backend. It takes bursts of [`Job`]s and gives each back exactly once, as a
//! [`Completion`], in any order. A job owns its buffers while it is in flight.
//!
//! [`Backend`] and [`Session`] are for who writes a backend, or one over others: they take keys and numbered jobs.

mod buffer;
pub mod calibrate;
mod channel;
pub mod device;
mod open;
pub mod scheduler;
pub mod software;
mod worker;

use std::{collections::VecDeque, fmt};

use zeroize::Zeroizing;

pub use buffer::Buffer;
pub use open::Open;

use crate::partition::{self, Keys, Lane, Params, Paths, Policy, Rounds};

/// What a backend can do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Capabilities {
    /// Who it is, for people.
    pub identity: String,
    /// The most paths; the fewest are 2.
    pub paths: Paths,
    /// The lane widths it knows.
    pub lanes: Vec<Lane>,
    /// The policies it knows.
    pub policies: Vec<Policy>,
    /// The rounds it knows.
    pub rounds: Vec<Rounds>,
    /// The longest message, in bytes.
    pub longest: u64,
    /// How many jobs may be in flight.
    pub depth: usize,
}

impl Capabilities {
    /// Whether a session with such parameters can be opened.
    pub fn allow(&self, params: &Params) -> bool {
        params.paths <= self.paths
            && self.lanes.contains(&params.lane)
            && self.policies.contains(&params.policy)
            && self.rounds.contains(&params.rounds)
    }
}

/// A message to split.
#[derive(Debug)]
pub struct Job {
    /// The segment's number. Only [`Open`] gives them out; who writes a backend takes them as they come.
    pub(crate) segment: u64,
    /// What to split.
    pub message: Buffer,
    /// One for each path, each as long as the message.
    pub ports: Vec<Buffer>,
    /// Random words to use instead of keys. They are gone when the job is given back.
    pub random: Option<Supplied>,
}

/// No job has this number while it is worked on: a session's last is one below.
const UNNUMBERED: u64 = u64::MAX;

impl Job {
    /// A job without a number.
    pub fn new(message: Buffer, ports: Vec<Buffer>) -> Self {
        Self {
            segment: UNNUMBERED,
            message,
            ports,
            random: None,
        }
    }

    /// The segment's number, once the job was taken.
    pub fn segment(&self) -> Option<u64> {
        (self.segment != UNNUMBERED).then_some(self.segment)
    }
}

/// The random words of one segment, as [`partition::Random`] has them: the thesis' section 7.3.2, where workers make no
/// randomness of their own. Wiped when dropped, and used once.
pub struct Supplied {
    /// What each unit's keystream would be.
    pub units: Vec<Zeroizing<Vec<u8>>>,
    /// What the P-box's keystream would be; unread when it is off.
    pub pbox: Zeroizing<Vec<u8>>,
}

impl fmt::Debug for Supplied {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Supplied({} units, redacted)", self.units.len())
    }
}

/// A job given back.
#[derive(Debug)]
pub struct Completion {
    /// The job, with its buffers.
    pub job: Job,
    /// Whether its ports now hold shares. After an error they hold nothing to be used.
    pub result: Result<(), Error>,
}

/// Why a session was not opened, or a job not done.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The backend cannot do what the parameters ask.
    #[error("{0} cannot split so: ask for what its capabilities list")]
    Incapable(String),
    /// All segment numbers of the session have been given out.
    #[error("this session has given out all its segment numbers: open one with fresh keys")]
    Exhausted,
    /// A job that was not submitted through [`Open`].
    #[error("the job has no segment number: submit it to an open session")]
    Unnumbered,
    /// The job's buffers do not fit, or the session's keys.
    #[error(transparent)]
    Partition(#[from] partition::Error),
    /// The worker that had the job panicked. This is a bug; the job can be run again elsewhere.
    #[error("the worker that split segment {0} panicked: run the job again")]
    Panicked(u64),
    /// A thread could not be started.
    #[error("no thread for a worker: {0}")]
    Thread(String),
    /// The device had something to say, or nothing for too long. The job can be run again elsewhere.
    #[error(transparent)]
    Device(#[from] crate::device::Error),
}

/// What a session has done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Statistics {
    /// Jobs taken.
    pub accepted: u64,
    /// Jobs given back with shares.
    pub done: u64,
    /// Jobs given back with an error.
    pub failed: u64,
    /// Bytes of message in the jobs that were done.
    pub bytes: u64,
}

/// Something that splits.
pub trait Backend {
    /// What it can do.
    fn capabilities(&self) -> &Capabilities;

    /// Opens a session for jobs that are numbered already; [`Open`] is what to use. The keys go in and are wiped when
    /// it is closed.
    ///
    /// # Errors
    /// [`Error::Incapable`], and [`Error::Partition`] when the keys are not for this k.
    fn open(&self, params: Params, keys: Keys) -> Result<Box<dyn Session>, Error>;
}

/// An open session. Dropping it waits for what is in flight, and closes it.
pub trait Session: Send {
    /// A buffer of so many zero bytes that costs no copy on the way.
    fn buffer(&self, length: usize) -> Buffer;

    /// Takes jobs from the front, as many as there is room for, and says how many.
    fn submit(&mut self, jobs: &mut VecDeque<Job>) -> usize;

    /// Appends what is complete, and says how many that are.
    fn poll(&mut self, done: &mut Vec<Completion>) -> usize;

    /// The same, but waits for at least one if any is in flight.
    fn wait(&mut self, done: &mut Vec<Completion>) -> usize;

    /// What it has done.
    fn statistics(&self) -> Statistics;

    /// Splits one message and waits for it: for those who need no bursts. Other jobs in flight complete into `others`.
    fn split(&mut self, job: Job, others: &mut Vec<Completion>) -> Completion {
        let segment = job.segment;
        let mut jobs = VecDeque::from([job]);
        let mut done = vec![];
        loop {
            self.submit(&mut jobs);
            self.wait(&mut done);
            while let Some(completion) = done.pop() {
                if completion.job.segment == segment {
                    others.append(&mut done);
                    return completion;
                }
                others.push(completion);
            }
        }
    }
}
