//! The runs of sections 3.3 and 4.1: every relation and every number that the lectures name.

use distsys::clock::{Lamport, Vector, VectorTime};
use distsys::layer::names::{A, B, C};
use distsys::layer::{Layer, MILLIS, NodeId, Value};
use distsys::runs::causality::{NAMES, dated_moon, events, moon, names};
use distsys::runs::cones::light;
use distsys::sim::{Node, Trace, What};
use distsys::spec::causality::{
    Relation, Stamps, characterises, consistent, happens_before, told, total_order,
};
use std::collections::BTreeMap;

/// When what arrives where: message, node, milliseconds.
fn arrivals<N: Node<Packet = P>, P: Value>(
    trace: &Trace<N>,
    msg: fn(&P) -> &'static str,
) -> Vec<(&'static str, NodeId, u64)> {
    let received = trace.records.iter().filter_map(|record| match &record.what {
        What::Receive { packet, .. } => Some((msg(packet), record.node, record.at / MILLIS)),
        _ => None,
    });
    received.collect()
}

fn sendings<N: Node<Packet = P>, P: Value>(trace: &Trace<N>) -> Vec<(NodeId, NodeId, u64)> {
    let sent = trace.records.iter().filter_map(|record| match &record.what {
        What::Send { id, .. } => Some((id.from, id.to, record.at / MILLIS)),
        _ => None,
    });
    sent.collect()
}

const SENT: [(NodeId, NodeId, u64); 4] = [(A, C, 0), (A, B, 1), (B, C, 15), (B, A, 16)];
const RECEIVED: [(&str, NodeId, u64); 4] =
    [("m1", B, 12), ("m2", C, 20), ("m2", A, 21), ("m1", C, 25)];

#[test]
fn r3_2_c_receives_the_reply_before_what_it_replies_to() {
    let trace = moon();
    assert_eq!(sendings(&trace), SENT);
    assert_eq!(arrivals(&trace, |msg| msg), RECEIVED);
    assert_eq!(trace.delivered(C), [(B, "m2"), (A, "m1")]);
}

#[test]
fn r3_3_physical_timestamps_contradict_causality() {
    let trace = dated_moon();
    assert_eq!(sendings(&trace), SENT);
    assert_eq!(arrivals(&trace, |packet| packet.1), RECEIVED);
    let mut stamps: BTreeMap<&str, Vec<u64>> = BTreeMap::new();
    for record in &trace.records {
        if let What::Send { packet: (time, msg), .. } = &record.what {
            stamps.entry(msg).or_default().push(*time);
        }
    }
    assert!(stamps["m2"].iter().max() < stamps["m1"].iter().min(), "t2 < t1: {stamps:?}");
    let violation = consistent(&trace).unwrap_err();
    assert!(violation.explanation.contains("happened before"), "{}", violation.explanation);
    // With the timestamps of a Lamport clock in the same run it does not happen: R4.1.
    assert_eq!(told(&trace), Ok(()));
}

/// All pairs of a relation, by name.
fn pairs<T: Value>(stamps: &Stamps<T>, relation: &Relation) -> Vec<String> {
    let names = names(stamps, &NAMES);
    let mut pairs: Vec<_> =
        relation.pairs().iter().map(|&(a, b)| format!("{}{}", names[a], names[b])).collect();
    pairs.sort();
    pairs
}

#[test]
fn r3_4_has_the_relations_of_the_lecture_and_no_others() {
    let trace = events(false, Lamport::new());
    let stamps = Stamps::of(&trace);
    let at: BTreeMap<_, _> = names(&stamps, &NAMES)
        .into_iter()
        .zip(&stamps.records)
        .map(|(name, &record)| (name, trace.records[record as usize].at / MILLIS))
        .collect();
    let times = [("a", 0), ("b", 5), ("c", 10), ("d", 15), ("e", 2), ("f", 20)];
    assert_eq!(at, times.into());
    let before = happens_before(&stamps.events);
    let node_order = ["ab", "cd", "ef"];
    let messages = ["bc", "df"];
    let transitive = ["ac", "ad", "af", "bd", "bf", "cf"];
    let mut all = [&node_order[..], &messages, &transitive].concat();
    all.sort_unstable();
    assert_eq!(pairs(&stamps, &before), all);
    let concurrent = ["ae", "be", "ce", "de", "ea", "eb", "ec", "ed"];
    assert_eq!(pairs(&stamps, &before.concurrent()), concurrent);
}

