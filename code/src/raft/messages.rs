//! What nodes of Raft send to each other, and the entries of their logs.

use crate::layer::NodeId;
use serde::{Deserialize, Serialize};

/// A number that only grows. Each term has at most one leader.
pub type Term = u64;

// ANCHOR: entry
/// One place in the log.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Entry<M> {
    /// The term of the leader that appended it.
    pub term: Term,
    /// The node that broadcast the message …
    pub from: NodeId,
    /// … as its message of this number, from 0.
    pub number: u64,
    /// The message.
    pub msg: M,
}
// ANCHOR_END: entry

/// What nodes send to each other.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Packet<M> {
    /// A candidate asks for a vote.
    VoteRequest(VoteRequest),
    /// The answer.
    VoteResponse(VoteResponse),
    /// The leader sends a part of its log.
    LogRequest(LogRequest<M>),
    /// The answer.
    LogResponse(LogResponse),
    /// For the leader: append this.
    Forward(Forward<M>),
    /// Beyond the course: would I have your vote?
    PreVoteRequest(VoteRequest),
    /// The answer.
    PreVoteResponse(VoteResponse),
}

// ANCHOR: messages
/// Vote for me.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct VoteRequest {
    /// The candidate's term.
    pub c_term: Term,
    /// The length of its log.
    pub c_log_length: u64,
    /// The term of its last entry; 0 if there is none.
    pub c_log_term: Term,
}

/// A voter's answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct VoteResponse {
    /// The voter's term.
    pub term: Term,
    /// Whether the candidate has its vote.
    pub granted: bool,
}

/// A part of the leader's log. Without entries it says only that the leader is there.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct LogRequest<M> {
    /// The leader's term.
    pub term: Term,
    /// How many entries come before the suffix …
    pub prefix_len: u64,
    /// … and the term of the last of them; 0 if there is none.
    pub prefix_term: Term,
    /// How many entries the leader has committed.
    pub leader_commit: u64,
    /// All entries after the prefix.
    pub suffix: Vec<Entry<M>>,
}

/// A follower's answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct LogResponse {
    /// The follower's term.
    pub term: Term,
    /// How many entries it has in common with the leader, as far as it knows.
    pub ack: u64,
    /// Whether it has accepted the entries.
    pub success: bool,
}

/// A message on its way to the leader, with its number at the node that broadcasts it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Forward<M> {
    /// How many messages that node had broadcast before.
    pub number: u64,
    /// The message.
    pub msg: M,
}
// ANCHOR_END: messages
