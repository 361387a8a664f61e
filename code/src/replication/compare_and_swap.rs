//! # Linearizable compare-and-swap
//!
//! **Implements** [`SwapRegisters`]. **Uses** [`TotalOrderBroadcast`].
//!
//! **Model**: that of the broadcast.
//!
//! **Guarantees**: [linearizability](crate::spec::registers::linearizable); and
//! [termination](crate::spec::registers::termination_without_crash), as far as the
//! broadcast goes on.
//!
//! **How it works**: every operation is broadcast in total order, a get too, and carried
//! out by all replicas when it is delivered. Whoever was asked for it returns what came
//! of it there. All replicas deliver the same operations in the same order, so a swap
//! succeeds at all of them or at none.
//!
//! **Source**: notes, section 7.2 (A30).
//!
//! **Departures**: the notes spell out get and compare-and-swap, and say that set is
//! alike; here are all three.

use crate::layer::*;
use crate::service::*;
use std::collections::BTreeMap;

// ANCHOR: state
/// Registers with compare-and-swap: one order for all operations, one state for all replicas.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CompareAndSwap<V> {
    local_state: BTreeMap<Key, V>,
}
// ANCHOR_END: state

impl<V> CompareAndSwap<V> {
    /// With nothing in any register.
    #[expect(clippy::new_without_default, reason = "layers are built with `new`")]
    pub const fn new() -> Self {
        CompareAndSwap { local_state: BTreeMap::new() }
    }
}

impl<V: Value> Layer for CompareAndSwap<V> {
    type Implements = SwapRegisters<V>;
    type Uses = TotalOrderBroadcast<(OpId, SwapOp<V>)>;
    type Timer = NoTimer;
    type Stable = ();
    const MODEL: Model = Model::any_links(Nodes::CrashStop, Timing::Asynchronous);

    // ANCHOR: handlers
    /// A client asks for an operation: it will be carried out where it stands in the order.
    fn on_request(&mut self, Invoke { op, call }: Invoke<SwapOp<V>>, ctx: &mut Context<Self>) {
        ctx.broadcast((op, call));
    }

    /// An operation is delivered, to all replicas; one of them was asked for it.
    fn on_receive(
        &mut self,
        Deliver { from, msg: (op, call) }: Deliver<(OpId, SwapOp<V>)>,
        ctx: &mut Context<Self>,
    ) {
        let result = match call {
            SwapOp::Get(key) => SwapResult::Got(self.local_state.get(&key).cloned()),
            SwapOp::Set(key, value) => {
                self.local_state.insert(key, value);
                SwapResult::Done
            }
            SwapOp::Cas { key, old, new } => {
                let success = self.local_state.get(&key) == old.as_ref();
                if success {
                    self.local_state.insert(key, new);
                }
                SwapResult::Swapped(success)
            }
        };
        if from == ctx.me {
            ctx.indicate(Return { op, result });
        }
    }
    // ANCHOR_END: handlers

    /// Crash-stop: a node that comes back is a new one.
    fn on_recovery(fresh: Self, (): (), _: &mut Context<Self>) -> Self {
        fresh
    }
}
