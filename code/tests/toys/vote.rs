//! An election, as small as it can be and still be true to Raft: terms, one vote a term, a majority leads.

use distsys::check::{Rename, Renaming};
use distsys::facts::{LEADER, ROLE, TERM};
use distsys::layer::*;
use distsys::service::{Deliver, FairLossLink};
use distsys::sim::trace::{Trace, What};
use distsys::spec::{Verdict, Violation};
use std::collections::{BTreeMap, BTreeSet};

/// A node's term: it only grows.
pub type Term = u64;

/// The service: tells a node that it leads.
#[derive(Clone, Debug)]
pub struct Election;
impl Service for Election {
    type Request = Never;
    type Indication = Leads;
}

/// The node is the leader of this term.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Leads(pub Term);

/// What is wrong with a node, if anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Bug {
    /// Nothing.
    None,
    /// It writes down its term, but not for whom it voted.
    ForgetsItsVote,
    /// No bug of an election: it votes only for nodes whose names come before its own.
    PrefersNames,
}

/// A node that takes part in elections.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Vote {
    nodes: u32,
    bug: Bug,
    role: Role,
    ballot: Ballot,
    votes: BTreeSet<NodeId>,
}

/// What a node takes itself for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Role {
    Follower,
    Candidate,
    Leader,
}

/// What must survive a crash: the term, and for whom the node voted in it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Ballot {
    term: Term,
    voted_for: Option<NodeId>,
}
impl Stable for Ballot {
    type Change = Ballot;
    fn apply(&mut self, change: Ballot) {
        *self = change;
    }
}

/// What nodes send.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Message {
    /// Vote for me.
    VoteRequest(Term),
    /// I vote for you.
    Granted(Term),
}

/// No leader has been heard of: stand for election.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Stand;

impl Vote {
    /// In a system of `nodes` nodes.
    pub fn new(nodes: u32, bug: Bug) -> Self {
        let (role, ballot) = (Role::Follower, Ballot::default());
        Vote { nodes, bug, role, ballot, votes: BTreeSet::new() }
    }

    fn write_down(&mut self, ballot: Ballot, ctx: &mut Context<Self>) {
        self.ballot = ballot;
        ctx.store(match self.bug {
            Bug::ForgetsItsVote => Ballot { voted_for: None, ..ballot },
            Bug::None | Bug::PrefersNames => ballot,
        });
    }
    fn count(&mut self, voter: NodeId, ctx: &mut Context<Self>) {
        self.votes.insert(voter);
        if self.role == Role::Candidate && self.votes.len() as u32 > self.nodes / 2 {
            self.role = Role::Leader;
            ctx.cancel_timer(Stand);
            ctx.indicate(Leads(self.ballot.term));
        }
    }
}

impl Layer for Vote {
    type Implements = Election;
    type Uses = FairLossLink<Message>;
    type Timer = Stand;
    type Stable = Ballot;
    const MODEL: Model =
        Model { links: Links::FairLoss, nodes: Nodes::CrashRecovery, timing: Timing::Asynchronous };

    fn on_start(&mut self, ctx: &mut Context<Self>) {
        ctx.set_timer(Stand, 10 * MILLIS..20 * MILLIS);
    }
    fn on_request(&mut self, request: Never, _: &mut Context<Self>) {
        match request {}
    }
    fn on_timeout(&mut self, Stand: Stand, ctx: &mut Context<Self>) {
        let term = self.ballot.term + 1;
        self.write_down(Ballot { term, voted_for: Some(ctx.me) }, ctx);
        (self.role, self.votes) = (Role::Candidate, BTreeSet::new());
        let me = ctx.me;
        for node in NodeId::all(self.nodes).filter(|&node| node != me) {
            ctx.send(node, Message::VoteRequest(term));
        }
        ctx.set_timer(Stand, 10 * MILLIS..20 * MILLIS);
        self.count(ctx.me, ctx);
    }
    fn on_receive(&mut self, Deliver { from, msg }: Deliver<Message>, ctx: &mut Context<Self>) {
        let (Message::VoteRequest(term) | Message::Granted(term)) = msg;
        if term > self.ballot.term {
            self.write_down(Ballot { term, voted_for: None }, ctx);
            (self.role, self.votes) = (Role::Follower, BTreeSet::new());
            ctx.set_timer(Stand, 10 * MILLIS..20 * MILLIS);
        }
        if term < self.ballot.term {
            return;
        }
        match msg {
            Message::VoteRequest(_) => {
                let refused = self.bug == Bug::PrefersNames && from > ctx.me;
                if !refused && self.ballot.voted_for.is_none_or(|node| node == from) {
                    self.write_down(Ballot { term, voted_for: Some(from) }, ctx);
                    ctx.send(from, Message::Granted(term));
                }
            }
            Message::Granted(_) => self.count(from, ctx),
        }
    }
    fn on_recovery(fresh: Self, ballot: Ballot, ctx: &mut Context<Self>) -> Self {
        ctx.set_timer(Stand, 10 * MILLIS..20 * MILLIS);
        Vote { ballot, ..fresh }
    }
    fn facts(&self) -> Vec<Fact> {
        let role = match self.role {
            Role::Follower => "follower",
            Role::Candidate => "candidate",
            Role::Leader => LEADER,
        };
        vec![Fact::text(ROLE, role), Fact::number(TERM, self.ballot.term)]
    }
}

impl Rename for Leads {}
impl Rename for Message {}
impl Rename for Stand {}
impl Rename for Ballot {
    fn rename(&self, names: &Renaming) -> Self {
        Ballot { voted_for: self.voted_for.rename(names), ..*self }
    }
}
impl Rename for Vote {
    fn rename(&self, names: &Renaming) -> Self {
        Vote { ballot: self.ballot.rename(names), votes: self.votes.rename(names), ..*self }
    }
}

/// Election safety: no term has two leaders.
pub fn one_leader_a_term(trace: &Trace<Vote>) -> Verdict {
    let mut leaders = BTreeMap::new();
    for (place, record) in (0..).zip(&trace.records) {
        let What::Deliver { indication: Leads(term) } = record.what else { continue };
        let (first, leader) = *leaders.entry(term).or_insert((place, record.node));
        if leader != record.node {
            let explanation = format!("{leader} and {} both lead in term {term}", record.node);
            return Err(Violation { explanation, records: vec![first, place] });
        }
    }
    Ok(())
}
