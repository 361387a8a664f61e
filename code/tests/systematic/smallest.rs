//! From a long run that breaks a promise to a small one.

use distsys::layer::names::{A, B};
use distsys::layer::{MILLIS, NodeId};
use distsys::sim::{EventId, Fate, Fault, FaultMenu, Network, PacketId, Rate, Script};
use distsys::subject::{Run, Smallest, Subject, shrink};
use zoo::{TWINS, Twin};

fn subject(twin: &str) -> (Subject, &'static str) {
    let twin = Twin::named(twin).unwrap();
    (twin.subject().unwrap(), twin.breaks)
}

fn calm() -> Script {
    Script { calm: true, ..Script::default() }
}

fn lossy(percent: u32) -> FaultMenu {
    FaultMenu::of_network(Network { loss: Rate::percent(percent), ..Network::fair_loss() })
}

/// Long runs, each with the twin that goes wrong in it: 10,000 records and more.
fn long_runs() -> Vec<(&'static str, Run)> {
    let run = |twin: &'static str| Run::new(&subject(twin).0, 0);
    let packet = |ordinal| PacketId { from: A, to: B, ordinal, copy: 0 };
    let late = (1895..1905).map(|ordinal| (packet(ordinal), Fate::After(vec![200 * MILLIS])));
    let late = Script { fates: late.collect(), ..calm() };
    let crash =
        vec![(90_000 * MILLIS, Fault::CrashWithin(B, 1)), (90_100 * MILLIS, Fault::Recover(B))];
    let crash = Script { faults: Some(crash), ..calm() };
    let many = |twin, messages| run(twin).with("messages", messages);
    let everyone = many("fifo-on-arrival", 100).with("nodes", 5).with("everyone", 1);
    vec![
        ("fifo-if-for-while", many("fifo-if-for-while", 2_000).with_script(late.clone())),
        ("fifo-on-arrival", many("fifo-on-arrival", 2_000).with_script(late)),
        ("retransmit-no-dedup", many("retransmit-no-dedup", 1_500).with_faults(lossy(20))),
        ("fifo-on-arrival", everyone.with_faults(lossy(20))),
        (
            "durable-deliver-then-store",
            many("durable-deliver-then-store", 2).with("rounds", 400).with_script(crash),
        ),
        (
            "retransmit-ack-once",
            run("retransmit-ack-once").with("rounds", 200).with_faults(lossy(20)),
        ),
        ("fifo-higher-number", many("fifo-higher-number", 1_000).with_faults(lossy(60))),
    ]
}

/// The same run with all that was drawn written down: no other seed can help to make it smaller.
fn written_down(subject: &Subject, run: &Run) -> Run {
    let trace = run.report(subject).unwrap().trace;
    let script = run.script.recorded(&trace, run.plan(trace.nodes));
    Run { script, faults: FaultMenu::default(), ..run.clone() }
}

/// How much of a run somebody has to take in: requests, decisions, nodes beyond two.
fn size(subject: &Subject, run: &Run) -> usize {
    let requests = subject.open(run).unwrap().requests() as usize - run.script.without.len();
    requests + decisions(&run.script).len()
}

#[test]
fn a_run_of_ten_thousand_records_gets_small_for_the_price_of_some_fifty_such_runs() {
    for (twin, run) in long_runs() {
        let (subject, promise) = subject(twin);
        for run in [written_down(&subject, &run), run] {
            let long = run.report(&subject).unwrap();
            assert!(long.trace.records.len() >= 10_000, "{twin}: {}", long.trace.records.len());
            let Smallest { run: small, simulated, cut_off, .. } =
                shrink(&subject, &run, promise).unwrap();
            assert!(!cut_off && simulated < 700_000, "{twin}: {simulated} records");
            let report = small.report(&subject).unwrap();
            assert!(report.breaks(promise).is_some() && report.promised == long.promised);
            assert!(size(&subject, &small) <= 8, "{twin}: {small:?}");
        }
    }
}

