//! # NTP: estimating the skew
//!
//! **Implements** [`TimeEstimates`]. **Uses** [`FairLossLink`].
//!
//! **Model**: fair-loss links, asynchronous, crash-recovery. Clocks drift by at most
//! [`DRIFT_PPM`].
//!
//! **Guarantees**: [each estimate is wrong by at most half the
//! delay](crate::spec::clock_sync::half_the_delay).
//!
//! **How it works**: the client sends its time t1. The server notes when the request comes, t2, and
//! when the answer leaves, t3. The client notes when the answer comes, t4. What is left of t4 - t1
//! without t3 - t2 was the network's. The client supposes that half of it was the way back.
//!
//! **Source**: notes, section 3.2 (A05); Mills et al., RFC 5905.
//!
//! **Departures**: a layer cannot set the clock of its node, so the skew is always that of the
//! node's own clock; [`Discipline`](crate::clock::Discipline) above keeps a clock that is corrected.
//! The client also says how wrong it may be, which the notes leave to exercise 7.

use crate::clock::difference;
use crate::clock::filter::{Sample, combine};
use crate::clock::sync::{Estimate, Estimated, TimeEstimates};
use crate::layer::*;
use crate::service::{Deliver, FairLossLink};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

// ANCHOR: exchange
/// The four timestamps of a request and its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Exchange {
    /// The client sends the request, by its clock.
    pub t1: Time,
    /// The server receives it, by its own.
    pub t2: Time,
    /// The server sends the answer.
    pub t3: Time,
    /// The client receives it.
    pub t4: Time,
}

impl Exchange {
    /// How long both messages were under way together: delta.
    pub fn delay(&self) -> i64 {
        difference(self.t4, self.t1) - difference(self.t3, self.t2)
    }
    /// What the server's clock says when the answer comes, if both ways took as
    /// long.
    pub fn server_time(&self) -> Time {
        self.t3.saturating_add_signed(self.delay() / 2)
    }
    /// How far the client is behind the server: theta.
    pub fn skew(&self) -> i64 {
        difference(self.server_time(), self.t4)
    }
}
// ANCHOR_END: exchange

/// What client and server send each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Packet {
    /// What is the time?
    Request {
        /// When it was sent.
        t1: Time,
    },
    /// This is the time.
    Answer {
        /// When the request was sent, by the client's clock.
        t1: Time,
        /// When it came, by the server's clock.
        t2: Time,
        /// When the answer was sent, by the server's clock.
        t3: Time,
    },
}

/// What there is to wait for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Timer {
    /// The client asks its servers once more.
    Ask,
    /// The round is over.
    End,
    /// The client begins another round.
    Poll,
    /// The server has found the time to answer the request that this client sent at
    /// `t1`.
    Answer(NodeId, Time),
}

/// Between two requests to the same server.
const GAP: Time = 100 * MILLIS;
/// From the last requests of a round to its end.
const PATIENCE: Time = 500 * MILLIS;
/// From the end of a round to the next.
const POLL: Time = 64 * SECONDS;
/// A quartz clock drifts by at most 50 parts per million; this is a little more.
pub const DRIFT_PPM: u64 = 51;

// ANCHOR: state
/// NTP, at a client or at a server: a node that has no servers is one.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Ntp {
    servers: Vec<NodeId>,
    /// How many requests each server gets in a round.
    requests: u32,
    /// How long this node takes to answer.
    work: Time,
    /// The requests of this round without an answer: to whom, and t1.
    asked: BTreeSet<(NodeId, Time)>,
    /// How many more times the servers will be asked in this round.
    left: u32,
    /// The answers of this round.
    samples: Vec<Sample>,
    /// Requests that this node has to answer: from whom, t1, and when they came,
    /// t2.
    to_answer: BTreeMap<(NodeId, Time), Time>,
}
// ANCHOR_END: state

impl Ntp {
    /// A node that asks these servers, each `requests` times a round; a server
    /// itself, if there are none.
    pub fn new(servers: Vec<NodeId>, requests: u32) -> Self {
        Ntp {
            servers,
            requests: requests.max(1),
            work: 0,
            asked: BTreeSet::new(),
            left: 0,
            samples: Vec::new(),
            to_answer: BTreeMap::new(),
        }
    }
    /// With servers that take so long from a request to its answer.
    pub fn with_work(self, work: Time) -> Self {
        Ntp { work, ..self }
    }

