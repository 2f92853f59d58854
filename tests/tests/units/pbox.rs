//! Sixteen shares to sixteen ports.

// Fault: in pbox, port_1_used = routes[1 + above] => port_1_used = routes[0 + above]

use proptest::prelude::*;
use shp_sim::Model;
use shp_sim::tops::pbox::{PORTS, ROUTES, SHARES, TOP, TURN};

use crate::support::{edgy, read};

/// The channel of each port, or none where it is not in use.
type Routes = Vec<Option<u8>>;

/// As the port has them: four bits a port, and above them all one a port.
fn packed(routes: &Routes) -> Vec<u8> {
    let channels = routes
        .chunks(2)
        .map(|pair| pair[0].unwrap_or(0) | pair[1].unwrap_or(0) << 4);
    let used = routes.chunks(8).map(|eight| {
        (0..8)
            .map(|bit| u8::from(eight[bit].is_some()) << bit)
            .sum()
    });
    channels.chain(used).collect()
}

proptest! {
    /// Routes hold from the clock after their turn; the shares of that clock are at the ports a clock later.
    #[test]
    fn each_port_has_its_share(
        steps in proptest::collection::vec(
            (any::<bool>(), proptest::collection::vec(proptest::option::weighted(0.8, 0..16_u8), 16), edgy(64)),
            1..24,
        ),
    ) {
        let mut model = Model::new(&TOP);
        let mut held: Option<&Routes> = None;
        for (turn, routes, shares) in &steps {
            model.set(TURN, (*turn).into());
            model.set_bytes(ROUTES, &packed(routes));
            model.set_bytes(SHARES, shares);
            model.tick();
            if let Some(routes) = held {
                let expected: Vec<u8> = routes
                    .iter()
                    .flat_map(|channel| channel.map_or([0; 4], |channel| std::array::from_fn(|byte| shares[4 * usize::from(channel) + byte])))
                    .collect();
                prop_assert_eq!(read(&mut model, PORTS), expected);
            }
            if *turn {
                held = Some(routes);
            }
        }
    }
}
