//! Which changes of role there are.

use distsys::facts::{Fact, FactValue, ROLE};
use distsys::sim::What;
use distsys::subject::raft;
use std::collections::BTreeMap;
use std::fmt::Write;
use tests::golden;

/// Every change of role that there can be, and what leads to it.
const CHANGES: &[(&str, &str, &str)] = &[
    ("follower", "candidate", "heard of no leader for a while"),
    ("candidate", "leader", "has the votes of a quorum"),
    ("candidate", "follower", "a higher term, or a leader of its own"),
    ("leader", "follower", "a higher term"),
];

#[test]
fn roles_change_in_four_ways() {
    let subject = raft::subjects().swap_remove(0);
    let mut seen: BTreeMap<(String, String), u32> = BTreeMap::new();
    let mut runs = 0;
    for run in subject.hunts() {
        for seed in 0..10 {
            let report = run.with_seed(seed).report(&subject).unwrap();
            runs += 1;
            let mut last = BTreeMap::new();
            for record in &report.trace.records {
                match &record.what {
                    // Whatever it was, it is a follower when it comes back.
                    What::Crash { .. } => {
                        last.remove(&record.node);
                    }
                    What::Facts { facts } => {
                        let Some(now) = role(facts) else { continue };
                        let before = last.insert(record.node, now.clone());
                        if let Some(before) = before.filter(|before| *before != now) {
                            *seen.entry((before, now)).or_default() += 1;
                        }
                    }
                    _ => {}
                }
            }
        }
    }
    let changes = seen.keys().map(|(from, to)| (from.as_str(), to.as_str()));
    let mut expected: Vec<_> = CHANGES.iter().map(|(from, to, _)| (*from, *to)).collect();
    expected.sort_unstable();
    assert_eq!(changes.collect::<Vec<_>>(), expected);
    let mut table =
        format!("| from | to | when | seen in {runs} runs |\n| --- | --- | --- | --: |\n");
    for (from, to, when) in CHANGES {
        let count = seen[&(from.to_string(), to.to_string())];
        writeln!(table, "| {from} | {to} | {when} | {count} |").unwrap();
    }
    golden::check("raft-roles.md", &table);
}

fn role(facts: &[Fact]) -> Option<String> {
    facts.iter().find(|fact| fact.name == ROLE).and_then(|fact| match &fact.value {
        FactValue::Text(role) => Some(role.clone()),
        _ => None,
    })
}
