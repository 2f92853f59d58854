//! The writing half of the bus master: bursts as they were said, byte by byte exact at both ends.
//!
//! The bits of a command:
//!
//! | bits | what |
//! |---|---|
//! | 0 to 7 | beats, less one |
//! | 8 to 15 | place of the first byte in the first beat |
//! | 16 to 23 | place of the last byte in the last beat |
//! | 24 to 27 | port |
//! | 31 | a completion, no port |

use crate::delay::Delay;
use crate::fifo::Fifo;
use crate::join::Join;
use rust_hdl::prelude::*;

/// Beats of `KW` bits, `BYTES` = 2^`D` bytes, each as wide as `TIMES` completions; `OUT` is a beat, its bytes' marks and one more.
#[derive(LogicBlock)]
pub struct Write<
    const LOG: usize,
    const KW: usize,
    const BYTES: usize,
    const D: usize,
    const TIMES: usize,
    const OUT: usize,
> {
    /// Rising edge.
    pub clock: Signal<In, Clock>,
    /// Forgets all.
    pub reset: Signal<In, Bit>,
    /// A burst is said.
    pub say: Signal<In, Bit>,
    /// See above.
    pub command: Signal<In, Bits<32>>,
    /// Its address.
    pub address: Signal<In, Bits<64>>,
    /// There is room for another.
    pub room: Signal<Out, Bit>,
    /// Reads a beat...
    pub read: Signal<Out, Bit>,
    /// ...of this port...
    pub read_port: Signal<Out, Bits<LOG>>,
    /// ...here, two clocks later...
    pub beat: Signal<In, Bits<KW>>,
    /// ...when this says whose it is.
    pub beat_port: Signal<Out, Bits<LOG>>,
    /// The oldest completion.
    pub completion: Signal<In, Bits<128>>,
    /// Takes it.
    pub pop: Signal<Out, Bit>,
    /// To the bus: an address.
    pub awaddr: Signal<Out, Bits<64>>,
    /// Its beats, less one.
    pub awlen: Signal<Out, Bits<8>>,
    /// It is offered.
    pub awvalid: Signal<Out, Bit>,
    /// It is taken.
    pub awready: Signal<In, Bit>,
    /// A beat.
    pub wdata: Signal<Out, Bits<KW>>,
    /// The bytes of it that are to be written.
    pub wstrb: Signal<Out, Bits<BYTES>>,
    /// The last of its burst.
    pub wlast: Signal<Out, Bit>,
    /// It is offered; never before its address was taken.
    pub wvalid: Signal<Out, Bit>,
    /// It is taken.
    pub wready: Signal<In, Bit>,
    addresses: Fifo<4, 72>,
    commands: Fifo<4, 32>,
    granted: DFF<Bits<8>>,
    active: DFF<Bit>,
    first: DFF<Bit>,
    left: DFF<Bits<8>>,
    now: DFF<Bits<32>>,
    command_now: Signal<Local, Bits<32>>,
    fetch: Signal<Local, Bit>,
    last: Signal<Local, Bit>,
    next: Signal<Local, Bit>,
    tag: Signal<Local, Bits<24>>,
    arriving: Delay<24>,
    arrived: Signal<Local, Bits<24>>,
    arrived_first: Signal<Local, Bits<D>>,
    arrived_end: Signal<Local, Bits<D>>,
    beyond: Signal<Local, Bits<D>>,
    strobe_first: Signal<Local, Bits<BYTES>>,
    strobe_last: Signal<Local, Bits<BYTES>>,
    value: Signal<Local, Bits<KW>>,
    copies: Join<TIMES, 128, KW>,
    out: Fifo<4, OUT>,
    all: Constant<Bits<BYTES>>,
    strobe_at: Constant<Bits<16>>,
    last_at: Constant<Bits<16>>,
}

impl<
    const LOG: usize,
    const KW: usize,
    const BYTES: usize,
    const D: usize,
    const TIMES: usize,
    const OUT: usize,
> Default for Write<LOG, KW, BYTES, D, TIMES, OUT>
{
    fn default() -> Self {
        assert!(BYTES == 1 << D && KW == 8 * BYTES && KW == 128 * TIMES && OUT == KW + BYTES + 1);
        blank! {
            clock reset say command address room read read_port beat beat_port completion pop awaddr awlen awvalid awready wdata
            wstrb wlast wvalid wready addresses commands granted active first left now command_now fetch last next tag arrived
            arrived_first arrived_end beyond strobe_first strobe_last value copies out;;
            arriving: Delay::new(2),
            all: Constant::new(!Bits::<BYTES>::default()),
            strobe_at: Constant::new((KW as u64).into()),
            last_at: Constant::new(((KW + BYTES) as u64).into()),
        }
    }
}

impl<
    const LOG: usize,
    const KW: usize,
    const BYTES: usize,
    const D: usize,
    const TIMES: usize,
    const OUT: usize,
