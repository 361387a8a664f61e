// The tables of twins: one line of one algorithm changed, as somebody has really got it wrong. `build.rs` reads them too.

#[cfg(feature = "auth")]
mod authenticated;
mod broadcasts;
mod clocks;
mod commits;
mod consensus;
mod detectors;
mod generals;
mod links;
mod logical;
mod quorums;
mod raft;
mod raft_harmless;
mod raft_logs;
mod registers;
mod replicated;
mod rpc;
mod shared_data;
mod stores;
mod transactions;

/// A broken twin: an algorithm with one realistic bug.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Twin {
    /// Its name, for `--zoo`.
    pub name: &'static str,
    /// What is wrong, in a sentence.
    pub bug: &'static str,
    /// The file that is changed, below `code/src`.
    pub module: &'static str,
    /// The text that is there; it must be there exactly once.
    pub old: &'static str,
    /// The text that the twin has in its place.
    pub new: &'static str,
    /// The subject that the twin is a twin of.
    pub subject: &'static str,
    /// The property of `spec` that it must break.
    pub breaks: &'static str,
}

/// How a subject is made with a twin in its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The file that is changed, below `code/src`.
    pub module: &'static str,
    /// The subject that the twins are twins of.
    pub subject: &'static str,
    /// The expression that makes it: `{name}` is the name of the twin as a text, `{twin}` its
    /// module.
    pub made_by: &'static str,
}

/// The twins of one topic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Topic {
    /// What it is called.
    pub name: &'static str,
    /// Where its twins can stand.
    pub places: &'static [Place],
    /// Its twins.
    pub twins: &'static [Twin],
}

/// All topics.
pub const TOPICS: &[Topic] = &[
    rpc::TOPIC,
    links::TOPIC,
    #[cfg(feature = "auth")]
    authenticated::TOPIC,
    generals::TOPIC,
    detectors::TOPIC,
    clocks::TOPIC,
    logical::TOPIC,
    broadcasts::TOPIC,
    quorums::TOPIC,
    commits::TOPIC,
    registers::TOPIC,
    shared_data::TOPIC,
    consensus::TOPIC,
    transactions::TOPIC,
    replicated::TOPIC,
    stores::TOPIC,
    raft::TOPIC,
    raft_logs::TOPIC,
];

/// Changes that break nothing, for tests that must not be too strict. They break "", and are no part of
/// [`TOPICS`].
pub const HARMLESS: &[Topic] = &[raft_harmless::TOPIC];
