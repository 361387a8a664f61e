//! # Retries, idempotence and deduplication
//!
//! **Implements** [`Likes`]. **Uses** [`FairLossLink`].
//!
//! **Model**: fair-loss links, asynchronous, crash-recovery with stable storage.
//!
//! **Guarantees**, with [deduplication](Semantics::ExactlyOnce): [at most
//! once](crate::spec::likes::at_most_once): no request has its effect twice; and [at least
//! once](crate::spec::likes::at_least_once): each has it in the end. Without, one of the
//! two is missing.
//!
//! **How it works**: the client numbers its requests, on disk. It sends a request until it
//! is acknowledged. The server writes down, in one step with the effect, which requests it
//! has seen; one that it has seen is acknowledged and changes nothing.
//!
//! **Source**: notes, section 5.1 (A16).
//!
//! **Departures**: the notes have this in words only. Numbers of requests are never
//! forgotten; [`Dedup`](crate::rpc::Dedup) needs one for each client. Whoever watches is
//! told of every change, by one packet that may be lost.

use crate::layer::*;
use crate::service::likes::{Act, Likes, LikesEvent, Post};
use crate::service::{Deliver, FairLossLink};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

// ANCHOR: semantics
/// How a client goes about it when no acknowledgement comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Semantics {
    /// Never sends a request again: it may have no effect.
    AtMostOnce,
    /// Sends it again until it is acknowledged: it may have its effect several times.
    AtLeastOnce,
    /// The same, and the server knows which requests it has seen.
    ExactlyOnce,
}
// ANCHOR_END: semantics

/// What clients and server send each other.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Packet {
    /// The client's request of that number.
    Request(u64, Act),
    /// It is done.
    Ack(u64),
    /// To whoever watches: this is how it is now.
    Current(Post),
}

// ANCHOR: state
/// A client of some servers, or a server.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Retry {
    servers: Vec<NodeId>,
    watchers: Vec<NodeId>,
    semantics: Semantics,
    /// After how long a client sends again.
    patience: Time,
    kept: Kept,
}

/// On stable storage.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Kept {
    /// As a client: how many requests there were, and what of them is open, at which servers.
    requests: u64,
    open: BTreeMap<u64, (Act, BTreeSet<NodeId>)>,
    /// As a server.
    post: Post,
    seen: BTreeSet<(NodeId, u64)>,
}

/// One step of what is on stable storage.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Step {
    /// The client has a request for these servers.
    Asked(u64, Act, BTreeSet<NodeId>),
    /// That server has acknowledged it.
    Acknowledged(u64, NodeId),
    /// The server has done it.
    Did(NodeId, u64, Act),
}
// ANCHOR_END: state

impl Retry {
    /// With this server, or several that know nothing of each other.
    pub fn new(
        servers: impl IntoIterator<Item = NodeId>,
        semantics: Semantics,
        patience: Time,
    ) -> Self {
        let servers = servers.into_iter().collect();
        Retry { servers, watchers: Vec::new(), semantics, patience, kept: Kept::default() }
    }
    /// With somebody who is told of every change.
    pub fn watched_by(mut self, node: NodeId) -> Self {
        self.watchers.push(node);
        self
    }
    /// With so many likes at first.
    pub const fn liked(mut self, count: u64) -> Self {
        self.kept.post.count = count;
        self
    }

    fn store(&mut self, step: Step, ctx: &mut Context<Self>) {
        self.kept.apply(step.clone());
        ctx.store(step);
    }

    // ANCHOR: send
    /// Sends a request to all servers that have not acknowledged it.
    fn send(&self, number: u64, ctx: &mut Context<Self>) {
        let Some((act, servers)) = self.kept.open.get(&number) else { return };
        for &server in servers {
            ctx.send(server, Packet::Request(number, *act));
        }
        if self.semantics != Semantics::AtMostOnce {
            ctx.set_timer(number, self.patience..self.patience + 1);
        }
    }
    // ANCHOR_END: send

    // ANCHOR: serve
    /// A server does what is asked, unless it knows that it has done it.
    fn serve(&mut self, from: NodeId, number: u64, act: Act, ctx: &mut Context<Self>) {
        let seen = self.kept.seen.contains(&(from, number));
        if !(seen && self.semantics == Semantics::ExactlyOnce) {
            self.store(Step::Did(from, number, act), ctx);
            ctx.indicate(LikesEvent::Did(from, number, self.kept.post.clone()));
        }
        ctx.send(from, Packet::Ack(number));
        for &watcher in &self.watchers {
            ctx.send(watcher, Packet::Current(self.kept.post.clone()));
        }
    }
    // ANCHOR_END: serve
}

impl Layer for Retry {
    type Implements = Likes;
    type Uses = FairLossLink<Packet>;
    type Timer = u64;
    type Stable = Kept;
    const MODEL: Model =
        Model { links: Links::FairLoss, nodes: Nodes::CrashRecovery, timing: Timing::Asynchronous };

    // ANCHOR: handlers
    /// A client wants something done: it gets a number.
    fn on_request(&mut self, act: Act, ctx: &mut Context<Self>) {
        let number = self.kept.requests + 1;
        let servers = self.servers.iter().copied().collect();
        self.store(Step::Asked(number, act, servers), ctx);
        ctx.indicate(LikesEvent::Asked(number));
        self.send(number, ctx);
    }

    /// A packet comes.
    fn on_receive(&mut self, Deliver { from, msg }: Deliver<Packet>, ctx: &mut Context<Self>) {
        match msg {
            Packet::Request(number, act) => self.serve(from, number, act, ctx),
            Packet::Ack(number) => {
                self.store(Step::Acknowledged(number, from), ctx);
                if !self.kept.open.contains_key(&number) {
                    ctx.cancel_timer(number);
                }
            }
            Packet::Current(post) => ctx.indicate(LikesEvent::Sees(post)),
        }
    }

    /// No acknowledgement: sends the same request again, with the same number.
    fn on_timeout(&mut self, number: u64, ctx: &mut Context<Self>) {
        self.send(number, ctx);
    }
    // ANCHOR_END: handlers

    /// What was open before the crash is open still.
    fn on_recovery(fresh: Self, kept: Kept, ctx: &mut Context<Self>) -> Self {
        let node = Retry { kept, ..fresh };
        if node.semantics != Semantics::AtMostOnce {
            for &number in node.kept.open.keys() {
                node.send(number, ctx);
            }
        }
        node
    }
}

impl Stable for Kept {
    type Change = Step;
    fn apply(&mut self, step: Step) {
        match step {
            Step::Asked(number, act, servers) => {
                self.requests = number;
                self.open.insert(number, (act, servers));
            }
            Step::Acknowledged(number, server) => {
                if let Some((_, servers)) = self.open.get_mut(&number) {
                    servers.remove(&server);
                }
                self.open.retain(|_, (_, servers)| !servers.is_empty());
            }
            Step::Did(client, number, act) => {
                self.post.apply(act);
                self.seen.insert((client, number));
            }
        }
    }
}
