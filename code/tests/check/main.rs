//! The model checker: small systems of links explored to the end, what it finds in broken ones, and that checker and
//! simulator agree.

mod bounds;
mod counts;
mod paxos;
mod stages;
mod symmetry;
mod toys;
mod two_phase;

use distsys::check::{Action, Explorable, Explored, Order, Packets, Replay, SETTLES, Situation};
use distsys::layer::*;
use distsys::link::{Boundary, DurableFifo, Fifo, Retransmit, SeqNo, durable};
use distsys::node::names::{A, B};
use distsys::service::{Broadcast, FifoLink, SendTo};
use distsys::sim::Trace;
use distsys::spec::{Verdict, fifo_link, reliable_link};
use distsys::stack::Stack;
use stateright::Model as _;
use std::fmt::Debug;
use tests::toys::endless::{Echo, Insistent};
use toys::{Broken, Bug, Gossip, Once};

pub(crate) type FifoStack = Stack<Fifo<char>, Retransmit<(char, SeqNo)>>;
pub(crate) type DurableStack = Stack<DurableFifo<char>, Retransmit<durable::Packet<char>>>;

pub(crate) fn fifo(window: u64) -> Explored<FifoStack> {
    Explored::new(vec![Fifo::new(2).over(Retransmit::new(2).with_window(window)); 2])
}
pub(crate) fn durable(boundary: Boundary, window: u64) -> Explored<DurableStack> {
    let link = Retransmit::new(2).with_window(window);
    Explored::new(vec![DurableFifo::new(2, boundary).over(link); 2])
}
fn broken(bug: Bug) -> Explored<Stack<Broken, Retransmit<(char, SeqNo)>>> {
    Explored::new(vec![Broken::new(bug).over(Retransmit::new(2).with_window(2)); 2])
}

/// The application at `from` sends each letter of `words` to the node `to`.
pub(crate) fn sending<N>(system: Explored<N>, from: NodeId, to: NodeId, words: &str) -> Explored<N>
where
    N: Explorable<Implements = FifoLink<char>>,
{
    words.chars().fold(system, |system, msg| system.asking(from, SendTo { to, msg }))
}

/// With what a FIFO link between nodes that do not crash promises, and the claim that the promises are not empty.
pub(crate) fn with_fifo_promises<N>(system: Explored<N>) -> Explored<N>
where
    N: Explorable<Implements = FifoLink<char>>,
{
    system
        .always("no creation", |_, now| reliable_link::no_creation(&now.seen).is_ok())
        .always("no duplication", |_, now| reliable_link::no_duplication(&now.seen).is_ok())
        .always("order", |_, now| fifo_link::order(&now.seen).is_ok())
        .always("delivery", |all, now| ends_with(all, now, reliable_link::delivery))
        .sometimes("all delivered", all_delivered)
}

/// With what a FIFO link promises whose nodes come back, for this choice at the boundary.
pub(crate) fn with_durable_promises<N>(system: Explored<N>, boundary: Boundary) -> Explored<N>
where
    N: Explorable<Implements = FifoLink<char>>,
{
    let system = match boundary {
        Boundary::AtMostOnce => system
            .always("at most once", |_, now| fifo_link::at_most_once(&now.seen).is_ok())
            .always("delivery", |all, now| {
                ends_with(all, now, fifo_link::delivery_despite_sender_crash)
            }),
        Boundary::AtLeastOnce => system
            .always("at least once", |_, now| fifo_link::at_least_once(&now.seen).is_ok())
            .always("delivery", |all, now| ends_with(all, now, fifo_link::delivery_after_recovery)),
    };
    system
        .always("no creation", |_, now| reliable_link::no_creation(&now.seen).is_ok())
        .sometimes("all delivered", all_delivered)
}

/// Whether the promise is kept at the end.
fn ends_with<N: Explorable>(
    all: &Explored<N>,
    now: &Situation<N>,
    promise: impl Fn(&Trace<N>) -> Verdict,
) -> bool {
    all.finish(now).is_ok_and(|end| promise(&end.seen).is_ok())
}

fn all_delivered<N>(all: &Explored<N>, now: &Situation<N>) -> bool
where
    N: Explorable<Implements = FifoLink<char>>,
{
    let delivered = all
        .requests
        .iter()
        .filter(|(from, SendTo { to, msg })| now.seen.delivered(*to).contains(&(*from, *msg)));
    delivered.count() == all.requests.len()
}

