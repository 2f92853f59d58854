//! The P-box's last exchanges of a strip, made between the rounds of the next one. The vector unit is busy there, the rest
//! of the core is not: so general registers make them, a word or two of eight bytes at once.

#[cfg(target_arch = "x86_64")]
use std::arch::{asm, naked_asm};
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
#[repr(C)] // `exchange` reads the first two.
pub(super) struct Late<'a> {
    turns: &'a mut Turns,
    /// The last ones at the end.
    ports: [Option<&'a mut [u8; BYTES]>; 16],
    exchange: unsafe extern "C" fn(),
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
            exchange: exchange::<0>,
            done: BYTES,
            paces: [0; 2],
        }
    }

    /// Whether a kernel leaves anything between its rounds.
    #[inline(always)]
    fn pays<S: Simd>() -> bool {
        cfg!(target_arch = "x86_64") && S::WAY == Way::Pairs
    }

    /// Takes over a strip, to be done in so many double rounds. [`turns`](Self::turns) must be its own.
    #[inline(always)]
    pub(super) fn start(&mut self, ports: &mut [&'a mut [u8]], double_rounds: usize) {
        let place = self.ports.len() - ports.len();
        for (here, port) in self.ports[place..].iter_mut().zip(&mut *ports) {
            let whole = mem::take(port).first_chunk_mut();
            *here = Some(whole.expect("only a whole strip is late"));
        }
        let slots = ports.len() - 2;
        self.exchange = EXCHANGES[slots];
        self.done = 0;
        let bytes = 8 * words(slots);
        let steps = (BYTES / bytes).div_ceil(double_rounds);
        self.paces = [steps / 2 * bytes, steps.div_ceil(2) * bytes];
    }

    /// Does what is left, and gives the turns back.
    #[inline(always)]
    pub(super) fn finish(&mut self) -> &mut Turns {
        self.run(BYTES);
        self.turns
    }

    /// Goes on until so many bytes of each port are done.
    #[cfg(target_arch = "x86_64")]
    #[inline(always)]
    fn run(&mut self, due: usize) {
        // SAFETY: `exchange` touches `turns` and, below `BYTES`, what the last of `ports` point to, as many as it has slots
        // and two more; all were set when `done` was set to less than `BYTES`. It changes no registers but these.
        unsafe {
            asm!(
                "push r15",
                "call r14",
                "pop r15",
                in("rdi") &raw const *self,
                inout("rsi") self.done,
                inout("r14") self.exchange => _,
                inout("r15") due => _,
                out("rax") _,
                out("rcx") _,
                out("rdx") _,
                out("r8") _,
                out("r9") _,
                out("r10") _,
                out("r11") _,
                out("r12") _,
                out("r13") _,
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

/// How many words of eight bytes are exchanged at once: two, if they do not keep the vector unit waiting.
const fn words(slots: usize) -> usize {
    if slots > 4 { 1 } else { 2 }
}

const EXCHANGES: [unsafe extern "C" fn(); 15] = [
    exchange::<0>,
    exchange::<1>,
    exchange::<2>,
    exchange::<3>,
    exchange::<4>,
    exchange::<5>,
    exchange::<6>,
    exchange::<7>,
    exchange::<8>,
    exchange::<9>,
    exchange::<10>,
    exchange::<11>,
    exchange::<12>,
    exchange::<13>,
    exchange::<14>,
];

/// Exchanges words of a [`Late`] (rdi) from a place (rsi) to another (on the stack). No branch and no address hangs on a turn.
#[cfg(target_arch = "x86_64")]
#[unsafe(naked)]
unsafe extern "C" fn exchange<const SLOTS: usize>() {
    naked_asm!(
        ".macro take difference, rest, own_difference, own_rest, at",
        "mov \\difference, [rax + rsi + \\at]",
        "mov \\rest, [rdx + rsi + \\at]",
        "mov \\own_difference, \\difference",
        "mov \\own_rest, \\rest",
        ".endm",
        // The carry says that M - r is served here, the sign that r - sum is. What was here moves on instead.
        ".macro serve difference, rest, own_difference, own_rest, at",
        "mov rdx, [rax + rsi + \\at]",
        "cmovc \\difference, rdx",
        "cmovs \\rest, rdx",
        "cmovc rdx, \\own_difference",
        "cmovs rdx, \\own_rest",
        "mov [rax + rsi + \\at], rdx",
        ".endm",
        // The carry says that they change places.
        ".macro swap difference, rest",
        "mov rdx, \\difference",
        "cmovc \\difference, \\rest",
        "cmovc \\rest, rdx",
        ".endm",
        ".macro give difference, rest, at",
        "mov [rax + rsi + \\at], \\difference",
        "mov [rdx + rsi + \\at], \\rest",
        ".endm",
        "jmp 3f",
        ".p2align 4",
        "2:",
        "mov rax, [rdi + 8 * 16]",
        "mov rdx, [rdi + 8 * 15]",
        "take r8, r9, r10, r11, 0",
        ".if {words} == 2",
        "take r12, r13, r14, r15, 8",
        ".endif",
        // The turn of their block.
        "mov rdx, rsi",
        "shr rdx, 6",
        "mov rax, [rdi]",
        "mov ecx, [rax + 4 * rdx]",
        ".irp slot, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14",
        ".if \\slot > 14 - {slots}",
        "mov rax, [rdi + 8 * \\slot]",
        "shl ecx, 2",
        "serve r8, r9, r10, r11, 0",
        ".if {words} == 2",
        "serve r12, r13, r14, r15, 8",
        ".endif",
        ".endif",
        ".endr",
        "shl ecx, 2",
        "swap r8, r9",
        ".if {words} == 2",
        "swap r12, r13",
        ".endif",
        "mov rax, [rdi + 8 * 16]",
        "mov rdx, [rdi + 8 * 15]",
        "give r8, r9, 0",
        ".if {words} == 2",
        "give r12, r13, 8",
        ".endif",
        "add rsi, 8 * {words}",
        "3:",
        "cmp rsi, [rsp + 8]",
        "jb 2b",
        "ret",
        ".purgem take",
        ".purgem serve",
        ".purgem swap",
        ".purgem give",
        slots = const SLOTS,
        words = const words(SLOTS),
    )
}

/// Nobody calls it on other machines.
#[cfg(not(target_arch = "x86_64"))]
unsafe extern "C" fn exchange<const SLOTS: usize>() {}
