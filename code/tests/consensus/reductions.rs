//! Both reductions, in pictures that the page shows.

use distsys::beside::Beside;
use distsys::broadcast::{Direct, Fifo, Leader, NobodyCrashes};
use distsys::consensus::{FromTotalOrder, ToTotalOrder};
use distsys::layer::{Layer, MILLIS, Value};
use distsys::link;
use distsys::node::names::{A, B, C};
use distsys::service::{Broadcast, Consensus, Propose};
use distsys::sim::{Network, Node, Script, What, World};
use distsys::subject::consensus::style;
use tests::golden;

/// Consensus over a total order in which A leads.
fn consensus<V: Value>() -> impl Node<Implements = Consensus<V>> {
    let direct = || link::Direct::new();
    let told = Fifo::new(3).over(NobodyCrashes::new().over(Direct::new(3).over(direct())));
    FromTotalOrder::new()
        .over(Leader::new(A).over(Beside::new(link::Fifo::new(3).over(link::Direct::new()), told)))
}

fn calm<N: Node>(node: N) -> World<N> {
    World::new(0, vec![node; 3]).with_network(Network::calm()).with_script(Script::calm())
}

#[test]
fn what_is_delivered_first_is_decided() {
    let mut world = calm(consensus());
    world.request_at(MILLIS, C, Propose { instance: 1, value: "lunch" });
    world.request_at(3 * MILLIS, B, Propose { instance: 1, value: "dinner" });
    world.run().unwrap();
    let trace = world.trace();
    let decided = trace.records.iter().filter_map(|record| match &record.what {
        What::Deliver { indication } => Some((record.node, indication.value)),
        _ => None,
    });
    assert_eq!(decided.collect::<Vec<_>>().len(), 3);
    let caption = "C proposes lunch, and B, a little later, dinner; A orders the broadcasts. The first proposal that is \
                   delivered is decided; the second is delivered as well, and ignored.";
    golden::check_run("consensus-by-broadcast", caption, &trace.text(), &style());
}

#[test]
fn what_loses_its_position_is_proposed_again() {
    let mut world = calm(ToTotalOrder::new().over(consensus()));
    world.request_at(MILLIS, C, Broadcast { msg: "m1" });
    world.request_at(3 * MILLIS, B, Broadcast { msg: "m2" });
    world.run().unwrap();
    let trace = world.trace();
    let delivered = trace.records.iter().filter_map(|record| match &record.what {
        What::Deliver { indication } => Some((record.node, indication.msg)),
        _ => None,
    });
    let delivered: Vec<_> = delivered.collect();
    for node in [A, B, C] {
        let here: Vec<_> = delivered.iter().filter(|it| it.0 == node).map(|it| it.1).collect();
        assert_eq!(here, ["m1", "m2"]);
    }
    let caption = "Both messages are proposed for position 1. m1 is decided there; B hears it, and proposes m2 again, for \
                   position 2.";
    golden::check_run("total-order-by-consensus", caption, &trace.text(), &style());
}
