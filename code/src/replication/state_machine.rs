//! # State machine replication
//!
//! **Implements** [`ReplicatedState`]. **Uses** the broadcast that the machine
//! [needs](Machine::Needs): for machines in general, [`TotalOrderBroadcast`].
//!
//! **Model**: that of the broadcast below.
//!
//! **Guarantees**: [same updates, same
//! state](crate::spec::replicated_state::same_updates_same_state); an update is [applied
//! as often as it was asked for](crate::spec::replicated_state::applied_as_asked), at
//! most; and in the end replicas
//! [have applied the same](crate::spec::replicated_state::convergence), [all of their
//! own](crate::spec::replicated_state::all_applied) included. Over a total order broadcast
//! there is also [one order](crate::spec::replicated_state::one_order), so that all
//! replicas go through the same states.
//!
//! **How it works**: whoever wants an update broadcasts it. Every replica, the one that
//! asked included, does it on delivery, and not before. All start in the same state and
//! do the same updates in the same order. So, if updates are deterministic, they go
//! through the same states.
//!
//! **Source**: notes, section 5.3 (A21), slide "State machine replication".
//!
//! **Departures**: the notes ask for FIFO-total order broadcast. For equal states total
//! order is enough; the layer stands on either. A machine whose updates commute names a
//! weaker broadcast, as the last table of the section says.

use crate::layer::*;
use crate::service::*;

// ANCHOR: state
/// A replica: a copy of the state.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct StateMachine<S> {
    state: S,
}
// ANCHOR_END: state

impl<S> StateMachine<S> {
    /// In this state at first; the same at all nodes.
    pub const fn new(state: S) -> Self {
        StateMachine { state }
    }
    /// The state.
    pub const fn state(&self) -> &S {
        &self.state
    }
}

impl<S: Machine> Layer for StateMachine<S> {
    // ANCHOR: layer
    type Implements = ReplicatedState<S>;
    type Uses = S::Needs;
    // ANCHOR_END: layer
    type Timer = NoTimer;
    type Stable = ();
    const MODEL: Model = Model::any_links(Nodes::CrashStop, Timing::Asynchronous);

    // ANCHOR: handlers
    /// An update is asked for: all shall do it.
    fn on_request(&mut self, Perform(update): Perform<S::Update>, ctx: &mut Context<Self>) {
        ctx.broadcast(update);
    }

    /// An update comes, perhaps one of this node's own: now it is done.
    fn on_receive(
        &mut self,
        Deliver { from, msg: update }: Deliver<S::Update>,
        ctx: &mut Context<Self>,
    ) {
        self.state.apply(&update);
        ctx.indicate(Applied { from, update, state: self.state.clone() });
    }
    // ANCHOR_END: handlers

    /// Crash-stop: a node that comes back is a new one.
    fn on_recovery(fresh: Self, (): (), _: &mut Context<Self>) -> Self {
        fresh
    }
}
