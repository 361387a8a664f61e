//! Subjects: runs as values, what is refused, and when a run is over.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use distsys::layer::names::{A, B, C};
use distsys::layer::{Layer, MILLIS, SECONDS};
use distsys::link::{Direct, Fifo, Retransmit};
use distsys::model::Links;
use distsys::service::SendTo;
use distsys::sim::clock::LocalClock;
use distsys::sim::{
    Delay, EventId, Fate, Fault, FaultMenu, Forgery, Move, Network, PacketId, Rate, Script,
    Synchrony, What, World,
};
use distsys::subject::{
    Parameter, Parameters, Run, Subject, crash_points, search, search_in_parallel, smallest,
    subjects,
};
use std::sync::atomic::{AtomicU32, Ordering};
use tests::toys::{Chatter, Do, Puppet};
use zoo::Twin;

fn fifo() -> Subject {
    subjects().into_iter().find(|subject| subject.name == "fifo-link").unwrap()
}

fn lossy(percent: u32) -> FaultMenu {
    FaultMenu::of_network(Network { loss: Rate::percent(percent), ..Network::reliable() })
}

fn faults(faults: Vec<(u64, Fault)>) -> Script {
    Script { faults: Some(faults), ..Script::default() }
}

#[test]
fn a_long_run_goes_on_for_as_long_as_something_is_delivered() {
    let fifo = fifo();
    for run in [
        Run::new(&fifo, 1).with("messages", 2_000).with_faults(lossy(20)),
        Run::new(&fifo, 1).with("messages", 60).with_faults(lossy(90)),
        Run::new(&fifo, 1).with("rounds", 200),
    ] {
        let report = run.report(&fifo).unwrap();
        assert!(report.broken().is_none(), "{:?}", report.broken());
        let requests = fifo.open(&run).unwrap().requests() as usize;
        let delivered = report.trace.to_string().matches(" deliver ").count();
        assert_eq!(delivered, requests);
    }
}

#[test]
fn a_run_that_never_stops_delivering_is_cut_off_at_its_bound() {
    let workload = |_: &Parameters| Ok(vec![(MILLIS, A, SendTo { to: B, msg: 7 })]);
    let build = |_: &Parameters| {
        vec![Chatter::new(2, u32::MAX).over(Fifo::new(2)).over(Retransmit::new(2)); 2]
    };
    let subject = Subject::new("chat", "Chat", TWO, Vec::new, build, workload);
    let report = Run::new(&subject, 1).report(&subject).unwrap();
    assert_eq!(report.error, None);
    let late = report.bound - report.went_on;
    assert!(late < SECONDS, "it ends {late} ns before its bound, {}", report.bound);
}

#[test]
fn a_run_waits_for_a_packet_that_a_script_lets_come_late() {
    let workload = |_: &Parameters| Ok(vec![(MILLIS, A, vec![Do::Send(B, vec![Do::Say(7)])])]);
    let subject =
        Subject::new("puppets", "Puppets", TWO, Vec::new, |_| Puppet::troupe(2), workload);
    for fate in [Fate::After(vec![100 * SECONDS]), Fate::At(vec![100 * SECONDS])] {
        let packet = PacketId { from: A, to: B, ordinal: 1, copy: 0 };
        let script = Script { fates: [(packet, fate)].into(), ..Script::default() };
        let report = Run::new(&subject, 1).with_script(script).report(&subject).unwrap();
        assert!(report.trace.to_string().contains("deliver Said(7)"));
    }
}

const TWO: &[Parameter] =
    &[Parameter { name: "nodes", about: "how many nodes", default: 2, least: 2, most: 2 }];

#[test]
fn nothing_is_promised_where_no_algorithm_could_keep_it() {
    let fifo = fifo();
    let cut = || Fault::Cut(vec![A], vec![B]);
    let heal = || Fault::Heal(vec![A], vec![B]);
    let promised = |run: Run| run.report(&fifo).unwrap().promised;
    assert!(promised(Run::new(&fifo, 1).with_script(faults(vec![(0, cut()), (9, heal())]))));
    assert!(!promised(Run::new(&fifo, 1).with_script(faults(vec![(0, cut())]))));
    assert!(!promised(
        Run::new(&fifo, 1).with_script(faults(vec![(0, cut()), (9, Fault::Recover(A))]))
    ));
    assert!(promised(Run::new(&fifo, 1).with_faults(lossy(90))));
    assert_eq!(lossy(100).network.model(), Links::Arbitrary);
}

#[test]
fn a_node_that_stays_paused_is_owed_nothing() {
    let fifo = fifo();
    let run = Run::new(&fifo, 1).with_script(faults(vec![(0, Fault::Pause(B))]));
    assert!(run.report(&fifo).unwrap().broken().is_none());
}

