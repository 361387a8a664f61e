//! The runs R4.3 to R4.9: times, deliveries, and which service allows them.

use distsys::broadcast::{Direct, Fifo, Gossip, LamportOrder, NobodyCrashes};
use distsys::draw::Style;
use distsys::layer::{Layer, MILLIS, NodeId, Service};
use distsys::link;
use distsys::node::names::{A, B, C};
use distsys::runs::arrivals;
use distsys::runs::broadcasts::{self as drawn, Word};
use distsys::service::{Broadcast, Deliver};
use distsys::sim::{Network, Node, Record, Trace, What, World};
use distsys::spec::{causal_broadcast, fifo_broadcast, reliable_broadcast, total_order};
use std::collections::BTreeSet;
use tests::golden;

/// The nodes' deliveries, each with its time in milliseconds.
fn deliveries<N>(trace: &Trace<N>) -> [Vec<(u64, Word)>; 3]
where
    N: Node + Layer<Implements: Service<Request = Broadcast<Word>, Indication = Deliver<Word>>>,
{
    [A, B, C].map(|node| {
        let records = trace.records.iter().filter(|record| record.node == node);
        let delivered = records.filter_map(|record| match &record.what {
            What::Deliver { indication } => Some((record.at / MILLIS, indication.msg)),
            _ => None,
        });
        delivered.collect()
    })
}

/// Which services allow the run, of FIFO, causal, total order and FIFO-total order broadcast.
fn allowed<N>(trace: &Trace<N>) -> Vec<&'static str>
where
    N: Node + Layer<Implements: Service<Request = Broadcast<Word>, Indication = Deliver<Word>>>,
{
    assert_eq!(reliable_broadcast::no_creation(trace), Ok(()));
    assert_eq!(reliable_broadcast::no_duplication(trace), Ok(()));
    assert_eq!(reliable_broadcast::validity(trace), Ok(()));
    assert_eq!(reliable_broadcast::agreement(trace), Ok(()));
    let fifo = fifo_broadcast::order(trace).is_ok();
    let causal = causal_broadcast::order(trace).is_ok();
    let total = total_order::same_order(trace).is_ok();
    assert_eq!(total, total_order::prefix(trace).is_ok(), "all is delivered everywhere");
    let services =
        [("FIFO", fifo), ("causal", causal), ("total", total), ("FIFO-total", fifo && total)];
    services.into_iter().filter(|(_, allows)| *allows).map(|(name, _)| name).collect()
}

#[test]
fn r4_3_is_allowed_by_fifo_broadcast_and_not_by_causal_broadcast() {
    let trace = drawn::fifo();
    assert_eq!(
        deliveries(&trace),
        [
            vec![(0, "m1"), (20, "m2"), (25, "m3")],
            vec![(11, "m1"), (16, "m2"), (36, "m3")],
            vec![(21, "m2"), (27, "m1"), (33, "m3")],
        ]
    );
    assert_eq!(allowed(&trace), ["FIFO"]);
    let why = causal_broadcast::order(&trace).unwrap_err().explanation;
    assert_eq!(
        why,
        "at 21 ms node C delivered \"m2\" from B, but not yet \"m1\" from A, which its broadcaster had delivered \
         before it broadcast this"
    );
}

/// R4.3 with C's deliveries in another order: the broadcasts stay as they are.
#[test]
fn of_the_six_orders_at_c_fifo_broadcast_allows_three_in_r4_3_and_causal_broadcast_two() {
    let (mut fifo, mut causal) = (Vec::new(), Vec::new());
    for order in ["123", "132", "213", "231", "312", "321"] {
        let mut trace = drawn::fifo();
        let mut words = order.chars().map(|number| match number {
            '1' => Deliver { from: A, msg: "m1" },
            '2' => Deliver { from: B, msg: "m2" },
            _ => Deliver { from: A, msg: "m3" },
        });
        // C's deliveries come last, when all has been broadcast, and in that order.
        let at_c = |it: &Record<_>| it.node == C && matches!(it.what, What::Deliver { .. });
        let (mut late, early): (Vec<_>, Vec<_>) = trace.records.into_iter().partition(at_c);
        for record in &mut late {
            record.what = What::Deliver { indication: words.next().unwrap() };
        }
        trace.records = early.into_iter().chain(late).collect();
        if fifo_broadcast::order(&trace).is_ok() {
            fifo.push(order);
        }
        if causal_broadcast::order(&trace).is_ok() {
            causal.push(order);
        }
    }
    assert_eq!(fifo, ["123", "132", "213"]);
    // In R4.3 A had delivered m2 when it broadcast m3.
    assert_eq!(causal, ["123"]);
}

#[test]
fn r4_4_is_allowed_by_causal_broadcast_and_by_no_total_order() {
    let trace = drawn::causal();
    assert_eq!(
        deliveries(&trace),
        [
            vec![(0, "m1"), (20, "m3"), (32, "m2")],
            vec![(11, "m1"), (16, "m2"), (31, "m3")],
            vec![(8, "m1"), (28, "m3"), (34, "m2")],
        ]
    );
    assert_eq!(allowed(&trace), ["FIFO", "causal"]);
    // The variant: C too may deliver m2 first.
    let other = drawn::causal_with(21);
    assert_eq!(deliveries(&other)[2], [(8, "m1"), (21, "m2"), (28, "m3")]);
    assert_eq!(allowed(&other), ["FIFO", "causal"]);
}

