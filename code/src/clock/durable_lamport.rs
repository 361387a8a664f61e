//! # Lamport clock for nodes that come back
//!
//! **Implements** [`Timestamps`]. **Uses** [`FairLossLink`], or any other link.
//!
//! **Model**: any links, asynchronous, crash-recovery; any number of crashes.
//!
//! **Guarantees**: those of a [`Lamport`](super::Lamport) clock:
//! [told](crate::spec::causality::told),
//! [consistent](crate::spec::causality::consistent), [total
//! order](crate::spec::causality::total_order).
//!
//! **How it works**: as a Lamport clock, with the counter on disk. The new value is
//! stored before anybody can see it, so no value is given twice. A crash in between
//! leaves a gap, which harms nobody.
//!
//! **Source**: notes, section 4.1 (A07, the remark on stable storage).
//!
//! **Departures**: none.

use crate::clock::logical::{Happened, Stamped, Step, Timestamps};
use crate::layer::*;
use crate::service::{Deliver, FairLossLink};
use serde::{Deserialize, Serialize};
use std::marker::PhantomData;

/// Lamport clock with its counter on disk.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct DurableLamport<M> {
    /// The timestamp of the last event here.
    t: u64,
    messages: PhantomData<M>,
}

impl<M> DurableLamport<M> {
    /// For any number of nodes.
    #[expect(clippy::new_without_default, reason = "layers are built with `new`")]
    pub const fn new() -> Self {
        DurableLamport { t: 0, messages: PhantomData }
    }
}

// ANCHOR: handlers
impl<M: Value> Layer for DurableLamport<M> {
    type Implements = Timestamps<u64, M>;
    type Uses = FairLossLink<(u64, M)>;
    type Timer = NoTimer;
    type Stable = Counter;
    const MODEL: Model = Model::any_links(Nodes::CrashRecovery, Timing::Asynchronous);

    fn on_request(&mut self, step: Step<M>, ctx: &mut Context<Self>) {
        self.t += 1;
        ctx.store(Reached(self.t));
        let event = match step {
            Step::Local => Happened::Local,
            Step::Send { to, msg } => {
                ctx.send(to, (self.t, msg.clone()));
                Happened::Sent { to, msg }
            }
        };
        ctx.indicate(Stamped { time: self.t, event });
    }

    fn on_receive(
        &mut self,
        Deliver { from, msg: (t, msg) }: Deliver<(u64, M)>,
        ctx: &mut Context<Self>,
    ) {
        self.t = self.t.max(t) + 1;
        ctx.store(Reached(self.t));
        ctx.indicate(Stamped { time: self.t, event: Happened::Received { from, msg } });
    }

    /// Goes on from the counter on disk.
    fn on_recovery(fresh: Self, Counter(t): Counter, _: &mut Context<Self>) -> Self {
        DurableLamport { t, ..fresh }
    }
    // ANCHOR_END: handlers

    /// The clock.
    fn facts(&self) -> Vec<Fact> {
        vec![Fact::number("clock", self.t)]
    }
}

/// On stable storage: the timestamp of the last event.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Counter(pub u64);

/// The clock stands at this now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Reached(pub u64);

impl Stable for Counter {
    type Change = Reached;
    fn apply(&mut self, Reached(t): Reached) {
        self.0 = t;
    }
}