#[test]
fn the_smallest_run_of_a_promised_one_is_promised() {
    // It sends twice only, and both fall into the cut: without the end of the cut it fails as well.
    let twin = Twin::named("retransmit-once").unwrap();
    let subject = twin.subject().unwrap();
    let cut = Fault::Cut(vec![A], vec![B]);
    let heal = Fault::Heal(vec![A], vec![B]);
    let script = faults(vec![(0, cut), (200 * MILLIS, heal.clone())]);
    let run = Run::new(&subject, 0).with("messages", 1).with_script(script);
    let report = run.report(&subject).unwrap();
    assert!(report.promised && report.breaks(twin.breaks).is_some());
    let (small, report) = smallest(&subject, &run, twin.breaks).unwrap();
    assert!(report.promised && report.breaks(twin.breaks).is_some());
    assert!(small.script.faults.unwrap().iter().any(|(_, fault)| *fault == heal));
}

#[test]
fn runs_that_make_no_sense_are_refused_in_words() {
    let fifo = fifo();
    let run = || Run::new(&fifo, 0);
    let packet = |to, copy| PacketId { from: A, to, ordinal: 1, copy };
    let menu = |change: fn(&mut FaultMenu)| {
        let mut menu = FaultMenu::default();
        change(&mut menu);
        run().with_faults(menu)
    };
    let script = |script| run().with_script(script);
    let fate =
        |packet| script(Script { fates: [(packet, Fate::Lost)].into(), ..Script::default() });
    let crash = |event| script(Script { crashes: [(event, 0)].into(), ..Script::default() });
    for (run, says) in [
        (Run { version: 9, ..run() }, "format version 9"),
        (Run { subject: "raft".into(), ..run() }, "a run of raft"),
        (run().with("nodes", 1), "nodes must be from 2 to 26"),
        (run().with("colour", 1), "no parameter \"colour\""),
        (run().with("messages", 10_000).with("rounds", 1_000), "requests"),
        (menu(|menu| menu.crashes = u32::MAX), "at most 10000 faults"),
        (menu(|menu| menu.until = u64::MAX), "more than a day"),
        (menu(|menu| menu.network.loss = Rate(u32::MAX)), "a chance is at most"),
        (menu(|menu| menu.network.delay = Delay::Uniform(9, 1)), "never"),
        (menu(|menu| menu.network.delay = Delay::Fixed(u64::MAX)), "an hour"),
        (script(faults(vec![(u64::MAX, Fault::Crash(A))])), "more than a day"),
        (script(faults(vec![(0, Fault::Crash(C))])), "names node C"),
        (fate(packet(C, 0)), "names node C"),
        (fate(packet(B, 1)), "is a copy"),
        (crash(EventId::Request(99)), "names ?99"),
        (crash(EventId::Fault(0)), "names *0"),
        (script(Script { without: [99].into(), ..Script::default() }), "no request ?99"),
    ] {
        assert_refused(&fifo, &run, says);
    }
}

#[test]
fn faults_that_make_no_sense_are_refused_in_words() {
    let fifo = fifo();
    let run = || Run::new(&fifo, 0);
    let packet = |to, copy| PacketId { from: A, to, ordinal: 1, copy };
    let script = |script| run().with_script(script);
    let forged = |packet, sender| {
        let forged = [(packet, Forgery { sender, tampered: None })].into();
        script(Script { forged, ..Script::default() })
    };
    let drifting = LocalClock { drift_ppm: 2_000_000, ..LocalClock::default() };
    let later = |after, fault| Fault::AtLeader(A, vec![(after, fault)]);
    for (run, says) in [
        (
            script(faults(vec![(0, later(7, Fault::Clock(A, LocalClock::default())))])),
            "from time 0",
        ),
        (script(faults(vec![(0, Fault::Clock(A, drifting))])), "drifts by at most"),
        (script(faults(vec![(1, Fault::Clock(A, LocalClock::default()))])), "from time 0"),
        (script(faults(vec![(0, Fault::Step(A, i64::MIN))])), "more than a day"),
        (script(faults(vec![(0, Fault::Slow(A, u64::MAX))])), "more than a day"),
        (script(faults(vec![(0, later(u64::MAX, Fault::Crash(A)))])), "more than a day"),
        (script(faults(vec![(0, later(0, Fault::Crash(C)))])), "names node C"),
        (script(faults(vec![(0, Fault::LeaveMajority(vec![C]))])), "names node C"),
        (forged(packet(B, 0), Some(C)), "names node C"),
        (forged(packet(B, 1), Some(A)), "is a copy"),
        (script(Script { torn: [(EventId::Fault(0), 0)].into(), ..Script::default() }), "names *0"),
    ] {
        assert_refused(&fifo, &run, says);
    }
}