#[test]
fn the_smallest_run_depends_on_no_seed_and_is_found_again() {
    for twin in TWINS {
        let subject = twin.subject().unwrap();
        let (run, _) = twin.hunt(100).unwrap().unwrap();
        let small = shrink(&subject, &run, twin.breaks).unwrap();
        assert_eq!(small.run, shrink(&subject, &run, twin.breaks).unwrap().run);
        let trace = small.run.report(&subject).unwrap().trace;
        for seed in 1..5 {
            let other = small.run.with_seed(seed).report(&subject).unwrap().trace;
            assert_eq!(trace, other, "{}: seed {seed} changes the run", twin.name);
        }
        let again: Run = serde_json::from_str(&serde_json::to_string(&small.run).unwrap()).unwrap();
        assert_eq!(again.report(&subject).unwrap().trace, trace);
    }
}

/// Every run that lacks one thing that this run has, with its name.
fn with_one_thing_less(subject: &Subject, run: &Run) -> Vec<(String, Run)> {
    let nodes = subject.parameters(&run.parameters).unwrap().nodes();
    let requests = subject.open(run).unwrap().requests();
    let mut all: Vec<(String, Script)> = Vec::new();
    for request in (0..requests).filter(|request| !run.script.without.contains(request)) {
        let mut less = run.script.clone();
        less.without.insert(request);
        all.push((format!("request {request}"), less));
    }
    for node in NodeId::all(nodes).filter(|node| !run.script.absent.contains(node)) {
        let mut less = run.script.clone();
        less.absent.insert(node);
        all.push((format!("node {node}"), less));
    }
    all.extend(decisions(&run.script));
    all.into_iter().map(|(name, script)| (name, Run { script, ..run.clone() })).collect()
}

/// The script without each of its decisions in turn.
fn decisions(script: &Script) -> Vec<(String, Script)> {
    let mut all = Vec::new();
    for fault in 0..script.faults.iter().flatten().count() {
        let mut less = script.clone();
        less.faults.as_mut().unwrap().remove(fault);
        // What speaks of faults by their numbers speaks of those after it by one less.
        let crashes = std::mem::take(&mut less.crashes).into_iter();
        less.crashes = crashes
            .filter_map(|(event, done)| match event {
                EventId::Fault(other) if other as usize == fault => None,
                EventId::Fault(other) if other as usize > fault => {
                    Some((EventId::Fault(other - 1), done))
                }
                other => Some((other, done)),
            })
            .collect();
        all.push((format!("fault {fault}"), less));
    }
    for packet in script.fates.keys() {
        let mut less = script.clone();
        less.fates.remove(packet);
        all.push((format!("fate of {packet}"), less));
    }
    for event in script.crashes.keys() {
        let mut less = script.clone();
        less.crashes.remove(event);
        all.push((format!("crash at {event}"), less));
    }
    for event in script.choices.keys() {
        let mut less = script.clone();
        less.choices.remove(event);
        all.push((format!("choice at {event}"), less));
    }
    for event in script.timers.keys() {
        let mut less = script.clone();
        less.timers.remove(event);
        all.push((format!("timer {event}"), less));
    }
    all
}

#[test]
fn nothing_can_be_left_out_of_the_smallest_run() {
    for twin in TWINS {
        let subject = twin.subject().unwrap();
        for seed in [0, 7] {
            let (run, report) = twin.hunt_from(seed, 100).unwrap().unwrap();
            let small = shrink(&subject, &run, twin.breaks).unwrap();
            assert!(!small.cut_off, "{}", twin.name);
            for (what, less) in with_one_thing_less(&subject, &small.run) {
                let less = less.report(&subject).unwrap();
                let breaks = less.breaks(twin.breaks).is_some();
                // Or it is another situation, in which nothing was promised. Or it is longer than
                // the run that was to be made smaller: without its receiver, a message is sent
                // again and again.
                let longer = less.trace.records.len() > report.trace.records.len();
                assert!(
                    !breaks || longer || less.promised != report.promised,
                    "{}: {what} can be left out of {}",
                    twin.name,
                    serde_json::to_string(&small.run).unwrap()
                );
            }
        }
    }
}

#[test]
fn a_run_that_keeps_its_promise_cannot_be_made_smaller() {
    let (subject, promise) = subject("fifo-on-arrival");
    let kept = shrink(&subject, &Run::new(&subject, 0).with("messages", 1), promise);
    assert!(kept.unwrap_err().contains("keeps fifo_link::order"));
}
