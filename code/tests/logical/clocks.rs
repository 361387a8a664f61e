//! Seeds, checks and mutants of the logical clocks.

use distsys::check::{Explorable, Explored, Packets};
use distsys::clock::logical::{Stamped, Step, Timestamps, Unaware};
use distsys::clock::{DurableLamport, Lamport, Vector, VectorTime, Wall};
use distsys::layer::names::{A, B, C};
use distsys::layer::*;
use distsys::link::{Fifo, Retransmit};
use distsys::service::{Deliver, FairLossLink, SendTo};
use distsys::sim::{Network, Node, Trace, What, World};
use distsys::spec::causality::{
    Relation, between_packets, characterises, consistent, told, total_order,
};
use distsys::subject::logical;
use tests::mutants;

#[test]
fn clocks_keep_their_promises_in_every_hunt() {
    let (mut runs, mut events) = (0, 0);
    for subject in logical::subjects() {
        for hunt in subject.hunts() {
            for seed in 0..200 {
                let run = hunt.with_seed(seed);
                for run in run.endings(subject.parameters(&run.parameters).unwrap().nodes()) {
                    let report = run.report(&subject).unwrap();
                    assert!(report.promised, "{} is asked for too much", subject.name);
                    assert_eq!(report.error, None);
                    if let Some((promise, violation)) = report.broken() {
                        let replay = serde_json::to_string(&run).unwrap();
                        panic!(
                            "{} breaks {}: {}\n{replay}",
                            subject.name, promise.name, violation.explanation
                        );
                    }
                    runs += 1;
                    events += report.trace.records.len();
                }
            }
        }
    }
    assert!(runs >= 2_800 && events > 50_000, "{runs} runs with {events} records");
}

/// A clock under an algorithm that knows nothing of it.
fn under_fifo<T: Value, K>(clock: K, seed: u64) -> Trace<impl Node<Packet = (T, Data)>>
where
    K: Layer<Implements = Timestamps<T, Data>, Uses = FairLossLink<(T, Data)>>,
{
    let node = Fifo::new(3).over(Retransmit::new(3)).over(Unaware::new()).over(clock);
    let mut world = World::new(seed, vec![node; 3]).with_network(Network::fair_loss());
    for (i, (from, to)) in (0..).zip([(A, B), (B, C), (A, C), (C, A), (B, A), (A, B)]) {
        world.request_at(i * 9 * MILLIS, from, SendTo { to, msg: 'a' });
    }
    world.run().unwrap();
    world.trace()
}

type Data = distsys::link::retransmit::Packet<(char, u64)>;

/// The timestamps on all packets sent, in the order of their names.
fn on_packets<T: Value, N: Node<Packet = (T, Data)>>(trace: &Trace<N>) -> Vec<T> {
    let mut sent: Vec<_> = trace
        .records
        .iter()
        .filter_map(|record| match &record.what {
            What::Send { id, packet } => Some((*id, packet.0.clone())),
            _ => None,
        })
        .collect();
    sent.sort_by_key(|(id, _)| *id);
    sent.into_iter().map(|(_, time)| time).collect()
}

#[test]
fn any_algorithm_can_be_given_a_clock() {
    let mut packets = 0;
    for seed in 0..30 {
        let trace = under_fifo(Vector::new(3), seed);
        let (_, before) = between_packets(&trace);
        let times = on_packets(&trace);
        assert_eq!(Relation::new(times.len(), |a, b| times[a] < times[b]), before, "seed {seed}");
        let trace = under_fifo(Lamport::new(), seed);
        let (names, before) = between_packets(&trace);
        let times = on_packets(&trace);
        let named = |e: usize| (times[e], names[e].from);
        let order = Relation::new(times.len(), |a, b| named(a) < named(b));
        assert!(order.is_total() && order.contains(&before), "seed {seed}");
        packets += times.len();
    }
    assert!(packets > 400, "only {packets} packets");
}

#[test]
fn the_clock_on_the_wall_keeps_no_promise_about_causality() {
    let mut broken = 0;
    for seed in 0..50 {
        let mut world = World::new(seed, vec![Wall::new(); 3]);
        world.network = Network::fair_loss();
        let behind = distsys::sim::clock::LocalClock { offset: -20_000_000, ..Default::default() };
        world.set_clock(B, behind);
        for i in 0..6 {
            let (from, to) = [(A, B), (B, C), (C, A)][i % 3];
            world.request_at(i as u64 * 15 * MILLIS, from, Step::Send { to, msg: 'x' });
        }
        world.run().unwrap();
        let trace = world.trace();
        assert_eq!(told(&trace), Ok(()));
        broken += u32::from(consistent(&trace).is_err());
    }
    assert!(broken > 40, "only {broken} of 50");
}

// Checks: all runs of a small system.

/// Three nodes: A sends to B, B does something and sends to C, C sends to A.
fn small<N, T: Value>(clock: impl Fn() -> N) -> Explored<N>
where
    N: Explorable + Layer<Implements = Timestamps<T, char>>,
{
    let send = |to, msg| Step::Send { to, msg };
    let system = Explored::new((0..3).map(|_| clock()).collect());
    system
        .asking(A, send(B, 'x'))
        .asking(A, Step::Local)
        .asking(B, send(C, 'y'))
        .asking(C, send(A, 'z'))
}

