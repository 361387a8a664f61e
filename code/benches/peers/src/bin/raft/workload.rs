//! The three workloads, the same for every contestant.

/// Some nodes of one program, of which the first is the leader, and the packets between them.
///
/// There is no network and no disk: packets lie in a queue and come in the order in which they were
/// sent.
pub trait Cluster {
    /// Hands new entries to the leader, all before it does anything with them.
    fn propose(&mut self, entries: std::ops::Range<u64>);
    /// Lets the first packet of the queue arrive; false if there is none.
    fn step(&mut self) -> bool;
    /// How many entries each node has delivered, the leader's first.
    fn delivered(&self) -> Vec<u64>;
    /// How many entries the leader has delivered.
    fn committed(&self) -> u64;
}

/// What the client does.
#[derive(Clone, Copy)]
pub enum Workload {
    /// The next entry follows when all nodes have delivered the last one.
    OneAtATime,
    /// So many entries are always open: each that the leader delivers makes place for the next.
    InFlight(u64),
    /// So many entries at once; the next so many when all nodes have delivered them.
    Batches(u64),
}

impl Workload {
    /// Makes the cluster commit so many entries.
    ///
    /// # Panics
    ///
    /// If some node has not delivered them all in the end.
    pub fn run(self, cluster: &mut impl Cluster, entries: u64) {
        match self {
            Workload::OneAtATime => in_batches(cluster, entries, 1),
            Workload::Batches(size) => in_batches(cluster, entries, size),
            Workload::InFlight(most) => in_flight(cluster, entries, most),
        }
        for (node, delivered) in cluster.delivered().into_iter().enumerate() {
            assert_eq!(delivered, entries, "what node {node} has delivered");
        }
    }
}

fn in_batches(cluster: &mut impl Cluster, entries: u64, size: u64) {
    let mut proposed = 0;
    while proposed < entries {
        let next = entries.min(proposed + size);
        cluster.propose(proposed..next);
        proposed = next;
        while cluster.step() {}
    }
}

fn in_flight(cluster: &mut impl Cluster, entries: u64, most: u64) {
    let mut proposed = 0;
    loop {
        while proposed < entries.min(cluster.committed() + most) {
            cluster.propose(proposed..proposed + 1);
            proposed += 1;
        }
        if !cluster.step() {
            return;
        }
    }
}
