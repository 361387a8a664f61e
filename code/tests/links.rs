//! Links: reliable, FIFO, and FIFO across crashes.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use distsys::draw::Style;
use distsys::layer::names::{A, B};
use distsys::layer::{Layer, MILLIS, NodeId};
use distsys::link::{Boundary, Direct, DurableFifo, Fifo, Retransmit};
use distsys::model::Nodes;
use distsys::service::{Deliver, SendTo};
use distsys::sim::{
    EventId, Fate, Fault, FaultMenu, Network, Node, PacketId, Record, Script, Text, Trace, What,
    World,
};
use distsys::spec::{fifo_link, reliable_link};
use distsys::subject::{Report, Run, Subject, Systematic, links};
use tests::{golden, mutants};

// Scripts: one situation each; the pages show the golden files.

fn packet(from: NodeId, to: NodeId, ordinal: u64) -> PacketId {
    PacketId { from, to, ordinal, copy: 0 }
}

/// A calm network, but for these packets.
fn fates(fates: impl IntoIterator<Item = (PacketId, Fate)>) -> Script {
    Script { fates: fates.into_iter().collect(), ..Script::default() }
}

/// A sends these messages to B, one every 2 ms, over a calm network with these exceptions.
fn a_to_b<N>(node: N, messages: &[&'static str], script: Script) -> Trace<N>
where
    N: Node,
    N::Implements: distsys::layer::Service<Request = SendTo<&'static str>>,
{
    let mut world = World::new(0, vec![node; 2]).with_network(Network::calm()).with_script(script);
    for (i, &msg) in (0..).zip(messages) {
        world.request_at(i * 2 * MILLIS, A, SendTo { to: B, msg });
    }
    world.run().unwrap();
    world.trace()
}

#[test]
fn fifo_link_holds_back_what_comes_early() {
    let late = fates([(packet(A, B, 1), Fate::After(vec![20 * MILLIS]))]);
    let trace = a_to_b(Fifo::new(2).over(Direct::new()), &["m1", "m2", "m3"], late);
    assert_eq!(trace.delivered(B), [(A, "m1"), (A, "m2"), (A, "m3")]);
    let caption = "m1 is slow; B holds m2 and m3 back until it has come.";
    golden::check_run("fifo-overtaken", caption, &trace.text(), &Style::default());
    // The picture in the README.
    let title = "A FIFO link holds back what comes early".to_string();
    let style = Style { title, ..Style::default() };
    golden::check("fifo-overtaken.svg", &distsys::draw::svg(&trace.text(), &style));
}

#[test]
fn reliable_link_sends_again_and_passes_on_once() {
    let lost = [(packet(A, B, 1), Fate::Lost), (packet(B, A, 1), Fate::Lost)];
    let trace = a_to_b(Retransmit::new(2), &["m1"], fates(lost));
    assert_eq!(trace.delivered(B), [(A, "m1")]);
    let caption = "First the message is lost, then its acknowledgement. The third copy is a duplicate: B acknowledges it, \
                   but does not deliver it again.";
    golden::check_run("reliable-lost-twice", caption, &trace.text(), &Style::default());
}

#[test]
fn fifo_over_retransmission_keeps_order_on_a_lossy_network() {
    let lost = fates([(packet(A, B, 1), Fate::Lost)]);
    let node = Fifo::new(2).over(Retransmit::new(2));
    let trace = a_to_b(node, &["m1", "m2", "m3"], lost);
    assert_eq!(trace.delivered(B), [(A, "m1"), (A, "m2"), (A, "m3")]);
    let caption = "The whole stack: m1 is lost, sent again after 50 ms, and lets m2 and m3 go.";
    golden::check_run("fifo-over-retransmit", caption, &trace.text(), &Style::default());
}

fn calm() -> FaultMenu {
    FaultMenu { until: 0, ..FaultMenu::of_network(Network::calm()) }
}

/// A sends alfa and bravo; B crashes when it has carried out `done` effects of receiving alfa, and
/// comes back.
fn crash_at_the_boundary(name: &str, done: u32) -> Report {
    let subject = mutants::subject(name);
    let script = Script {
        crashes: [(EventId::Packet(packet(A, B, 1)), done)].into(),
        faults: Some(vec![(100 * MILLIS, Fault::Recover(B))]),
        ..Script::default()
    };
    let run = Run::new(&subject, 0).with("messages", 1).with("rounds", 2).with_faults(calm());
    run.with_script(script).report(&subject).unwrap()
}

fn delivered_words(report: &Report) -> Vec<&str> {
    let word = |record: &'_ Record<Text>| match &record.what {
        What::Deliver { indication } => Some(indication.clone()),
        _ => None,
    };
    let all: Vec<String> = report.trace.records.iter().filter_map(word).collect();
    ["alfa", "bravo"]
        .into_iter()
        .flat_map(|w| std::iter::repeat_n(w, all.iter().filter(|text| text.contains(w)).count()))
        .collect()
}

#[test]
fn at_most_once_skips_what_a_crash_at_the_boundary_hits() {
    let report = crash_at_the_boundary("fifo-link-at-most-once", 1);
    assert_eq!(delivered_words(&report), ["bravo"]);
    assert!(report.broken().is_none() && report.promised);
    let caption =
        "At most once: B stores that it has delivered alfa, crashes, and never delivers it.";
    golden::check_run("durable-at-most-once", caption, &report.trace, &Style::default());
}

#[test]
fn at_least_once_repeats_what_a_crash_at_the_boundary_hits() {
    let report = crash_at_the_boundary("fifo-link-at-least-once", 1);
    assert_eq!(delivered_words(&report), ["alfa", "alfa", "bravo"]);
    assert!(report.broken().is_none() && report.promised);
    let caption =
        "At least once: B delivers alfa, crashes before it has stored that, and delivers it again.";
    golden::check_run("durable-at-least-once", caption, &report.trace, &Style::default());
}

// Seeds: many random runs with faults.

#[test]
fn links_keep_their_promises_in_every_hunt() {
    for subject in links::subjects() {
        for hunt in subject.hunts() {
            let nodes = subject.parameters(&hunt.parameters).unwrap().nodes();
            for run in (0..300).flat_map(|seed| hunt.with_seed(seed).endings(nodes)) {
                let report = run.report(&subject).unwrap();
                assert!(report.promised, "{} is asked for more than it promises", subject.name);
                assert_kept(&subject, &run, &report);
            }
        }
    }
}

/// Fails with the promise, the smallest run that breaks it, and how to see it again.
fn assert_kept(subject: &Subject, run: &Run, report: &Report) {
    let replay = || serde_json::to_string(run).unwrap();
    assert_eq!(report.error, None, "{} in the run {}", subject.name, replay());
    if let Some((promise, violation)) = report.broken() {
        let (small, smallest) = distsys::subject::smallest(subject, run, promise.name).unwrap();
        panic!(
            "{} breaks {}: {}\n\nthe smallest run found:\n{}\nTo see it again, put this line into a file and call \
             `cargo book exercise 4 --replay FILE`:\n{}\nThe run of seed {} under the menu {} with the end {:?}:\n{}",
            subject.name,
            promise.name,
            violation.explanation,
            distsys::draw::terminal(&smallest.trace, false, &subject.style),
            serde_json::to_string(&small).unwrap(),
            run.seed,
            run.menu(),
            run.heal,
            replay()
        );
    }
}

#[test]
fn durable_links_keep_their_promises_wherever_two_crashes_strike() {
    for name in ["fifo-link-at-most-once", "fifo-link-at-least-once"] {
        let subject = mutants::subject(name);
        let run = Run::new(&subject, 0).with("messages", 1).with("rounds", 2).with_faults(calm());
        let runs = Systematic::crashes(2, 100 * MILLIS).of_run(&subject, &run);
        let mut number = 0;
        for run in runs.map(|next| next.unwrap().run) {
            assert_kept(&subject, &run, &run.report(&subject).unwrap());
            number += 1;
        }
        assert!(number > 1_000, "only {number} runs");
    }
}

#[test]
fn without_stable_storage_some_crash_breaks_the_order() {
    let subject = mutants::subject("fifo-link");
    let run = Run::new(&subject, 0).with("messages", 1).with("rounds", 3).with_faults(calm());
    let runs = Systematic::crashes(1, 100 * MILLIS).of_run(&subject, &run);
    let reports = runs.map(|next| next.unwrap().run.report(&subject).unwrap());
    let broken = reports.filter(|report| report.breaks("fifo_link::order").is_some());
    let broken: Vec<_> = broken.collect();
    assert!(!broken.is_empty());
    assert!(broken.iter().all(|report| !report.promised), "the model says so before the run does");
}

#[test]
fn retransmission_remembers_at_most_a_window_of_numbers() {
    let mut world = World::new(3, vec![Retransmit::new(2).with_window(4); 2]).untraced();
    world.network = Network::fair_loss();
    for i in 0..1_000 {
        world.request_at(i * MILLIS, A, SendTo { to: B, msg: i });
    }
    while world.step().unwrap() {
        let (sender, receiver) = (world.node(A).unwrap(), world.node(B).unwrap());
        assert!(sender.unacknowledged(B) <= 4, "{} unacknowledged", sender.unacknowledged(B));
        assert!(receiver.remembered(A) <= 4, "{} exceptions", receiver.remembered(A));
    }
    assert_eq!(world.delivered(), 1_000);
}

// Mutants: each twin, with the property that must reject it.

#[test]
fn every_twin_breaks_its_property_and_the_smallest_run_is_pinned() {
    mutants::each_breaks_its_property(mutants::topic("links"));
}

#[test]
fn the_original_survives_the_smallest_run_of_each_twin() {
    mutants::the_originals_survive(mutants::topic("links"));
}

#[test]
fn every_property_of_links_rejects_some_twin() {
    // No realistic slip of these algorithms makes messages up: the next test stands in.
    let elsewhere = ["reliable_link::no_creation"];
    mutants::each_promise_rejects_some_twin(
        mutants::topic("links"),
        &links::subjects(),
        &elsewhere,
    );
    assert!(links::subjects().iter().any(|it| it.model.nodes == Nodes::CrashRecovery));
}

#[test]
fn no_creation_rejects_a_message_that_was_never_sent() {
    let mut trace = a_to_b(Direct::new(), &["m1"], Script::default());
    assert_eq!(reliable_link::no_creation(&trace), Ok(()));
    trace.records.retain(|record| !matches!(record.what, What::Request { .. }));
    assert!(reliable_link::no_creation(&trace).is_err());
}

#[test]
fn delivery_despite_sender_crash_rejects_a_message_that_never_comes() {
    let lost = fates([(packet(A, B, 1), Fate::Lost)]);
    let mut trace = a_to_b(Direct::new(), &["m1"], lost);
    assert!(fifo_link::delivery_despite_sender_crash(&trace).is_err());
    // Unless the receiver crashed: then nothing was promised.
    let crash = What::Crash { after_effects: None, undone: Vec::new() };
    trace.records.push(Record { at: 99 * MILLIS, node: B, cause: None, what: crash });
    assert_eq!(fifo_link::delivery_despite_sender_crash(&trace), Ok(()));
}

/// A trace in which A asks to send these words to B (true) and B delivers them (false), with a
/// crash and a recovery of B for each `None`.
fn told(events: &[Option<(bool, &'static str)>]) -> Trace<Fifo2> {
    let mut trace = Trace::new(2);
    let mut record = |node, what| {
        let at = trace.records.len() as u64;
        trace.records.push(Record { at, node, cause: None, what });
    };
    for event in events {
        match *event {
            Some((true, msg)) => {
                record(A, What::Request { ordinal: 0, request: SendTo { to: B, msg } });
            }
            Some((false, msg)) => record(B, What::Deliver { indication: Deliver { from: A, msg } }),
            None => {
                record(B, What::Crash { after_effects: None, undone: Vec::new() });
                record(B, What::Recover);
            }
        }
    }
    trace
}

type Fifo2 = distsys::stack::Stack<Fifo<&'static str>, Direct<(&'static str, u64)>>;

fn sends(word: &'static str) -> Option<(bool, &'static str)> {
    Some((true, word))
}
fn delivers(word: &'static str) -> Option<(bool, &'static str)> {
    Some((false, word))
}

#[test]
fn at_most_once_excuses_a_skip_only_by_a_crash_after_the_request() {
    let skipped = [sends("m1"), None, sends("m2"), delivers("m2")];
    assert_eq!(fifo_link::at_most_once(&told(&skipped)), Ok(()));
    let before = [sends("m0"), delivers("m0"), None];
    let unexplained = [&before[..], &[sends("m1"), sends("m2"), delivers("m2")]].concat();
    assert!(fifo_link::at_most_once(&told(&unexplained)).is_err());
    let repeated = [sends("m1"), delivers("m1"), None, delivers("m1")];
    assert!(fifo_link::at_most_once(&told(&repeated)).is_err());
}

#[test]
fn at_least_once_excuses_a_repetition_only_by_a_crash_and_a_skip_by_nothing() {
    let repeated = [sends("m1"), sends("m2"), delivers("m1"), None, delivers("m1"), delivers("m2")];
    assert_eq!(fifo_link::at_least_once(&told(&repeated)), Ok(()));
    let unexplained = [sends("m1"), delivers("m1"), delivers("m1")];
    assert!(fifo_link::at_least_once(&told(&unexplained)).is_err());
    let skipped = [sends("m1"), None, sends("m2"), delivers("m2")];
    assert!(fifo_link::at_least_once(&told(&skipped)).is_err());
}

#[test]
fn delivery_counts_only_what_comes_after_the_request() {
    let lost = [sends("x"), delivers("x"), None, sends("x")];
    assert!(reliable_link::delivery(&told(&lost)).is_err());
    let kept = [sends("x"), delivers("x"), None, sends("x"), delivers("x")];
    assert_eq!(reliable_link::delivery(&told(&kept)), Ok(()));
}

#[test]
fn a_node_that_sends_to_itself_gets_it_although_it_crashes_on_the_way() {
    for boundary in [Boundary::AtMostOnce, Boundary::AtLeastOnce] {
        let node = DurableFifo::new(2, boundary).over(Retransmit::new(2));
        let mut world = World::new(0, vec![node; 2]).with_network(Network::calm());
        world.request_at(0, A, SendTo { to: A, msg: "m1" });
        world.fault_at(5 * MILLIS, Fault::Crash(A));
        world.fault_at(50 * MILLIS, Fault::Recover(A));
        world.request_at(100 * MILLIS, A, SendTo { to: A, msg: "m2" });
        world.run().unwrap();
        assert_eq!(world.trace().delivered(A), [(A, "m1"), (A, "m2")]);
    }
}
