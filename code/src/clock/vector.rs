//! # Vector clock
//!
//! **Implements** [`Timestamps`]. **Uses** [`FairLossLink`], or any other link.
//!
//! **Model**: any links, asynchronous, crash-stop; any number of crashes.
//!
//! **Guarantees**: [told](crate::spec::causality::told): every event gets a timestamp;
//! [characterises](crate::spec::causality::characterises): one timestamp is less than
//! another just if its event happened before the other, and they are incomparable just
//! if the events are concurrent.
//!
//! **How it works**: a timestamp has one entry for each node: how many of its events are
//! known here. A node counts its own events in its own entry, sends all entries along
//! with every message, and takes over what it did not know from those that it receives.
//!
//! **Source**: notes, section 4.1 (A08).
//!
//! **Departures**: the layer above is told the timestamp of every event, not only of
//! what was received.

use crate::clock::logical::{Happened, Stamped, Step, Timestamps};
use crate::layer::*;
use crate::service::{Deliver, FairLossLink};
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;
use std::fmt;
use std::marker::PhantomData;

// ANCHOR: time
/// A vector timestamp: how many events of each node are known.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct VectorTime(pub PerNode<u64>);

impl VectorTime {
    /// The greater of the two, entry by entry.
    fn merge(&mut self, other: &VectorTime) {
        for node in other.0.nodes() {
            self.0[node] = self.0[node].max(other.0[node]);
        }
    }
    /// Whether each entry is less than or equal to that of `other`.
    fn is_within(&self, other: &VectorTime) -> bool {
        self.0.iter().all(|(node, &count)| count <= other.0[node])
    }
}

/// The order on vectors. It is partial: `None` says that two are incomparable.
impl PartialOrd for VectorTime {
    fn partial_cmp(&self, other: &VectorTime) -> Option<Ordering> {
        match (self.is_within(other), other.is_within(self)) {
            (true, true) => Some(Ordering::Equal),
            (true, false) => Some(Ordering::Less),
            (false, true) => Some(Ordering::Greater),
            (false, false) => None,
        }
    }
}
// ANCHOR_END: time

impl fmt::Debug for VectorTime {
    /// As the list of its entries.
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.debug_list().entries(&self.0.0).finish()
    }
}

impl fmt::Display for VectorTime {
    /// As in `⟨2,2,0⟩`.
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let entries: Vec<_> = self.0.0.iter().map(u64::to_string).collect();
        f.pad(&format!("⟨{}⟩", entries.join(",")))
    }
}

// ANCHOR: state
/// Vector clock: count the events of each node that are known.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Vector<M> {
    /// The timestamp of the last event here.
    t: VectorTime,
    messages: PhantomData<M>,
}
// ANCHOR_END: state

impl<M> Vector<M> {
    /// For a system of `n` nodes.
    pub fn new(n: u32) -> Self {
        Vector { t: VectorTime(PerNode::new(n, 0)), messages: PhantomData }
    }
}

// ANCHOR: layer
impl<M: Value> Layer for Vector<M> {
    type Implements = Timestamps<VectorTime, M>;
    type Uses = FairLossLink<(VectorTime, M)>;
    type Timer = NoTimer;
    type Stable = ();
    const MODEL: Model = Model::any_links(Nodes::CrashStop, Timing::Asynchronous);
    // ANCHOR_END: layer

    // ANCHOR: request
    fn on_request(&mut self, step: Step<M>, ctx: &mut Context<Self>) {
        match step {
            // On any local event.
            Step::Local => {
                self.t.0[ctx.me] += 1;
                ctx.indicate(Stamped { time: self.t.clone(), event: Happened::Local });
            }
            // On a request to send a message.
            Step::Send { to, msg } => {
                self.t.0[ctx.me] += 1;
                ctx.send(to, (self.t.clone(), msg.clone()));
                let event = Happened::Sent { to, msg };
                ctx.indicate(Stamped { time: self.t.clone(), event });
            }
        }
    }
    // ANCHOR_END: request

    // ANCHOR: receive
    /// On receiving a message with its timestamp.
    fn on_receive(
        &mut self,
        Deliver { from, msg: (t, msg) }: Deliver<(VectorTime, M)>,
        ctx: &mut Context<Self>,
    ) {
        self.t.merge(&t);
        self.t.0[ctx.me] += 1;
        ctx.indicate(Stamped { time: self.t.clone(), event: Happened::Received { from, msg } });
    }
    // ANCHOR_END: receive

    /// Crash-stop: a node that comes back is a new one.
    fn on_recovery(fresh: Self, (): (), _: &mut Context<Self>) -> Self {
        fresh
    }

    /// The clock.
    fn facts(&self) -> Vec<Fact> {
        vec![Fact::text("clock", self.t.to_string())]
    }
}
