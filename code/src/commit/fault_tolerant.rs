//! # Fault-tolerant two-phase commit
//!
//! **Implements** [`AtomicCommit`]. **Uses** [`TotalOrderBroadcast`] beside
//! [`ReliableLink`]s and a [`FailureDetector`].
//!
//! **Model**: crash-stop, partially synchronous; as many crashes as the broadcast
//! survives.
//!
//! **Guarantees**: [agreement](crate::spec::atomic_commit::agreement): nobody commits
//! what another aborts, not even one that crashes later;
//! [validity](crate::spec::atomic_commit::validity): a transaction commits only if all
//! its participants have voted yes; [each decides
//! once](crate::spec::atomic_commit::once);
//! [isolation](crate::spec::atomic_commit::isolation): locks are held until the end; [it
//! commits](crate::spec::atomic_commit::commits_when_calm) if all can, and nothing goes
//! wrong; and [termination](crate::spec::atomic_commit::termination), whoever crashes.
//!
//! **How it works**: there is no coordinator. Participants broadcast their votes to each
//! other in total order, and each counts for itself. Whoever suspects a participant
//! broadcasts a no on its behalf. That may race with the participant's own yes; but only
//! the first vote of each counts, and total order makes that the same vote for all.
//!
//! **Source**: notes, section 7.1 (A27), after Gray and Lamport, *Consensus on
//! transaction commit* (2006).
//!
//! **Departures**: a vote says who the participants are, so that one that is delivered
//! before the *prepare* stands in for it. By the letter of the notes such a vote is
//! dropped, and then one node may commit and another abort. A node remembers whom it
//! suspects, for transactions that it hears of later. The broadcast goes to all nodes;
//! those that do not take part ignore it.

use crate::beside::ports;
use crate::commit::Workspace;
use crate::layer::*;
use crate::service::*;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

// ANCHOR: ports
ports! {
    /// Links for the client, a total order for votes, and a detector of crashes.
    pub LinkOrderDetector uses
        Link(SendTo<Packet>): ReliableLink<Packet>,
        Order(Broadcast<Vote>): TotalOrderBroadcast<Vote>,
        Detector(Never): FailureDetector;
    asks Ask, hears Hear
}

/// What a client sends to the participants.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Packet {
    /// Write this.
    Work(Transaction, Vec<Write>),
    /// These are the participants: can you commit?
    Prepare(Transaction, BTreeSet<NodeId>),
}

/// What participants broadcast.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Vote {
    /// The transaction …
    pub tx: Transaction,
    /// … its participants …
    pub replicas: BTreeSet<NodeId>,
    /// … and the one whose vote this is: it need not be the broadcaster's own.
    pub of: NodeId,
    /// Yes or no.
    pub yes: bool,
}
// ANCHOR_END: ports

// ANCHOR: state
/// Two-phase commit in which everybody counts votes, and all count them in the same order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct FaultTolerantCommit {
    /// As a client: the participants of its transactions.
    participants: BTreeMap<Transaction, BTreeSet<NodeId>>,
    /// The work of transactions that are not over.
    workspace: Workspace,
    /// The participants of each transaction that is known here.
    replicas: BTreeMap<Transaction, BTreeSet<NodeId>>,
    /// Those of them whose first vote was yes.
    commit_votes: BTreeMap<Transaction, BTreeSet<NodeId>>,
    /// What is decided.
    decided: BTreeSet<Transaction>,
    /// Who is suspected now.
    suspected: BTreeSet<NodeId>,
}
// ANCHOR_END: state

impl FaultTolerantCommit {
    /// For any number of nodes.
    pub fn new() -> Self {
        FaultTolerantCommit::default()
    }

