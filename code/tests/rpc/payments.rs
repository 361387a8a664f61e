//! The shop and the payments service: what is on the wire, and what happens when some of it is lost.

use crate::json::Json;
use distsys::draw::{Show, Style};
use distsys::layer::names::{A, B};
use distsys::layer::{Layer, MILLIS};
use distsys::rpc::call::Packet;
use distsys::rpc::payments::{Currency, PaymentRequest, PaymentStatus};
use distsys::rpc::{Dedup, Format, Payments, Rpc, Stub};
use distsys::service::{Call, CallEvent, Failure, OpId, RemoteCall};
use distsys::sim::{EventId, Fate, Fault, Network, Node, PacketId, Script, Trace, What, World};
use tests::golden;

type Shop = RemoteCall<PaymentRequest, PaymentStatus>;

fn stub() -> Stub<Payments, Json> {
    Stub::new(Payments::new(5 * MILLIS))
}

/// The shop charges £3.99, under this script.
fn charge<N: Node + Layer<Implements = Shop>>(node: N, script: Script) -> Trace<N> {
    let mut world = World::new(0, vec![node; 2]).with_network(Network::calm()).with_script(script);
    let op = OpId { client: 0, number: 0 };
    world.request(A, Call { op, to: B, args: PaymentRequest::example() });
    world.run().unwrap();
    world.trace()
}

/// How often the card was charged, and what the shop was told.
fn outcome<N: Node + Layer<Implements = Shop>>(
    trace: &Trace<N>,
) -> (usize, Vec<Result<bool, Failure>>) {
    let (mut charged, mut told) = (0, Vec::new());
    for record in &trace.records {
        match &record.what {
            What::Deliver { indication: CallEvent::Executed { .. } } => charged += 1,
            What::Deliver { indication: CallEvent::Return { result, .. } } => {
                told.push(result.clone().map(|status| status.success));
            }
            _ => {}
        }
    }
    (charged, told)
}

fn packet(from: distsys::layer::NodeId, to: distsys::layer::NodeId, ordinal: u64) -> PacketId {
    PacketId { from, to, ordinal, copy: 0 }
}

fn lost(packets: &[PacketId]) -> Script {
    Script { fates: packets.iter().map(|&id| (id, Fate::Lost)).collect(), ..Script::default() }
}

/// How these runs are drawn: short words for the request and the answer.
fn style() -> Style {
    let names = ["shop", "payments"].map(String::from).to_vec();
    let show = Show { timers: true, stores: true, choices: false, facts: false };
    Style { names, show, width: 40, label, quiet: |_| false, ..Style::default() }
}

fn label(text: &str) -> String {
    let has = |part: &str| text.contains(part);
    let words = match text {
        _ if has("Executed") => "charges the card",
        _ if has("Started") => "call 1 begins",
        _ if has("Done") => "call 1 done: success",
        _ if has("Request {") => "1: charge £3.99",
        _ if has("Response {") && has("Ok") => "1: success",
        _ if has("Response {") => "1: nobody knows",
        _ if has("Unknown") => "nobody knows",
        _ if has("TimedOut") => "time-out",
        _ if has("Return {") => "success",
        _ if has("amount: 399") => "charge £3.99",
        _ if has("Work(") => "work done",
        _ if has("Restarted") => "that it came back",
        _ if has("Retry") => "no answer yet",
        _ => return distsys::draw::label(text),
    };
    words.to_string()
}

#[test]
fn arguments_and_result_travel_as_json() {
    let trace = charge(stub().over(Rpc::new()), Script::default());
    assert_eq!(outcome(&trace), (1, vec![Ok(true)]));
    let mut sent = trace.records.iter().filter_map(|record| match &record.what {
        What::Send { packet: Packet::Request { args, .. }, .. } => Some(args.clone()),
        What::Send { packet: Packet::Response { result, .. }, .. } => result.clone().ok(),
        _ => None,
    });
    for name in ["rpc-request.json", "rpc-response.json"] {
        let text: serde_json::Value = serde_json::from_str(&sent.next().unwrap()).unwrap();
        golden::check(name, &format!("{}\n", serde_json::to_string_pretty(&text).unwrap()));
    }
    assert_eq!(sent.next(), None);
}

