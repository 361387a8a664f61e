//! The eight lectures and their sections.

use super::{Chapter, Section};

/// A section whose page is not written yet.
const fn draft(id: &'static str, title: &'static str, video: &'static str) -> Section {
    Section { id, title, video, page: None }
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
            draft("1.1", "About distributed systems", "UEAMfLPZZhE"),
            draft("1.2", "Distributed systems and computer networking", "1F3DEq8ML1U"),
            draft("1.3", "Remote procedure calls", "S2osKiqQG9s"),
        ],
    },
    Chapter {
        number: 2,
        title: "Models of distributed systems",
        topics: "two generals and Byzantine generals; models of network, nodes and timing; faults, availability, failure detectors, links",
        sections: &[
            draft("2.1", "The two generals problem", "MDuWnzVnfpI"),
            draft("2.2", "The Byzantine generals problem", "LoGx_ldRBU0"),
            Section {
                id: "2.3",
                title: "Describing nodes and network behaviour",
                video: "y8f7ZG_UnGI",
                page: Some("ch02-models/2.3-nodes-and-networks.md"),
            },
            Section {
                id: "2.4",
                title: "Fault tolerance and high availability",
                video: "43TDfUNsM3E",
                page: Some("ch02-models/2.4-fault-tolerance.md"),
            },
        ],
    },
    Chapter {
        number: 3,
        title: "Time, clocks, and ordering of events",
        topics: "quartz, leap seconds and NTP; monotonic and time-of-day clocks; happens-before",
        sections: &[
            draft("3.1", "Physical clocks", "FQ_2N3AQu0M"),
            draft("3.2", "Clock synchronisation and monotonic clocks", "mAyW-4LeXZo"),
            draft("3.3", "Causality and happens-before", "OKHIdpOAxto"),
        ],
    },
    Chapter {
        number: 4,
        title: "Broadcast protocols and logical time",
        topics: "Lamport and vector clocks; FIFO, causal and total order; eager broadcast, gossip",
        sections: &[
            draft("4.1", "Logical time", "x-D8iFU1d-o"),
            draft("4.2", "Delivery order in broadcast protocols", "A8oamrHf_cQ"),
            draft("4.3", "Broadcast algorithms", "77qpCahU3fo"),
        ],
    },
    Chapter {
        number: 5,
        title: "Replication",
        topics: "retries and idempotence; tombstones, anti-entropy; quorums and read repair; state machine replication",
        sections: &[
            draft("5.1", "Manipulating remote state", "mBUCF1WGI_I"),
            draft("5.2", "Quorums", "uNxl3BFcKSA"),
            draft("5.3", "Replication using broadcast", "mlWOQuO55PE"),
        ],
    },
    Chapter {
        number: 6,
        title: "Consensus",
        topics: "what consensus is and when it is impossible; leader election; the Raft algorithm",
        sections: &[
            draft("6.1", "Introduction to consensus", "rN6ma561tak"),
            draft("6.2", "The Raft consensus algorithm", "uXEYuDwm7e4"),
        ],
    },
    Chapter {
        number: 7,
        title: "Replica consistency",
        topics: "atomic commitment; linearizability and the ABD algorithm; eventual consistency and its price",
        sections: &[
            draft("7.1", "Two-phase commit", "-_rdWB9hN1c"),
            draft("7.2", "Linearizability", "noUNH3jDLC0"),
            draft("7.3", "Eventual consistency", "9uCP3qHNbWw"),
        ],
    },
    Chapter {
        number: 8,
        title: "Case studies",
        topics: "collaborative editing with CRDTs and operational transformation; Spanner and TrueTime",
        sections: &[
            draft("8.1", "Collaboration and conflict resolution", "OqqliwwG0SM"),
            draft("8.2", "Google's Spanner", "oeycOVX70aE"),
        ],
    },
];
