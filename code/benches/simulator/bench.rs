//! The simulator, for whoever changes it: compares with the last run on the same machine.

mod bursts;
mod heap;
mod ours;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};

const ROUNDS: u32 = 40;

fn simulators(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("messages");
    group.throughput(Throughput::Elements(bursts::messages(ROUNDS)));
    let delivered = ours::run(1, ROUNDS, false);
    assert!(bursts::is_plausible(delivered, ROUNDS) && delivered == ours::run(1, ROUNDS, true));
    assert!(bursts::is_plausible(heap::run(1, ROUNDS), ROUNDS));
    group.bench_function("bare heap loop", |bencher| bencher.iter(|| heap::run(1, ROUNDS)));
    for (name, traced) in [("ours", false), ("ours, with a trace", true)] {
        group.bench_function(name, |bencher| bencher.iter(|| ours::run(1, ROUNDS, traced)));
    }
    group.finish();
}

criterion_group!(benches, simulators);
criterion_main!(benches);