#[test]
fn menus_that_make_no_sense_are_refused_in_words() {
    let fifo = fifo();
    let run = || Run::new(&fifo, 0);
    let menu = |change: fn(&mut FaultMenu)| {
        let mut menu = FaultMenu::default();
        change(&mut menu);
        run().with_faults(menu)
    };
    for (run, says) in [
        (menu(|menu| menu.network.spikes = Rate(2_000_000)), "spikes: a chance is at most"),
        (menu(|menu| menu.forging.replay = Rate(2_000_000)), "replay: a chance is at most"),
        (menu(|menu| menu.partitions.flapping = 20_000), "flapping: a run has at most"),
        (menu(|menu| menu.clocks.drift_ppm = 200_000), "clock-drift: a clock drifts by at most"),
        (menu(|menu| menu.clocks.offset = u64::MAX), "clock-offset"),
        (menu(|menu| menu.synchrony = Synchrony::Synchronous { bound: u64::MAX }), "an hour"),
        (menu(|menu| menu.byzantine = 3), "3 traitors among 2 nodes"),
        (menu(|menu| menu.clocks.steps = 3), "told how far"),
        (menu(|menu| menu.network.loss = Rate::percent(95)), "more than 90%"),
        (menu(|menu| menu.torn_writes = 1), "without recovery"),
    ] {
        assert_refused(&fifo, &run, says);
    }
}

fn assert_refused(subject: &Subject, run: &Run, says: &str) {
    let refused = run.report(subject).err().unwrap_or_else(|| panic!("accepted: {run:?}"));
    assert!(refused.contains(says), "{refused:?} does not say {says:?}");
}

#[test]
fn a_crash_can_come_within_a_recovery() {
    let subjects = subjects();
    let durable = subjects.iter().find(|s| s.name == "fifo-link-at-least-once").unwrap();
    let plan = vec![(20 * MILLIS, Fault::Crash(B)), (40 * MILLIS, Fault::Recover(B))];
    let run = Run::new(durable, 0).with("messages", 1).with_script(faults(plan.clone()));
    let points = crash_points(&run.report(durable).unwrap().trace, &plan);
    let within = points.iter().filter(|(_, event, ..)| *event == EventId::Fault(1)).count();
    assert!(within >= 3, "a recovery stores, sets a timer and sends: {within}");
    let crashes = [(EventId::Fault(1), 1)].into();
    let run = run.with_script(Script { crashes, ..faults(plan) });
    let trace = run.report(durable).unwrap().trace.to_string();
    assert!(trace.contains("B crash after 1 effects"), "{trace}");
}

#[test]
fn one_link_can_differ_from_the_others() {
    let mut world = World::new(0, vec![Direct::new(); 3]).with_network(Network::calm());
    let slow = Network { delay: Delay::Fixed(70 * MILLIS), ..Network::calm() };
    world.links_apart.insert((A, C), slow);
    for to in [B, C] {
        world.request(A, SendTo { to, msg: 'x' });
        world.request(to, SendTo { to: A, msg: 'y' });
    }
    world.run().unwrap();
    let trace = world.trace().text();
    let arrivals = trace.records.iter().filter(|record| record.event().is_some());
    let slow: Vec<_> = arrivals.filter(|record| record.at == 70 * MILLIS).collect();
    assert_eq!(slow.len(), 1);
    assert_eq!(slow[0].node, C);
}

#[test]
fn by_hand_each_move_shows_and_no_copy_shares_a_name() {
    let fifo = fifo();
    let calm = FaultMenu { until: 0, ..FaultMenu::of_network(Network::calm()) };
    let run = Run::new(&fifo, 0).with("messages", 1).with("rounds", 2).with_faults(calm);
    let mut world = fifo.open(&run).unwrap();
    while let Some(next) = world.pending().first().cloned() {
        let seen = world.trace().records.len();
        world.play(Move::Next).unwrap();
        assert!(world.trace().records.len() > seen, "{} left no record", next.id);
        assert_eq!(world.now(), next.due, "what is pending first comes next");
        if world.pending().is_empty() {
            break;
        }
    }

    let mut world = fifo.open(&run).unwrap();
    world.play(Move::Take(EventId::Request(0))).unwrap();
    let packet = EventId::Packet(PacketId { from: A, to: B, ordinal: 1, copy: 0 });
    for _ in 0..2 {
        world.play(Move::Duplicate(packet.clone())).unwrap();
        let copies: Vec<_> = world.pending().into_iter().map(|event| event.id).collect();
        let copy = copies.into_iter().find(|id| matches!(id, EventId::Packet(p) if p.copy > 0));
        world.play(Move::Take(copy.unwrap())).unwrap();
    }
    let trace = world.trace();
    let mut received: Vec<_> =
        trace.records.iter().filter_map(distsys::sim::Record::event).collect();
    let all = received.len();
    received.sort();
    received.dedup();
    assert_eq!(received.len(), all, "every event has a name of its own");
}

