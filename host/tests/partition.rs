//! Every kernel against `reference`, and the laws that both must keep.

use proptest::prelude::*;
use shp::partition::{
    BLOCK, Error, Kernel, Keys, Lane, Params, Paths, Policy, Random, Rounds, reference,
};

/// Lengths up to this one cross a P-box batch, which serves 8192 bytes.
const LONGEST: usize = 20_000;

fn params() -> impl Strategy<Value = Params> {
    let lane = prop::sample::select(Lane::ALL.to_vec());
    let policy = prop::sample::select(Policy::ALL.to_vec());
    let rounds = prop::sample::select(Rounds::ALL.to_vec());
    (2..=16usize, lane, policy, rounds, any::<bool>()).prop_map(
        |(k, lane, policy, rounds, pbox)| {
            let paths = Paths::new(k).expect("k is in range");
            Params {
                paths,
                lane,
                policy,
                rounds,
                pbox,
            }
        },
    )
}

/// Any bytes; every second time few different ones, so that `definition` has much to redraw.
fn message() -> impl Strategy<Value = Vec<u8>> {
    let length = prop_oneof![1..300usize, 1..LONGEST, Just(BLOCK * 16), Just(BLOCK * 128)];
    (length, any::<u64>(), any::<bool>()).prop_map(|(length, seed, few)| {
        let mut state = seed;
        let mut next = || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            (state >> 56) as u8
        };
        (0..length)
            .map(|_| if few { next() & 1 } else { next() })
            .collect()
    })
}

type Shares = Vec<Vec<u8>>;

fn shares(
    params: Params,
    length: usize,
    split: impl FnOnce(&mut [&mut [u8]]) -> Result<(), Error>,
) -> Result<Shares, Error> {
    let mut shares = vec![vec![0; length]; params.paths.get()];
    let mut ports: Vec<&mut [u8]> = shares.iter_mut().map(Vec::as_mut_slice).collect();
    split(&mut ports)?;
    Ok(shares)
}

fn expected(params: Params, keys: &Keys, segment: u64, message: &[u8]) -> Shares {
    shares(params, message.len(), |ports| {
        reference::split(&params, keys, segment, message, ports)
    })
    .expect("it splits")
}

