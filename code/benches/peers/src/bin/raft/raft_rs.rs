//! The work done by the `raft` crate (TiKV's), as its documentation says to drive it: step, then
//! everything that is ready, then advance. Its log is its own storage in memory.

use crate::workload::Cluster;
use raft::prelude::{ConfState, Message};
use raft::storage::MemStorage;
use raft::{Config, RawNode};
use std::collections::VecDeque;

/// Its nodes, and the packets on their way.
pub struct RaftRs {
    nodes: Vec<RawNode<MemStorage>>,
    delivered: Vec<u64>,
    packets: VecDeque<Message>,
}

impl RaftRs {
    /// So many nodes with a leader. With `batch_append`, entries that wait for the same follower go
    /// in one packet.
    pub fn new(nodes: u64, batch_append: bool) -> Self {
        let logger = slog::Logger::root(slog::Discard, slog::o!());
        let voters = ConfState::from(((1..=nodes).collect::<Vec<_>>(), vec![]));
        let node = |id| {
            let config = Config {
                batch_append,
                max_size_per_msg: u64::MAX,
                max_inflight_msgs: 256,
                ..Config::new(id)
            };
            let storage = MemStorage::new_with_conf_state(voters.clone());
            RawNode::new(&config, storage, &logger).expect("a configuration that it accepts")
        };
        let nodes: Vec<_> = (1..=nodes).map(node).collect();
        let delivered = vec![0; nodes.len()];
        let mut cluster = RaftRs { nodes, delivered, packets: VecDeque::new() };
        cluster.nodes[0].campaign().expect("nobody leads yet");
        cluster.handle(0);
        while cluster.step() {}
        assert_eq!(cluster.nodes[0].raft.leader_id, 1, "the first node leads");
        cluster
    }
    /// What the node has ready: packets, entries to keep, entries to deliver.
    fn handle(&mut self, index: usize) {
        let node = &mut self.nodes[index];
        if !node.has_ready() {
            return;
        }
        let mut ready = node.ready();
        self.packets.extend(ready.take_messages());
        deliver(&mut self.delivered[index], ready.take_committed_entries());
        node.store().wl().append(ready.entries()).expect("a log without gaps");
        if let Some(state) = ready.hs() {
            node.store().wl().set_hardstate(state.clone());
        }
        self.packets.extend(ready.take_persisted_messages());
        let mut light = node.advance(ready);
        if let Some(commit) = light.commit_index() {
            node.store().wl().mut_hard_state().set_commit(commit);
        }
        self.packets.extend(light.take_messages());
        deliver(&mut self.delivered[index], light.take_committed_entries());
        node.advance_apply();
    }
}

/// Counts entries, which hold their own numbers. A new leader's first entry is empty.
fn deliver(delivered: &mut u64, entries: Vec<raft::prelude::Entry>) {
    for entry in entries {
        if let Ok(number) = entry.data[..].try_into() {
            assert_eq!(u64::from_le_bytes(number), *delivered, "in order");
            *delivered += 1;
        }
    }
}

impl Cluster for RaftRs {
    fn propose(&mut self, entries: std::ops::Range<u64>) {
        for entry in entries {
            let data = entry.to_le_bytes().to_vec();
            self.nodes[0].propose(vec![], data).expect("it leads");
        }
        self.handle(0);
    }
    fn step(&mut self) -> bool {
        let Some(packet) = self.packets.pop_front() else { return false };
        let index = packet.to as usize - 1;
        self.nodes[index].step(packet).expect("a packet of a peer");
        self.handle(index);
        true
    }
    fn delivered(&self) -> Vec<u64> {
        self.delivered.clone()
    }
    fn committed(&self) -> u64 {
        self.delivered[0]
    }
}
