//! The simulator, for whoever changes it: compares with the last run on the same machine.

mod bursts;
mod heap;
mod ours;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};

const ROUNDS: u32 = 40;

fn simulators(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("messages");
    let sent = bursts::messages(bursts::NODES, ROUNDS);
    group.throughput(Throughput::Elements(sent));
    let delivered = ours::run(1, bursts::NODES, ROUNDS, false);
    assert_eq!(delivered, ours::run(1, bursts::NODES, ROUNDS, true));
    assert!(ours::records(1, bursts::NODES, ROUNDS) as u64 > sent + delivered);
    for delivered in [delivered, heap::run(1, ROUNDS)] {
        assert!(bursts::is_plausible(delivered, sent), "{delivered} of {sent} messages came");
    }
    group.bench_function("bare heap loop", |bencher| bencher.iter(|| heap::run(1, ROUNDS)));
    for (name, traced) in [("ours", false), ("ours, with a trace", true)] {
        group.bench_function(name, |bencher| {
            bencher.iter(|| ours::run(1, bursts::NODES, ROUNDS, traced));
        });
    }
    group.finish();
}

criterion_group!(benches, simulators);
criterion_main!(benches);
