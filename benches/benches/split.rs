//! Split and join by size, paths and kernel, beside the keystream and memcpy; peers at the same job; the pool by workers
//! and by how many jobs are submitted at once.

use std::{hint::black_box, time::Duration};

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use shp::partition::{Kernel, Keys, Params, Paths, Rounds};
use shp_benches::{peers::peers, pool::Pool};

const LENGTHS: [usize; 5] = [32, 256, 1500, 64 << 10, 16 << 20];
const PATHS: [usize; 4] = [2, 4, 8, 16];

fn split_and_join(criterion: &mut Criterion) {
    for kernel in Kernel::all() {
        for length in LENGTHS {
            let mut group = criterion.benchmark_group(format!("{}/{length}", kernel.name()));
            group.throughput(Throughput::Bytes(length as u64));
            group
                .warm_up_time(Duration::from_millis(200))
                .measurement_time(Duration::from_secs(1))
                .sample_size(20);
            for k in PATHS {
                let paths = Paths::new(k).expect("k is in range");
                let (params, keys) = (Params::new(paths), Keys::derive(&[1; 32], paths));
                let mut message = vec![1; length];
                let mut shares = vec![vec![0; length]; k];
                group.bench_function(BenchmarkId::new("split", k), |bencher| {
                    let mut ports: Vec<&mut [u8]> =
                        shares.iter_mut().map(Vec::as_mut_slice).collect();
                    bencher.iter(|| kernel.split(&params, &keys, 0, &message, &mut ports));
                });
                group.bench_function(BenchmarkId::new("join", k), |bencher| {
                    let shares: Vec<&[u8]> = shares.iter().map(Vec::as_slice).collect();
                    bencher.iter(|| kernel.join(params.lane, &shares, &mut message));
                });
                group.bench_function(BenchmarkId::new("keystream", k), |bencher| {
                    let mut out = vec![0; length];
                    bencher.iter(|| {
                        for unit in 0..k - 1 {
                            black_box(kernel.keystream(
                                &keys,
                                unit,
                                0,
                                Rounds::Twenty,
                                0,
                                &mut out,
                            ))
                            .ok();
                        }
                    });
                });
            }
            group.bench_function("memcpy", |bencher| {
                let (from, mut to) = (vec![1u8; length], vec![0; length]);
                bencher.iter(|| to.copy_from_slice(black_box(&from)));
            });
            group.finish();
        }
    }
}

fn other_crates(criterion: &mut Criterion) {
    let message = vec![1; 64 << 10];
    for k in [4, 16] {
        let mut group = criterion.benchmark_group(format!("peers/{k}"));
        group
            .throughput(Throughput::Bytes(message.len() as u64))
            .measurement_time(Duration::from_secs(2))
            .sample_size(10);
        for (name, mut split) in peers(k, &message) {
            group.bench_function(name, |bencher| bencher.iter(&mut split));
        }
        group.finish();
    }
}

fn worker_pool(criterion: &mut Criterion) {
    for workers in [1, 2] {
        let mut group = criterion.benchmark_group(format!("pool/{workers}"));
        group
            .measurement_time(Duration::from_secs(1))
            .sample_size(20);
        for jobs in [1, 8, 64] {
            let mut pool = Pool::new(workers, 4, 1500, jobs);
            group.throughput(Throughput::Elements(jobs as u64));
            group.bench_function(BenchmarkId::new("1500 B", jobs), |bencher| {
                bencher.iter(|| pool.round());
            });
        }
        group.finish();
    }
}

criterion_group!(benches, split_and_join, other_crates, worker_pool);
criterion_main!(benches);
