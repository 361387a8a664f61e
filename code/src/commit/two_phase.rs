//! # Two-phase commit
//!
//! **Implements** [`AtomicCommit`]. **Uses** [`FairLossLink`].
//!
//! **Model**: fair-loss links, asynchronous, crash-recovery with stable storage; any
//! number of crashes. While the coordinator is down, participants that have voted yes
//! wait.
//!
//! **Guarantees**: [agreement](crate::spec::atomic_commit::agreement): nobody commits
//! what another aborts; [validity](crate::spec::atomic_commit::validity): a transaction
//! commits only if all its participants have voted yes; [each decides
//! once](crate::spec::atomic_commit::once);
//! [durability](crate::spec::atomic_commit::durability): a promise outlives a crash;
//! [isolation](crate::spec::atomic_commit::isolation): locks are held until the end; [it
//! commits](crate::spec::atomic_commit::commits_when_calm) if all can, and nothing goes
//! wrong; and [termination](crate::spec::atomic_commit::termination_after_recovery),
//! once all nodes are up again.
//!
//! **How it works**: the client has its participants do the work, then asks the
//! coordinator to commit. Phase 1: the coordinator sends *prepare*; a participant that
//! can commit writes all down, keeps its locks and votes yes; from then on it must be
//! able to do either. If all vote yes the coordinator decides to commit; if one votes
//! no, or does not answer in time, to abort. It writes that down. Phase 2: it tells
//! everybody, again and again until they have acknowledged it. A coordinator that comes
//! back repeats what it had decided, and aborts what it had not.
//!
//! **Source**: notes, section 7.1 (A26); Gray, *Notes on data base operating systems*
//! (1978).
//!
//! **Departures**: the notes have this in words only, and over links that lose nothing.
//! Here, decisions are repeated until they are acknowledged, and votes that got lost
//! count as no. The coordinator notes on disk whom it asks before it asks them, so that
//! after a crash it knows whom to tell. A participant that votes no aborts at once.

use crate::commit::Workspace;
use crate::layer::*;
use crate::service::*;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

// ANCHOR: packet
/// What clients, coordinator and participants send each other.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Packet {
    /// Client to participant: write this.
    Work(Transaction, Vec<Write>),
    /// Client to coordinator: commit, at these participants.
    Commit(Transaction, BTreeSet<NodeId>),
    /// Coordinator to participant: can you commit?
    Prepare(Transaction),
    /// Participant to coordinator: yes or no.
    Vote(Transaction, bool),
    /// Coordinator to participant: so it is.
    Decision(Transaction, Outcome),
    /// Participant to coordinator: I have done as you say.
    Ack(Transaction),
}
// ANCHOR_END: packet

// ANCHOR: state
/// Two-phase commit: ask all, decide, tell all. Any node may be client and participant.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TwoPhaseCommit {
    coordinator: NodeId,
    /// How long the coordinator waits for votes, and for acknowledgements.
    patience: Time,
    /// As a client: the participants of its transactions.
    participants: BTreeMap<Transaction, BTreeSet<NodeId>>,
    /// As the coordinator: who has voted yes on what is not decided.
    votes: BTreeMap<Transaction, BTreeSet<NodeId>>,
    /// As a participant: the work of transactions that are not over.
    workspace: Workspace,
    kept: Kept,
}

/// On stable storage.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Kept {
    /// As the coordinator: who has not acknowledged yet, and what is decided.
    log: BTreeMap<Transaction, (BTreeSet<NodeId>, Option<Outcome>)>,
    /// As a participant: what it is ready to write, and is in doubt about.
    ready: BTreeMap<Transaction, Vec<Write>>,
    /// What is over …
    ended: BTreeMap<Transaction, Outcome>,
    /// … and what came of it.
    data: BTreeMap<char, u64>,
}

/// One step of what is on stable storage.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Step {
    /// The coordinator asks these.
    Asked(Transaction, BTreeSet<NodeId>),
    /// The coordinator has decided.
    Decided(Transaction, Outcome),
    /// That participant knows.
    Acknowledged(Transaction, NodeId),
    /// The participant can write this whatever happens.
    Ready(Transaction, Vec<Write>),
    /// The transaction is over here.
    Ended(Transaction, Outcome),
}