    // ANCHOR: ask
    /// A new round: what belongs to the last one is forgotten.
    fn begin_round(&mut self, ctx: &mut Context<Self>) {
        (self.left, self.asked, self.samples) = (self.requests, BTreeSet::new(), Vec::new());
        self.ask(ctx);
    }

    /// Asks every server for the time.
    fn ask(&mut self, ctx: &mut Context<Self>) {
        let t1 = time_of_day(ctx);
        for &server in &self.servers {
            self.asked.insert((server, t1));
            ctx.send(server, Packet::Request { t1 });
        }
        self.left -= 1;
        match self.left {
            0 => ctx.set_timer(Timer::End, PATIENCE..PATIENCE + 1),
            _ => ctx.set_timer(Timer::Ask, GAP..GAP + 1),
        }
    }
    // ANCHOR_END: ask

    // ANCHOR: estimate
    /// The answer of a server comes.
    fn on_answer(&mut self, server: NodeId, t1: Time, t2: Time, t3: Time, ctx: &mut Context<Self>) {
        if !self.asked.remove(&(server, t1)) {
            return; // a second copy, or of a round that is over
        }
        let t4 = time_of_day(ctx);
        let exchange = Exchange { t1, t2, t3, t4 };
        let (time, skew) = (exchange.server_time(), exchange.skew());
        let delay = exchange.delay().max(0).cast_unsigned();
        ctx.indicate(Estimated::Answer(Estimate { server, time, delay, skew }));
        let taken = ctx.clock().monotonic;
        let error = delay / 2 + 1 + drift(t4.saturating_sub(t1));
        self.samples.push(Sample { server, offset: difference(time, taken), error, taken });
    }

    /// The round is over. If too few have answered, all are asked again.
    fn end_round(&mut self, ctx: &mut Context<Self>) {
        match combine(&self.samples, self.servers.len()) {
            None => self.begin_round(ctx),
            Some(combined) => {
                ctx.indicate(Estimated::Round(combined));
                ctx.set_timer(Timer::Poll, POLL..POLL + 1);
            }
        }
    }
    // ANCHOR_END: estimate
}

/// The time of day by the node's own clock.
fn time_of_day(ctx: &Context<Ntp>) -> Time {
    let Reading { earliest, latest, .. } = ctx.clock();
    earliest + (latest - earliest) / 2
}

/// By how much a clock may go wrong within this span.
pub fn drift(span: Time) -> Time {
    (u128::from(span) * u128::from(DRIFT_PPM)).div_ceil(1_000_000) as Time
}

impl Layer for Ntp {
    type Implements = TimeEstimates;
    type Uses = FairLossLink<Packet>;
    type Timer = Timer;
    type Stable = ();
    const MODEL: Model =
        Model { links: Links::FairLoss, nodes: Nodes::CrashRecovery, timing: Timing::Asynchronous };

    /// A client asks at once.
    fn on_start(&mut self, ctx: &mut Context<Self>) {
        if !self.servers.is_empty() {
            self.begin_round(ctx);
        }
    }

    /// It tells without being asked.
    fn on_request(&mut self, request: Never, _: &mut Context<Self>) {
        match request {}
    }

    // ANCHOR: server
    /// A request or an answer comes.
    fn on_receive(&mut self, Deliver { from, msg }: Deliver<Packet>, ctx: &mut Context<Self>) {
        match msg {
            Packet::Request { t1 } => {
                let t2 = time_of_day(ctx);
                self.to_answer.insert((from, t1), t2);
                ctx.set_timer(Timer::Answer(from, t1), self.work..self.work + 1);
            }
            Packet::Answer { t1, t2, t3 } => self.on_answer(from, t1, t2, t3, ctx),
        }
    }

    /// Time to ask, to conclude, or to answer.
    fn on_timeout(&mut self, timer: Timer, ctx: &mut Context<Self>) {
        match timer {
            Timer::Ask => self.ask(ctx),
            Timer::End => self.end_round(ctx),
            Timer::Poll => self.begin_round(ctx),
            Timer::Answer(client, t1) => {
                if let Some(t2) = self.to_answer.remove(&(client, t1)) {
                    let t3 = time_of_day(ctx);
                    ctx.send(client, Packet::Answer { t1, t2, t3 });
                }
            }
        }
    }
    // ANCHOR_END: server

    /// Begins anew.
    fn on_recovery(mut fresh: Self, (): (), ctx: &mut Context<Self>) -> Self {
        fresh.on_start(ctx);
        fresh
    }
}
