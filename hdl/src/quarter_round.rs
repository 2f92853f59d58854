//! The ChaCha quarter round (RFC 8439, section 2.1) as four pipeline stages of one addition each.
//!
//! Each stage keeps a sum in its register and leaves the xor that follows to the addition of the next stage, where an FPGA's carry cell
//! takes it for nothing. So a word in flight may be two halves, still to be mixed: `b` enters as `b_left ^ b_right` and leaves so.

use rust_hdl::prelude::*;

/// `sum = a + (b ^ c)`, a module of its own so that synthesis can map it to one carry cell a bit (constraints/ecp5).
#[derive(LogicBlock, Default)]
pub struct AddXor {
    /// What is added to.
    pub a: Signal<In, Bits<32>>,
    /// One half of what is added.
    pub b: Signal<In, Bits<32>>,
    /// The other half.
    pub c: Signal<In, Bits<32>>,
    /// The sum mod 2^32.
    pub sum: Signal<Out, Bits<32>>,
}

impl Logic for AddXor {
    #[hdl_gen]
    fn update(&mut self) {
        self.sum.next = self.a.val() + (self.b.val() ^ self.c.val());
    }
}

/// One quarter round on one column. Latency: four clocks, a new column each clock.
#[derive(LogicBlock, Default)]
pub struct QuarterRound {
    /// Rising edge.
    pub clock: Signal<In, Clock>,
    /// Word `a` of the column.
    pub a: Signal<In, Bits<32>>,
    /// Word `b` is `b_left ^ b_right`.
    pub b_left: Signal<In, Bits<32>>,
    /// Word `b` is `b_left ^ b_right`.
    pub b_right: Signal<In, Bits<32>>,
    /// Word `c` of the column.
    pub c: Signal<In, Bits<32>>,
    /// Word `d` of the column.
    pub d: Signal<In, Bits<32>>,
    /// Word `a`, four clocks later.
    pub a_out: Signal<Out, Bits<32>>,
    /// Word `b` is `b_left_out ^ b_right_out`, four clocks later.
    pub b_left_out: Signal<Out, Bits<32>>,
    /// Word `b` is `b_left_out ^ b_right_out`, four clocks later.
    pub b_right_out: Signal<Out, Bits<32>>,
    /// Word `c`, four clocks later.
    pub c_out: Signal<Out, Bits<32>>,
    /// Word `d`, four clocks later.
    pub d_out: Signal<Out, Bits<32>>,
    add_xor: [AddXor; 4],
    a_at: [DFF<Bits<32>>; 4],
    b_at: [DFF<Bits<32>>; 4],
    c_at: [DFF<Bits<32>>; 4],
    d_at: [DFF<Bits<32>>; 4],
    left: [Signal<Local, Bits<32>>; 4],
    right: [Signal<Local, Bits<32>>; 4],
}

impl Logic for QuarterRound {
    #[hdl_gen]
    fn update(&mut self) {
        for i in 0..4 {
            self.a_at[i].clock.next = self.clock.val();
            self.b_at[i].clock.next = self.clock.val();
            self.c_at[i].clock.next = self.clock.val();
            self.d_at[i].clock.next = self.clock.val();
        }
        // a += b
        self.left[0].next = self.b_left.val();
        self.right[0].next = self.b_right.val();
        self.add_xor[0].a.next = self.a.val();
        self.a_at[0].d.next = self.add_xor[0].sum.val();
        self.b_at[0].d.next = self.left[0].val() ^ self.right[0].val();
        self.c_at[0].d.next = self.c.val();
        self.d_at[0].d.next = self.d.val();
        // d = (d ^ a) <<< 16; c += d
        self.left[1].next = (self.d_at[0].q.val() << 16) | (self.d_at[0].q.val() >> 16);
        self.right[1].next = (self.a_at[0].q.val() << 16) | (self.a_at[0].q.val() >> 16);
        self.add_xor[1].a.next = self.c_at[0].q.val();
        self.a_at[1].d.next = self.a_at[0].q.val();
        self.b_at[1].d.next = self.b_at[0].q.val();
        self.c_at[1].d.next = self.add_xor[1].sum.val();
        self.d_at[1].d.next = self.left[1].val() ^ self.right[1].val();
        // b = (b ^ c) <<< 12; a += b
        self.left[2].next = (self.b_at[1].q.val() << 12) | (self.b_at[1].q.val() >> 20);
        self.right[2].next = (self.c_at[1].q.val() << 12) | (self.c_at[1].q.val() >> 20);
        self.add_xor[2].a.next = self.a_at[1].q.val();
        self.a_at[2].d.next = self.add_xor[2].sum.val();
        self.b_at[2].d.next = self.left[2].val() ^ self.right[2].val();
        self.c_at[2].d.next = self.c_at[1].q.val();
        self.d_at[2].d.next = self.d_at[1].q.val();
        // d = (d ^ a) <<< 8; c += d
        self.left[3].next = (self.d_at[2].q.val() << 8) | (self.d_at[2].q.val() >> 24);
        self.right[3].next = (self.a_at[2].q.val() << 8) | (self.a_at[2].q.val() >> 24);
        self.add_xor[3].a.next = self.c_at[2].q.val();
        self.a_at[3].d.next = self.a_at[2].q.val();
        self.b_at[3].d.next = self.b_at[2].q.val();
        self.c_at[3].d.next = self.add_xor[3].sum.val();
        self.d_at[3].d.next = self.left[3].val() ^ self.right[3].val();
        for i in 0..4 {
            self.add_xor[i].b.next = self.left[i].val();
            self.add_xor[i].c.next = self.right[i].val();
        }
        // b = (b ^ c) <<< 7, left to whoever comes next
        self.a_out.next = self.a_at[3].q.val();
        self.b_left_out.next = (self.b_at[3].q.val() << 7) | (self.b_at[3].q.val() >> 25);
        self.b_right_out.next = (self.c_at[3].q.val() << 7) | (self.c_at[3].q.val() >> 25);
        self.c_out.next = self.c_at[3].q.val();
        self.d_out.next = self.d_at[3].q.val();
    }
}
