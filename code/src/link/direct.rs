//! # The network itself as a reliable link
//!
//! **Implements** [`ReliableLink`]. **Uses** [`FairLossLink`].
//!
//! **Model**: reliable links, asynchronous; whatever nodes do, since it has no state
//! that could be lost and believes nobody.
//!
//! **Guarantees**: [no creation](crate::spec::reliable_link::no_creation), [no
//! duplication](crate::spec::reliable_link::no_duplication),
//! [delivery](crate::spec::reliable_link::delivery), just because the network gives
//! them.
//!
//! **How it works**: passes everything on. It is for runs in which the network
//! loses and duplicates nothing, so that one sees the algorithm above and no
//! acknowledgements.
//!
//! **Source**: notes, section 2.3, the reliable link of the system model.
//!
//! **Departures**: none.

use crate::layer::*;
use crate::service::{Deliver, FairLossLink, ReliableLink, SendTo};
use std::marker::PhantomData;

/// The network itself, where it is reliable.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Direct<M> {
    /// It holds no message; the type says which it carries.
    messages: PhantomData<M>,
}

impl<M> Direct<M> {
    /// The network itself.
    #[expect(clippy::new_without_default, reason = "layers are built with `new`")]
    pub const fn new() -> Self {
        Direct { messages: PhantomData }
    }
}

impl<M: Value> Layer for Direct<M> {
    type Implements = ReliableLink<M>;
    type Uses = FairLossLink<M>;
    type Timer = NoTimer;
    type Stable = ();
    const MODEL: Model =
        Model { links: Links::Reliable, nodes: Nodes::Byzantine, timing: Timing::Asynchronous };

    /// The layer above sends a message.
    fn on_request(&mut self, SendTo { to, msg }: SendTo<M>, ctx: &mut Context<Self>) {
        ctx.send(to, msg);
    }

    /// A message comes.
    fn on_receive(&mut self, Deliver { from, msg }: Deliver<M>, ctx: &mut Context<Self>) {
        ctx.deliver(from, msg);
    }

    /// There is nothing to remember.
    fn on_recovery(fresh: Self, (): (), _: &mut Context<Self>) -> Self {
        fresh
    }
}
