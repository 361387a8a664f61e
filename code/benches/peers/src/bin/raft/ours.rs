//! The work done by the book's Raft: a node is called with an event, and what it asks for is carried
//! out. There is no disk, so what it stores is dropped.

use crate::workload::Cluster;
use distsys::layer::{Context, Effect, Env, Fact, Layer, NodeId, Reading};
use distsys::raft::{Options, Packet, Raft, Timer};
use distsys::service::{Broadcast, Deliver};
use std::collections::VecDeque;

type Node = Raft<u64>;

/// Its nodes, and the packets on their way.
pub struct Ours {
    nodes: Vec<Node>,
    envs: Vec<Env>,
    delivered: Vec<u64>,
    packets: VecDeque<(NodeId, Deliver<Packet<u64>>)>,
    effects: VecDeque<Effect<Node>>,
}

impl Ours {
    /// So many nodes with a leader.
    pub fn new(n: u32, options: Options<u64>) -> Self {
        let env = |me| Env::new(me, Reading::default(), Default::default());
        let mut cluster = Ours {
            nodes: vec![Raft::new(n).with(options); n as usize],
            envs: NodeId::all(n).map(env).collect(),
            delivered: vec![0; n as usize],
            packets: VecDeque::new(),
            effects: VecDeque::new(),
        };
        cluster.at(NodeId(0), |raft, ctx| raft.on_timeout(Timer::Election, ctx));
        while cluster.step() {}
        let leads = cluster.nodes[0].facts().iter().any(Fact::is_leader);
        assert!(leads, "the first node leads");
        cluster
    }
    /// Something happens at a node.
    fn at(&mut self, node: NodeId, event: impl FnOnce(&mut Node, &mut Context<Node>)) {
        let index = node.0 as usize;
        let mut ctx = Context::new(&mut self.envs[index], &mut self.effects);
        event(&mut self.nodes[index], &mut ctx);
        for effect in self.effects.drain(..) {
            match effect {
                Effect::Request(send) => {
                    self.packets.push_back((send.to, Deliver { from: node, msg: send.msg }));
                }
                Effect::Indicate(Deliver { msg, .. }) => {
                    assert_eq!(msg, self.delivered[index], "in order");
                    self.delivered[index] += 1;
                }
                _ => {}
            }
        }
    }
}

impl Cluster for Ours {
    fn propose(&mut self, entries: std::ops::Range<u64>) {
        for entry in entries {
            self.at(NodeId(0), |raft, ctx| raft.on_request(Broadcast { msg: entry }, ctx));
        }
    }
    fn step(&mut self) -> bool {
        let Some((to, packet)) = self.packets.pop_front() else { return false };
        self.at(to, |raft, ctx| raft.on_receive(packet, ctx));
        true
    }
    fn delivered(&self) -> Vec<u64> {
        self.delivered.clone()
    }
    fn committed(&self) -> u64 {
        self.delivered[0]
    }
}
