//! Many random runs with faults.

use distsys::node::{NodeId, SECONDS};
use distsys::quorum::Quorum;
use distsys::sim::{Script, marks};
use distsys::subject::{Report, Run, Subject, Systematic, Tally, quorums, smallest};

fn thorough() -> bool {
    std::env::var_os("DISTSYS_THOROUGH").is_some()
}

#[test]
fn quorums_keep_their_promises_in_every_hunt_and_with_either_end() {
    let seeds = if thorough() { 250 } else { 15 };
    for subject in quorums::subjects() {
        for hunt in subject.hunts() {
            let nodes = subject.parameters(&hunt.parameters).unwrap().nodes();
            for run in (0..seeds).flat_map(|seed| hunt.with_seed(seed).endings(nodes)) {
                let report = run.report(&subject).unwrap();
                assert!(report.promised, "{} is asked for more than it promises", subject.name);
                assert_kept(&subject, &run, &report);
            }
        }
    }
}

#[test]
fn what_can_go_wrong_does_go_wrong_in_these_runs() {
    let subject = &quorums::subjects()[1];
    let mut seen = Tally::default();
    for hunt in subject.hunts() {
        let tally = Tally::of(subject, &hunt, 0..10).unwrap();
        seen.marks.extend(tally.marks);
    }
    let wanted = [
        marks::LOST,
        marks::DUPLICATE,
        marks::OVERTAKEN,
        marks::CUT,
        marks::CRASH,
        marks::CRASH_WITHIN,
        marks::RECOVERY,
        marks::LOST_AT_DEAD,
        marks::PAUSE,
    ];
    seen.require(&wanted).unwrap();
}

#[test]
fn quorums_survive_every_small_change_of_a_calm_run() {
    let most = if thorough() { 1_500 } else { 60 };
    for subject in quorums::subjects() {
        for run in subject.scenes() {
            for next in Systematic::of(&subject, 2).at_most(most).of_run(&subject, &run) {
                let run = next.unwrap().run;
                let broken = run.broken(&subject).unwrap();
                let replay = || serde_json::to_string(&run).unwrap();
                assert!(broken.is_empty(), "{} breaks {broken:?} in {}", subject.name, replay());
            }
        }
    }
}

#[test]
fn a_client_sees_its_own_sets_if_and_only_if_the_quorums_meet() {
    let seeds = if thorough() { 25 } else { 3 };
    for n in 3..=4 {
        for (w, r) in (1..=n).flat_map(|w| (1..=n).map(move |r| (w, r))) {
            let quorums = (w as usize, r as usize);
            let node =
                move |all, patience| Quorum::new(all, patience).with_quorums(quorums.0, quorums.1);
            let subject = quorums::plain("quorum", node);
            let is_stale = |run: &Run| {
                let report = run.report(&subject).unwrap();
                report.breaks("quorums::read_after_write").is_some()
            };
            let apart = is_stale(&quorums::apart(&subject, n, w, r));
            assert_eq!(apart, r + w <= n, "n = {n}, w = {w}, r = {r}");
            if r + w <= n {
                continue;
            }
            let random = |run: &Run| run.script == Script::default();
            for hunt in subject.hunts().into_iter().filter(random) {
                let hunt = hunt.with("nodes", u64::from(n));
                let stale = (0..seeds).map(|seed| hunt.with_seed(seed)).find(is_stale);
                assert_eq!(stale, None, "n = {n}, w = {w}, r = {r}");
            }
        }
    }
}

/// When the packets of the run below arrive: the set of D reaches A early, and the others late.
fn a_late_set() -> [(NodeId, NodeId, u64, Option<u64>); 13] {
    use distsys::node::names::{A, B, C, D};
    [
        (D, A, 1, Some(2)),
        (D, B, 1, Some(300)),
        (D, C, 1, Some(300)),
        (A, A, 1, Some(11)),
        (A, B, 1, Some(12)),
        (A, C, 1, None),
        (A, A, 2, Some(13)),
        (B, A, 1, Some(20)),
        (C, A, 1, None),
        (C, B, 1, Some(42)),
        (C, C, 1, Some(42)),
        (B, C, 1, Some(50)),
        (C, C, 2, Some(50)),
    ]
}

#[test]
fn quorums_are_not_linearizable() {
    // A get may see a set that is under way, and a later one of another client may not.
    use distsys::node::MILLIS;
    use distsys::node::names::{A, B, C, D};
    use distsys::quorum::read_write::Timestamp;
    use distsys::runs::arrivals;
    use distsys::service::{Invoke, OpId, RegisterOp, RegisterResult};
    use distsys::sim::{What, World};
    let node = Quorum::new([A, B, C], SECONDS).holding('x', "v0", Timestamp::default());
    let script = arrivals(&a_late_set());
    let mut world = World::new(0, vec![node; 4]).with_script(script);
    let asked = [
        (0, D, RegisterOp::Set('x', "v1")),
        (10, A, RegisterOp::Get('x')),
        (40, C, RegisterOp::Get('x')),
    ];
    for (at, node, call) in asked {
        let op = OpId { client: node.0, number: 0 };
        world.request_at(at * MILLIS, node, Invoke { op, call });
    }
    world.run_until(60 * MILLIS).unwrap();
    let trace = world.trace();
    let got = trace.records.iter().filter_map(|record| match &record.what {
        What::Deliver { indication } => Some((record.node, indication.result.clone())),
        _ => None,
    });
    let got: Vec<_> = got.collect();
    let value = |value| RegisterResult::Got(Some(value));
    assert_eq!(got, [(A, value("v1")), (C, value("v0"))]);
    assert_eq!(distsys::spec::quorums::read_after_write(&trace), Ok(()));
}

/// Fails with the promise, the smallest run that breaks it, and how to see it again.
fn assert_kept(subject: &Subject, run: &Run, report: &Report) {
    let replay = serde_json::to_string(run).unwrap();
    assert_eq!(report.error, None, "{} in the run {replay}", subject.name);
    if let Some((promise, violation)) = report.broken() {
        let (_, small) = smallest(subject, run, promise.name).unwrap();
        panic!(
            "{} breaks {}: {}\n\nthe smallest run found:\n{}\nThe run: {replay}",
            subject.name,
            promise.name,
            violation.explanation,
            distsys::draw::terminal(&small.trace, false, &subject.style),
        );
    }
}
