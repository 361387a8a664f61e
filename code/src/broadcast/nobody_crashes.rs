//! # Direct broadcast where nobody crashes
//!
//! **Implements** [`ReliableBroadcast`]. **Uses** [`BestEffortBroadcast`].
//!
//! **Model**: asynchronous; and no node crashes, which the model has no word for.
//!
//! **Guarantees**: [validity](crate::spec::reliable_broadcast::validity),
//! [agreement](crate::spec::reliable_broadcast::agreement), [no
//! creation](crate::spec::reliable_broadcast::no_creation), [no
//! duplication](crate::spec::reliable_broadcast::no_duplication), just because the
//! [direct broadcast](crate::broadcast::Direct) below gives them as long as nobody
//! crashes.
//!
//! **How it works**: passes everything on. It is for pictures and small models, in
//! which one wants to see the order above and no copies that nodes pass on.
//!
//! **Source**: the drawings of notes, section 4.2, in which nobody crashes.
//!
//! **Departures**: none.

use crate::layer::*;
use crate::service::{BestEffortBroadcast, Broadcast, Deliver, ReliableBroadcast};
use std::marker::PhantomData;

/// Takes a direct broadcast for a reliable one.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct NobodyCrashes<M> {
    /// It holds no message; the type says which it carries.
    messages: PhantomData<M>,
}

impl<M> NobodyCrashes<M> {
    /// Takes the broadcast below for a reliable one.
    #[expect(clippy::new_without_default, reason = "layers are built with `new`")]
    pub const fn new() -> Self {
        NobodyCrashes { messages: PhantomData }
    }
}

impl<M: Value> Layer for NobodyCrashes<M> {
    type Implements = ReliableBroadcast<M>;
    type Uses = BestEffortBroadcast<M>;
    type Timer = NoTimer;
    type Stable = ();
    const MODEL: Model = Model::any_links(Nodes::CrashStop, Timing::Asynchronous);

    /// The layer above broadcasts a message.
    fn on_request(&mut self, request: Broadcast<M>, ctx: &mut Context<Self>) {
        ctx.request(request);
    }

    /// A message comes.
    fn on_receive(&mut self, indication: Deliver<M>, ctx: &mut Context<Self>) {
        ctx.indicate(indication);
    }

    /// There is nothing to remember.
    fn on_recovery(fresh: Self, (): (), _: &mut Context<Self>) -> Self {
        fresh
    }
}
