//! The meta-test catches whoever is careless: a layer that iterates over a hash map, and one that
//! reads the clock.

use crate::hash;
use distsys::layer::*;
use distsys::service::{Deliver, FairLossLink, SendTo};
use distsys::subject::{Parameter, Parameters, Run, Subject, Workload};

/// Where a node gets something from that is not the same again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Lapse {
    None,
    HashMap,
    Clock,
}

/// Sends ten packets on request, in an order or with a content that depends on its lapse.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Careless(Lapse);

#[expect(clippy::disallowed_types, clippy::disallowed_methods, reason = "the point of this test")]
fn numbers(lapse: Lapse) -> Vec<u32> {
    match lapse {
        Lapse::None => (0..10).collect(),
        Lapse::HashMap => (0..10)
            .map(|i| (i, ()))
            .collect::<std::collections::HashMap<_, _>>()
            .into_keys()
            .collect(),
        Lapse::Clock => {
            let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
            vec![now.unwrap_or_default().subsec_nanos()]
        }
    }
}

impl Layer for Careless {
    type Implements = FairLossLink<u32>;
    type Uses = FairLossLink<u32>;
    type Timer = NoTimer;
    type Stable = ();
    const MODEL: Model = Model::any_links(Nodes::CrashStop, Timing::Asynchronous);

    fn on_request(&mut self, SendTo { to, .. }: SendTo<u32>, ctx: &mut Context<Self>) {
        numbers(self.0).into_iter().for_each(|number| ctx.send(to, number));
    }
    fn on_receive(&mut self, Deliver { from, msg }: Deliver<u32>, ctx: &mut Context<Self>) {
        ctx.deliver(from, msg);
    }
    fn on_recovery(fresh: Self, (): (), _: &mut Context<Self>) -> Self {
        fresh
    }
}

const NODES: &[Parameter] =
    &[Parameter { name: "nodes", about: "how many nodes", default: 2, least: 2, most: 2 }];

/// Whether the same run of such nodes gives the same trace again.
fn is_the_same_again(lapse: Lapse) -> bool {
    fn workload(_: &Parameters) -> Result<Workload<Careless>, String> {
        Ok(vec![(MILLIS, NodeId(0), SendTo { to: NodeId(1), msg: 0 })])
    }
    let build = move |_: &Parameters| vec![Careless(lapse); 2];
    let subject = Subject::new("careless", "Careless", NODES, Vec::new, build, workload);
    let run = Run::new(&subject, 0);
    let first = hash(&subject, &run);
    let before = numbers(Lapse::Clock);
    // A clock that does not tell moments apart proves nothing.
    while numbers(Lapse::Clock) == before {}
    first == hash(&subject, &run)
}

#[test]
fn a_layer_that_iterates_over_a_hash_map_is_caught_and_one_that_reads_the_clock() {
    assert!(is_the_same_again(Lapse::None));
    assert!(!is_the_same_again(Lapse::HashMap));
    assert!(!is_the_same_again(Lapse::Clock));
}
