//! The kernels, and which of them runs.

use std::{fmt, sync::OnceLock};

use super::{
    BLOCK, Error, Keys, Lane, MESSAGE_MAX, Params, Paths, Policy, Random, Rounds,
    chacha::{Fill, Stream},
    check,
    join::Join,
    portable::Portable,
    reference,
    scratch::Scratch,
    simd::Simd,
    split::Split,
    supplied::Supplied,
};
#[cfg(target_arch = "x86_64")]
use super::{avx2::Avx2, avx512::Avx512};

/// A kernel that this machine can run. All of them compute the same.
#[derive(Clone, Copy)]
pub struct Kernel(Unit);

#[derive(Clone, Copy)]
enum Unit {
    #[cfg(target_arch = "x86_64")]
    Avx512(Avx512),
    #[cfg(target_arch = "x86_64")]
    Avx2(Avx2),
    Portable(Portable),
}

/// Runs a task on the vector unit of a kernel.
macro_rules! on {
    ($kernel:ident, $task:expr) => {
        match $kernel.0 {
            #[cfg(target_arch = "x86_64")]
            Unit::Avx512(simd) => simd.run($task),
            #[cfg(target_arch = "x86_64")]
            Unit::Avx2(simd) => simd.run($task),
            Unit::Portable(simd) => simd.run($task),
        }
    };
}

impl Kernel {
    /// Every kernel this machine can run, the fastest first.
    pub fn all() -> Vec<Self> {
        let mut all = vec![];
        #[cfg(target_arch = "x86_64")]
        {
            all.extend(Avx512::detect().into_iter().flatten().map(Unit::Avx512));
            all.extend(Avx2::detect().map(Unit::Avx2));
        }
        all.push(Unit::Portable(Portable));
        all.into_iter().map(Self).collect()
    }

    /// The fastest; or, built with `--cfg shp_kernel="avx512"` or another [name](Self::name), that one.
    ///
    /// # Panics
    /// When it was built with a kernel that this machine cannot run.
    pub fn best() -> Self {
        const FORCED: Option<&str> = if cfg!(shp_kernel = "avx512") {
            Some("avx512")
        } else if cfg!(shp_kernel = "avx512-late") {
            Some("avx512-late")
        } else if cfg!(shp_kernel = "avx2") {
            Some("avx2")
        } else if cfg!(shp_kernel = "portable") {
            Some("portable")
        } else {
            None
        };
        static BEST: OnceLock<Kernel> = OnceLock::new();
        *BEST.get_or_init(|| {
            let wanted = |kernel: &Self| FORCED.is_none_or(|name| name == kernel.name());
            Self::all()
                .into_iter()
                .find(wanted)
                .expect("this machine can run the kernel it was built with")
        })
    }

    /// `avx512`, `avx512-late` (the same but for when shares are exchanged), `avx2` or `portable`.
    pub fn name(self) -> &'static str {
        match self.0 {
            #[cfg(target_arch = "x86_64")]
            Unit::Avx512(simd) => simd.name(),
            #[cfg(target_arch = "x86_64")]
            Unit::Avx2(_) => "avx2",
            Unit::Portable(_) => "portable",
        }
    }

    /// [`split`](super::split) on this kernel.
    ///
    /// # Errors
    /// As there.
    pub fn split(
        self,
        params: &Params,
        keys: &Keys,
        segment: u64,
        message: &[u8],
        ports: &mut [&mut [u8]],
    ) -> Result<(), Error> {
        self.split_at(params, keys, segment, 0, message, ports)
    }

    /// [`split_at`](super::split_at) on this kernel.
    ///
    /// # Errors
    /// As there.
    pub fn split_at(
        self,
        params: &Params,
        keys: &Keys,
        segment: u64,
        block: u64,
        part: &[u8],
        ports: &mut [&mut [u8]],
    ) -> Result<(), Error> {
        check::buffers(
            params.paths,
            part.len(),
            ports.iter().map(|port| port.len()),
        )?;
        check::units(params.paths, keys.units().len())?;
        let redraw = params.policy == Policy::Definition;
        if redraw && block != 0 {
            return Err(Error::Position(block));
        }
        let end = block
            .saturating_mul(BLOCK as u64)
            .saturating_add(part.len() as u64);
        if end > MESSAGE_MAX {
            return Err(Error::MessageLength(end));
        }
        Scratch::with(|scratch| {
            on!(
                self,
                Split {
                    stream: Stream::new(keys, segment, params.rounds),
                    paths: params.paths.get(),
                    lane: params.lane,
                    pbox: params.pbox,
                    redraw,
                    first: block,
                    message: part,
                    ports,
                    scratch,
                }
            );
        });
        Ok(())
    }

    /// [`split_with`](super::split_with) on this kernel.
    ///
    /// # Errors
    /// As there.
    pub fn split_with(
        self,
        params: &Params,
        random: Random<'_>,
        message: &[u8],
        ports: &mut [&mut [u8]],
    ) -> Result<(), Error> {
        if params.policy == Policy::Definition {
            // How many words it takes is known only at the end, word by word.
            return reference::split_with(params, random, message, ports);
        }
        check::buffers(
            params.paths,
            message.len(),
            ports.iter().map(|port| port.len()),
        )?;
        check::units(params.paths, random.units.len())?;
        check::random(*params, random, message.len())?;
        on!(
            self,
            Supplied {
                lane: params.lane,
                pbox: params.pbox,
                random,
                message,
                ports,
            }
        );
        Ok(())
    }

    /// [`join`](super::join) on this kernel.
    ///
    /// # Errors
    /// As there.
    pub fn join(self, lane: Lane, shares: &[&[u8]], message: &mut [u8]) -> Result<(), Error> {
        let paths = Paths::new(shares.len())?;
        check::buffers(paths, message.len(), shares.iter().map(|share| share.len()))?;
        on!(
            self,
            Join {
                lane,
                shares,
                message
            }
        );
        Ok(())
    }

    /// A unit's keystream from `block` on: what there is to measure a split against.
    ///
    /// # Errors
    /// [`Error::Units`] when there is no such unit.
    pub fn keystream(
        self,
        keys: &Keys,
        unit: usize,
        segment: u64,
        rounds: Rounds,
        block: u64,
        out: &mut [u8],
    ) -> Result<(), Error> {
        let units = keys.units().len();
        if unit >= units {
            return Err(Error::Units {
                given: unit + 1,
                paths: units + 1,
            });
        }
        on!(
            self,
            Fill {
                stream: Stream::new(keys, segment, rounds),
                unit,
                block,
                out
            }
        );
        Ok(())
    }
}

impl fmt::Debug for Kernel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Kernel({})", self.name())
    }
}
