//! A stack of four layers: a tally over a toy broadcast over FIFO links over retransmission.

use distsys::layer::*;
use distsys::link::{Fifo, Retransmit};
use distsys::service::{BestEffortBroadcast, Broadcast, Deliver, FifoLink};
use distsys::sim::{FaultMenu, Node, World};
use distsys::subject::{Parameter, Parameters, Subject, Workload};

/// How many nodes there are.
pub(crate) const NODES: u32 = 5;
/// How many messages a node broadcasts in a run.
pub(crate) const MESSAGES: u32 = 400;
/// How many deliveries a run has.
pub(crate) const DELIVERIES: u64 = (NODES * NODES * MESSAGES) as u64;
/// What goes wrong in a run. Nobody crashes, so that everything is delivered in the end.
const FAULTS: &str = "loss=5% duplicate=2% reorder=5% partitions=2 pauses=2 until=2s";

/// Counts what it delivers.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Tally(PerNode<u64>);

impl Layer for Tally {
    type Implements = BestEffortBroadcast<u32>;
    type Uses = BestEffortBroadcast<u32>;
    type Timer = NoTimer;
    type Stable = ();
    const MODEL: Model = Model::any_links(Nodes::CrashStop, Timing::Asynchronous);

    fn on_request(&mut self, Broadcast { msg }: Broadcast<u32>, ctx: &mut Context<Self>) {
        ctx.broadcast(msg);
    }
    fn on_receive(&mut self, Deliver { from, msg }: Deliver<u32>, ctx: &mut Context<Self>) {
        self.0[from] += 1;
        ctx.deliver(from, msg);
    }
    fn on_recovery(fresh: Self, (): (), _: &mut Context<Self>) -> Self {
        fresh
    }
}

/// Sends to everyone, and forgets about it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Everyone(u32);

impl Layer for Everyone {
    type Implements = BestEffortBroadcast<u32>;
    type Uses = FifoLink<u32>;
    type Timer = NoTimer;
    type Stable = ();
    const MODEL: Model = Model::any_links(Nodes::CrashStop, Timing::Asynchronous);

    fn on_request(&mut self, Broadcast { msg }: Broadcast<u32>, ctx: &mut Context<Self>) {
        ctx.deliver(ctx.me, msg);
        let me = ctx.me;
        for node in NodeId::all(self.0).filter(|&node| node != me) {
            ctx.send(node, msg);
        }
    }
    fn on_receive(&mut self, Deliver { from, msg }: Deliver<u32>, ctx: &mut Context<Self>) {
        ctx.deliver(from, msg);
    }
    fn on_recovery(fresh: Self, (): (), _: &mut Context<Self>) -> Self {
        fresh
    }
}

/// What stands on each node.
fn stack(n: u32) -> impl Node<Implements = BestEffortBroadcast<u32>> {
    Tally(PerNode::new(n, 0)).over(Everyone(n)).over(Fifo::new(n)).over(Retransmit::new(n))
}

/// Every node broadcasts a message each 5 ms.
fn workload() -> impl Iterator<Item = (Time, NodeId, Broadcast<u32>)> {
    let times = (0..MESSAGES).map(|message| (u64::from(message) * 5 * MILLIS, message));
    times.flat_map(|(at, msg)| NodeId::all(NODES).map(move |node| (at, node, Broadcast { msg })))
}

fn faults() -> FaultMenu {
    FAULTS.parse().expect("the menu is well-formed")
}

/// One run: says how many deliveries there were.
pub(crate) fn run(seed: u64, traced: bool) -> u64 {
    let nodes = (0..NODES).map(|_| stack(NODES)).collect();
    let mut world = World::new(seed, nodes).with_network(faults().network);
    if !traced {
        world = world.untraced();
    }
    for (at, node, request) in workload() {
        world.request_at(at, node, request);
    }
    for (at, fault) in faults().plan(seed, NODES) {
        world.fault_at(at, fault);
    }
    world.run().expect("a broadcast comes to an end");
    world.delivered()
}

/// The same runs as a subject, to search through.
pub(crate) fn subject() -> Subject {
    const PARAMETERS: &[Parameter] =
        &[Parameter { name: "nodes", about: "nodes", default: NODES as u64, least: 5, most: 5 }];
    fn nodes<N: Node>(_: &Parameters, stack: impl Fn(u32) -> N) -> Vec<N> {
        (0..NODES).map(|_| stack(NODES)).collect()
    }
    fn requests<N>(_: &Parameters) -> Result<Workload<N>, String>
    where
        N: Node + Layer<Implements = BestEffortBroadcast<u32>>,
    {
        Ok(workload().collect())
    }
    fn of<N>(stack: fn(u32) -> N) -> Subject
    where
        N: Node + Layer<Implements = BestEffortBroadcast<u32>>,
    {
        let build = move |parameters: &Parameters| nodes(parameters, stack);
        Subject::new("broadcast", "A broadcast", PARAMETERS, Vec::new, build, requests::<N>)
    }
    of(stack)
}

/// The menu of the runs of [`subject`].
pub(crate) fn menu() -> FaultMenu {
    faults()
}
