//! The units one by one, each as it stands in the core that asks most of it, so that it can be verilated and tried alone.

use super::Design;
use crate::adder_tree::AdderTree;
use crate::core::Core;
use crate::corner_turn::CornerTurn;
use crate::credit::Credit;
use crate::csprng::Csprng;
use crate::digit::Digit;
use crate::draw::Draw;
use crate::engine::Engine;
use crate::feed_forward::FeedForward;
use crate::fifo::Fifo;
use crate::gate::Gate;
use crate::initial_state::InitialState;
use crate::intake::Intake;
use crate::key_port::KeyPort;
use crate::keystream::{Keystream, flight};
use crate::message::Message;
use crate::pbox::PBox;
use crate::pieces::Pieces;
use crate::quarter_round::QuarterRound;
use crate::redraw::Redraw;
use crate::schedule::Schedule;
use crate::self_test::SelfTest;
use crate::subtractor::Subtractor;
use crate::verilog;
use crate::wheels::Wheels;

/// The types of a core's units, from the numbers that the core's own type has.
trait Units {
    type AdderTree;
    type CornerTurn;
    type Csprng;
    type Draw;
    type Engine;
    type Gate;
    type InitialState;
    type Intake;
    type KeyPort;
    type Keystream;
    type Message;
    type PBox;
    type Pieces;
    type Redraw;
    type Schedule;
    type SelfTest;
    type Subtractor;
    type Wheels;
    /// Clocks a turn.
    const CLOCKS: usize;
    /// Rounds of ChaCha.
    const ROUNDS: usize;
    /// Clocks of a wheel in the engine, from when it is known.
    const FLIGHT: usize;
    /// Levels of the adder tree.
    const TREE: usize;
    /// Address bits of what stands between the engine and a word's use, in blocks.
    const ROOM: u64;
}

impl<
    const K: usize,
    const LOG: usize,
    const LEVELS: usize,
    const U: usize,
    const W: usize,
    const KW: usize,
    const P: usize,
    const N: usize,
    const F: usize,
    const Q: usize,
    const LAST: usize,
    const CHANNELS: usize,
    const ROUTES: usize,
    const A: usize,
    const QUADS: usize,
    const LEAVES: usize,
    const NODES: usize,
    const INNER: usize,
    const WORDS: usize,
    const HALVES: usize,
    const PADDED: usize,
    const RESULT: usize,
    const SUM: usize,
> Units
    for Core<
        K,
        LOG,
        LEVELS,
        U,
        W,
        KW,
        P,
        N,
        F,
        Q,
        LAST,
        CHANNELS,
        ROUTES,
        A,
        QUADS,
        LEAVES,
        NODES,
        INNER,
        WORDS,
        HALVES,
        PADDED,
        RESULT,
        SUM,
    >
{
    type AdderTree = AdderTree<NODES, INNER, W, WORDS, HALVES, PADDED>;
    type CornerTurn = CornerTurn<K, LOG, LEVELS, W, KW>;
    type Csprng = Csprng<W, P, N>;
    type Draw = Draw<K, LOG, CHANNELS, ROUTES, A>;
    type Engine = Engine<Q, LAST>;
    type Gate = Gate<P>;
    type InitialState = InitialState<LOG>;
    type Intake = Intake<P>;
    type KeyPort = KeyPort<LOG>;
    type Keystream = Keystream<K, LOG, LEVELS, U, W, KW, P, N, F, Q, LAST>;
    type Message = Message<W, P>;
    type PBox = PBox<K, LOG, ROUTES, W, KW, QUADS>;
    type Pieces = Pieces<W>;
    type Redraw = Redraw<W>;
    type Schedule = Schedule<P, N>;
    type SelfTest = SelfTest<LOG>;
    type Subtractor = Subtractor<W, HALVES, PADDED>;
    type Wheels = Wheels<P, F>;
    const CLOCKS: usize = 1 << (P - LOG);
    const ROUNDS: usize = Q / 4 * Self::CLOCKS;
    const FLIGHT: usize = flight(Self::CLOCKS, Q);
    const TREE: usize = LEAVES.ilog2() as usize;
    const ROOM: u64 = if P == 4 { 4 } else { 5 };
}

/// The core of the fewest gates.
type Small = core!(channels: 4, word: 32, unrolled: 5);
/// The same of 12 rounds.
type Small12 = core!(channels: 4, word: 32, unrolled: 3);
/// The same of 8 rounds.
type Small8 = core!(channels: 4, word: 32, unrolled: 2);
/// The core of the most channels.
type Many = core!(channels: 16, word: 32, unrolled: 20);
/// The core of the widest words, and of lanes of 64 bits.
type Wide = core!(channels: 4, word: 128, unrolled: 20);

/// All of hdl/verilog/units.
///
/// # Errors
/// If a unit does not check.
///
/// # Panics
/// If the system has no thread to give.
pub fn units() -> Result<Vec<Design>, verilog::Error> {
    super::with_deep_stack(write_units)
}

fn write_units() -> Result<Vec<Design>, verilog::Error> {
    let mut designs = Vec::new();
    macro_rules! unit {
        ($name:literal, $unit:expr) => {
            designs.push(Design {
                name: $name,
                text: verilog::write($name, "", &mut $unit)?,
            });
        };
    }
    // Figure 7.1.
    unit!("keystream", <Small as Units>::Keystream::default());
    unit!("draw", <Many as Units>::Draw::new(1 + Many::TREE));
    unit!("adder_tree", <Many as Units>::AdderTree::default());
    unit!("subtractor", <Wide as Units>::Subtractor::default());
    unit!("pbox", <Many as Units>::PBox::default());
    // What the keystream is made of.
    unit!("schedule", <Small as Units>::Schedule::new(Small::ROOM));
    unit!("wheels", <Wide as Units>::Wheels::new(Wide::FLIGHT));
    unit!("initial_state", <Small as Units>::InitialState::default());
    unit!("engine", <Small as Units>::Engine::new(Small::CLOCKS));
    unit!(
        "engine_r12",
        <Small12 as Units>::Engine::new(Small12::CLOCKS)
    );
    unit!("engine_r8", <Small8 as Units>::Engine::new(Small8::CLOCKS));
    unit!("quarter_round", QuarterRound::default());
    unit!("feed_forward", FeedForward::new(Small::CLOCKS));
    unit!(
        "corner_turn",
        <Many as Units>::CornerTurn::new(Many::CLOCKS)
    );
    unit!("csprng", <Small as Units>::Csprng::default());
    // What the draw is made of.
    unit!("digit", Digit::<4>::default());
    // M, and what it is made of.
    unit!("message", <Small as Units>::Message::default());
    unit!("intake", <Small as Units>::Intake::default());
    unit!("redraw", <Wide as Units>::Redraw::default());
    unit!("pieces", <Wide as Units>::Pieces::default());
    unit!("gate", <Small as Units>::Gate::default());
    // What watches, and what is everywhere.
    unit!("self_test", <Small as Units>::SelfTest::new(Small::ROUNDS));
    unit!("key_port", <Small as Units>::KeyPort::default());
    unit!("fifo", Fifo::<3, 32>::default());
    unit!("credit", Credit::<5>::new(16));
    Ok(designs)
}
