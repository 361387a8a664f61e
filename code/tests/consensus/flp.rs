//! An election that an adversary never lets end. A stub stands in for Raft until that is there: its elections, and nothing
//! else.

use distsys::layer::*;
use distsys::runs::flp::{is_fair, keep_electing};
use distsys::service::{Deliver, FairLossLink, ReliableBroadcast, SendTo};
use distsys::sim::{Network, World};
use std::collections::BTreeSet;

/// Elects, and does nothing else.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Voter {
    nodes: u32,
    term: u64,
    vote: Option<NodeId>,
    votes: BTreeSet<NodeId>,
    leads: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Ballot {
    VoteRequest(u64),
    VoteResponse(u64, bool),
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Timer {
    Election,
}

impl Layer for Voter {
    type Implements = ReliableBroadcast<()>;
    type Uses = FairLossLink<Ballot>;
    type Timer = Timer;
    type Stable = ();
    const MODEL: Model = Model::any_links(Nodes::CrashStop, Timing::PartiallySynchronous);

    fn on_start(&mut self, ctx: &mut Context<Self>) {
        ctx.set_timer(Timer::Election, 150 * MILLIS..300 * MILLIS);
    }
    fn on_request(&mut self, _: distsys::service::Broadcast<()>, _: &mut Context<Self>) {}
    fn on_receive(&mut self, Deliver { from, msg }: Deliver<Ballot>, ctx: &mut Context<Self>) {
        let (Ballot::VoteRequest(term) | Ballot::VoteResponse(term, _)) = msg;
        if term > self.term {
            (self.term, self.vote, self.leads) = (term, None, false);
            self.votes.clear();
        }
        match msg {
            Ballot::VoteRequest(term) => {
                let granted = term == self.term && self.vote.is_none_or(|it| it == from);
                if granted {
                    self.vote = Some(from);
                }
                ctx.request(SendTo { to: from, msg: Ballot::VoteResponse(self.term, granted) });
            }
            Ballot::VoteResponse(term, granted) => {
                if granted && term == self.term && self.vote == Some(ctx.me) {
                    self.votes.insert(from);
                    if self.votes.len() as u32 > self.nodes / 2 {
                        self.leads = true;
                        ctx.cancel_timer(Timer::Election);
                    }
                }
            }
        }
    }
    fn on_timeout(&mut self, Timer::Election: Timer, ctx: &mut Context<Self>) {
        self.term += 1;
        (self.vote, self.leads) = (Some(ctx.me), false);
        self.votes = BTreeSet::from([ctx.me]);
        for to in NodeId::all(self.nodes) {
            if to != ctx.me {
                ctx.request(SendTo { to, msg: Ballot::VoteRequest(self.term) });
            }
        }
        self.on_start(ctx);
    }
    fn on_recovery(fresh: Self, (): (), _: &mut Context<Self>) -> Self {
        fresh
    }
    fn facts(&self) -> Vec<Fact> {
        let role = if self.leads { "leader" } else { "candidate" };
        vec![Fact::text("role", role), Fact::number("term", self.term)]
    }
}

fn world(nodes: u32, seed: u64) -> World<Voter> {
    let voter = Voter { nodes, term: 0, vote: None, votes: BTreeSet::new(), leads: false };
    World::new(seed, vec![voter; nodes as usize]).with_network(Network::calm())
}

#[test]
fn no_election_ends_while_the_adversary_does_not_want_it() {
    for nodes in [2, 3, 5] {
        for rounds in [1, 10, 100] {
            let (trace, all) = keep_electing(world(nodes, 1), rounds).unwrap();
            assert!(is_fair(&trace));
            for (number, round) in (1..).zip(&all) {
                assert!(round.is_as_before(), "{round:?}");
                assert_eq!(round.terms, vec![number; nodes as usize]);
                // Each asks each other, and is refused.
                assert_eq!(round.received as u32, 2 * nodes * (nodes - 1));
            }
        }
    }
}

/// It is the adversary that does it: left alone, one of three soon leads.
#[test]
fn without_an_adversary_somebody_wins() {
    for seed in 0..100 {
        let mut world = world(3, seed);
        let ended = (1..100).any(|tenths| {
            world.run_until(tenths * 100 * MILLIS).unwrap();
            world.nodes().any(|node| world.node(node).is_some_and(|it| it.leads))
        });
        assert!(ended, "seed {seed}");
    }
}

/// The same with clocks that run for different spans: only packets have to be held back for longer.
#[test]
fn fair_runs_lose_nothing_and_double_nothing() {
    let (trace, _) = keep_electing(world(3, 7), 2).unwrap();
    assert!(is_fair(&trace));
    let mut lost = trace.clone();
    let last =
        lost.records.iter().rposition(|it| matches!(it.what, distsys::sim::What::Receive { .. }));
    lost.records.remove(last.unwrap());
    assert!(!is_fair(&lost), "a packet that is never received");
}