#[test]
fn what_cannot_be_read_is_refused_in_words() {
    let text = "{\"card\":{\"number\":\"1\",\"expires\":\"x\",\"cvc\":\"1\"},\"amount\":3.99}";
    let read: Result<PaymentRequest, String> = Json::unmarshal(&text.to_string());
    assert!(read.unwrap_err().contains("3.99"));
    let amount = PaymentRequest { amount: 0, ..PaymentRequest::example() };
    let refused = Payments::default().process_payment(&amount);
    assert!(!refused.success && refused.error.is_some() && refused.transaction.is_none());
    let dollars = PaymentRequest { currency: Currency::USD, ..PaymentRequest::example() };
    assert_eq!(Json::unmarshal(&Json::marshal(&dollars)), Ok(dollars));
}

/// A wire format of which nothing can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Noise;

impl<T> Format<T> for Noise {
    type Wire = String;
    fn marshal(_: &T) -> String {
        "%&!".to_string()
    }
    fn unmarshal(text: &String) -> Result<T, String> {
        Err(format!("{text} is noise"))
    }
}

#[test]
fn a_server_that_cannot_read_a_request_answers_so_and_does_nothing() {
    let stub: Stub<Payments, Noise> = Stub::new(Payments::new(5 * MILLIS));
    let trace = charge(stub.over(Rpc::new()), Script::default());
    assert_eq!(outcome(&trace), (0, vec![Err(Failure::Unreadable("%&! is noise".into()))]));
}

#[test]
fn a_retry_charges_twice() {
    let trace = charge(stub().over(Rpc::new()), lost(&[packet(B, A, 1)]));
    assert_eq!(outcome(&trace), (2, vec![Ok(true)]));
    let caption = "The answer is lost. The shop tries again, and the card is charged twice.";
    golden::check_run("rpc-charged-twice", caption, &trace.text(), &style());
}

#[test]
fn without_retries_the_shop_cannot_know() {
    let node = || stub().over(Rpc::new().with_tries(1));
    let request_lost = charge(node(), lost(&[packet(A, B, 1)]));
    let answer_lost = charge(node(), lost(&[packet(B, A, 1)]));
    assert_eq!(outcome(&request_lost), (0, vec![Err(Failure::TimedOut)]));
    assert_eq!(outcome(&answer_lost), (1, vec![Err(Failure::TimedOut)]));
}

#[test]
fn with_deduplication_a_retry_gets_the_first_answer() {
    let node = stub().over(Dedup::new(8).over(Rpc::new()));
    let trace = charge(node, lost(&[packet(B, A, 1)]));
    assert_eq!(outcome(&trace), (1, vec![Ok(true)]));
    let caption =
        "The same loss. The server has written down what came of call 1, and says it again.";
    golden::check_run("rpc-charged-once", caption, &trace.text(), &style());
}

#[test]
fn after_a_crash_in_the_middle_of_the_work_nobody_knows() {
    let node = stub().over(Dedup::new(8).over(Rpc::new()));
    let work = EventId::Timer { node: B, timer: "First(Work(1))".to_string(), ordinal: 1 };
    let script = Script {
        crashes: [(work, 1)].into(),
        faults: Some(vec![(40 * MILLIS, Fault::Recover(B))]),
        ..Script::default()
    };
    let trace = charge(node, script);
    assert_eq!(outcome(&trace), (1, vec![Err(Failure::Unknown)]));
    let caption = "The server crashes when it has charged the card and not yet written that down. Its table knows that call 1 began, so it does not charge again; but it does not know what came of it.";
    golden::check_run("rpc-nobody-knows", caption, &trace.text(), &style());
}

/// An answer that no request is waiting for changes nothing.
#[test]
fn late_answers_are_ignored() {
    let late = Script {
        fates: [(packet(B, A, 1), Fate::After(vec![500 * MILLIS]))].into(),
        ..Script::default()
    };
    let trace = charge(stub().over(Rpc::new().with_tries(2)), late);
    assert_eq!(outcome(&trace), (2, vec![Ok(true)]));
    let received = trace
        .records
        .iter()
        .filter(|record| matches!(&record.what, What::Receive { id, .. } if id.to == A));
    assert_eq!(received.count(), 2);
}
