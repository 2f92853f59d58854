//! The jobs that are measured, on the buffers that a backend gives.

use std::hint::black_box;

use shp::{
    backend::Buffer,
    partition::{Kernel, Keys, Params, Paths},
};

use crate::clock::Contender;

/// Bytes of keystream that stay in the first cache.
const KEYSTREAM: usize = 16 * 1024;

/// Keys, a message and its ports.
pub(crate) struct Work {
    pub(crate) kernel: Kernel,
    pub(crate) params: Params,
    keys: Keys,
    message: Buffer,
    ports: Vec<Buffer>,
}

impl Work {
    pub(crate) fn new(kernel: Kernel, k: usize, length: usize) -> Self {
        let paths = Paths::new(k).expect("the figures use 2 to 16");
        let keys = Keys::derive(&[1; 32], paths);
        let mut ports: Vec<Buffer> = (0..k).map(|_| Buffer::new(length)).collect();
        let mut message = Buffer::new(length);
        message.fill(0x5a);
        for port in &mut ports {
            port.fill(0);
        }
        Self {
            kernel,
            params: Params::new(paths),
            keys,
            message,
            ports,
        }
    }

    /// Splits the message.
    pub(crate) fn split(&mut self, params: Params) -> Contender<'_> {
        let Self {
            kernel,
            keys,
            message,
            ports,
            ..
        } = self;
        let message = &**message;
        let mut ports: Vec<&mut [u8]> = ports.iter_mut().map(|port| &mut **port).collect();
        let mut segment = 0;
        Box::new(move || {
            kernel
                .split(&params, keys, segment, message, &mut ports)
                .expect("the work fits");
            segment += 1;
        })
    }

    /// Joins the shares.
    pub(crate) fn join(&mut self) -> Contender<'_> {
        let Self {
            kernel,
            params,
            message,
            ports,
            ..
        } = self;
        let message = &mut **message;
        let shares: Vec<&[u8]> = ports.iter().map(|port| &**port).collect();
        Box::new(move || {
            kernel
                .join(params.lane, &shares, message)
                .expect("the work fits");
        })
    }
}

/// KS: as much keystream as a split of so many bytes over k paths needs, into a buffer that stays in the first cache.
pub(crate) fn keystream(kernel: Kernel, k: usize, length: usize) -> Contender<'static> {
    let work = Work::new(kernel, k, 1);
    let mut buffer = Buffer::new(KEYSTREAM);
    Box::new(move || {
        let mut left = (k - 1) * length;
        while left > 0 {
            let part = left.min(KEYSTREAM);
            let out = &mut buffer[..part];
            kernel
                .keystream(&work.keys, 0, 0, work.params.rounds, 0, out)
                .expect("there is unit 0");
            black_box(out);
            left -= part;
        }
    })
}

/// Reads so many bytes of each of k buffers once.
pub(crate) fn read(k: usize, length: usize) -> Contender<'static> {
    let mut buffers: Vec<Buffer> = (0..k).map(|_| Buffer::new(length)).collect();
    for buffer in &mut buffers {
        buffer.fill(1);
    }
    Box::new(move || {
        let mut sum = [0u64; 16];
        for buffer in &mut buffers {
            for block in buffer.as_chunks::<128>().0 {
                for (sum, number) in sum.iter_mut().zip(block.as_chunks().0) {
                    *sum |= u64::from_ne_bytes(*number);
                }
            }
        }
        black_box(sum);
    })
}

/// Copies so many bytes.
pub(crate) fn copy(length: usize) -> Contender<'static> {
    let [mut from, mut to] = [(); 2].map(|()| Buffer::new(length));
    from.fill(1);
    Box::new(move || {
        to.copy_from_slice(black_box(&from));
        black_box(&to);
    })
}
