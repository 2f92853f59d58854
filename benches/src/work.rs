//! Buffers, and the jobs that are measured.

use std::hint::black_box;

use shp::partition::{BLOCK, Kernel, Keys, Params, Paths};

use crate::clock::Contender;

/// Bytes of keystream that stay in the first cache.
const KEYSTREAM: usize = 16 * 1024;

/// Keys, a message and its ports, all aligned as a backend's buffers are.
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
        let mut ports: Vec<Buffer> = (0..k).map(|port| Buffer::new(length, port + 1)).collect();
        let mut message = Buffer::new(length, 0);
        message.bytes().fill(0x5a);
        for port in &mut ports {
            port.bytes().fill(0);
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
        let message = message.bytes();
        let mut ports: Vec<&mut [u8]> = ports.iter_mut().map(Buffer::bytes).collect();
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
        let message = message.bytes();
        let shares: Vec<&[u8]> = ports.iter_mut().map(|port| &*port.bytes()).collect();
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
    let mut buffer = Buffer::new(KEYSTREAM, 0);
    Box::new(move || {
        let mut left = (k - 1) * length;
        while left > 0 {
            let part = left.min(KEYSTREAM);
            let out = &mut buffer.bytes()[..part];
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
    let mut buffers: Vec<Buffer> = (0..k).map(|port| Buffer::new(length, port)).collect();
    for buffer in &mut buffers {
        buffer.bytes().fill(1);
    }
    Box::new(move || {
        let mut sum = [0u64; 16];
        for buffer in &mut buffers {
            for block in buffer.bytes().as_chunks::<128>().0 {
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
    let [mut from, mut to] = [0, 1].map(|number| Buffer::new(length, number));
    from.bytes().fill(1);
    Box::new(move || {
        to.bytes().copy_from_slice(black_box(from.bytes()));
        black_box(to.bytes());
    })
}

/// Bytes that begin at a block's boundary, and not where the buffer before it does in the caches.
pub(crate) struct Buffer {
    storage: Vec<u8>,
    start: usize,
    length: usize,
}

impl Buffer {
    const PAGE: usize = 4096;

    pub(crate) fn new(length: usize, number: usize) -> Self {
        let storage = vec![0; length + 2 * Self::PAGE];
        let page = storage.as_ptr().align_offset(Self::PAGE);
        let start = page + number * 17 * BLOCK % Self::PAGE;
        Self {
            storage,
            start,
            length,
        }
    }

    pub(crate) fn bytes(&mut self) -> &mut [u8] {
        &mut self.storage[self.start..][..self.length]
    }
}
