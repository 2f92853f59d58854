//! From the core's words to beats at any alignment, for one port.

use rust_hdl::prelude::*;

/// Beats, written a word at a time and read whole two clocks after the address. A leaf: RustHDL has no arrays of words.
#[derive(LogicBlock, Default)]
pub struct LaneMemory<const A: usize, const LOG: usize, const W: usize, const KW: usize> {
    /// Rising edge.
    pub clock: Signal<In, Clock>,
    /// Writes `write_data` into word `lane` of beat `write_address`.
    pub write: Signal<In, Bit>,
    /// Which beat.
    pub write_address: Signal<In, Bits<A>>,
    /// Which word of it.
    pub lane: Signal<In, Bits<LOG>>,
    /// What to write.
    pub write_data: Signal<In, Bits<W>>,
    /// Where to read.
    pub read_address: Signal<In, Bits<A>>,
    /// The beat there, two clocks later.
    pub read_data: Signal<Out, Bits<KW>>,
}

impl<const A: usize, const LOG: usize, const W: usize, const KW: usize> Logic
    for LaneMemory<A, LOG, W, KW>
{
    fn update(&mut self) {}

    fn connect(&mut self) {
        self.read_data.connect();
    }

    fn hdl(&self) -> Verilog {
        use std::fmt::Write;
        let mut writes = String::new();
        for lane in 0..1 << LOG {
            let (high, low) = (lane * W + W - 1, lane * W);
            let _ = writeln!(
                writes,
                "    if (write && lane == {LOG}'d{lane}) words[write_address][{high}:{low}] <= write_data;"
            );
        }
        Verilog::Custom(format!(
            "\
// module lane_memory_{A}x{KW}
(* ram_style = \"block\", no_rw_check *)
reg [{msb}:0] words [0:{last}];
reg [{msb}:0] fetched;
always @(posedge clock) begin
{writes}    fetched <= words[read_address];
    read_data <= fetched;
end
",
            msb = KW - 1,
            last = (1 << A) - 1
        ))
    }
}

/// A port's words become beats: shifted to the share's place in a word, and written to its place in a beat. 2^`A` beats wait here for the bus.
///
/// What stands in a beat before the share's first byte and after its last is left over; the bus is told not to write it.
#[derive(LogicBlock)]
pub struct Pack<
    const A: usize,
    const LOG: usize,
    const W: usize,
    const WW: usize,
    const KW: usize,
    const B: usize,
    const BC: usize,
    const D: usize,
> {
    /// Rising edge.
    pub clock: Signal<In, Clock>,
    /// Forgets all.
    pub reset: Signal<In, Bit>,
    /// A share begins.
    pub starts: Signal<In, Bit>,
    /// Its address' place in a beat.
    pub offset: Signal<In, Bits<D>>,
    /// The port is a path of this segment.
    pub used: Signal<In, Bit>,
    /// The place of the share's last byte in its last word.
    pub tail: Signal<In, Bits<B>>,
    /// Takes a word.
    pub take: Signal<In, Bit>,
    /// The word.
    pub word: Signal<In, Bits<W>>,
    /// It is the share's last.
    pub last: Signal<In, Bit>,
    /// In the clock after the last: what is left of it.
    pub flush: Signal<In, Bit>,
    /// There is room for words.
    pub room: Signal<Out, Bit>,
    /// Beats that are whole and not reserved yet.
    pub available: Signal<Out, Bits<8>>,
    /// Reserves...
    pub reserve: Signal<In, Bit>,
    /// ...so many.
    pub reserved: Signal<In, Bits<8>>,
    /// Reads the oldest beat, which was reserved...
    pub read: Signal<In, Bit>,
    /// ...here, two clocks later.
    pub beat: Signal<Out, Bits<KW>>,
    memory: LaneMemory<A, LOG, W, KW>,
    shift: DFF<Bits<B>>,
    in_use: DFF<Bit>,
    spills: DFF<Bit>,
    carry: DFF<Bits<W>>,
    lane: DFF<Bits<LOG>>,
    write_at: DFF<Bits<A>>,
    read_at: DFF<Bits<A>>,
    whole: DFF<Bits<8>>,
    stored: DFF<Bits<8>>,
    shift_in: Signal<Local, Bits<B>>,
    reach: Signal<Local, Bits<BC>>,
    pair: Signal<Local, Bits<WW>>,
    pair_shift: Signal<Local, Bits<8>>,
    moved: Signal<Local, Bits<WW>>,
    write: Signal<Local, Bit>,
    ends: Signal<Local, Bit>,
    last_lane: Constant<Bits<LOG>>,
    word_bits: Constant<Bits<16>>,
    word_log: Constant<Bits<8>>,
    high_water: Constant<Bits<8>>,
}

impl<
    const A: usize,
    const LOG: usize,
    const W: usize,
    const WW: usize,
    const KW: usize,
    const B: usize,
    const BC: usize,
    const D: usize,
> Default for Pack<A, LOG, W, WW, KW, B, BC, D>
{
    fn default() -> Self {
        assert!(WW == 2 * W && D == B + LOG && W == 8 << B && BC == B + 1 && A < 8);
        blank! {
            clock reset starts offset used tail take word last flush room available reserve reserved read beat memory shift in_use
            spills carry lane write_at read_at whole stored shift_in reach pair pair_shift moved write ends;;
            last_lane: Constant::new(((1_u64 << LOG) - 1).into()),
            word_bits: Constant::new((W as u64).into()),
            word_log: Constant::new((B as u64).into()),
            high_water: Constant::new(((1_u64 << A) - 4).into()),
        }
    }
}

impl<
    const A: usize,
    const LOG: usize,
    const W: usize,
    const WW: usize,
    const KW: usize,
    const B: usize,
    const BC: usize,
    const D: usize,
> Logic for Pack<A, LOG, W, WW, KW, B, BC, D>
{
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(
            self, clock, shift, in_use, spills, carry, lane, write_at, read_at, whole, stored
        );
        self.memory.clock.next = self.clock.val();
        self.shift_in.next = self.offset.val().get_bits::<B>(0);
        self.reach.next =
            bit_cast::<BC, B>(self.shift_in.val()) + bit_cast::<BC, B>(self.tail.val());

        // The bytes that the shift pushes out of a word are the first of the next.
        self.pair_shift.next = bit_cast::<8, B>(self.shift.q.val()) << 3;
        self.pair.next = bit_cast::<WW, W>(self.word.val());
        self.moved.next = self.pair.val() << self.pair_shift.val();
        self.write.next =
            self.in_use.q.val() && (self.take.val() || (self.flush.val() && self.spills.q.val()));
        self.ends.next = self.write.val()
            && ((self.lane.q.val() == self.last_lane.val())
                || (self.take.val() && self.last.val() && !self.spills.q.val())
                || self.flush.val());
        self.memory.write.next = self.write.val();
        self.memory.write_address.next = self.write_at.q.val();
        self.memory.lane.next = self.lane.q.val();
        self.memory.write_data.next = self.carry.q.val();
        if self.take.val() {
            self.memory.write_data.next = self.moved.val().get_bits::<W>(0) | self.carry.q.val();
            self.carry.d.next = self.moved.val().get_bits::<W>(self.word_bits.val().index());
        }
        if self.write.val() {
            self.lane.d.next = self.lane.q.val() + 1;
        }
        if self.ends.val() {
            self.write_at.d.next = self.write_at.q.val() + 1;
        }
        if self.starts.val() {
            self.shift.d.next = self.shift_in.val();
            self.lane.d.next = self
                .offset
                .val()
                .get_bits::<LOG>(self.word_log.val().index());
            self.in_use.d.next = self.used.val();
            self.spills.d.next = self.reach.val().get_bit(self.word_log.val().index());
            self.carry.d.next = 0.into();
        }

        self.memory.read_address.next = self.read_at.q.val();
        self.beat.next = self.memory.read_data.val();
        if self.read.val() {
            self.read_at.d.next = self.read_at.q.val() + 1;
        }
        if self.ends.val() && !self.read.val() {
            self.stored.d.next = self.stored.q.val() + 1;
        }
        if !self.ends.val() && self.read.val() {
            self.stored.d.next = self.stored.q.val() - 1;
        }
        self.room.next = self.stored.q.val() < self.high_water.val();
        self.available.next = self.whole.q.val();
        if self.ends.val() {
            self.whole.d.next = self.whole.q.val() + 1;
        }
        if self.reserve.val() {
            self.whole.d.next = self.whole.q.val() - self.reserved.val();
            if self.ends.val() {
                self.whole.d.next = self.whole.q.val() - self.reserved.val() + 1;
            }
        }

        if self.reset.val() {
            self.in_use.d.next = false;
            self.write_at.d.next = 0.into();
            self.read_at.d.next = 0.into();
            self.whole.d.next = 0.into();
            self.stored.d.next = 0.into();
        }
    }
}