#[test]
fn what_nobody_can_tamper_with_is_refused_wherever_tampering_is_asked_for() {
    let nobody = |_: &u32, _: &mut distsys::sim::random::Draws| 0;
    // Somebody said how, but for messages of another type.
    let fifo = fifo().with_mutator::<u32>(nobody);
    let tampered = Forgery { tampered: Some(1), sender: None };
    let packet = PacketId { from: A, to: B, ordinal: 1, copy: 0 };
    let script = |script| Run::new(&fifo, 0).with_script(script);
    for run in [
        Run::new(&fifo, 0).with_faults("tamper=1%".parse().unwrap()),
        Run::new(&fifo, 0).with_faults("byzantine=1".parse().unwrap()),
        script(faults(vec![(0, Fault::Betray(A))])),
        script(faults(vec![(0, Fault::AtLeader(A, vec![(0, Fault::Betray(A))]))])),
        script(Script { forged: [(packet, tampered)].into(), ..Script::default() }),
    ] {
        assert_refused(&fifo, &run, "nobody said how to tamper");
    }
    let spoofed = Run::new(&fifo, 0).with_faults("spoof=1% replay=1%".parse().unwrap());
    assert!(spoofed.report(&fifo).is_ok());
}

#[test]
fn seeds_searched_in_parallel_give_the_same_answer_as_one_after_another() {
    let fifo = fifo();
    let run = Run::new(&fifo, 0).with("messages", 4).with_faults(lossy(30));
    // The more packets are to be lost, the later the first such seed comes: the last one never.
    let mut seeds = Vec::new();
    for losses in [0, 12, 16, 18, 20, 22, 24, 1_000] {
        let wanted = |report: &distsys::subject::Report| {
            let lost = |record: &&distsys::sim::Record<_>| matches!(record.what, What::Lose { .. });
            report.trace.records.iter().filter(lost).count() >= losses
        };
        let one_by_one = search(&fifo, &run, 0..600, wanted).unwrap();
        let together = search_in_parallel(&fifo, &run, 0..600, wanted).unwrap();
        let runs = [&one_by_one, &together].map(|found| found.as_ref().map(|(run, _)| run.clone()));
        assert_eq!(runs[0], runs[1], "{losses} losses");
        let traces = [one_by_one, together].map(|found| found.map(|(_, report)| report.trace));
        assert_eq!(traces[0], traces[1], "{losses} losses");
        seeds.push(runs[0].as_ref().map(|run| run.seed));
    }
    assert!(seeds.is_sorted_by_key(|seed| seed.unwrap_or(u64::MAX)), "{seeds:?}");
    let late = seeds.iter().flatten().any(|&seed| seed > 256);
    assert!(seeds[0] == Some(0) && late && seeds[7].is_none(), "{seeds:?}");
}

#[test]
fn a_run_that_does_not_fit_is_refused_in_parallel_too() {
    let fifo = fifo();
    let run = Run::new(&fifo, 0).with("messages", 1_000_000);
    let errors = [
        search(&fifo, &run, 0..9, |_| true).map(|_| ()),
        search_in_parallel(&fifo, &run, 0..9, |_| true).map(|_| ()),
    ];
    assert!(errors[0].is_err() && errors[0] == errors[1], "{errors:?}");
}

#[test]
fn the_first_seed_is_found_though_a_later_one_is_found_sooner() {
    let fifo = fifo();
    let run = Run::new(&fifo, 0).with("messages", 4).with_faults(lossy(30));
    let slow: Vec<_> = run.endings(fifo.parameters(&run.parameters).unwrap().nodes());
    let slow: Vec<_> = slow.iter().map(|run| run.report(&fifo).unwrap().trace).collect();
    let found = AtomicU32::new(0);
    let wanted = |report: &distsys::subject::Report| {
        if slow.contains(&report.trace) {
            // Until another thread has found a later seed; where there is none, not for ever.
            let alone = || found.load(Ordering::SeqCst) == 0;
            (0..1_000_000).take_while(|_| alone()).for_each(|_| std::thread::yield_now());
            return false;
        }
        found.fetch_add(1, Ordering::SeqCst);
        true
    };
    let (first, _) = search_in_parallel(&fifo, &run, 0..200, wanted).unwrap().unwrap();
    assert_eq!(first.seed, 1);
}
