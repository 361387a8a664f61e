//! What one message costs with each broadcast: packets, and how many hops until it is delivered.

use distsys::beside::Beside;
use distsys::broadcast::{Causal, Direct, Eager, Fifo, LamportOrder, Leader};
use distsys::layer::{Layer, MILLIS, Service, Value};
use distsys::link;
use distsys::node::names::{A, B};
use distsys::service::{Broadcast, Deliver};
use distsys::sim::{Network, Node, Script, What, World};
use tests::golden;

/// What it costs that B broadcasts one message.
#[derive(Debug, PartialEq, Eq)]
struct Cost {
    packets: u64,
    /// How many packets one after the other, until B has delivered it …
    own: u64,
    /// … and until all have.
    all: u64,
}

fn cost<N>(node: N, n: u32) -> Cost
where
    N: Node + Layer<Implements: Service<Request = Broadcast<char>, Indication = Deliver<char>>>,
{
    let nodes = vec![node; n as usize];
    let mut world = World::new(0, nodes).with_network(Network::calm()).with_script(Script::calm());
    world.request(B, Broadcast { msg: 'x' });
    world.run().unwrap();
    let trace = world.trace();
    let sends = trace.records.iter().filter(|it| matches!(it.what, What::Send { .. })).count();
    let delivered = trace.records.iter().filter(|it| matches!(it.what, What::Deliver { .. }));
    let delivered: Vec<_> = delivered.map(|it| (it.node, it.at / (10 * MILLIS))).collect();
    assert_eq!(delivered.len(), n as usize, "all deliver once");
    let own = delivered.iter().find(|(node, _)| *node == B).unwrap().1;
    Cost { packets: sends as u64, own, all: delivered.iter().map(|it| it.1).max().unwrap() }
}

type EagerStack<M> = distsys::stack::Stack<Eager<M>, link::Direct<distsys::broadcast::Named<M>>>;

fn eager<M: Value>(n: u32) -> EagerStack<M> {
    Eager::new(n).over(link::Direct::new())
}

/// A stack: its name, what its messages carry, the packets as a formula and as a function, and what is measured.
type Row = (&'static str, &'static str, &'static str, fn(u64) -> u64, fn(u32) -> Cost);

const ROWS: &[Row] = &[
    (
        "direct",
        "nothing",
        "n − 1",
        |n| n - 1,
        |n| cost(Direct::new(n).over(link::Direct::new()), n),
    ),
    ("eager", "its name", "n(n − 1)", |n| n * (n - 1), |n| cost(eager(n), n)),
    (
        "FIFO over eager",
        "a number",
        "n(n − 1)",
        |n| n * (n - 1),
        |n| cost(Fifo::new(n).over(eager(n)), n),
    ),
    (
        "causal over eager",
        "n numbers",
        "n(n − 1)",
        |n| n * (n - 1),
        |n| cost(Causal::new(n).over(eager(n)), n),
    ),
    (
        "total order by a leader, over FIFO over eager",
        "a number, its sender",
        "n(n − 1) + 1",
        |n| n * (n - 1) + 1,
        |n| {
            let link = link::Fifo::new(n).over(link::Direct::new());
            cost(Leader::new(A).over(Beside::new(link, Fifo::new(n).over(eager(n)))), n)
        },
    ),
    (
        "total order by Lamport clocks, over FIFO over eager",
        "a timestamp, a number",
        "n²(n − 1)",
        |n| n * n * (n - 1),
        |n| cost(LamportOrder::new(n).over(Fifo::new(n).over(eager(n))), n),
    ),
];

#[test]
fn one_message_costs_what_the_formulas_say() {
    let mut table = String::from(
        "| broadcast | each message carries | packets | n = 3 | n = 5 | n = 10 | hops to oneself | hops to all |\n\
         | --- | --- | --- | --- | --- | --- | --- | --- |\n",
    );
    for (name, carries, formula, packets, measure) in ROWS {
        let costs = [3, 5, 10].map(measure);
        for (n, cost) in [3, 5, 10].into_iter().zip(&costs) {
            assert_eq!(cost.packets, packets(n), "{name} with {n} nodes");
            assert_eq!((cost.own, cost.all), (costs[0].own, costs[0].all), "{name}");
        }
        let [three, five, ten] = costs;
        table += &format!(
            "| {name} | {carries} | {formula} | {} | {} | {} | {} | {} |\n",
            three.packets, five.packets, ten.packets, three.own, three.all
        );
    }
    golden::check("broadcast-costs.md", &table);
}

#[test]
fn with_eager_broadcast_each_node_receives_each_message_n_minus_1_times() {
    for n in [2_u32, 3, 5, 8] {
        let mut world = World::new(1, vec![eager::<char>(n); n as usize]);
        world.request(B, Broadcast { msg: 'x' });
        world.run().unwrap();
        for node in world.nodes() {
            let received = world.trace().records.into_iter().filter(|record| {
                record.node == node && matches!(record.what, What::Receive { .. })
            });
            assert_eq!(received.count() as u32, n - 1, "node {node} of {n}");
        }
    }
}
