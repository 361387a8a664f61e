//! From a long run that breaks a promise to a small one.

use distsys::draw::figure;
use distsys::layer::names::{A, B};
use distsys::layer::{Layer, MILLIS, NodeId};
use distsys::sim::trace::Terms;
use distsys::sim::{EventId, Fate, Fault, FaultMenu, Network, PacketId, Rate, Script};
use distsys::sim::{Trace, What};
use distsys::spec::{Kind, Verdict, Violation};
use distsys::subject::{
    Parameter, Parameters, Promise, Property, Report, Run, Smallest, Subject, Workload, search,
    shrink,
};
use tests::toys::puppet::{Do, Puppet};
use tests::{golden, mutants};
use zoo::Twin;

fn subject(twin: &str) -> (Subject, &'static str) {
    let twin = Twin::named(twin).unwrap();
    (twin.subject().unwrap(), twin.breaks)
}

fn calm() -> Script {
    Script::calm()
}

fn lossy(percent: u32) -> FaultMenu {
    FaultMenu::of_network(Network { loss: Rate::percent(percent), ..Network::fair_loss() })
}

/// Long runs, each with what it is and the twin that goes wrong in it: 10,000 records and more.
fn long_runs() -> Vec<(&'static str, &'static str, Run)> {
    let run = |twin: &'static str| Run::new(&subject(twin).0, 0);
    let packet = |ordinal| PacketId { from: A, to: B, ordinal, copy: 0 };
    let late = (1895..1905).map(|ordinal| (packet(ordinal), Fate::After(vec![200 * MILLIS])));
    let late = Script { fates: late.collect(), ..calm() };
    let crash =
        vec![(90_000 * MILLIS, Fault::CrashWithin(B, 1)), (90_100 * MILLIS, Fault::Recover(B))];
    let crash = Script { faults: Some(crash), ..calm() };
    let many = |twin, messages| run(twin).with("messages", messages);
    let everyone = many("fifo-on-arrival", 100).with("nodes", 5).with("everyone", 1);
    let rounds = many("durable-deliver-then-store", 2).with("rounds", 400);
    let acks = run("retransmit-ack-once").with("rounds", 200);
    let lost = many("retransmit-no-dedup", 1_500).with_faults(lossy(20));
    let mut runs = vec![
        (LATE, "fifo-if-for-while", many("fifo-if-for-while", 2_000).with_script(late.clone())),
        (LATE, "fifo-on-arrival", many("fifo-on-arrival", 2_000).with_script(late)),
        ("800 messages; a crash at 90 s", "durable-deliver-then-store", rounds.with_script(crash)),
    ];
    let drawn = [
        ("1,500 messages, 20 % lost", "retransmit-no-dedup", lost),
        ("five nodes, 20 % lost", "fifo-on-arrival", everyone.with_faults(lossy(20))),
        ("200 rounds, 20 % lost", "retransmit-ack-once", acks.with_faults(lossy(20))),
        ("1,000 messages, 60 % lost", "fifo-higher-number", {
            many("fifo-higher-number", 1_000).with_faults(lossy(60))
        }),
    ];
    // With all that was drawn written down, no other seed can help to make them smaller.
    runs.extend(drawn.map(|(what, twin, run)| (what, twin, written_down(&subject(twin).0, &run))));
    runs
}

const LATE: &str = "2,000 messages; ten late packets near the end";

/// The same run with all that was drawn written down.
fn written_down(subject: &Subject, run: &Run) -> Run {
    let trace = run.report(subject).unwrap().trace;
    let script = run.script.recorded(&trace, run.plan(trace.nodes));
    Run { script, faults: FaultMenu::default(), ..run.clone() }
}

fn requests(subject: &Subject, run: &Run) -> usize {
    subject.open(run).unwrap().requests() as usize - run.script.without.len()
}

fn number_of_decisions(script: &Script) -> usize {
    let Script { faults, fates, crashes, choices, timers, .. } = script;
    let faults = faults.iter().flatten().count();
    faults + fates.len() + crashes.len() + choices.len() + timers.len()
}

