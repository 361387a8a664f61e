//! The work in the simulator of this notebook.

use super::bursts::{BURST, DELAY, LOSS, PERIOD, receiver};
use distsys::layer::*;
use distsys::service::{Deliver, FairLossLink, SendTo};
use distsys::sim::{Delay, Network, Rate, World};

/// Sends bursts, and counts what it receives.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Bursts {
    nodes: u32,
    left: u32,
    received: u64,
}

/// Time for a burst.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Burst;

impl Layer for Bursts {
    type Implements = FairLossLink<u64>;
    type Uses = FairLossLink<u64>;
    type Timer = Burst;
    type Stable = ();
    const MODEL: Model = Model::any_links(Nodes::CrashStop, Timing::Asynchronous);

    fn on_start(&mut self, ctx: &mut Context<Self>) {
        ctx.set_timer(Burst, PERIOD..PERIOD);
    }
    fn on_request(&mut self, SendTo { to, msg }: SendTo<u64>, ctx: &mut Context<Self>) {
        ctx.send(to, msg);
    }
    fn on_receive(&mut self, Deliver { from, msg }: Deliver<u64>, ctx: &mut Context<Self>) {
        self.received += 1;
        ctx.deliver(from, msg);
    }
    fn on_timeout(&mut self, _: Burst, ctx: &mut Context<Self>) {
        for number in 0..BURST {
            ctx.send(NodeId(receiver(self.nodes, ctx.me.0, number)), u64::from(number));
        }
        self.left -= 1;
        if self.left > 0 {
            ctx.set_timer(Burst, PERIOD..PERIOD);
        }
    }
    fn on_recovery(fresh: Self, (): (), _: &mut Context<Self>) -> Self {
        fresh
    }
}

/// Runs so many rounds; says how many messages came.
pub(crate) fn run(seed: u64, nodes: u32, rounds: u32, traced: bool) -> u64 {
    let world = world(seed, nodes, rounds);
    let mut world = if traced { world } else { world.untraced() };
    world.run().expect("bursts come to an end");
    let received = world.nodes().filter_map(|node| world.node(node)).map(|node| node.received);
    received.sum()
}

/// Runs so many rounds; says how many records the trace has.
pub(crate) fn records(seed: u64, nodes: u32, rounds: u32) -> usize {
    let mut world = world(seed, nodes, rounds);
    world.run().expect("bursts come to an end");
    world.trace().records.len()
}

fn world(seed: u64, nodes: u32, rounds: u32) -> World<Bursts> {
    let node = Bursts { nodes, left: rounds, received: 0 };
    let delay = Delay::Uniform(*DELAY.start(), *DELAY.end());
    let network = Network { delay, loss: Rate(LOSS as u32), ..Network::reliable() };
    World::new(seed, vec![node; nodes as usize]).with_network(network)
}