#[test]
fn r4_5_and_r4_6_are_allowed_by_every_broadcast() {
    let first = drawn::m2_first();
    assert_eq!(
        deliveries(&first),
        [
            vec![(0, "m1"), (27, "m2"), (32, "m3")],
            vec![(11, "m1"), (16, "m2"), (31, "m3")],
            vec![(8, "m1"), (21, "m2"), (28, "m3")],
        ]
    );
    let second = drawn::m3_first();
    assert_eq!(
        deliveries(&second),
        [
            vec![(0, "m1"), (20, "m3"), (30, "m2")],
            vec![(11, "m1"), (29, "m3"), (33, "m2")],
            vec![(8, "m1"), (28, "m3"), (34, "m2")],
        ]
    );
    for trace in [first, second] {
        assert_eq!(allowed(&trace), ["FIFO", "causal", "total", "FIFO-total"]);
    }
}

#[test]
fn r4_7_breaks_agreement_and_no_promise_of_direct_broadcast() {
    let trace = drawn::sender_crashes();
    assert_eq!(deliveries(&trace), [vec![(0, "m1")], vec![], vec![(8, "m1")]]);
    assert!(reliable_broadcast::agreement(&trace).is_err());
    assert_eq!(reliable_broadcast::delivery(&trace), Ok(()));
    let crash = trace.records.iter().find(|it| matches!(it.what, What::Crash { .. })).unwrap();
    assert_eq!((crash.node, crash.at), (A, 10 * MILLIS));
    assert_eq!(sends(&trace).len(), 2, "{:?}", sends(&trace));
}

/// The packets that are no acknowledgements: from where to where.
fn sends<N: Node>(trace: &Trace<N>) -> Vec<(NodeId, NodeId)> {
    let ends = trace.records.iter().filter_map(|record| match &record.what {
        What::Send { id, packet } if !format!("{packet:?}").contains("Ack") => {
            Some((id.from, id.to))
        }
        _ => None,
    });
    ends.collect()
}

#[test]
fn r4_8_sends_six_packets_and_all_deliver() {
    let trace = drawn::eager();
    assert_eq!(deliveries(&trace), [vec![(0, "m1")], vec![(11, "m1")], vec![(8, "m1")]]);
    assert_eq!(reliable_broadcast::agreement(&trace), Ok(()));
    let arrivals = trace.records.iter().filter_map(|record| match &record.what {
        What::Receive { id, .. } => Some((id.from, id.to, record.at / MILLIS)),
        _ => None,
    });
    let arrivals: Vec<_> = arrivals.collect();
    assert_eq!(arrivals, [(A, C, 8), (A, B, 11), (B, A, 19), (B, C, 20), (C, B, 23), (C, A, 32)]);
}

#[test]
fn r4_9_tells_1_3_6_10_6_4_0_nodes_in_its_rounds_with_90_packets() {
    let trace = drawn::gossip();
    let told = drawn::told_in_rounds(&trace);
    let new: Vec<usize> = told.iter().map(Vec::len).collect();
    assert_eq!(new, [1, 3, 6, 10, 6, 4]);
    let sends = sends(&trace);
    assert_eq!(sends.len(), 90);
    assert_eq!(reliable_broadcast::delivery(&trace), Ok(()));
    // In the sixth round four nodes send, and nobody learns anything.
    let last: Vec<_> = trace.records.iter().filter(|it| it.at == 60 * MILLIS).collect();
    assert_eq!(last.len(), 12);
    assert!(last.iter().all(|record| matches!(record.what, What::Receive { .. })));
    // Each node passes the message on exactly once, to three different others.
    for node in NodeId::all(drawn::NODES) {
        let to: BTreeSet<_> = sends.iter().filter(|(from, _)| *from == node).collect();
        assert_eq!(to.len(), 3);
    }
    // Whom some of them pick, as the drawing has it.
    let picks = |node: u32| -> Vec<u32> {
        sends.iter().filter(|(from, _)| from.0 == node).map(|(_, to)| to.0).collect()
    };
    assert_eq!(picks(0), [1, 2, 3]);
    assert_eq!(picks(1), [4, 2, 5]);
    assert_eq!(picks(16), [15, 17, 18]);
    assert_eq!(picks(29), [27, 28, 18]);
    let _: &Trace<Gossip<Word>> = &trace;
}

#[test]
fn acknowledgements_let_a_message_go_where_nobody_else_has_anything_to_say() {
    let lower = || NobodyCrashes::new().over(Direct::new(3).over(link::Direct::new()));
    let node = LamportOrder::new(3).over(Fifo::new(3).over(lower()));
    let script = arrivals(&[(A, B, 1, Some(8)), (A, C, 1, Some(14))]);
    let mut world = World::new(0, vec![node; 3]).with_network(Network::calm()).with_script(script);
    world.request(A, Broadcast { msg: "m1" });
    world.run().unwrap();
    let trace = world.trace();
    // Each waits for the last word, which is C's: at 24 ms at A and B; C hears B at 18 ms.
    assert_eq!(deliveries(&trace), [vec![(24, "m1")], vec![(24, "m1")], vec![(18, "m1")]]);
    let caption = "Only A has something to say. B and C acknowledge it with higher timestamps; a node delivers m1 when it has \
                   heard from all three.";
    golden::check_run("lamport-order-idle", caption, &trace.text(), &Style::default());
}