/// Explores everything. Returns how many situations there are, and the claims that came true: what happens sometimes,
/// and what should hold always and does not.
fn explore<N: Explorable>(system: Explored<N>) -> (u64, Vec<&'static str>)
where
    Explored<N>: Send + Sync,
    Situation<N>: Send + Sync,
{
    let report = system.search_by(Order::BreadthFirst, 2);
    assert!(report.is_exhaustive(), "{report}");
    let found = report.broken.into_keys().chain(report.shown.into_keys());
    (report.situations, found.collect())
}

/// The shortest run that breaks the property, after the simulator has confirmed it.
pub(crate) fn confirmed<N: Explorable>(
    system: impl Fn() -> Explored<N>,
    property: &'static str,
) -> Vec<Action<N>>
where
    Explored<N>: Send + Sync,
    Situation<N>: Send + Sync,
{
    let run = system().shortest(property).expect("the checker finds a run that breaks it");
    system().replay(&run).expect("the simulator does the same");
    run
}

#[test]
fn fifo_link_keeps_every_promise_over_a_network_that_loses_duplicates_and_reorders() {
    let two = with_fifo_promises(sending(fifo(2), A, B, "xy"));
    assert_eq!(explore(two), (28, vec!["all delivered"]));
    let three = with_fifo_promises(sending(fifo(2), A, B, "xyz"));
    assert_eq!(explore(three), (197, vec!["all delivered"]));
    let each_way = with_fifo_promises(sending(sending(fifo(2), A, B, "x"), B, A, "u"));
    assert_eq!(explore(each_way), (45, vec!["all delivered"]));
    let both_ways = with_fifo_promises(sending(sending(fifo(2), A, B, "xy"), B, A, "u"));
    assert_eq!(explore(both_ways), (772, vec!["all delivered"]));
}

#[test]
fn fifo_link_keeps_its_promises_when_nodes_stop() {
    let mut system = with_fifo_promises(sending(fifo(2), A, B, "xy")).crashing(A, 1).crashing(B, 1);
    system.recovery = false;
    assert!(system.is_promised());
    assert_eq!(explore(system), (178, vec!["all delivered"]));
}

/// Why exercise 5 is asked.
#[test]
fn fifo_link_breaks_when_nodes_come_back() {
    let system = |boundary, crashing: NodeId| {
        let system = with_durable_promises(sending(fifo(1), A, B, "xy"), boundary);
        assert!(system.is_promised());
        let system = system.crashing(crashing, 1);
        assert!(!system.is_promised());
        system
    };
    // The sender forgets what it was asked.
    assert_eq!(confirmed(|| system(Boundary::AtLeastOnce, A), "delivery").len(), 2);
    // The receiver waits for numbers that were used up.
    assert_eq!(confirmed(|| system(Boundary::AtLeastOnce, B), "delivery").len(), 4);
    // The receiver takes an old packet for a new one.
    assert_eq!(confirmed(|| system(Boundary::AtMostOnce, B), "at most once").len(), 4);
}

#[test]
fn durable_fifo_link_delivers_at_most_once_wherever_nodes_crash() {
    durable_link_keeps_its_promises(Boundary::AtMostOnce, [1686, 2559, 7293, 2466, 1512]);
}

#[test]
fn durable_fifo_link_delivers_at_least_once_wherever_nodes_crash() {
    durable_link_keeps_its_promises(Boundary::AtLeastOnce, [1686, 2855, 8123, 3030, 1923]);
}

fn durable_link_keeps_its_promises(boundary: Boundary, sizes: [u64; 5]) {
    let size = |window, words, a, b| {
        let system = sending(durable(boundary, window), A, B, words).crashing(A, a).crashing(B, b);
        assert!(system.is_promised());
        let (size, found) = explore(with_durable_promises(system, boundary));
        assert_eq!(found, ["all delivered"], "{boundary:?} {window} {words} {a} {b}");
        size
    };
    let found = [
        size(1, "xy", 1, 0),
        size(1, "xy", 0, 1),
        size(1, "x", 1, 1),
        size(1, "x", 0, 2),
        size(2, "x", 0, 1),
    ];
    assert_eq!(found, sizes);
}

#[test]
fn what_one_boundary_promises_the_other_breaks() {
    use Boundary::{AtLeastOnce, AtMostOnce};
    let crash = |boundary, promised| {
        let system = move || sending(durable(boundary, 1), A, B, "xy").crashing(B, 1);
        move || with_durable_promises(system(), promised)
    };
    assert_eq!(confirmed(crash(AtLeastOnce, AtMostOnce), "at most once").len(), 4);
    assert_eq!(confirmed(crash(AtMostOnce, AtLeastOnce), "at least once").len(), 7);
}

#[test]
fn broken_links_are_caught_with_the_shortest_run() {
    let skips = || with_fifo_promises(sending(broken(Bug::SkipsAhead), A, B, "xy"));
    assert_eq!(confirmed(skips, "order").len(), 3);
    let one = || with_fifo_promises(sending(broken(Bug::DeliversOne), A, B, "xy"));
    assert_eq!(one().shortest("order"), None);
    assert_eq!(confirmed(one, "delivery").len(), 3);
}

/// The length of the shortest run of two messages in which the twin `$twin` of the FIFO link breaks the property.
macro_rules! shortest_of_twin {
    ($twin:ident, $property:literal) => {
        confirmed(
            || {
                let fifo = zoo::broken::$twin::Fifo::new(2).over(Retransmit::new(2).with_window(2));
                with_fifo_promises(sending(Explored::new(vec![fifo; 2]), A, B, "xy"))
            },
            $property,
        )
        .len()
    };
}

#[test]
fn twins_of_the_fifo_link_die_in_the_exhaustive_search() {
    assert_eq!(shortest_of_twin!(fifo_higher_number, "order"), 3);
    assert_eq!(shortest_of_twin!(fifo_on_arrival, "order"), 3);
    assert_eq!(shortest_of_twin!(fifo_early_dropped, "delivery"), 3);
    assert_eq!(shortest_of_twin!(fifo_if_for_while, "delivery"), 3);
}

#[test]
fn sending_just_once_is_enough_on_reliable_links_only() {
    let once = |packets| {
        let mut system = Explored::new(vec![Fifo::new(2).over(Once); 2]);
        system.packets = packets;
        with_fifo_promises(sending(sending(system, A, B, "xy"), B, A, "u"))
    };
    assert!(!once(Packets::FairLoss).is_promised());
    assert_eq!(confirmed(|| once(Packets::FairLoss), "delivery").len(), 1);
    assert!(once(Packets::Reliable).is_promised());
    assert_eq!(explore(once(Packets::Reliable)), (111, vec!["all delivered"]));
}

#[test]
fn layers_that_keep_each_other_busy_are_reported() {
    let system = || Explored::new(vec![Insistent.over(Echo); 2]);
    let endless = || system().asking(A, SendTo { to: B, msg: 1 });
    assert_eq!(confirmed(endless, SETTLES).len(), 1);
    assert_eq!(fifo(1).shortest(SETTLES), None);
}

#[test]
fn timers_run_out_at_most_as_often_as_allowed() {
    let size = |timeouts| {
        let mut system = Explored::new(vec![Gossip::new(2, 3); 2]).asking(A, Broadcast { msg: 1 });
        system.timeouts = timeouts;
        system.search().situations
    };
    assert_eq!([Some(0), Some(1), Some(2), None].map(size), [12, 24, 40, 84]);
}

/// Random runs of the checker, each step repeated in the simulator.
fn conform<N: Explorable + Debug>(system: &Explored<N>, steps: usize) {
    let (mut random, mut taken) = (Random(1), 0);
    while taken < steps {
        let seed = random.below(1 << 20) as u64;
        let mut replay = Replay::start(system, seed).expect("both start alike");
        for _ in 0..40 {
            let mut actions = Vec::new();
            system.actions(replay.now(), &mut actions);
            if actions.is_empty() {
                break;
            }
            let action = actions.swap_remove(random.below(actions.len()));
            replay.take(&action).unwrap_or_else(|difference| panic!("{difference}"));
            taken += 1;
        }
    }
}

/// Steele and Vigna's SplitMix64.
pub(crate) struct Random(pub(crate) u64);
impl Random {
    pub(crate) fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % n as u64) as usize
    }
}

#[test]
fn checker_and_simulator_agree_step_by_step() {
    conform(&sending(sending(fifo(2), A, B, "xyz"), B, A, "uvw"), 3_000);
    let both = |boundary| {
        let system = sending(sending(durable(boundary, 2), A, B, "xyz"), B, A, "uv");
        system.crashing(A, 2).crashing(B, 2)
    };
    conform(&both(Boundary::AtMostOnce), 3_000);
    conform(&both(Boundary::AtLeastOnce), 3_000);
    let mut once =
        sending(Explored::new(vec![Fifo::new(2).over(Once); 2]), A, B, "xyz").crashing(B, 2);
    once.packets = Packets::Reliable;
    conform(&once, 1_000);
    let gossip = Explored::new(vec![Gossip::new(3, 4); 3]);
    conform(
        &gossip.asking(A, Broadcast { msg: 1 }).asking(B, Broadcast { msg: 2 }).crashing(A, 1),
        3_000,
    );
}