> Logic for Write<LOG, KW, BYTES, D, TIMES, OUT>
{
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clock, granted, active, first, left, now);
        self.addresses.clock.next = self.clock.val();
        self.addresses.reset.next = self.reset.val();
        self.commands.clock.next = self.clock.val();
        self.commands.reset.next = self.reset.val();
        self.arriving.clock.next = self.clock.val();
        self.out.clock.next = self.clock.val();
        self.out.reset.next = self.reset.val();

        self.room.next = self.addresses.roomy.val() && self.commands.roomy.val();
        self.command_now.next = self.command.val();
        self.commands.push.next = self.say.val();
        self.commands.word.next = self.command.val();
        self.addresses.push.next = self.say.val();
        self.addresses.word.next = bit_cast::<72, 64>(self.address.val())
            | (bit_cast::<72, 8>(self.command_now.val().get_bits::<8>(0)) << 64);
        self.awvalid.next = self.addresses.valid.val();
        self.awaddr.next = self.addresses.head.val().get_bits::<64>(0);
        self.awlen.next = self.addresses.head.val().get_bits::<8>(64);
        self.addresses.pop.next = self.addresses.valid.val() && self.awready.val();

        // A beat a clock is fetched while there is room for those on their way.
        self.fetch.next = self.active.q.val() && self.out.roomy.val();
        self.last.next = self.left.q.val() == 0;
        self.next.next = self.commands.valid.val()
            && (self.granted.q.val() != 0)
            && (!self.active.q.val() || (self.fetch.val() && self.last.val()));
        if self.fetch.val() {
            self.left.d.next = self.left.q.val() - 1;
            self.first.d.next = false;
            if self.last.val() {
                self.active.d.next = false;
            }
        }
        self.commands.pop.next = self.next.val();
        if self.next.val() {
            self.active.d.next = true;
            self.first.d.next = true;
            self.now.d.next = self.commands.head.val();
            self.left.d.next = self.commands.head.val().get_bits::<8>(0);
        }
        if self.addresses.valid.val() && self.awready.val() && !self.next.val() {
            self.granted.d.next = self.granted.q.val() + 1;
        }
        if !(self.addresses.valid.val() && self.awready.val()) && self.next.val() {
            self.granted.d.next = self.granted.q.val() - 1;
        }
        self.read.next = self.fetch.val() && !self.now.q.val().get_bit(31);
        self.read_port.next = self.now.q.val().get_bits::<LOG>(24);

        // From the lowest bit up: valid, first, last, completion, port, first byte, last byte.
        self.tag.next = bit_cast::<24, 1>((self.fetch.val() && !self.reset.val()).into())
            | (bit_cast::<24, 1>(self.first.q.val().into()) << 1)
            | (bit_cast::<24, 1>(self.last.val().into()) << 2)
            | (bit_cast::<24, 1>(self.now.q.val().get_bits::<1>(31)) << 3)
            | (bit_cast::<24, 4>(self.now.q.val().get_bits::<4>(24)) << 4)
            | (bit_cast::<24, D>(self.now.q.val().get_bits::<D>(8)) << 8)
            | (bit_cast::<24, D>(self.now.q.val().get_bits::<D>(16)) << 16);
        self.arriving.word.next = self.tag.val();
        self.arrived.next = self.arriving.later.val();
        self.beat_port.next = self.arrived.val().get_bits::<LOG>(4);
        self.arrived_first.next = self.arrived.val().get_bits::<D>(8);
        self.arrived_end.next = self.arrived.val().get_bits::<D>(16);
        self.beyond.next = !self.arrived_end.val();
        self.strobe_first.next = self.all.val();
        if self.arrived.val().get_bit(1) {
            self.strobe_first.next = self.all.val() << self.arrived_first.val();
        }
        self.strobe_last.next = self.all.val();
        if self.arrived.val().get_bit(2) {
            self.strobe_last.next = self.all.val() >> self.beyond.val();
        }
        for t in 0..TIMES {
            self.copies.word[t].next = self.completion.val();
        }
        self.value.next = self.beat.val();
        if self.arrived.val().get_bit(3) {
            self.value.next = self.copies.joined.val();
        }
        self.pop.next = self.arrived.val().get_bit(0) && self.arrived.val().get_bit(3);
        self.out.push.next = self.arrived.val().get_bit(0);
        self.out.word.next = bit_cast::<OUT, KW>(self.value.val())
            | (bit_cast::<OUT, BYTES>(self.strobe_first.val() & self.strobe_last.val())
                << self.strobe_at.val())
            | (bit_cast::<OUT, 1>(self.arrived.val().get_bits::<1>(2)) << self.last_at.val());
        self.wvalid.next = self.out.valid.val();
        self.wdata.next = self.out.head.val().get_bits::<KW>(0);
        self.wstrb.next = self
            .out
            .head
            .val()
            .get_bits::<BYTES>(self.strobe_at.val().index());
        self.wlast.next = self.out.head.val().get_bit(self.last_at.val().index());
        self.out.pop.next = self.out.valid.val() && self.wready.val();

        if self.reset.val() {
            self.granted.d.next = 0.into();
            self.active.d.next = false;
        }
    }
}
