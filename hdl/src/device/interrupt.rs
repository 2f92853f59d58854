//! When the host is told: not of every completion, and never late.

use rust_hdl::prelude::*;

/// One clock of `irq` is one interrupt.
#[derive(LogicBlock, Default)]
pub struct Interrupt {
    /// Rising edge.
    pub clock: Signal<In, Clock>,
    /// Forgets what the host was not told.
    pub reset: Signal<In, Bit>,
    /// Interrupts may be sent.
    pub enable: Signal<In, Bit>,
    /// They are counted, and not sent: a fault.
    pub silent: Signal<In, Bit>,
    /// Send one after so many completions...
    pub after: Signal<In, Bits<8>>,
    /// ...or so many clocks after the first of them.
    pub delay: Signal<In, Bits<24>>,
    /// A completion was written.
    pub completed: Signal<In, Bit>,
    /// The device failed.
    pub failed: Signal<In, Bit>,
    /// Tell the host.
    pub irq: Signal<Out, Bit>,
    /// Interrupts ever sent.
    pub sent: Signal<Out, Bits<32>>,
    /// The host knows of everything, or does not want to.
    pub told: Signal<Out, Bit>,
    untold: DFF<Bits<8>>,
    clocks: DFF<Bits<24>>,
    failed_before: DFF<Bit>,
    count: DFF<Bits<32>>,
    due: Signal<Local, Bit>,
}

impl Logic for Interrupt {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clock, untold, clocks, failed_before, count);
        self.due.next = self.enable.val()
            && (((self.untold.q.val() != 0)
                && ((self.untold.q.val() >= self.after.val())
                    || (self.clocks.q.val() >= self.delay.val())))
                || (self.failed.val() && !self.failed_before.q.val()));
        if self.untold.q.val() != 0 {
            self.clocks.d.next = self.clocks.q.val() + 1;
        }
        if self.completed.val() && (self.untold.q.val() != 255) {
            self.untold.d.next = self.untold.q.val() + 1;
        }
        if self.enable.val() {
            self.failed_before.d.next = self.failed.val();
        }
        if self.due.val() {
            self.clocks.d.next = 0.into();
            self.untold.d.next = 0.into();
            if self.completed.val() {
                self.untold.d.next = 1.into();
            }
            self.count.d.next = self.count.q.val() + 1;
        }
        self.irq.next = self.due.val() && !self.silent.val();
        self.sent.next = self.count.q.val();
        self.told.next = (self.untold.q.val() == 0) || !self.enable.val();
        if self.reset.val() {
            self.untold.d.next = 0.into();
            self.clocks.d.next = 0.into();
            self.failed_before.d.next = false;
            self.count.d.next = 0.into();
        }
    }
}
