//! The coordinator crashes, at every possible point: who is in doubt meanwhile, and how does it end once it is back?

use distsys::node::names::B;
use distsys::node::{NodeId, SECONDS};
use distsys::sim::{EventId, Fault, What};
use distsys::spec::atomic_commit;
use distsys::subject::{Change, Report, Run, Subject, Systematic};
use std::collections::BTreeSet;
use tests::{golden, mutants};

/// What a participant told, as text.
fn told<'a>(report: &'a Report, what: &'a str) -> impl Iterator<Item = NodeId> + 'a {
    report.trace.records.iter().filter_map(move |record| match &record.what {
        What::Deliver { indication } if indication.starts_with(what) => Some(record.node),
        _ => None,
    })
}

/// Who is ready, and never hears the end.
fn in_doubt(report: &Report) -> BTreeSet<NodeId> {
    let ended: BTreeSet<_> = told(report, "Ended").chain(told(report, "WasOver")).collect();
    told(report, "Ready").filter(|node| !ended.contains(node)).collect()
}

/// One transaction, and a coordinator that crashes within the given event and comes back so much later, or not.
fn crashing(subject: &Subject, back: Option<u64>) -> Vec<(EventId, u32, Run)> {
    let run = subject.scenes()[0].clone();
    let plan = Systematic {
        changes: 1,
        delays: false,
        losses: false,
        crashes: vec![back],
        most: usize::MAX,
    };
    let variations = plan.of_run(subject, &run).map(Result::unwrap);
    let of_coordinator = variations.filter_map(|it| match it.changes.as_slice() {
        [Change::Crash(node, event, done, _)] if *node == B => Some((event.clone(), *done, it.run)),
        _ => None,
    });
    of_coordinator.collect()
}

#[test]
fn wherever_the_coordinator_crashes_those_in_doubt_wait_for_it_and_then_all_agree() {
    let subject = mutants::subject("two-phase-commit");
    let (gone, back) = (crashing(&subject, None), crashing(&subject, Some(2 * SECONDS)));
    assert_eq!(gone.len(), back.len());
    let mut table = String::from(
        "| while it handles | it crashes after | in doubt until it is back | outcome then |\n| --- | --- | --- | --- |\n",
    );
    let mut rows: Vec<[String; 4]> = Vec::new();
    for ((event, done, gone), (same, _, back)) in gone.iter().zip(&back) {
        assert_eq!(event, same);
        let (never, report) = (gone.report(&subject).unwrap(), back.report(&subject).unwrap());
        assert!(report.broken().is_none() && never.broken().is_none(), "{event:?} {done}");
        // While it is away nobody can do anything, and when it is back nobody is in doubt.
        assert_eq!(in_doubt(&report), BTreeSet::new());
        let waiting: Vec<_> = in_doubt(&never).iter().map(NodeId::to_string).collect();
        let outcomes: BTreeSet<&str> = report
            .trace
            .records
            .iter()
            .filter_map(|record| match &record.what {
                What::Deliver { indication } if indication.starts_with("Ended") => {
                    Some(if indication.contains("Commit") { "commit" } else { "abort" })
                }
                _ => None,
            })
            .collect();
        assert!(outcomes.len() < 2, "{outcomes:?}");
        let waiting = if waiting.is_empty() { "nobody".to_string() } else { waiting.join(", ") };
        let outcome = outcomes.first().map_or("none: nobody knows of it", |it| it);
        rows.push([name(event), effects(&never, *done), waiting, outcome.to_string()]);
    }
    for row in rows {
        table += &format!("| {} |\n", row.join(" | "));
    }
    golden::check("commit-crash-points.md", &table);
}

/// The event in words.
fn name(event: &EventId) -> String {
    match event {
        EventId::Start(_) => "its start".to_string(),
        EventId::Packet(id) => match (id.from.0, id.ordinal) {
            (0, _) => "the client's request to commit".to_string(),
            (_, 1) => format!("the vote of {}", id.from),
            _ => format!("the acknowledgement of {}", id.from),
        },
        EventId::Timer { .. } => "its timer".to_string(),
        other => format!("{other:?}"),
    }
}

/// The last effect that was carried out before the crash, in words.
fn effects(report: &Report, done: u32) -> String {
    let crash = report
        .trace
        .records
        .iter()
        .rposition(|record| record.node == B && matches!(record.what, What::Crash { .. }));
    let before = &report.trace.records[..crash.unwrap()];
    let last = before.iter().rev().find(|record| record.node == B && record.is_effect());
    let words = |what: &What<distsys::sim::Text>| match what {
        What::Send { id, packet } => {
            let what = if packet.contains("Prepare") { "prepare" } else { "the decision" };
            format!("sending {what} to {}", id.to)
        }
        What::Store { changes } if changes[0].contains("Asked") => {
            "noting whom it asks".to_string()
        }
        What::Store { changes } if changes[0].contains("Decided") => {
            "writing its decision".to_string()
        }
        What::Store { .. } => "noting the acknowledgement".to_string(),
        What::Deliver { .. } => "announcing its decision".to_string(),
        What::SetTimer { .. } => "setting its timer".to_string(),
        What::CancelTimer { .. } => "cancelling its timer".to_string(),
        other => format!("{other:?}"),
    };
    match last {
        Some(last) if done > 0 => words(&last.what),
        _ => "nothing".to_string(),
    }
}

#[test]
fn a_participant_in_doubt_stays_so_as_long_as_the_coordinator_is_away() {
    use distsys::runs::commit::{drawn, two_phase_with};
    // It crashes when both votes are under way.
    let gone = two_phase_with(&[(55, Fault::Crash(B))]);
    assert!(atomic_commit::termination(&gone).is_err());
    assert_eq!(atomic_commit::agreement(&gone), Ok(()));
    let back = two_phase_with(&[(55, Fault::Crash(B)), (300, Fault::Recover(B))]);
    assert_eq!(atomic_commit::termination(&back), Ok(()));
    let caption = "The coordinator crashes before the votes arrive. A and B have voted yes: they may neither commit nor abort. \
                   When it comes back, its disk says that it had asked, and not that it had decided: abort.";
    golden::check_run("commit-in-doubt", caption, &back.text(), &drawn());
}