fn joined(lane: Lane, kernel: Option<Kernel>, shares: &Shares) -> Vec<u8> {
    let slices: Vec<&[u8]> = shares.iter().map(Vec::as_slice).collect();
    let mut message = vec![0; shares[0].len()];
    match kernel {
        Some(kernel) => kernel.join(lane, &slices, &mut message),
        None => reference::join(lane, &slices, &mut message),
    }
    .expect("it joins");
    message
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn join_undoes_split(params in params(), segment: u64, master: [u8; 32], message in message()) {
        let keys = Keys::derive(&master, params.paths);
        let mut shares = expected(params, &keys, segment, &message);
        prop_assert_eq!(&joined(params.lane, None, &shares), &message);
        // A set of shares has no order.
        shares.reverse();
        for kernel in Kernel::all() {
            prop_assert_eq!(&joined(params.lane, Some(kernel), &shares), &message, "{:?}", kernel);
        }
    }

    #[test]
    fn every_kernel_equals_reference(params in params(), segment: u64, master: [u8; 32], message in message()) {
        let keys = Keys::derive(&master, params.paths);
        let expected = expected(params, &keys, segment, &message);
        for kernel in Kernel::all() {
            let split = |ports: &mut [&mut [u8]]| kernel.split(&params, &keys, segment, &message, ports);
            let got = shares(params, message.len(), split);
            prop_assert_eq!(got.as_ref(), Ok(&expected), "{:?}", kernel);
        }
    }

    /// Any cut of a segment into parts, done in any order, gives what the whole gives.
    #[test]
    fn parts_equal_the_whole(params in params(), segment: u64, master: [u8; 32], message in message(), cut: usize) {
        let params = Params { policy: Policy::Uniform, ..params };
        let keys = Keys::derive(&master, params.paths);
        let expected = expected(params, &keys, segment, &message);
        let cut = cut % message.len().div_ceil(BLOCK) * BLOCK;
        for kernel in Kernel::all() {
            for (from, to) in [(cut, message.len()), (0, cut)] {
                if from == to {
                    continue;
                }
                let (block, part) = ((from / BLOCK) as u64, &message[from..to]);
                let split = |ports: &mut [&mut [u8]]| kernel.split_at(&params, &keys, segment, block, part, ports);
                let expected: Shares = expected.iter().map(|share| share[from..to].to_vec()).collect();
                prop_assert_eq!(shares(params, part.len(), split), Ok(expected), "{:?} {}..{}", kernel, from, to);
            }
        }
    }

    /// The same words, supplied instead of made, give the same shares.
    #[test]
    fn supplied_words_do_what_keystreams_do(
        params in params(), segment: u64, master: [u8; 32], message in message()
    ) {
        let keys = Keys::derive(&master, params.paths);
        let expected = expected(params, &keys, segment, &message);
        // Twice as many as there are blocks, for those that are thrown away: of 4 lanes of 8 bits, 1 in 64.
        let length = message.len().div_ceil(BLOCK) * BLOCK;
        let keystream = |keys: &Keys, unit, length| {
            let mut words = vec![0; length];
            let made = Kernel::best().keystream(keys, unit, segment, params.rounds, 0, &mut words);
            made.map(|()| words).expect("there is such a unit")
        };
        let units: Vec<_> = (0..keys.units().len()).map(|unit| keystream(&keys, unit, 2 * length + 1024)).collect();
        let units: Vec<&[u8]> = units.iter().map(Vec::as_slice).collect();
        let pbox_keys = Keys::new(vec![*keys.pbox()], [0; 32]).expect("two different keys");
        let random = Random { units: &units, pbox: &keystream(&pbox_keys, 0, length / 8) };
        let split = |ports: &mut [&mut [u8]]| reference::split_with(&params, random, &message, ports);
        let got = shares(params, message.len(), split);
            prop_assert_eq!(got.as_ref(), Ok(&expected));
        for kernel in Kernel::all() {
            let split = |ports: &mut [&mut [u8]]| kernel.split_with(&params, random, &message, ports);
            let got = shares(params, message.len(), split);
            prop_assert_eq!(got.as_ref(), Ok(&expected), "{:?}", kernel);
        }
    }

    /// Definition 7.2.2: no lane of M - r is 0.
    #[test]
    fn definition_never_draws_the_message(params in params(), master: [u8; 32], message in message()) {
        let params = Params { policy: Policy::Definition, pbox: false, ..params };
        let keys = Keys::derive(&master, params.paths);
        let shares = expected(params, &keys, 0, &message);
        let difference = shares.last().expect("k shares");
        for lane in difference.chunks_exact(params.lane.bytes()) {
            prop_assert!(lane.iter().any(|byte| *byte != 0));
        }
    }

    #[test]
    fn algorithm_2_adds_up_and_has_no_zero(k in 2..=16usize, words: [u64; 32], message: u64) {
        let paths = Paths::new(k).expect("k is in range");
        for lane in Lane::ALL {
            let mask = u64::MAX >> (64 - lane.bits());
            let shares = reference::algorithm_2(paths, lane, message, words).expect("enough words");
            let sum = shares.iter().fold(0, |sum: u64, share| sum.wrapping_add(*share));
            prop_assert_eq!((shares.len(), sum & mask), (k, message & mask));
            prop_assert_ne!(shares[k - 1], 0);
        }
    }
}

/// What a path sees looks the same whatever the message is: here, every byte of a share of zeros equally often.
#[test]
fn no_share_tells_the_message() {
    const LENGTH: usize = 1024 * 256;
    const EXPECTED: f64 = 1024.0;
    let params = Params {
        lane: Lane::Bits8,
        ..Params::new(Paths::new(3).expect("k is in range"))
    };
    let keys = Keys::derive(&[1; 32], params.paths);
    let message = vec![0; LENGTH];
    for kernel in Kernel::all() {
        let split = |ports: &mut [&mut [u8]]| kernel.split(&params, &keys, 0, &message, ports);
        for share in shares(params, LENGTH, split).expect("it splits") {
            let mut counts = [0u32; 256];
            for byte in share {
                counts[usize::from(byte)] += 1;
            }
            let chi2: f64 = counts
                .iter()
                .map(|n| (f64::from(*n) - EXPECTED).powi(2) / EXPECTED)
                .sum();
            // 255 degrees of freedom: beyond 400 is one in 10^8. The keys are fixed, so this never flickers.
            assert!(chi2 < 400.0, "{kernel:?}: {chi2}");
        }
    }
}

