//! Jobs of every shape, under every pause.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use shp::partition::{Lane, Params, Paths, Policy};
use shp_regs::blocks::statistics;
use shp_regs::ring::Status;

use crate::DEVICES;
use shp_tests::rig::{DATA, Job, Rig, Session};

/// The longest message here, with room around it for any alignment.
const STRIDE: u64 = 4096;

/// How a slot splits, a job's slot, length and places within the beat.
type Shape = (u8, u32, Vec<u64>);

fn params(channels: usize, word_bits: usize) -> impl Strategy<Value = Params> {
    let lanes: Vec<Lane> = Lane::ALL
        .into_iter()
        .filter(|lane| lane.bits() <= word_bits)
        .collect();
    let policy = prop_oneof![3 => Just(Policy::Uniform), 1 => Just(Policy::Definition)];
    (2..=channels, select(lanes), policy, any::<bool>()).prop_map(|(k, lane, policy, pbox)| {
        Params {
            lane,
            policy,
            pbox,
            ..Params::new(Paths::new(k).expect("k is in range"))
        }
    })
}

fn shape() -> impl Strategy<Value = Shape> {
    let length = prop_oneof![4 => 1..100_u32, 2 => 1..700_u32, 1 => 1..3500_u32];
    (0..4_u8, length, vec(0..300_u64, 17))
}

fn work() -> impl Strategy<Value = (&'static str, Vec<Params>, Vec<Shape>)> {
    select(&DEVICES[..]).prop_flat_map(|(name, word_bits)| {
        let channels = usize::from(Rig::channels_of(name));
        (
            Just(name),
            vec(params(channels, word_bits), 3),
            vec(shape(), 1..12),
        )
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Jobs of three sessions and of a slot that is closed, in any order: shares where they belong and no byte beside them, completions
    /// in order, whatever the bus does.
    #[test]
    fn jobs_are_done((name, params, shapes) in work(), stalls: Option<u64>, latency in prop_oneof![Just(0), 0..300_u64]) {
        let mut rig = Rig::new(name, 4, 13 * 17 * STRIDE as usize);
        rig.device.stall(stalls);
        rig.device.set_latency(latency);
        let sessions: Vec<Session> = (1..).zip(params).map(|(master, params)| Session::new(master, params)).collect();
        for (slot, session) in (0..).zip(&sessions) {
            rig.open(slot, session)?;
        }
        let mut jobs = Vec::new();
        let mut messages = Vec::new();
        for (number, (slot, length, places)) in (0..).zip(shapes) {
            let area = DATA + number * 17 * STRIDE;
            let k = sessions.get(usize::from(slot)).map_or(2, |session| session.params.paths.get());
            let places: Vec<u64> = (0..).zip(places).map(|(n, place)| area + n * STRIDE + 1 + place).collect();
            let message: Vec<u8> = (0..length).map(|byte| (byte * 31 + number as u32) as u8).collect();
            rig.memory.at(places[16], length as usize).copy_from_slice(&message);
            jobs.push(Job { slot, segment: number, source: places[16], length, ports: places[..k].to_vec(), reserved: 0, cookie: !number });
            messages.push(message);
        }
        // As many at once as the ring has slots.
        let mut completions = Vec::new();
        for burst in jobs.chunks(4) {
            for job in burst {
                rig.post(job);
            }
            rig.ring()?;
            completions.extend(rig.completions(burst.len())?);
        }
        for ((job, message), completion) in jobs.iter().zip(&messages).zip(completions) {
            let session = sessions.get(usize::from(job.slot));
            let status = if session.is_some() { Status::Done } else { Status::Session };
            prop_assert_eq!(completion, (job.cookie, status));
            let (shares, clean) = rig.shares(job);
            prop_assert!(clean, "a byte beside a share was written");
            match session {
                Some(session) => prop_assert!(shares == session.expected(job.segment, message)),
                None => prop_assert!(shares.concat().iter().all(|&byte| byte == 0xee)),
            }
        }
        rig.settle()?;
        let done = jobs.iter().filter(|job| job.slot < 3);
        let words: u32 = done.clone().map(|job| job.length.div_ceil(rig.word_bytes)).sum();
        prop_assert_eq!(rig.read(statistics::segments_low::AT)? as usize, done.count());
        prop_assert_eq!(rig.read(statistics::words_low::AT)?, words);
        prop_assert_eq!(rig.read(statistics::bad_low::AT)? as usize, jobs.iter().filter(|job| job.slot == 3).count());
        prop_assert_eq!(rig.read(statistics::bus_errors_low::AT)?, 0);
    }

    /// A reset in the middle of whatever it is leaves nothing of it: the same jobs are done afterwards as if it had not been.
    #[test]
    fn a_reset_in_a_burst_is_the_end_of_it((name, params, shapes) in work(), stalls: Option<u64>, cycles in 0..3000_u32) {
        let mut rig = Rig::new(name, 16, 13 * 17 * STRIDE as usize);
        rig.device.stall(stalls);
        let session = Session::new(9, params[0]);
        let mut jobs = Vec::new();
        for (number, (_, length, places)) in (0..).zip(shapes) {
            let area = DATA + number * 17 * STRIDE;
            let places: Vec<u64> = (0..).zip(places).map(|(n, place)| area + n * STRIDE + 1 + place).collect();
            rig.memory.at(places[16], length as usize).fill(number as u8);
            jobs.push(Job { slot: 2, segment: number, source: places[16], length, ports: places[..session.params.paths.get()].to_vec(), reserved: 0, cookie: number });
        }
        for pass in 0..2 {
            rig.open(2, &session)?;
            for job in &jobs {
                rig.post(job);
            }
            rig.ring()?;
            if pass == 0 {
                for _ in 0..cycles {
                    rig.device.step(&mut rig.memory)?;
                }
                rig.device.reset();
                rig.begin()?;
            }
        }
        let completions = rig.completions(jobs.len())?;
        for (job, completion) in jobs.iter().zip(completions) {
            prop_assert_eq!(completion, (job.cookie, Status::Done));
            let (shares, clean) = rig.shares(job);
            prop_assert!(clean && shares == session.expected(job.segment, &vec![job.segment as u8; job.length as usize]));
        }
    }
}
