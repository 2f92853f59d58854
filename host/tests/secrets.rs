//! No branch and no address of policy `uniform` hangs on a key, the message or the keystream: valgrind, told that these
//! are undefined, must have nothing to say. It knows no AVX-512, so it sees the other kernels.

#![cfg(all(target_arch = "x86_64", target_os = "linux"))]

use std::{
    arch::asm,
    process::{Command, Output},
};

use shp::partition::{BLOCK, Kernel, Keys, Lane, Params, Paths, Policy, Random};

/// What to tell memcheck of bytes: its client requests.
#[derive(Clone, Copy)]
enum Tell {
    Undefined = 0x4d43_0001,
    Defined = 0x4d43_0002,
}

/// Tells valgrind; without it, this does nothing.
fn tell(what: Tell, bytes: &mut [u8]) {
    let request = [
        what as u64,
        bytes.as_mut_ptr().addr() as u64,
        bytes.len() as u64,
        0,
        0,
        0,
    ];
    // SAFETY: outside of valgrind these turn a register once around and exchange another with itself. Within it, the
    // request is read, and nothing of this program is written but rdx.
    unsafe {
        asm!(
            "rol rdi, 3",
            "rol rdi, 13",
            "rol rdi, 61",
            "rol rdi, 51",
            "xchg rbx, rbx",
            in("rax") request.as_ptr(),
            inout("rdx") 0u64 => _,
            options(nostack),
        );
    }
}

fn split(policy: Policy) {
    for kernel in Kernel::all() {
        for k in [2, 3, 4, 16] {
            for (length, pbox) in [(32, true), (1500, true), (1500, false), (20_000, true)] {
                for lane in [Lane::Bits8, Lane::Bits64] {
                    let paths = Paths::new(k).expect("k is in range");
                    let params = Params {
                        policy,
                        pbox,
                        lane,
                        ..Params::new(paths)
                    };
                    let (mut master, mut message) = ([7; 32], vec![9; length]);
                    tell(Tell::Undefined, &mut master);
                    tell(Tell::Undefined, &mut message);
                    let keys = Keys::derive(&master, paths);
                    let mut shares = vec![vec![0; length]; k];
                    let mut ports: Vec<&mut [u8]> =
                        shares.iter_mut().map(Vec::as_mut_slice).collect();
                    kernel
                        .split(&params, &keys, 5, &message, &mut ports)
                        .expect("it splits");
                    let slices: Vec<&[u8]> = shares.iter().map(Vec::as_slice).collect();
                    let mut joined = vec![0; length];
                    kernel.join(lane, &slices, &mut joined).expect("it joins");
                    tell(Tell::Defined, &mut joined);
                    assert!(joined.iter().all(|byte| *byte == 9), "{kernel:?}");
                }
            }
        }
    }
}

/// The same of words that the caller supplies.
#[test]
fn supplied() {
    for kernel in Kernel::all() {
        for k in [2, 3, 16] {
            let params = Params::new(Paths::new(k).expect("k is in range"));
            let (mut message, mut words) = (vec![9; 1500], vec![3; 24 * BLOCK]);
            tell(Tell::Undefined, &mut message);
            tell(Tell::Undefined, &mut words);
            let random = Random {
                units: &vec![&words[..]; k - 1],
                pbox: &words,
            };
            let mut shares = vec![vec![0; message.len()]; k];
            let mut ports: Vec<&mut [u8]> = shares.iter_mut().map(Vec::as_mut_slice).collect();
            kernel
                .split_with(&params, random, &message, &mut ports)
                .expect("it splits");
        }
    }
}

#[test]
fn uniform() {
    split(Policy::Uniform);
}

/// Its time hangs on M and r: that valgrind sees so says that it looks.
#[test]
fn definition() {
    split(Policy::Definition);
}

fn valgrind(test: &str) -> Output {
    let program = std::env::current_exe().expect("this program has a path");
    Command::new("valgrind")
        .args(["--quiet", "--error-exitcode=9"])
        .arg(program)
        .args([test, "--exact"])
        .output()
        .expect("valgrind is installed")
}

#[test]
#[ignore = "needs valgrind: run it with --ignored"]
fn valgrind_sees_no_branch_on_a_secret() {
    for test in ["uniform", "supplied"] {
        let looked = valgrind(test);
        let said = String::from_utf8_lossy(&looked.stderr);
        assert!(looked.status.success(), "{said}");
    }
    let definition = valgrind("definition");
    assert_eq!(definition.status.code(), Some(9), "definition must branch");
}