    // ANCHOR: prepare
    /// A transaction is heard of for the first time: votes on it.
    fn on_prepare(
        &mut self,
        tx: Transaction,
        replicas: &BTreeSet<NodeId>,
        ctx: &mut Context<Self>,
    ) {
        if self.replicas.contains_key(&tx) {
            return;
        }
        self.replicas.insert(tx, replicas.clone());
        let yes = self.workspace.can_commit(tx);
        if yes {
            ctx.indicate(CommitEvent::Ready(tx));
        }
        self.vote(tx, ctx.me, yes, ctx);
        for &node in self.suspected.intersection(replicas) {
            self.vote(tx, node, false, ctx);
        }
    }

    fn vote(&self, tx: Transaction, of: NodeId, yes: bool, ctx: &mut Context<Self>) {
        ctx.broadcast(Vote { tx, replicas: self.replicas[&tx].clone(), of, yes });
    }
    // ANCHOR_END: prepare

    // ANCHOR: suspect
    /// A node is suspected: votes no on its behalf wherever it takes part.
    fn on_suspect(&mut self, node: NodeId, ctx: &mut Context<Self>) {
        self.suspected.insert(node);
        for (&tx, replicas) in &self.replicas {
            if replicas.contains(&node) && !self.decided.contains(&tx) {
                self.vote(tx, node, false, ctx);
            }
        }
    }
    // ANCHOR_END: suspect

    // ANCHOR: vote
    /// A vote is delivered: the first of each participant counts.
    fn on_vote(&mut self, Vote { tx, replicas, of, yes }: Vote, ctx: &mut Context<Self>) {
        if !replicas.contains(&ctx.me) {
            return;
        }
        self.on_prepare(tx, &replicas, ctx);
        let commit_votes = self.commit_votes.entry(tx).or_default();
        if !replicas.contains(&of) || commit_votes.contains(&of) || self.decided.contains(&tx) {
            return;
        }
        if yes {
            commit_votes.insert(of);
            if *commit_votes == replicas {
                self.end(tx, Outcome::Commit, ctx);
            }
        } else {
            self.end(tx, Outcome::Abort, ctx);
        }
    }

    /// The transaction is over here, and its locks are free.
    fn end(&mut self, tx: Transaction, outcome: Outcome, ctx: &mut Context<Self>) {
        self.decided.insert(tx);
        self.workspace.release(tx);
        ctx.indicate(CommitEvent::Ended(tx, outcome));
    }
    // ANCHOR_END: vote
}

impl Layer for FaultTolerantCommit {
    type Implements = AtomicCommit;
    type Uses = LinkOrderDetector;
    type Timer = NoTimer;
    type Stable = ();
    const MODEL: Model = Model::any_links(Nodes::CrashStop, Timing::PartiallySynchronous);

    // ANCHOR: handlers
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
                let replicas = self.participants.remove(&tx).unwrap_or_default();
                for &node in &replicas {
                    ctx.send(node, Packet::Prepare(tx, replicas.clone()));
                }
            }
        }
    }

    /// A client speaks, a vote is delivered, or a node looks dead.
    fn on_receive(&mut self, hear: Hear, ctx: &mut Context<Self>) {
        match hear {
            Hear::Link(Deliver { msg: Packet::Work(tx, writes), .. }) => {
                if !self.replicas.contains_key(&tx) {
                    self.workspace.execute(tx, writes);
                }
            }
            Hear::Link(Deliver { msg: Packet::Prepare(tx, replicas), .. }) => {
                self.on_prepare(tx, &replicas, ctx);
            }
            Hear::Order(Deliver { msg: vote, .. }) => self.on_vote(vote, ctx),
            Hear::Detector(Suspicion::Suspect(node)) => self.on_suspect(node, ctx),
            Hear::Detector(Suspicion::Restore(node)) => {
                self.suspected.remove(&node);
            }
        }
    }
    // ANCHOR_END: handlers

    /// Crash-stop: a node that comes back is a new one.
    fn on_recovery(fresh: Self, (): (), _: &mut Context<Self>) -> Self {
        fresh
    }
}