#[test]
fn r3_5_only_what_is_in_the_cone_of_both_can_know_of_both() {
    let stamps = Stamps::of(&light());
    let before = happens_before(&stamps.events);
    let [a, b] = [A, B].map(|node| stamps.events.iter().position(|e| e.node == node).unwrap());
    let c = stamps.events.len() - 1;
    assert_eq!(stamps.events[c].node, C);
    assert!(before.concurrent().holds(a, b) && before.holds(a, c) && before.holds(b, c));
}

/// The timestamp of each event, by its name.
fn by_name<T: Value, N>(trace: &Trace<N>) -> BTreeMap<&'static str, T>
where
    N: Node + Layer<Implements = distsys::clock::logical::Timestamps<T, &'static str>>,
{
    let stamps = Stamps::of(trace);
    let names = names(&stamps, &NAMES);
    stamps.stamped().map(|(event, time)| (names[event], time.clone())).collect()
}

#[test]
fn r4_1_has_the_lamport_timestamps_of_the_lecture() {
    let trace = events(true, Lamport::new());
    let times = by_name(&trace);
    let expected = [("a", 1), ("b", 2), ("g", 3), ("c", 3), ("d", 4), ("e", 1), ("f", 5)];
    assert_eq!(times, expected.into());
    let on_messages: Vec<_> = trace
        .records
        .iter()
        .filter_map(|record| match &record.what {
            What::Send { packet, .. } => Some(*packet),
            _ => None,
        })
        .collect();
    assert_eq!(on_messages, [(2, "m1"), (4, "m2")]);
    // Ties: g and c have 3, and so do a and e have 1; the names of the nodes break them.
    assert_eq!(times["g"], times["c"]);
    assert_eq!((told(&trace), consistent(&trace), total_order(&trace)), (Ok(()), Ok(()), Ok(())));
    // The converse does not hold: L(e) < L(b), and e is concurrent with b.
    assert!(characterises(&trace).is_err());
}

#[test]
fn r4_2_has_the_vector_timestamps_of_the_lecture() {
    let trace = events(true, Vector::new(3));
    let vector = |entries: [u64; 3]| VectorTime(distsys::layer::PerNode(entries.to_vec()));
    let expected = [
        ("a", vector([1, 0, 0])),
        ("b", vector([2, 0, 0])),
        ("g", vector([3, 0, 0])),
        ("c", vector([2, 1, 0])),
        ("d", vector([2, 2, 0])),
        ("e", vector([0, 0, 1])),
        ("f", vector([2, 2, 2])),
    ];
    assert_eq!(by_name(&trace), expected.into());
    assert_eq!((told(&trace), characterises(&trace)), (Ok(()), Ok(())));
    assert_eq!(vector([2, 2, 0]).partial_cmp(&vector([0, 0, 1])), None);
    assert_eq!(vector([2, 2, 0]).to_string(), "⟨2,2,0⟩");
}

/// V(e) stands for the set of e and all that happened before it.
#[test]
fn a_vector_counts_the_events_of_each_node_that_are_known() {
    let trace = events(true, Vector::new(3));
    let stamps = Stamps::of(&trace);
    let before = happens_before(&stamps.events);
    for (event, time) in stamps.stamped() {
        for node in [A, B, C] {
            let known = (0..stamps.events.len()).filter(|&e| {
                stamps.events[e].node == node && (e == event || before.holds(e, event))
            });
            assert_eq!(time.0[node], known.count() as u64);
        }
    }
}
