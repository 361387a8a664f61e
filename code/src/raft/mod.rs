//! # Raft
//!
//! **Implements** [`FifoTotalOrderBroadcast`]. **Uses** [`FairLossLink`].
//!
//! **Model**: fair-loss links, crash-recovery, partially synchronous; a majority of the
//! nodes must be up for anything to happen, and nothing wrong happens if it is not.
//!
//! **Guarantees**: [election safety](crate::spec::raft::election_safety), [log
//! matching](crate::spec::raft::log_matching), [leader
//! completeness](crate::spec::raft::leader_completeness), [state machine
//! safety](crate::spec::raft::state_machine_safety); [what is committed
//! stays](crate::spec::raft::committed_stays), [on a
//! quorum](crate::spec::raft::committed_is_kept); [deliveries in the order of the
//! log](crate::spec::raft::deliveries), each once, and so the [same
//! order](crate::spec::total_order::same_order) everywhere, [no
//! creation](crate::spec::reliable_broadcast::no_creation) and [no
//! duplication](crate::spec::reliable_broadcast::no_duplication), [in the order of each
//! sender](crate::spec::raft::fifo); [no needless
//! election](crate::spec::raft::no_needless_election); and
//! [progress](crate::spec::raft::progress) once faults are over.
//!
//! **How it works**: one node leads and puts all messages in order, in its log; the others
//! copy its log. What a quorum has copied is committed, and delivered. If the leader is
//! silent, others stand for election, each in a new *term*. A node votes once in a term,
//! and only for a node whose log is no less up to date than its own; a quorum of votes
//! elects. So each term has one leader at most, and each leader has all that is committed.
//!
//! **Source**: notes, section 6.2 (A25, parts 1 to 9), with the correction of later
//! editions to part 6; after Ongaro and Ousterhout (2014).
//!
//! **Departures**:
//! - Messages do not name their senders: links tell them.
//! - One timer serves twice: it says when a leader has been silent for too long and when
//!   an election has been. Where the notes cancel it, it starts again, since then the node
//!   waits for a leader; it starts again too when a node grants its vote.
//! - Who a leader was is forgotten in a new term.
//! - The notes forward messages to the leader over a FIFO link, and leave open what becomes
//!   of them while no leader is known or when it dies. Here a node numbers its messages and
//!   keeps them on stable storage until they are delivered. It forwards them again from
//!   time to time, and to each new leader. A leader takes only the one whose number comes
//!   next in its log; so each is in the log once, and in order, over fair-loss links.
//! - That so many are committed is written down before the messages are delivered. A crash
//!   in between skips what was about to be delivered; none is delivered twice.
//! - A leader ignores its own request for a vote when that comes late.
//! - A follower commits no further than a request reaches, for with options a request may
//!   hold only a part of the log.
//! - What goes beyond the course is in [`Options`]; by default nothing does.

mod commit;
mod follow;
mod messages;
mod options;
mod prevote;
mod replicate;
mod stable;
mod vote;

pub use messages::{
    Entry, Forward, LogRequest, LogResponse, Packet, Term, VoteRequest, VoteResponse,
};
pub use options::Options;
pub use stable::{Kept, Step};

use self::options::Beyond;
use crate::facts::{COMMIT_LENGTH, FactValue, LOG, ROLE, TERM};
use crate::layer::*;
use crate::service::{Broadcast, Deliver, FairLossLink, FifoTotalOrderBroadcast};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeSet, VecDeque};
use std::ops::Range;

/// How long a node waits for a leader, or for votes.
pub const ELECTION: Range<Time> = 500 * MILLIS..1_000 * MILLIS;
/// How often a leader is heard.
pub const HEARTBEAT: Range<Time> = 200 * MILLIS..200 * MILLIS + 1;

/// What a node is in its term.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Role {
    /// It follows a leader, or waits for one.
    Follower,
    /// It stands for election.
    Candidate,
    /// It leads.
    Leader,
}

/// What a node waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Timer {
    /// The leader has been silent for too long, or the election has lasted too long.
    Election,
    /// Time to be heard again.
    Heartbeat,
}

// ANCHOR: state
/// A node of Raft.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Raft<M> {
    // On stable storage:
    /// The newest term that this node knows.
    current_term: Term,
    /// For whom it voted in that term.
    voted_for: Option<NodeId>,
    /// The messages in order, each with the term of the leader that appended it.
    log: Vec<Entry<M>>,
    /// How many entries are committed, and delivered.
    commit_length: u64,
    /// Its own messages that are not delivered yet.
    waiting: VecDeque<Forward<M>>,

    // In memory:
    current_role: Role,
    /// The leader of the current term, if known.
    current_leader: Option<NodeId>,
    /// As a candidate: who voted for this node.
    votes_received: BTreeSet<NodeId>,
    /// As the leader: how many entries each node is taken to have.
    sent_length: PerNode<u64>,
    /// As the leader: how many entries each node has acknowledged.
    acked_length: PerNode<u64>,

    // Beyond the course:
    options: Options<M>,
    beyond: Beyond,
}
// ANCHOR_END: state

// ANCHOR: init
impl<M: Value> Raft<M> {
    /// Part 1: initialisation, for a system of `n` nodes.
    pub fn new(n: u32) -> Self {
        Raft {
            current_term: 0,
            voted_for: None,
            log: Vec::new(),
            commit_length: 0,
            waiting: VecDeque::new(),
            current_role: Role::Follower,
            current_leader: None,
            votes_received: BTreeSet::new(),
            sent_length: PerNode::new(n, 0),
            acked_length: PerNode::new(n, 0),
            options: Options::default(),
            beyond: Beyond::default(),
        }
    }
    // ANCHOR_END: init