/// What no cache holds is asked for ahead, and joined past the caches where it is aligned.
#[test]
fn large_segments_equal_reference() {
    for k in [2, 3] {
        let length = (27 << 20) / (k + 1) + 5;
        let params = Params::new(Paths::new(k).expect("k is in range"));
        let keys = Keys::derive(&[1; 32], params.paths);
        let message: Vec<u8> = (0..length).map(|i| (i * i) as u8).collect();
        let expected = expected(params, &keys, 3, &message);
        let mut storage = vec![vec![0; length + 2 * BLOCK]; k];
        for kernel in Kernel::all() {
            for shift in [0, 1] {
                let mut ports: Vec<&mut [u8]> = vec![];
                for storage in &mut storage {
                    let start = storage.as_ptr().align_offset(BLOCK) + shift;
                    ports.push(&mut storage[start..][..length]);
                }
                kernel
                    .split(&params, &keys, 3, &message, &mut ports)
                    .expect("it splits");
                for (port, share) in ports.iter().zip(&expected) {
                    assert!(port == share, "{kernel:?}, k = {k}, shifted by {shift}");
                }
                // Both shares and more of them: the join must be as large.
                let shares = [0, 1, 0, 1].map(|port: usize| &*ports[port]);
                let mut sums = [vec![0; length], vec![0; length]];
                kernel
                    .join(params.lane, &shares, &mut sums[0])
                    .expect("it joins");
                reference::join(params.lane, &shares, &mut sums[1]).expect("it joins");
                assert!(sums[0] == sums[1], "{kernel:?}, k = {k}");
            }
        }
    }
}

#[test]
fn wrong_arguments_are_typed_errors() {
    let paths = Paths::new(3).expect("k is in range");
    let params = Params::new(paths);
    let keys = Keys::derive(&[1; 32], paths);
    let split = |params: &Params, keys: &Keys, block, message: &[u8], lengths: &[usize]| {
        let mut shares: Shares = lengths.iter().map(|length| vec![0; *length]).collect();
        let mut ports: Vec<&mut [u8]> = shares.iter_mut().map(Vec::as_mut_slice).collect();
        let result = shp::partition::split_at(params, keys, 0, block, message, &mut ports);
        assert!(
            shares.iter().flatten().all(|byte| *byte == 0),
            "nothing is written"
        );
        result
    };
    assert_eq!(
        split(&params, &keys, 0, b"", &[0, 0, 0]),
        Err(Error::MessageLength(0))
    );
    assert_eq!(
        split(&params, &keys, 0, b"abc", &[3, 3]),
        Err(Error::Ports { given: 2, paths: 3 })
    );
    let port = Error::PortLength {
        port: 1,
        given: 2,
        message: 3,
    };
    assert_eq!(split(&params, &keys, 0, b"abc", &[3, 2, 3]), Err(port));
    let other = Keys::derive(&[1; 32], Paths::MAX);
    assert_eq!(
        split(&params, &other, 0, b"abc", &[3; 3]),
        Err(Error::Units {
            given: 15,
            paths: 3
        })
    );
    assert_eq!(
        split(&params, &keys, 1 << 26, b"abc", &[3; 3]),
        Err(Error::MessageLength((1 << 32) + 3))
    );
    assert_eq!(
        split(&params, &keys, u64::MAX, b"abc", &[3; 3]),
        Err(Error::MessageLength(u64::MAX))
    );
    let definition = Params {
        policy: Policy::Definition,
        ..params
    };
    assert_eq!(
        split(&definition, &keys, 1, b"abc", &[3; 3]),
        Err(Error::Position(1))
    );
    let mut message = [0; 3];
    assert_eq!(
        shp::partition::join(Lane::Bits8, &[b"abc"], &mut message),
        Err(Error::Paths("1".into()))
    );
    let short = Random {
        units: &[&[0; 64], &[0; 63]],
        pbox: &[0; 8],
    };
    let mut ports = [[0; 3]; 3];
    let mut ports: Vec<&mut [u8]> = ports.iter_mut().map(<[u8; 3]>::as_mut_slice).collect();
    let result = shp::partition::split_with(&params, short, b"abc", &mut ports);
    assert_eq!(result, Err(Error::Random { unit: 1, given: 63 }));
}

#[test]
fn parameters_parse_what_they_print() {
    for k in 0..20usize {
        assert_eq!(
            k.to_string().parse::<Paths>().is_ok(),
            (2..=16).contains(&k)
        );
    }
    assert!(
        Lane::ALL
            .iter()
            .all(|lane| lane.to_string().parse() == Ok(*lane))
    );
    assert!(
        Policy::ALL
            .iter()
            .all(|policy| policy.to_string().parse() == Ok(*policy))
    );
    assert!(
        Rounds::ALL
            .iter()
            .all(|rounds| rounds.to_string().parse() == Ok(*rounds))
    );
    for text in [
        "",
        "-1",
        "7",
        "33",
        "uniform ",
        "Uniform",
        "99999999999999999999",
    ] {
        assert!(
            text.parse::<Lane>().is_err()
                && text.parse::<Policy>().is_err()
                && text.parse::<Rounds>().is_err()
        );
    }
}