fn counted<N: Explorable>(system: Explored<N>) -> (u64, Vec<&'static str>)
where
    Explored<N>: Send + Sync,
    distsys::check::Situation<N>: Send + Sync,
{
    let report = system.search();
    assert!(report.is_exhaustive(), "{report}");
    (report.situations, report.broken.into_keys().chain(report.shown.into_keys()).collect())
}

fn all_told<N, T: Value>(all: &Explored<N>, now: &distsys::check::Situation<N>) -> bool
where
    N: Explorable + Layer<Implements = Timestamps<T, char>>,
{
    let stamped = |record: &&distsys::sim::Record<N>| {
        matches!(&record.what, What::Deliver { indication: Stamped { .. } })
    };
    now.seen.records.iter().filter(stamped).count() >= all.requests.len() + 3
}

#[test]
fn a_lamport_clock_keeps_every_promise_in_all_runs_of_a_small_system() {
    let mut system = small(Lamport::new)
        .always("told", |_, now| told(&now.seen).is_ok())
        .always("consistent", |_, now| consistent(&now.seen).is_ok())
        .always("total order", |_, now| total_order(&now.seen).is_ok())
        .sometimes("all told", all_told)
        // What it does not promise: the search finds a run that shows it.
        .always("characterises", |_, now| characterises(&now.seen).is_ok());
    system.packets = Packets::Reliable;
    assert!(system.is_promised());
    assert_eq!(counted(system), (1_210, vec!["characterises", "all told"]));
}

/// Sends vectors as plain lists: the checker keeps packets in order, and the order on vectors is
/// partial.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Wire;

impl Layer for Wire {
    type Implements = FairLossLink<(VectorTime, char)>;
    type Uses = FairLossLink<(Vec<u64>, char)>;
    type Timer = NoTimer;
    type Stable = ();
    const MODEL: Model = Model::any_links(Nodes::CrashStop, Timing::Asynchronous);

    fn on_request(&mut self, request: SendTo<(VectorTime, char)>, ctx: &mut Context<Self>) {
        let SendTo { to, msg: (VectorTime(time), msg) } = request;
        ctx.send(to, (time.0, msg));
    }
    fn on_receive(&mut self, packet: Deliver<(Vec<u64>, char)>, ctx: &mut Context<Self>) {
        let Deliver { from, msg: (time, msg) } = packet;
        ctx.deliver(from, (VectorTime(PerNode(time)), msg));
    }
    fn on_recovery(fresh: Self, (): (), _: &mut Context<Self>) -> Self {
        fresh
    }
}

#[test]
fn a_vector_clock_keeps_every_promise_in_all_runs_of_a_small_system() {
    let mut system = small(|| Vector::new(3).over(Wire))
        .always("told", |_, now| told(&now.seen).is_ok())
        .always("consistent", |_, now| consistent(&now.seen).is_ok())
        .always("characterises", |_, now| characterises(&now.seen).is_ok())
        .sometimes("all told", all_told);
    system.packets = Packets::Reliable;
    assert_eq!(counted(system), (1_210, vec!["all told"]));
}

/// Each of the nodes may crash once, between any two effects, and comes back.
fn crashing<N>(clock: impl Fn() -> N) -> Explored<N>
where
    N: Explorable + Layer<Implements = Timestamps<u64, char>>,
{
    let send = |to, msg| Step::Send { to, msg };
    let mut system = Explored::new(vec![clock(), clock()])
        .asking(A, send(B, 'x'))
        .asking(B, send(A, 'y'))
        .asking(A, Step::Local)
        .crashing(A, 1)
        .crashing(B, 1)
        .always("told", |_, now| told(&now.seen).is_ok())
        .always("consistent", |_, now| consistent(&now.seen).is_ok())
        .always("total order", |_, now| total_order(&now.seen).is_ok());
    system.packets = Packets::Reliable;
    system
}

#[test]
fn only_a_counter_on_disk_survives_crashes() {
    let on_disk = crashing(DurableLamport::new);
    assert!(on_disk.is_promised());
    assert_eq!(counted(on_disk), (26_750, vec![]));
    let in_memory = crashing(Lamport::new);
    assert!(!in_memory.is_promised(), "the model says so before the run does");
    assert_eq!(counted(in_memory), (20_059, vec!["consistent", "total order"]));
}

#[test]
fn every_twin_breaks_its_property_and_the_smallest_run_is_pinned() {
    mutants::each_breaks_its_property(mutants::topic("logical"));
}

#[test]
fn the_original_survives_the_smallest_run_of_each_twin() {
    mutants::the_originals_survive(mutants::topic("logical"));
}

#[test]
fn every_property_of_clocks_rejects_some_twin() {
    mutants::each_promise_rejects_some_twin(mutants::topic("logical"), &logical::subjects(), &[]);
}
