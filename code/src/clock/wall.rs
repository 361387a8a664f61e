//! # Timestamps from the clock on the wall
//!
//! **Implements** [`Timestamps`]. **Uses** [`FairLossLink`], or any other link.
//!
//! **Model**: any links, asynchronous, crash-recovery.
//!
//! **Guarantees**: [told](crate::spec::causality::told): every event gets a timestamp.
//! That is all: the timestamps may contradict causality, even where clocks are set
//! again and again by NTP.
//!
//! **How it works**: reads the node's time of day; or its monotonic clock, which is good
//! for spans of time on one node and for nothing else.
//!
//! **Source**: notes, section 3.3 (the second version of the moon and the cheese), and
//! the beginning of 4.1.
//!
//! **Departures**: none.

use crate::clock::logical::{Happened, Stamped, Step, Timestamps};
use crate::layer::*;
use crate::service::{Deliver, FairLossLink};
use std::marker::PhantomData;

/// Timestamps from one of the node's physical clocks.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Wall<M> {
    monotonic: bool,
    messages: PhantomData<M>,
}

impl<M> Wall<M> {
    /// The time of day, for any number of nodes.
    #[expect(clippy::new_without_default, reason = "layers are built with `new`")]
    pub const fn new() -> Self {
        Wall { monotonic: false, messages: PhantomData }
    }
    /// The monotonic clock instead.
    pub const fn monotonic() -> Self {
        Wall { monotonic: true, messages: PhantomData }
    }

    /// What the clock shows.
    fn time(&self, Reading { monotonic, earliest, latest }: Reading) -> Time {
        if self.monotonic { monotonic } else { Time::midpoint(earliest, latest) }
    }
}

// ANCHOR: handlers
impl<M: Value> Layer for Wall<M> {
    type Implements = Timestamps<Time, M>;
    type Uses = FairLossLink<(Time, M)>;
    type Timer = NoTimer;
    type Stable = ();
    const MODEL: Model = Model::any_links(Nodes::CrashRecovery, Timing::Asynchronous);

    fn on_request(&mut self, step: Step<M>, ctx: &mut Context<Self>) {
        let time = self.time(ctx.clock());
        let event = match step {
            Step::Local => Happened::Local,
            Step::Send { to, msg } => {
                ctx.send(to, (time, msg.clone()));
                Happened::Sent { to, msg }
            }
        };
        ctx.indicate(Stamped { time, event });
    }

    fn on_receive(
        &mut self,
        Deliver { from, msg: (_, msg) }: Deliver<(Time, M)>,
        ctx: &mut Context<Self>,
    ) {
        let time = self.time(ctx.clock());
        ctx.indicate(Stamped { time, event: Happened::Received { from, msg } });
    }

    /// The clock has gone on meanwhile.
    fn on_recovery(fresh: Self, (): (), _: &mut Context<Self>) -> Self {
        fresh
    }
}
// ANCHOR_END: handlers
