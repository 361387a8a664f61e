//! The eight lectures and their sections.

use super::{Chapter, Section};

/// A section with its page.
const fn written(
    id: &'static str,
    title: &'static str,
    video: &'static str,
    page: &'static str,
) -> Section {
    Section { id, title, video, page: Some(page) }
}

/// The pages beyond the course, on how the notebook checks what it says: title and page.
pub(crate) const ENGINE: &[(&str, &str)] = &[
    ("Faults, menus and marks", "engine/faults.md"),
    ("Searching for runs that go wrong", "engine/searching.md"),
    ("Every run of a small system", "engine/model-checking.md"),
    ("Histories and linearizability", "engine/histories.md"),
    ("Judging histories in files", "engine/judging.md"),
    ("Transactions and serializability", "engine/transactions.md"),
    ("How fast, and compared with what", "engine/performance.md"),
];

/// The course, in its order.
pub(crate) const CHAPTERS: &[Chapter] = &[
    Chapter {
        number: 1,
        title: "Introduction",
        topics: "what a distributed system is and why one wants it; messages, latency, bandwidth; remote procedure calls",
        sections: &[
            written(
                "1.1",
                "About distributed systems",
                "UEAMfLPZZhE",
                "ch01-introduction/1.1-about-distributed-systems.md",
            ),
            written(
                "1.2",
                "Distributed systems and computer networking",
                "1F3DEq8ML1U",
                "ch01-introduction/1.2-computer-networking.md",
            ),
            written(
                "1.3",
                "Remote procedure calls",
                "S2osKiqQG9s",
                "ch01-introduction/1.3-remote-procedure-calls.md",
            ),
        ],
    },
    Chapter {
        number: 2,
        title: "Models of distributed systems",
        topics: "two generals and Byzantine generals; models of network, nodes and timing; faults, availability, failure detectors, links",
        sections: &[
            written(
                "2.1",
                "The two generals problem",
                "MDuWnzVnfpI",
                "ch02-models/2.1-two-generals.md",
            ),
            written(
                "2.2",
                "The Byzantine generals problem",
                "LoGx_ldRBU0",
                "ch02-models/2.2-byzantine-generals.md",
            ),
            written(
                "2.3",
                "Describing nodes and network behaviour",
                "y8f7ZG_UnGI",
                "ch02-models/2.3-nodes-and-networks.md",
            ),
            written(
                "2.4",
                "Fault tolerance and high availability",
                "43TDfUNsM3E",
                "ch02-models/2.4-fault-tolerance.md",
            ),
        ],
    },
    Chapter {
        number: 3,
        title: "Time, clocks, and ordering of events",
        topics: "quartz, leap seconds and NTP; monotonic and time-of-day clocks; happens-before",
        sections: &[
            written("3.1", "Physical clocks", "FQ_2N3AQu0M", "ch03-time/3.1-physical-clocks.md"),
            written(
                "3.2",
                "Clock synchronisation and monotonic clocks",
                "mAyW-4LeXZo",
                "ch03-time/3.2-clock-synchronisation.md",
            ),
            written(
                "3.3",
                "Causality and happens-before",
                "OKHIdpOAxto",
                "ch03-time/3.3-causality.md",
            ),
        ],
    },
    Chapter {
        number: 4,
        title: "Broadcast protocols and logical time",
        topics: "Lamport and vector clocks; FIFO, causal and total order; eager broadcast, gossip",
        sections: &[
            written("4.1", "Logical time", "x-D8iFU1d-o", "ch04-broadcast/4.1-logical-time.md"),
            written(
                "4.2",
                "Delivery order in broadcast protocols",
                "A8oamrHf_cQ",
                "ch04-broadcast/4.2-delivery-order.md",
            ),
            written(
                "4.3",
                "Broadcast algorithms",
                "77qpCahU3fo",
                "ch04-broadcast/4.3-broadcast-algorithms.md",
            ),
        ],
    },
    Chapter {
        number: 5,
        title: "Replication",
        topics: "retries and idempotence; tombstones, anti-entropy; quorums and read repair; state machine replication",
        sections: &[
            written(
                "5.1",
                "Manipulating remote state",
                "mBUCF1WGI_I",
                "ch05-replication/5.1-manipulating-remote-state.md",
            ),
            written("5.2", "Quorums", "uNxl3BFcKSA", "ch05-replication/5.2-quorums.md"),
            written(
                "5.3",
                "Replication using broadcast",
                "mlWOQuO55PE",
                "ch05-replication/5.3-replication-using-broadcast.md",
            ),
        ],
    },
    Chapter {
        number: 6,
        title: "Consensus",
        topics: "what consensus is and when it is impossible; leader election; the Raft algorithm",
        sections: &[
            written(
                "6.1",
                "Introduction to consensus",
                "rN6ma561tak",
                "ch06-consensus/6.1-introduction-to-consensus.md",
            ),
            written(
                "6.2",
                "The Raft consensus algorithm",
                "uXEYuDwm7e4",
                "ch06-consensus/6.2-raft.md",
            ),
        ],
    },
    Chapter {
        number: 7,
        title: "Replica consistency",
        topics: "atomic commitment; linearizability and the ABD algorithm; eventual consistency and its price",
        sections: &[
            written(
                "7.1",
                "Two-phase commit",
                "-_rdWB9hN1c",
                "ch07-replica-consistency/7.1-two-phase-commit.md",
            ),
            written(
                "7.2",
                "Linearizability",
                "noUNH3jDLC0",
                "ch07-replica-consistency/7.2-linearizability.md",
            ),
            written(
                "7.3",
                "Eventual consistency",
                "9uCP3qHNbWw",
                "ch07-replica-consistency/7.3-eventual-consistency.md",
            ),
        ],
    },
    Chapter {
        number: 8,
        title: "Case studies",
        topics: "collaborative editing with CRDTs and operational transformation; Spanner and TrueTime",
        sections: &[
            written(
                "8.1",
                "Collaboration and conflict resolution",
                "OqqliwwG0SM",
                "ch08-case-studies/8.1-collaboration.md",
            ),
            written("8.2", "Google's Spanner", "oeycOVX70aE", "ch08-case-studies/8.2-spanner.md"),
        ],
    },
];
