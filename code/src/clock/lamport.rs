//! # Lamport clock
//!
//! **Implements** [`Timestamps`]. **Uses** [`FairLossLink`], or any other link.
//!
//! **Model**: any links, asynchronous, crash-stop; any number of crashes. With the
//! counter on disk also crash-recovery: [`DurableLamport`](super::DurableLamport).
//!
//! **Guarantees**: [told](crate::spec::causality::told): every event gets a timestamp;
//! [consistent](crate::spec::causality::consistent): an event that happened before
//! another has the smaller one; [total
//! order](crate::spec::causality::total_order): timestamps, with ties broken by the
//! name of the node, put all events in one order, which contains happens-before.
//!
//! **How it works**: each node counts its events and sends its count along with every
//! message. Whoever receives a count that is higher than its own goes on from there.
//!
//! **Source**: notes, section 4.1 (A07); Lamport 1978.
//!
//! **Departures**: the layer above is told the timestamp of every event, not only of
//! what was received.

use crate::clock::logical::{Happened, Stamped, Step, Timestamps};
use crate::layer::*;
use crate::service::{Deliver, FairLossLink};
use std::marker::PhantomData;

// ANCHOR: state
/// Lamport clock: count events; never be behind a message that was received.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Lamport<M> {
    /// The timestamp of the last event here.
    t: u64,
    messages: PhantomData<M>,
}
// ANCHOR_END: state

impl<M> Lamport<M> {
    /// For any number of nodes.
    #[expect(clippy::new_without_default, reason = "layers are built with `new`")]
    pub const fn new() -> Self {
        Lamport { t: 0, messages: PhantomData }
    }
}

// ANCHOR: layer
impl<M: Value> Layer for Lamport<M> {
    type Implements = Timestamps<u64, M>;
    type Uses = FairLossLink<(u64, M)>;
    type Timer = NoTimer;
    type Stable = ();
    const MODEL: Model = Model::any_links(Nodes::CrashStop, Timing::Asynchronous);
    // ANCHOR_END: layer

    // ANCHOR: request
    fn on_request(&mut self, step: Step<M>, ctx: &mut Context<Self>) {
        match step {
            // On any local event.
            Step::Local => {
                self.t += 1;
                ctx.indicate(Stamped { time: self.t, event: Happened::Local });
            }
            // On a request to send a message.
            Step::Send { to, msg } => {
                self.t += 1;
                ctx.send(to, (self.t, msg.clone()));
                ctx.indicate(Stamped { time: self.t, event: Happened::Sent { to, msg } });
            }
        }
    }
    // ANCHOR_END: request

    // ANCHOR: receive
    /// On receiving a message with its timestamp.
    fn on_receive(
        &mut self,
        Deliver { from, msg: (t, msg) }: Deliver<(u64, M)>,
        ctx: &mut Context<Self>,
    ) {
        self.t = self.t.max(t) + 1;
        ctx.indicate(Stamped { time: self.t, event: Happened::Received { from, msg } });
    }
    // ANCHOR_END: receive

    /// Crash-stop: a node that comes back is a new one.
    fn on_recovery(fresh: Self, (): (), _: &mut Context<Self>) -> Self {
        fresh
    }

    /// The clock.
    fn facts(&self) -> Vec<Fact> {
        vec![Fact::number("clock", self.t)]
    }
}
