//! The same state machine over Raft; and what comes of a machine over a broadcast that is too weak for it.

use crate::seeds::thorough;
use distsys::broadcast::{Causal, Eager};
use distsys::layer::{Context, Layer, Model, NoTimer, Nodes, Timing};
use distsys::link::Retransmit;
use distsys::raft::Raft;
use distsys::replication::StateMachine;
use distsys::replication::updates::Banking;
use distsys::service::{Broadcast, CausalBroadcast, Deliver, FifoTotalOrderBroadcast};
use distsys::spec::Kind;
use distsys::subject::replicated;
use std::marker::PhantomData;

#[test]
fn a_state_machine_stands_on_raft_as_well() {
    let subject = replicated::ordered("state-machine-by-raft", "over Raft", |p| {
        StateMachine::new(replicated::START).over(Raft::new(p.nodes()))
    });
    for hunt in subject.hunts() {
        for seed in 0..if thorough() { 100 } else { 5 } {
            let report = hunt.with_seed(seed).report(&subject).unwrap();
            // A leader that has only entries of old terms does nothing before something new is broadcast.
            let safety = report.broken().filter(|(promise, _)| promise.kind == Kind::Safety);
            assert!(report.error.is_none() && safety.is_none(), "{hunt:?}, seed {seed}");
        }
    }
}

/// A causal broadcast that says of itself that it is a total order: so one gets around the compiler.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Boaster<M>(PhantomData<M>);

impl<M: distsys::layer::Value> Layer for Boaster<M> {
    type Implements = FifoTotalOrderBroadcast<M>;
    type Uses = CausalBroadcast<M>;
    type Timer = NoTimer;
    type Stable = ();
    const MODEL: Model = Model::any_links(Nodes::CrashStop, Timing::Asynchronous);
    fn on_request(&mut self, request: Broadcast<M>, ctx: &mut Context<Self>) {
        ctx.request(request);
    }
    fn on_receive(&mut self, message: Deliver<M>, ctx: &mut Context<Self>) {
        ctx.indicate(message);
    }
    fn on_recovery(fresh: Self, (): (), _: &mut Context<Self>) -> Self {
        fresh
    }
}

#[test]
fn an_account_over_causal_broadcast_comes_apart() {
    let subject = replicated::ordered("boaster", "over causal broadcast", |p| {
        let n = p.nodes();
        let causal = Causal::<Banking>::new(n).over(Eager::new(n).over(Retransmit::new(n)));
        StateMachine::new(replicated::START).over(Boaster(PhantomData).over(causal))
    });
    let breaks = |promise| {
        let mut runs = subject
            .hunts()
            .into_iter()
            .flat_map(|hunt| (0..20).map(move |seed| hunt.with_seed(seed)));
        runs.any(|run| run.report(&subject).unwrap().breaks(promise).is_some())
    };
    assert!(breaks("replicated_state::one_order"));
    assert!(breaks("replicated_state::same_updates_same_state"));
    assert!(!breaks("replicated_state::applied_as_asked"));
}
