//! What the services promise: each property is one pure function over a trace.

pub mod atomic_commit;
pub mod broadcast_executions;
pub mod broadcast_services;
pub(crate) mod broadcasts;
pub(crate) mod calls;
pub mod causal_broadcast;
pub mod causality;
pub mod clock_sync;
pub(crate) mod commits;
pub mod consensus;
pub mod executions;
pub mod failure_detector;
pub mod fair_loss_link;
pub mod fifo_broadcast;
pub mod fifo_link;
pub mod generals;
pub mod gossip;
pub mod likes;
pub(crate) mod links;
pub(crate) mod logs;
pub mod quorums;
pub mod raft;
mod raft_progress;
pub mod registers;
pub mod reliable_broadcast;
pub mod reliable_link;
pub mod replicated_database;
pub mod replicated_state;
pub mod rpc;
pub mod sale;
pub(crate) mod shared_data;
pub mod shared_map;
pub mod shared_text;
mod stamps;
pub mod total_order;
pub mod transactions;
pub mod view;

use crate::node::Time;
use serde::{Deserialize, Serialize};

/// A property holds, or this is where it does not.
pub type Verdict = Result<(), Violation>;

/// Where a run breaks a property.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Violation {
    /// What happened, in a sentence.
    pub explanation: String,
    /// The records of the trace that show it, by their indices.
    pub records: Vec<u64>,
}

/// When a property can be judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Kind {
    /// Nothing bad happens: at any moment of a run.
    Safety,
    /// Something good happens in the end: only when faults have stopped and the run
    /// is over.
    Liveness,
}

/// A time in milliseconds, for explanations.
pub(crate) fn ms(time: Time) -> String {
    let micros = time / 1_000;
    match micros % 1_000 {
        0 => format!("{} ms", micros / 1_000),
        rest => {
            let fraction = format!("{rest:03}");
            format!("{}.{} ms", micros / 1_000, fraction.trim_end_matches('0'))
        }
    }
}