#[test]
fn a_run_of_ten_thousand_records_gets_small_for_the_price_of_some_sixty_such_runs() {
    let header = "| A run | of the twin | Records | Requests | Decisions | Runs tried | Records in all | \
                  Records left | Requests | Decisions |";
    let mut table = format!("{header}\n|---|---{}\n", "|---:".repeat(8) + "|");
    for (what, twin, run) in long_runs() {
        let (subject, promise) = subject(twin);
        let long = run.report(&subject).unwrap();
        let records = long.trace.records.len();
        assert!(records >= 10_000, "{twin}: {records}");
        let smallest = shrink(&subject, &run, promise).unwrap();
        let Smallest { run: small, tried, simulated, cut_off } = smallest;
        assert!(!cut_off && simulated < 60 * records as u64, "{twin}: {simulated} records");
        let report = small.report(&subject).unwrap();
        assert!(report.breaks(promise).is_some() && report.promised == long.promised);
        let size = |run: &Run| {
            format!("{} | {}", requests(&subject, run), number_of_decisions(&run.script))
        };
        assert!(requests(&subject, &small) + number_of_decisions(&small.script) <= 8, "{small:?}");
        let left = report.trace.records.len();
        table += &format!(
            "| {what} | {twin} | {records} | {} | {tried} | {simulated} | {left} | {} |\n",
            size(&run),
            size(&small)
        );
        if twin == "fifo-if-for-while" {
            golden::check("smallest.json", &(serde_json::to_string_pretty(&small).unwrap() + "\n"));
            let caption = "What is left of 2,000 messages and ten late packets.";
            let figure = figure("smallest", caption, &report.trace, &subject.style);
            golden::check("smallest.html", &figure);
        }
    }
    golden::check("smallest.txt", &table);
}

#[test]
fn a_run_that_was_drawn_gets_small_with_the_help_of_other_seeds() {
    let (subject, promise) = subject("fifo-on-arrival");
    let run = Run::new(&subject, 0).with("messages", 100).with("nodes", 5).with("everyone", 1);
    let smallest = shrink(&subject, &run.with_faults(lossy(20)), promise).unwrap();
    assert!(smallest.simulated < 20_000 && requests(&subject, &smallest.run) == 2);
}

#[test]
fn the_smallest_run_depends_on_no_seed_and_is_found_again() {
    for twin in mutants::topic("links").twins {
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
    for twin in mutants::topic("links").twins {
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

/// Three puppets, of which B leads from 5 ms on, that promise that no node comes back.
fn led() -> Subject {
    const NODES: &[Parameter] =
        &[Parameter { name: "nodes", about: "how many nodes", default: 3, least: 3, most: 3 }];
    fn never<V: Terms>(trace: &Trace<V>) -> Verdict {
        let is_back = |what: &What<V>| matches!(what, What::Recover);
        let Some(back) = trace.records.iter().position(|record| is_back(&record.what)) else {
            return Ok(());
        };
        Err(Violation { explanation: "one is back".to_string(), records: vec![back as u64] })
    }
    fn promises() -> Vec<Property<<Puppet as Layer>::Implements>> {
        let promise = Promise { name: "never", says: "no node comes back", kind: Kind::Safety };
        vec![Property { promise, check: never }]
    }
    fn workload(_: &Parameters) -> Result<Workload<Puppet>, String> {
        Ok(vec![(5 * MILLIS, B, vec![Do::Lead(Some(1))])])
    }
    let build = |parameters: &Parameters| Puppet::troupe(parameters.nodes());
    Subject::new("led", "A leader", NODES, promises, build, workload)
}

#[test]
fn a_fault_that_was_aimed_at_a_leader_needs_no_leader_in_the_smallest_run() {
    let subject = led();
    let menu = "crashes=3 recovery aimed=100% until=1s".parse().unwrap();
    let struck = |report: &Report| {
        report.trace.to_string().contains("B aim") && report.breaks("never").is_some()
    };
    let run = Run::new(&subject, 0).with_faults(menu);
    let (run, _) = search(&subject, &run, 0..100, struck).unwrap().unwrap();
    let small = shrink(&subject, &run, "never").unwrap();
    assert_eq!(requests(&subject, &small.run), 0);
    let faults: Vec<_> = small.run.script.faults.unwrap().into_iter().map(|(_, f)| f).collect();
    assert!(
        matches!(faults[..], [Fault::Crash(_) | Fault::CrashWithin(..), Fault::Recover(_)]),
        "{faults:?}"
    );
}
