//! The runs of the lectures: times, and who tells whom.

use distsys::layer::MILLIS;
use distsys::layer::names::{A, B, C, D};
use distsys::runs::CourseRun;
use distsys::sim::What;

/// When each packet is sent and received: from, to, and the two times in ms.
fn packets(id: &str) -> Vec<(distsys::layer::NodeId, distsys::layer::NodeId, u64, u64)> {
    let trace = (CourseRun::named(id).unwrap().play)().trace;
    let mut packets = Vec::new();
    for record in &trace.records {
        if let What::Send { id, .. } = &record.what {
            let arrival = trace.records.iter().find(
                |other| matches!(&other.what, What::Receive { id: other, .. } if other == id),
            );
            packets.push((id.from, id.to, record.at / MILLIS, arrival.unwrap().at / MILLIS));
        }
    }
    packets
}

/// What the nodes did by themselves, as it is drawn.
fn done(id: &str) -> Vec<(distsys::layer::NodeId, String)> {
    let played = (CourseRun::named(id).unwrap().play)();
    let label = played.style.label;
    let records = played.trace.records.iter();
    records
        .filter_map(|record| match &record.what {
            What::Deliver { indication } => Some((record.node, label(indication))),
            _ => None,
        })
        .collect()
}

#[test]
fn a_request_to_a_web_server_takes_25_ms() {
    assert_eq!(packets("R1.1"), [(A, B, 0, 10), (B, A, 15, 25)]);
}

#[test]
fn a_payment_takes_25_ms_and_ends_with_success() {
    assert_eq!(packets("R1.2"), [(A, B, 0, 10), (B, A, 15, 25)]);
    let done = done("R1.2");
    assert_eq!(done, [(B, "charges the card".into()), (A, "success".into())]);
}

#[test]
fn a_remote_call_is_two_messages_between_two_local_calls() {
    let way: Vec<_> = packets("R1.3").into_iter().map(|(from, to, ..)| (from, to)).collect();
    assert_eq!(way, [(A, B), (B, C), (C, D), (D, C), (C, B), (B, A)]);
    let done = done("R1.3");
    let who: Vec<_> = done.iter().map(|(node, does)| (*node, does.as_str())).collect();
    let steps = [
        (A, "waits"),
        (B, "marshal"),
        (C, "unmarshal"),
        (D, "charge"),
        (C, "marshal"),
        (B, "unmarshal"),
        (A, "goes on"),
    ];
    assert_eq!(who, steps);
}