/// What the coordinator waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Timer {
    /// The votes on that transaction.
    Votes(Transaction),
    /// Acknowledgements of its decision.
    Acks(Transaction),
}
// ANCHOR_END: state

impl TwoPhaseCommit {
    /// With that coordinator, the same at all nodes, which waits so long for answers.
    pub fn new(coordinator: NodeId, patience: Time) -> Self {
        let (participants, votes) = (BTreeMap::new(), BTreeMap::new());
        let (workspace, kept) = (Workspace::default(), Kept::default());
        TwoPhaseCommit { coordinator, patience, participants, votes, workspace, kept }
    }

    /// What has been committed here.
    pub fn data(&self) -> &BTreeMap<char, u64> {
        &self.kept.data
    }

    /// Whether it has voted on the transaction here, or needs to no more.
    fn has_voted(&self, tx: Transaction) -> bool {
        self.kept.ready.contains_key(&tx) || self.kept.ended.contains_key(&tx)
    }

    /// Makes the same step in memory and on stable storage.
    fn store(&mut self, step: Step, ctx: &mut Context<Self>) {
        self.kept.apply(step.clone());
        ctx.store(step);
    }

    // ANCHOR: coordinator
    /// Phase 1: a client asks to commit.
    fn on_commit(
        &mut self,
        tx: Transaction,
        participants: BTreeSet<NodeId>,
        ctx: &mut Context<Self>,
    ) {
        if self.kept.log.contains_key(&tx) {
            return;
        }
        self.store(Step::Asked(tx, participants.clone()), ctx);
        self.votes.insert(tx, BTreeSet::new());
        for node in participants {
            ctx.send(node, Packet::Prepare(tx));
        }
        ctx.set_timer(Timer::Votes(tx), self.patience..self.patience + 1);
    }

    /// A participant has voted.
    fn on_vote(&mut self, from: NodeId, tx: Transaction, yes: bool, ctx: &mut Context<Self>) {
        let Some(voters) = self.votes.get_mut(&tx) else { return };
        if !yes {
            self.decide(tx, Outcome::Abort, ctx);
            return;
        }
        voters.insert(from);
        if voters.len() == self.kept.log[&tx].0.len() {
            self.decide(tx, Outcome::Commit, ctx);
        }
    }

    /// The decision: once it is on disk, there is no way back.
    fn decide(&mut self, tx: Transaction, outcome: Outcome, ctx: &mut Context<Self>) {
        self.votes.remove(&tx);
        ctx.cancel_timer(Timer::Votes(tx));
        self.store(Step::Decided(tx, outcome), ctx);
        ctx.indicate(CommitEvent::Decided(tx, outcome));
        self.tell(tx, ctx);
    }

    /// Phase 2: tells whoever has not acknowledged it yet.
    fn tell(&self, tx: Transaction, ctx: &mut Context<Self>) {
        let Some((waiting, Some(outcome))) = self.kept.log.get(&tx) else { return };
        for &node in waiting {
            ctx.send(node, Packet::Decision(tx, *outcome));
        }
        if !waiting.is_empty() {
            ctx.set_timer(Timer::Acks(tx), self.patience..self.patience + 1);
        }
    }
    // ANCHOR_END: coordinator

    // ANCHOR: participant
    /// Phase 1 at a participant: a promise, or a refusal.
    fn on_prepare(&mut self, from: NodeId, tx: Transaction, ctx: &mut Context<Self>) {
        if self.has_voted(tx) {
            return;
        }
        let yes = self.workspace.can_commit(tx);
        if yes {
            self.store(Step::Ready(tx, self.workspace.writes(tx)), ctx);
            ctx.indicate(CommitEvent::Ready(tx));
        } else {
            self.end(tx, Outcome::Abort, ctx);
        }
        ctx.send(from, Packet::Vote(tx, yes));
    }

    /// Phase 2 at a participant: it obeys, and its locks are free.
    fn end(&mut self, tx: Transaction, outcome: Outcome, ctx: &mut Context<Self>) {
        if self.kept.ended.contains_key(&tx) {
            return;
        }
        self.workspace.release(tx);
        self.store(Step::Ended(tx, outcome), ctx);
        ctx.indicate(CommitEvent::Ended(tx, outcome));
    }
    // ANCHOR_END: participant
}

