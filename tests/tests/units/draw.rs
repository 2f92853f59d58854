//! Routes of the P-box from blocks of its keystream.

// Fault: in draw, three || (below_m == 32'hb) => three
// Fault: in draw, turns && (swap_k == 32'h3) => turns && (swap_k == 32'h2)

use std::collections::VecDeque;

use proptest::prelude::*;
use shp_sim::Model;
use shp_sim::tops::draw::{
    ANNOUNCE, BLOCK, COUNT, NEXT_LOAD, PATHS, PBOX, POP, RESET, ROUTES, TOP,
};

use crate::support::{read, stalls};

/// Channels and ports.
const CHANNELS: usize = 16;
/// Routes that the queue holds.
const QUEUE: usize = 32;
/// Clocks of a wheel, in which a draw has to be done.
pub(crate) const WHEEL: usize = 16;
/// From an announcement until the routes are asked for: a word may be taken in the next clock, and it comes here after the units' memories, an adder tree of four
/// levels and a subtractor.
const SOONEST: usize = 10;

/// A block of the P-box's keystream, and what is to be made of it.
#[derive(Clone, Debug)]
struct Load {
    draws: [u64; 8],
    count: usize,
    paths: usize,
    pbox: bool,
}

fn load() -> impl Strategy<Value = Load> {
    let draw = prop_oneof![8 => any::<u64>(), 1 => Just(0), 1 => Just(u64::MAX)];
    (
        proptest::collection::vec(draw, 8),
        1..=8_usize,
        2..=CHANNELS,
        proptest::bool::weighted(0.8),
    )
        .prop_map(|(draws, count, paths, pbox)| Load {
            draws: draws.try_into().expect("eight"),
            count,
            paths,
            pbox,
        })
}

impl Load {
    /// The channel of each port in use, for each draw: SPEC.md, "The P-box".
    fn routes(&self) -> impl Iterator<Item = Vec<usize>> {
        self.draws[..self.count].iter().map(|draw| {
            let k = self.paths;
            let mut ports: Vec<usize> = (0..k).collect();
            let mut rest = *draw;
            for i in (1..k).rev() {
                let product = u128::from(rest) * (i as u128 + 1);
                rest = product as u64;
                ports.swap(i, (product >> 64) as usize);
            }
            let mut channels = vec![0; k];
            for (share, port) in ports.into_iter().enumerate() {
                let port = if self.pbox { port } else { share };
                // r - sum and M - r are on the last two channels, whatever k is.
                channels[port] = if share + 2 < k {
                    share
                } else {
                    CHANNELS + share - k
                };
            }
            channels
        })
    }
}

/// The channel of each port in use, as the unit says it.
fn unpacked(routes: &[u8]) -> Vec<Option<usize>> {
    (0..CHANNELS)
        .map(|port| {
            let channel = usize::from(routes[port / 2] >> (4 * (port % 2)) & 15);
            let used = routes[CHANNELS / 2 + port / 8] >> (port % 8) & 1 == 1;
            used.then_some(channel)
        })
        .collect()
}

proptest! {
    /// Each draw's routes are there when they may be asked for, in order, whatever k is and however the words pause.
    #[test]
    fn routes_of_each_draw(
        lives in proptest::collection::vec(proptest::collection::vec((load(), 0..40_usize), 1..8), 1..3),
        pops: Option<u64>,
        cut: bool,
    ) {
        let mut model = Model::new(&TOP);
        let mut pops = stalls(pops);
        for (life, loads) in lives.iter().enumerate() {
            // What is under way when it begins has to run out.
            model.set(NEXT_LOAD, 0);
            model.set(POP, 0);
            model.set(RESET, 1);
            for _ in 0..64 {
                model.tick();
            }
            model.set(RESET, 0);
            let mut coming: VecDeque<_> = loads.iter().collect();
            let mut expected = VecDeque::new();
            let mut announced = VecDeque::new();
            let (mut clock, mut next_load, mut popped) = (0, 0, false);
            let mut loading: Option<&Load> = None;
            let cut = cut && life == 0;
            while !(coming.is_empty() && expected.is_empty() || cut && clock > 200) {
                prop_assert!(clock < 20_000, "{} routes did not come", expected.len());
                model.set(NEXT_LOAD, 0);
                // What does not hold in this clock is noise.
                model.set(COUNT, 5);
                model.set(PATHS, 7);
                if let Some(Load { draws, count, paths, pbox }) = loading.take() {
                    let bytes: Vec<u8> = draws.iter().flat_map(|draw| u64::to_le_bytes(*draw)).collect();
                    model.set_bytes(BLOCK, &bytes);
                    model.set(COUNT, *count as u64);
                    model.set(PATHS, *paths as u64);
                    model.set(PBOX, (*pbox).into());
                } else if clock >= next_load {
                    // Room behind: the wheel's counts see to it.
                    if let Some((load, gap)) = coming.front().copied().filter(|(load, _)| expected.len() + load.count <= QUEUE) {
                        coming.pop_front();
                        model.set(NEXT_LOAD, 1);
                        next_load = clock + WHEEL * load.count + gap;
                        expected.extend(load.routes());
                        loading = Some(load);
                    }
                }
                if model.is_high(ANNOUNCE) {
                    announced.push_back(clock);
                }
                let due = announced.front().is_some_and(|then| clock >= then + SOONEST);
                // Routes last for more than a clock.
                let pop = due && !popped && pops.moves();
                popped = pop;
                model.set(POP, pop.into());
                if pop {
                    announced.pop_front();
                    let routes = unpacked(&read(&mut model, ROUTES));
                    let channels: Vec<usize> = expected.pop_front().expect("announced once each");
                    let used: Vec<_> = (0..CHANNELS).map(|port| channels.get(port).copied()).collect();
                    prop_assert_eq!(routes, used, "clock {}", clock);
                }
                model.tick();
                clock += 1;
            }
            if !cut {
                prop_assert!(announced.is_empty());
            }
        }
    }
}
