//! Logs side by side.

use distsys::draw::logs::{Log, figure};
use distsys::facts::{COMMIT_LENGTH, Fact, FactValue, LOG, ROLE, TERM};
use tests::golden;

fn facts(role: &'static str, term: u64, entries: &[&str], committed: u64) -> Vec<Fact> {
    let entries = entries.iter().map(ToString::to_string).collect();
    vec![
        Fact::text(ROLE, role),
        Fact::number(TERM, term),
        Fact { name: LOG.into(), value: FactValue::List(entries) },
        Fact::number(COMMIT_LENGTH, committed),
    ]
}

#[test]
fn logs_are_drawn_from_facts() {
    let logs = [
        Log::of("A", &facts("follower", 1, &["\"m1\"/1", "\"m2\"/1"], 1)),
        Log::of("B", &facts("leader", 2, &["\"m1\"/1", "\"m4\"/2", "\"m5\"/2", "\"m6\"/2"], 2)),
        Log::of("C", &facts("candidate", 3, &[], 0)),
    ];
    assert_eq!(logs[0].entries, [("m1".to_string(), 1), ("m2".to_string(), 1)]);
    assert_eq!((logs[1].term, logs[1].commit_length), (Some(2), Some(2)));
    golden::check("logs.html", &figure("logs", "Three logs.", &logs));
}