    // ANCHOR: election
    /// Part 1: the leader is suspected, or the election has taken too long.
    fn start_election(&mut self, ctx: &mut Context<Self>) {
        self.vote(self.current_term + 1, Some(ctx.me), ctx);
        self.current_role = Role::Candidate;
        self.current_leader = None;
        self.votes_received = [ctx.me].into();
        let request = VoteRequest {
            c_term: self.current_term,
            c_log_length: self.length(),
            c_log_term: self.last_term(self.length()),
        };
        for node in self.nodes() {
            ctx.send(node, Packet::VoteRequest(request));
        }
        ctx.set_timer(Timer::Election, ELECTION);
    }
    // ANCHOR_END: election

    // ANCHOR: helpers
    /// Remembers the term and the vote, also through a crash.
    fn vote(&mut self, term: Term, candidate: Option<NodeId>, ctx: &mut Context<Self>) {
        (self.current_term, self.voted_for) = (term, candidate);
        ctx.store(Step::Vote(term, candidate));
    }

    /// There is a higher term: waits for its leader.
    fn step_down(&mut self, term: Term, ctx: &mut Context<Self>) {
        self.vote(term, None, ctx);
        if self.current_role == Role::Leader {
            ctx.set_timer(Timer::Election, ELECTION);
        }
        self.current_role = Role::Follower;
        self.current_leader = None;
    }

    /// The length of the log.
    fn length(&self) -> u64 {
        self.log.len() as u64
    }

    /// The term of the last of the first `length` entries, of which there are so many; 0 if
    /// there is none.
    fn last_term(&self, length: u64) -> Term {
        match length {
            0 => 0,
            _ => self.log[length as usize - 1].term,
        }
    }

    /// Any two sets of so many nodes have one in common.
    fn quorum(&self) -> usize {
        (self.nodes().count() + 1).div_ceil(2)
    }

    fn nodes(&self) -> impl Iterator<Item = NodeId> + use<M> {
        self.sent_length.nodes()
    }

    fn others(&self, me: NodeId) -> impl Iterator<Item = NodeId> + use<M> {
        self.nodes().filter(move |&node| node != me)
    }
    // ANCHOR_END: helpers
}

impl<M: Value> Layer for Raft<M> {
    // ANCHOR: layer
    type Implements = FifoTotalOrderBroadcast<M>;
    type Uses = FairLossLink<Packet<M>>;
    type Timer = Timer;
    type Stable = Kept<M>;
    // ANCHOR_END: layer
    const MODEL: Model = Model {
        links: Links::FairLoss,
        nodes: Nodes::CrashRecovery,
        timing: Timing::PartiallySynchronous,
    };

    // ANCHOR: handlers
    /// Waits for a leader.
    fn on_start(&mut self, ctx: &mut Context<Self>) {
        ctx.set_timer(Timer::Election, ELECTION);
        ctx.set_timer(Timer::Heartbeat, HEARTBEAT);
    }

    /// The application broadcasts a message.
    fn on_request(&mut self, Broadcast { msg }: Broadcast<M>, ctx: &mut Context<Self>) {
        self.broadcast(msg, ctx);
    }

    /// A message comes from another node.
    fn on_receive(&mut self, Deliver { from, msg }: Deliver<Packet<M>>, ctx: &mut Context<Self>) {
        match msg {
            Packet::VoteRequest(request) => self.on_vote_request(from, request, ctx),
            Packet::VoteResponse(response) => self.on_vote_response(from, response, ctx),
            Packet::LogRequest(request) => self.on_log_request(from, request, ctx),
            Packet::LogResponse(response) => self.on_log_response(from, response, ctx),
            Packet::Forward(forward) => self.on_forward(from, forward, ctx),
            Packet::PreVoteRequest(request) => self.on_pre_vote_request(from, request, ctx),
            Packet::PreVoteResponse(response) => self.on_pre_vote_response(from, response, ctx),
        }
    }

    /// No leader was heard, or it is time to be heard.
    fn on_timeout(&mut self, timer: Timer, ctx: &mut Context<Self>) {
        match timer {
            Timer::Election => self.on_silence(ctx),
            Timer::Heartbeat => self.on_heartbeat(ctx),
        }
    }
    // ANCHOR_END: handlers

    // ANCHOR: recovery
    /// Part 1: the node comes back with what is on stable storage.
    fn on_recovery(fresh: Self, kept: Kept<M>, ctx: &mut Context<Self>) -> Self {
        let Kept { current_term, voted_for, log, commit_length, waiting } = kept;
        let mut node = Raft { current_term, voted_for, log, commit_length, waiting, ..fresh };
        node.on_start(ctx);
        node
    }
    // ANCHOR_END: recovery

    fn facts(&self) -> Vec<Fact> {
        let role = match self.current_role {
            Role::Follower => "follower",
            Role::Candidate => "candidate",
            Role::Leader => crate::facts::LEADER,
        };
        let log = self.log.iter().map(|entry| format!("{:?}/{}", entry.msg, entry.term));
        vec![
            Fact::text(ROLE, role),
            Fact::number(TERM, self.current_term),
            Fact { name: LOG.into(), value: FactValue::List(log.collect()) },
            Fact::number(COMMIT_LENGTH, self.commit_length),
        ]
    }
}
