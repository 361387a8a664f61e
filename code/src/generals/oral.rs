//! # Byzantine generals: the oral-message algorithm OM(f)
//!
//! **Implements** [`Command`]. **Uses** [`ReliableLink`].
//!
//! **Model**: reliable links, synchronous, Byzantine; at most f traitors among at least
//! 3f + 1 generals.
//!
//! **Guarantees**: [agreement](crate::spec::generals::agreement): all honest generals
//! decide on the same; [obedience](crate::spec::generals::obedience): if the commander
//! is honest, on what it says; [decision](crate::spec::generals::decision).
//!
//! **How it works**: in round 1, the commander tells each general its plan. In each of
//! the f rounds that follow, everyone tells all others what it heard in the round
//! before, and through whom. In the end, each general works its way back: it believes
//! what one general said if the majority of those to whom that was said report so.
//!
//! **Source**: notes, section 2.2, which names the problem; Lamport, Shostak and Pease,
//! "The Byzantine Generals Problem" (1982), section 3, for the algorithm.
//!
//! **Departures**: the paper's recursion down is unrolled into rounds; the recursion up
//! is `OralMessages::obtained`. A general that heard nothing tells nothing, which is
//! heard as the paper's default, Retreat. Timers count the node's own time: clocks are
//! taken to run equally fast.

use crate::generals::{Command, Decide, FIRST, Path, Plan, Report};
use crate::layer::*;
use crate::service::{Deliver, ReliableLink};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

// ANCHOR: state
/// One general.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct OralMessages {
    /// How many generals there are.
    n: u32,
    /// How many of them may be traitors: f.
    traitors: u32,
    round_length: Time,
    /// The round that is under way, from 1.
    round: u32,
    /// What this general was told.
    heard: BTreeMap<Path, Plan>,
}

/// That round is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct RoundEnds(pub u32);
// ANCHOR_END: state

impl OralMessages {
    /// For `n` generals of whom at most `traitors` are traitors. Whatever is sent at the
    /// beginning of a round must have come when it ends.
    pub fn new(n: u32, traitors: u32, round_length: Time) -> Self {
        OralMessages { n, traitors, round_length, round: 1, heard: BTreeMap::new() }
    }

    // ANCHOR: obtained
    /// What this general, `me`, takes the last general of the path to have said.
    fn obtained(&self, me: NodeId, path: &[NodeId]) -> Plan {
        let told = self.heard.get(path).copied().unwrap_or(Plan::Retreat);
        if path.len() as u32 > self.traitors {
            return told;
        }
        let others = NodeId::all(self.n).filter(|node| *node != me && !path.contains(node));
        let reports = others.map(|node| self.obtained(me, &[path, &[node]].concat()));
        majority(std::iter::once(told).chain(reports))
    }
    // ANCHOR_END: obtained

    /// Tells everyone whom it concerns.
    fn tell(&self, path: &[NodeId], plan: Plan, ctx: &mut Context<Self>) {
        for node in NodeId::all(self.n).filter(|node| !path.contains(node)) {
            ctx.send(node, Report { path: path.to_vec(), plan });
        }
    }

    // ANCHOR: is_credible
    /// Whether this may be a report in time from that general: a path from the commander to
    /// it, on which nobody is twice.
    fn is_credible(&self, me: NodeId, from: NodeId, path: &[NodeId]) -> bool {
        let different = path.iter().chain([&me]).collect::<BTreeSet<_>>().len() == path.len() + 1;
        let known = path.iter().all(|node| node.0 < self.n);
        let in_time = (self.round..=self.traitors + 1).contains(&(path.len() as u32));
        path.first() == Some(&FIRST) && path.last() == Some(&from) && different && known && in_time
    }
    // ANCHOR_END: is_credible
}

// ANCHOR: majority
/// Attack if more than half say so.
pub fn majority(plans: impl IntoIterator<Item = Plan>) -> Plan {
    let (mut attack, mut all) = (0, 0);
    for plan in plans {
        attack += usize::from(plan == Plan::Attack);
        all += 1;
    }
    if 2 * attack > all { Plan::Attack } else { Plan::Retreat }
}
// ANCHOR_END: majority

impl Layer for OralMessages {
    type Implements = Command;
    type Uses = ReliableLink<Report>;
    type Timer = RoundEnds;
    type Stable = ();
    const MODEL: Model = Model::any_links(Nodes::Byzantine, Timing::Synchronous);

    // ANCHOR: handlers
    /// Begins to count the rounds.
    fn on_start(&mut self, ctx: &mut Context<Self>) {
        for round in 1..=self.traitors + 1 {
            let end = Time::from(round) * self.round_length;
            ctx.set_timer(RoundEnds(round), end..end + 1);
        }
    }

    /// The commander has a plan.
    fn on_request(&mut self, plan: Plan, ctx: &mut Context<Self>) {
        self.heard.insert(vec![ctx.me], plan);
        self.tell(&[ctx.me], plan, ctx);
    }

    /// A general says something. What it says first counts.
    fn on_receive(
        &mut self,
        Deliver { from, msg: Report { path, plan } }: Deliver<Report>,
        ctx: &mut Context<Self>,
    ) {
        if self.is_credible(ctx.me, from, &path) {
            self.heard.entry(path).or_insert(plan);
        }
    }

    /// A round is over: tell what was heard in it; after the last one, decide.
    fn on_timeout(&mut self, RoundEnds(round): RoundEnds, ctx: &mut Context<Self>) {
        self.round = round + 1;
        if round > self.traitors {
            let plan = match ctx.me {
                FIRST => self.heard.get(&vec![FIRST]).copied().unwrap_or(Plan::Retreat),
                me => self.obtained(me, &[FIRST]),
            };
            return ctx.indicate(Decide(plan));
        }
        let news = self.heard.iter().filter(|(path, _)| path.len() as u32 == round);
        let me = ctx.me;
        for (path, &plan) in news.filter(|_| me != FIRST) {
            self.tell(&[path.as_slice(), &[me]].concat(), plan, ctx);
        }
    }
    // ANCHOR_END: handlers

    /// Starts with nothing: a general that was down counts as a traitor.
    fn on_recovery(fresh: Self, (): (), _: &mut Context<Self>) -> Self {
        fresh
    }
}
