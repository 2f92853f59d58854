//! The C side of a model: all of this package's unsafe code, behind a handle that is safe to use.

use std::ffi::{CStr, c_char, c_void};
use std::ptr::NonNull;
use std::slice;

use crate::top::{Port, Top};
use crate::tops;

/// The functions of one top, in the order of `Functions` in `shim/shim.h`.
#[repr(C)]
struct Functions {
    create: unsafe extern "C" fn() -> *mut c_void,
    destroy: unsafe extern "C" fn(model: *mut c_void),
    evaluate: unsafe extern "C" fn(model: *mut c_void),
    port: unsafe extern "C" fn(model: *mut c_void, index: u32) -> *mut c_void,
    trace_open: unsafe extern "C" fn(model: *mut c_void, file: *const c_char) -> bool,
    trace_sample: unsafe extern "C" fn(model: *mut c_void, time: u64),
    trace_close: unsafe extern "C" fn(model: *mut c_void),
}

unsafe extern "C" {
    /// Written by the build script from the same list as [`tops::ALL`].
    static shp_sim_tops: [Functions; tops::COUNT];
}

/// Where a port is in memory: Verilator's C++ type goes by the width.
#[derive(Clone, Copy)]
enum Storage {
    U8(NonNull<u8>),
    U16(NonNull<u16>),
    U32(NonNull<u32>),
    U64(NonNull<u64>),
    /// So many 32-bit words, the lowest first.
    Wide(NonNull<u32>, usize),
}

/// A Verilated model and the places of its ports.
///
/// It stays on its thread: the pointers keep it from being `Send` or `Sync`.
pub(crate) struct Handle {
    functions: &'static Functions,
    model: NonNull<c_void>,
    ports: Vec<Storage>,
    tracing: bool,
}

impl Handle {
    /// Makes the model of `top`.
    pub(crate) fn new(top: &Top) -> Self {
        // SAFETY: the static is constant data of exactly this type, linked in by the build script.
        let functions = unsafe { &shp_sim_tops[top.index()] };
        // SAFETY: `create` has no preconditions.
        let model =
            NonNull::new(unsafe { (functions.create)() }).expect("C++'s new never gives null");
        let storage = |(index, port): (usize, &Port)| {
            // SAFETY: `model` lives, and `index` is a port's: both sides were written from one list.
            let place = unsafe { (functions.port)(model.as_ptr(), index as u32) };
            let place = NonNull::new(place).expect("a member of an object is never at null");
            match port.width {
                0..=8 => Storage::U8(place.cast()),
                9..=16 => Storage::U16(place.cast()),
                17..=32 => Storage::U32(place.cast()),
                33..=64 => Storage::U64(place.cast()),
                _ => Storage::Wide(place.cast(), port.width.div_ceil(32) as usize),
            }
        };
        let ports = top.ports().iter().enumerate().map(storage).collect();
        Self {
            functions,
            model,
            ports,
            tracing: false,
        }
    }

    /// Lets every signal settle to the present inputs.
    pub(crate) fn evaluate(&mut self) {
        // SAFETY: `model` lives until `self` is dropped.
        unsafe { (self.functions.evaluate)(self.model.as_ptr()) }
    }

    /// Reads a port of at most 64 bits; of a wider one, the low 64.
    pub(crate) fn read(&self, port: usize) -> u64 {
        // SAFETY: each pointer is to a member of the model of the type that Verilator gives this width. The member
        // lives as long as `self`, and C++ writes to it only within calls that borrow `self` mutably.
        unsafe {
            match self.ports[port] {
                Storage::U8(place) => place.read().into(),
                Storage::U16(place) => place.read().into(),
                Storage::U32(place) => place.read().into(),
                Storage::U64(place) => place.read(),
                Storage::Wide(place, _) => {
                    u64::from(place.read()) | (u64::from(place.add(1).read()) << 32)
                }
            }
        }
    }

    /// Writes a port of at most 64 bits; a wider one is filled up with zeros. The value must fit the port.
    pub(crate) fn write(&mut self, port: usize, value: u64) {
        // SAFETY: as in `read`; `self` is borrowed mutably, so nobody else looks.
        unsafe {
            match self.ports[port] {
                Storage::U8(place) => place.write(value as u8),
                Storage::U16(place) => place.write(value as u16),
                Storage::U32(place) => place.write(value as u32),
                Storage::U64(place) => place.write(value),
                Storage::Wide(place, words) => {
                    let words = slice::from_raw_parts_mut(place.as_ptr(), words);
                    words.fill(0);
                    (words[0], words[1]) = (value as u32, (value >> 32) as u32);
                }
            }
        }
    }

    /// The words of a port wider than 64 bits, the lowest first; `None` for another.
    pub(crate) fn wide(&self, port: usize) -> Option<&[u32]> {
        match self.ports[port] {
            Storage::Wide(place, words) => {
                // SAFETY: the member is an array of so many words, as in `read`.
                Some(unsafe { slice::from_raw_parts(place.as_ptr(), words) })
            }
            _ => None,
        }
    }

    /// The words of a port wider than 64 bits, to be written; `None` for another.
    pub(crate) fn wide_mut(&mut self, port: usize) -> Option<&mut [u32]> {
        match self.ports[port] {
            Storage::Wide(place, words) => {
                // SAFETY: as in `wide`; `self` is borrowed mutably for as long as the slice.
                Some(unsafe { slice::from_raw_parts_mut(place.as_ptr(), words) })
            }
            _ => None,
        }
    }

    /// Begins a waveform in `file`, and ends the one before. False if the file cannot be written.
    pub(crate) fn trace_open(&mut self, file: &CStr) -> bool {
        // SAFETY: `model` lives, and `file` ends with a zero; C++ does not keep it.
        self.tracing = unsafe { (self.functions.trace_open)(self.model.as_ptr(), file.as_ptr()) };
        self.tracing
    }

    /// Adds the present signals to the waveform, if there is one.
    pub(crate) fn trace_sample(&mut self, time: u64) {
        if self.tracing {
            // SAFETY: `model` lives, and has an open waveform.
            unsafe { (self.functions.trace_sample)(self.model.as_ptr(), time) }
        }
    }

    /// Ends the waveform, and writes what is left of it.
    pub(crate) fn trace_close(&mut self) {
        self.tracing = false;
        // SAFETY: `model` lives; without a waveform this does nothing.
        unsafe { (self.functions.trace_close)(self.model.as_ptr()) }
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        // SAFETY: `model` came from `create`, and is used no more.
        unsafe { (self.functions.destroy)(self.model.as_ptr()) }
    }
}