impl Layer for TwoPhaseCommit {
    type Implements = AtomicCommit;
    type Uses = FairLossLink<Packet>;
    type Timer = Timer;
    type Stable = Kept;
    const MODEL: Model =
        Model { links: Links::FairLoss, nodes: Nodes::CrashRecovery, timing: Timing::Asynchronous };

    // ANCHOR: client
    /// The client works, and then wants to commit.
    fn on_request(&mut self, request: CommitRequest, ctx: &mut Context<Self>) {
        match request {
            CommitRequest::Begin(tx, work) => {
                self.participants.insert(tx, work.keys().copied().collect());
                for (node, writes) in work {
                    ctx.send(node, Packet::Work(tx, writes));
                }
            }
            CommitRequest::Commit(tx) => {
                if let Some(participants) = self.participants.remove(&tx) {
                    ctx.send(self.coordinator, Packet::Commit(tx, participants));
                }
            }
        }
    }
    // ANCHOR_END: client

    // ANCHOR: handlers
    /// A packet comes.
    fn on_receive(
        &mut self,
        Deliver { from, msg: packet }: Deliver<Packet>,
        ctx: &mut Context<Self>,
    ) {
        match packet {
            Packet::Commit(tx, participants) => self.on_commit(tx, participants, ctx),
            Packet::Vote(tx, yes) => self.on_vote(from, tx, yes, ctx),
            Packet::Ack(tx) => self.store(Step::Acknowledged(tx, from), ctx),
            Packet::Work(tx, writes) if !self.has_voted(tx) => self.workspace.execute(tx, writes),
            Packet::Work(..) => {}
            Packet::Decision(tx, outcome) => {
                self.end(tx, outcome, ctx);
                ctx.send(from, Packet::Ack(tx));
            }
            Packet::Prepare(tx) => self.on_prepare(from, tx, ctx),
        }
    }

    /// The coordinator has waited long enough.
    fn on_timeout(&mut self, timer: Timer, ctx: &mut Context<Self>) {
        match timer {
            Timer::Votes(tx) => self.decide(tx, Outcome::Abort, ctx),
            Timer::Acks(tx) => self.tell(tx, ctx),
        }
    }
    // ANCHOR_END: handlers

    // ANCHOR: recovery
    /// A participant says again what it is in doubt about, and what is over; a coordinator repeats
    /// what it had decided, and aborts what it had not.
    fn on_recovery(fresh: Self, kept: Kept, ctx: &mut Context<Self>) -> Self {
        let workspace = Workspace::new(kept.ready.clone());
        let mut node = TwoPhaseCommit { workspace, kept, ..fresh };
        for &tx in node.kept.ready.keys() {
            ctx.indicate(CommitEvent::Ready(tx));
        }
        for (&tx, &outcome) in &node.kept.ended {
            ctx.indicate(CommitEvent::WasOver(tx, outcome));
        }
        for (tx, (_, outcome)) in node.kept.log.clone() {
            match outcome {
                Some(_) => node.tell(tx, ctx),
                None => node.decide(tx, Outcome::Abort, ctx),
            }
        }
        node
    }
    // ANCHOR_END: recovery
}

impl Stable for Kept {
    type Change = Step;
    fn apply(&mut self, step: Step) {
        match step {
            Step::Asked(tx, participants) => {
                self.log.insert(tx, (participants, None));
            }
            Step::Decided(tx, outcome) => {
                if let Some(entry) = self.log.get_mut(&tx) {
                    entry.1 = Some(outcome);
                }
            }
            Step::Acknowledged(tx, node) => {
                if let Some(entry) = self.log.get_mut(&tx) {
                    entry.0.remove(&node);
                }
            }
            Step::Ready(tx, writes) => {
                self.ready.insert(tx, writes);
            }
            Step::Ended(tx, outcome) => {
                let writes = self.ready.remove(&tx).unwrap_or_default();
                if outcome == Outcome::Commit {
                    self.data.extend(writes.iter().map(|write| (write.key, write.value)));
                }
                self.ended.insert(tx, outcome);
            }
        }
    }
}
