//! The thirty-seven algorithms of the lectures.

use super::Algorithm;

/// An algorithm that is not written yet.
const fn planned(id: &'static str, name: &'static str, section: &'static str) -> Algorithm {
    Algorithm { id, name, section, code: &[], tests: None }
}

/// An algorithm with its files below `code/src/`, and its tests below `code/tests/`.
const fn written(
    id: &'static str,
    name: &'static str,
    section: &'static str,
    code: &'static [&'static str],
    tests: &'static str,
) -> Algorithm {
    Algorithm { id, name, section, code, tests: Some(tests) }
}

/// The algorithms, in the order of the course.
pub(crate) const ALGORITHMS: &[Algorithm] = &[
    written(
        "A01",
        "RPC with stubs",
        "1.3",
        &["rpc/call.rs", "rpc/stub.rs", "rpc/framing.rs", "rpc/connection.rs", "rpc/dedup.rs"],
        "rpc/main.rs",
    ),
    written("A02", "Reliable link by retransmission", "2.3", &["link/retransmit.rs"], "links.rs"),
    written(
        "A03",
        "Failure detector by timeout",
        "2.4",
        &["detector/heartbeat.rs"],
        "detector/main.rs",
    ),
    written("A04", "FIFO link", "2.4", &["link/fifo.rs", "link/durable.rs"], "links.rs"),
    written("A05", "NTP estimate of the skew", "3.2", &["clock/ntp.rs"], "physical/main.rs"),
    written("A06", "Clock correction", "3.2", &["clock/discipline.rs"], "physical/main.rs"),
    written("A07", "Lamport clock", "4.1", &["clock/lamport.rs"], "logical/main.rs"),
    written("A08", "Vector clock", "4.1", &["clock/vector.rs"], "logical/main.rs"),
    written("A09", "Direct broadcast", "4.3", &["broadcast/direct.rs"], "broadcast/main.rs"),
    written("A10", "Eager reliable broadcast", "4.3", &["broadcast/eager.rs"], "broadcast/main.rs"),
    written("A11", "Gossip", "4.3", &["broadcast/gossip.rs"], "broadcast/main.rs"),
    written("A12", "FIFO broadcast", "4.3", &["broadcast/fifo.rs"], "broadcast/main.rs"),
    written("A13", "Causal broadcast", "4.3", &["broadcast/causal.rs"], "broadcast/main.rs"),
    written(
        "A14",
        "Total order broadcast by a leader",
        "4.3",
        &["broadcast/leader.rs"],
        "broadcast/main.rs",
    ),
    written(
        "A15",
        "Total order broadcast by Lamport clocks",
        "4.3",
        &["broadcast/lamport_order.rs"],
        "broadcast/main.rs",
    ),
    planned("A16", "Retries, idempotence and deduplication", "5.1"),
    planned("A17", "Tombstones and anti-entropy", "5.1"),
    planned("A18", "Last-writer-wins and multi-value registers", "5.1"),
    written("A19", "Quorum reads and writes", "5.2", &["quorum/read_write.rs"], "quorum/main.rs"),
    written("A20", "Read repair", "5.2", &["quorum/read_write.rs"], "quorum/main.rs"),
    planned("A21", "State machine replication", "5.3"),
    planned("A22", "Primary and backup", "5.3"),
    written(
        "A23",
        "Consensus from total order broadcast, and back",
        "6.1",
        &["consensus/from_total_order.rs", "consensus/to_total_order.rs"],
        "consensus/main.rs",
    ),
    written("A24", "Leader election by terms and quorums", "6.1", &["raft/mod.rs"], "raft/main.rs"),
    written("A25", "Raft", "6.2", &["raft/mod.rs"], "raft/main.rs"),
    written("A26", "Two-phase commit", "7.1", &["commit/two_phase.rs"], "commit/main.rs"),
    written(
        "A27",
        "Fault-tolerant two-phase commit",
        "7.1",
        &["commit/fault_tolerant.rs"],
        "commit/main.rs",
    ),
    written("A28", "ABD register, one writer", "7.2", &["quorum/abd.rs"], "registers/main.rs"),
    written(
        "A29",
        "ABD register, many writers",
        "7.2",
        &["quorum/abd_multi_writer.rs"],
        "registers/main.rs",
    ),
    written(
        "A30",
        "Compare-and-swap over total order broadcast",
        "7.2",
        &["replication/compare_and_swap.rs"],
        "registers/main.rs",
    ),
    written("A31", "Map CRDT by operations", "8.1", &["crdt/operation_map.rs"], "crdt/main.rs"),
    written("A32", "Map CRDT by states", "8.1", &["crdt/state_map.rs"], "crdt/main.rs"),
    written("A33", "Multi-value map CRDT", "8.1", &["crdt/multi_value_map.rs"], "crdt/main.rs"),
    written(
        "A34",
        "Operational transformation",
        "8.1",
        &["transform/server_order.rs"],
        "crdt/main.rs",
    ),
    written(
        "A35",
        "Text CRDT by operations",
        "8.1",
        &["crdt/text.rs", "crdt/fugue.rs"],
        "crdt/main.rs",
    ),
    written(
        "A36",
        "Snapshots of a multi-version store",
        "8.2",
        &["spanner/commit_wait.rs"],
        "transactions/main.rs",
    ),
    written(
        "A37",
        "Commit wait with TrueTime",
        "8.2",
        &["spanner/true_time.rs", "spanner/commit_wait.rs"],
        "transactions/main.rs",
    ),
];
