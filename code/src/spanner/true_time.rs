//! # TrueTime
//!
//! **Implements** [`Intervals`]. **Uses** [`FairLossLink`] to a time server.
//!
//! **Model**: any links, asynchronous, crash-recovery; and a quartz that is no worse than
//! assumed.
//!
//! **Guarantees**: [true time lies in the
//! interval](crate::spec::transactions::interval_holds_true_time).
//!
//! **How it works**: every 30 seconds it asks a server for the time. The answer was right
//! when it was sent, up to the server's own uncertainty; and it was sent some time between
//! question and receipt. From then on, the interval grows by as much as a bad quartz may
//! drift, until the next answer.
//!
//! **Source**: notes, section 8.2 (TrueTime); Corbett et al., *Spanner* (2012).
//!
//! **Departures**: one server for each node, which is believed; Google asks several, and
//! leaves out those that cannot be right.

use crate::clock::ReadClock;
use crate::layer::*;
use crate::service::*;
use serde::{Deserialize, Serialize};

/// A clock that answers with an interval in which true time lies.
#[derive(Clone, Copy, Debug)]
pub struct Intervals;
impl Service for Intervals {
    type Request = ReadClock;
    type Indication = Reading;
}

// ANCHOR: true_time
/// A clock that knows how wrong it may be.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TrueTime {
    /// Whom it asks; nobody, if it is a time server itself.
    server: Option<NodeId>,
    /// The last answer, and what the monotonic clock said when it came.
    set: Option<(Reading, Time)>,
}

/// Assumed of a quartz, in parts per million: far more than usual.
pub const DRIFT_PPM: u64 = 200;
/// How often a node asks.
pub const EVERY: Time = 30 * SECONDS;

impl TrueTime {
    /// Asks that server; or is one, and answers by its own clock.
    pub const fn new(server: Option<NodeId>) -> Self {
        TrueTime { server, set: None }
    }

    /// The interval, when the monotonic clock says this.
    pub fn now(&self, monotonic: Time) -> Reading {
        let Some((Reading { earliest, latest, .. }, set)) = self.set else {
            return Reading { monotonic, earliest: 0, latest: Time::MAX };
        };
        let elapsed = monotonic - set;
        let drift = (elapsed * DRIFT_PPM).div_ceil(1_000_000);
        Reading {
            monotonic,
            earliest: (earliest + elapsed).saturating_sub(drift),
            latest: latest + elapsed + drift,
        }
    }

    /// An answer comes to what was asked when the monotonic clock said `asked`.
    fn on_answer(&mut self, told: Reading, asked: Time, monotonic: Time) {
        let way = (monotonic - asked) + ((monotonic - asked) * DRIFT_PPM).div_ceil(1_000_000);
        let set = Reading { monotonic, latest: told.latest + way, ..told };
        self.set = Some((set, monotonic));
    }
    // ANCHOR_END: true_time

    fn ask(&self, ctx: &mut Context<Self>) {
        if let Some(server) = self.server {
            ctx.send(server, Packet::Ask(ctx.clock().monotonic));
            ctx.set_timer(Ask, EVERY..EVERY + 1);
        }
    }
}

/// What goes to a time server and back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Packet {
    /// What is the time? The asker's monotonic clock says this.
    Ask(Time),
    /// Asked when the asker's monotonic clock said that, the server's says this.
    Answer(Time, Reading),
}

/// Time to ask again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Ask;

impl Layer for TrueTime {
    type Implements = Intervals;
    type Uses = FairLossLink<Packet>;
    type Timer = Ask;
    type Stable = ();
    const MODEL: Model = Model::any_links(Nodes::CrashRecovery, Timing::Asynchronous);

    fn on_start(&mut self, ctx: &mut Context<Self>) {
        self.ask(ctx);
    }

    fn on_request(&mut self, ReadClock: ReadClock, ctx: &mut Context<Self>) {
        ctx.indicate(self.now(ctx.clock().monotonic));
    }

    fn on_receive(&mut self, Deliver { from, msg }: Deliver<Packet>, ctx: &mut Context<Self>) {
        match msg {
            Packet::Ask(asked) => ctx.send(from, Packet::Answer(asked, ctx.clock())),
            Packet::Answer(asked, told) => self.on_answer(told, asked, ctx.clock().monotonic),
        }
    }

    fn on_timeout(&mut self, Ask: Ask, ctx: &mut Context<Self>) {
        self.ask(ctx);
    }

    /// What it had been told is too old.
    fn on_recovery(fresh: Self, (): (), ctx: &mut Context<Self>) -> Self {
        fresh.ask(ctx);
        fresh
    }
}
