//! The P-box's last exchanges of a strip, made between the rounds of the next one. The vector unit is busy there, the rest
//! of the core is not: so general registers make them, eight bytes at once.

#[cfg(target_arch = "x86_64")]
use std::arch::asm;
use std::mem;

use super::{
    BLOCK,
    chacha::Meanwhile,
    pbox::Turns,
    simd::{Simd, Way},
    strip::STRIP,
};

/// Bytes of a whole strip.
const BYTES: usize = STRIP * BLOCK;

/// A strip in whose last two ports r - sum and M - r are, before they take their places.
pub(super) struct Late<'a> {
    turns: &'a mut Turns,
    ports: [Option<&'a mut [u8; BYTES]>; 16],
    /// How many ports there are before the last two.
    slots: usize,
    /// Bytes of each port that are done.
    done: usize,
    /// Bytes for a step in the middle of a double round, and at its end. Few branches are foretold if they vary.
    paces: [usize; 2],
}

impl<'a> Late<'a> {
    /// Nothing to do yet.
    #[inline(always)]
    pub(super) fn new(turns: &'a mut Turns) -> Self {
        Self {
            turns,
            ports: Default::default(),
            slots: 0,
            done: BYTES,
            paces: [0; 2],
        }
    }

    /// Whether a kernel leaves anything between its rounds.
    #[inline(always)]
    pub(super) fn pays<S: Simd>() -> bool {
        cfg!(target_arch = "x86_64") && S::WAY == Way::Pairs
    }

    /// Takes over a strip, to be done in so many double rounds. [`turns`](Self::turns) must be its own.
    #[inline(always)]
    pub(super) fn start(&mut self, ports: &mut [&'a mut [u8]], double_rounds: usize) {
        for (here, port) in self.ports[..ports.len()].iter_mut().zip(&mut *ports) {
            let whole = mem::take(port).first_chunk_mut();
            *here = Some(whole.expect("only a whole strip is late"));
        }
        self.slots = ports.len() - 2;
        self.done = 0;
        let words = (BYTES / 8).div_ceil(double_rounds);
        self.paces = [words / 2 * 8, words.div_ceil(2) * 8];
    }

    /// Does what is left, and gives the turns back.
    #[inline(always)]
    pub(super) fn finish(&mut self) -> &mut Turns {
        self.run(BYTES);
        self.turns
    }

    /// Goes on until so many bytes of each port are done. No branch and no address hangs on a turn.
    #[cfg(target_arch = "x86_64")]
    #[inline(always)]
    fn run(&mut self, due: usize) {
        // SAFETY: this touches `turns` and, below `BYTES`, what the first `slots + 2` of `ports` point to; they were set when
        // `done` was set to less than `BYTES`. A slot takes 31 bytes of code, so the jump passes over those that are not there.
        unsafe {
            asm!(
                "lea rdx, [rip + 3f]",
                "sub rdx, r12",
                "mov r12, rdx",
                "mov r13, [rdi]",
                "jmp 4f",
                // A word of r - sum and of M - r, and the turn of its block.
                "2:",
                "mov rdx, rsi",
                "shr rdx, 6",
                "mov ecx, [r8 + rdx * 4]",
                "mov rax, [rdi + 8]",
                "mov r10, [r13 + rsi]",
                "mov r11, [rax + rsi]",
                "mov r9, r10",
                "mov r14, r11",
                "jmp r12",
                // At each slot's turn, the carry says that M - r is served there, the sign that r - sum is.
                ".irp slot, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1",
                "mov rax, [rdi - 8 * \\slot]",
                "shl ecx, 2",
                "mov rdx, [rax + rsi]",
                "cmovc r11, rdx",
                "cmovs r10, rdx",
                "cmovc rdx, r14",
                "cmovs rdx, r9",
                "mov [rax + rsi], rdx",
                ".endr",
                // What was there moves to the last two ports; the carry says that it changes places.
                "3:",
                "shl ecx, 2",
                "mov rdx, r11",
                "cmovc r11, r10",
                "cmovc r10, rdx",
                "mov rax, [rdi + 8]",
                "mov [r13 + rsi], r10",
                "mov [rax + rsi], r11",
                "add rsi, 8",
                "4:",
                "cmp rsi, r15",
                "jb 2b",
                in("r8") &raw const *self.turns,
                in("rdi") self.ports.as_mut_ptr().add(self.slots),
                inout("rsi") self.done,
                in("r15") due,
                inout("r12") 31 * self.slots => _,
                out("rax") _,
                out("rcx") _,
                out("rdx") _,
                out("r9") _,
                out("r10") _,
                out("r11") _,
                out("r13") _,
                out("r14") _,
                options(nostack),
            );
        }
    }

    /// Nothing is started on other machines: see [`pays`](Self::pays).
    #[cfg(not(target_arch = "x86_64"))]
    #[inline(always)]
    fn run(&mut self, _: usize) {}
}

impl<S: Simd> Meanwhile<S> for Late<'_> {
    #[inline(always)]
    fn step(&mut self, _: S, half: usize) {
        if Self::pays::<S>() {
            self.run((self.done + self.paces[half]).min(BYTES));
        }
    }
}
