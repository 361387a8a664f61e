//! Manipulating remote state, section 5.1.

use super::{CourseRun, Played, arrivals};
use crate::draw::Style;
use crate::layer::{MILLIS, NodeId, SECONDS};
use crate::node::names::{A, B, C, D};
use crate::replication::retry::{Retry, Semantics};
use crate::replication::{AntiEntropy, LastWriterWins};
use crate::service::likes::Act;
use crate::service::shared_data::MapRequest;
use crate::sim::{Fault, Script, Trace, World};
use crate::subject::stores::{likes_style, style};

/// The runs.
pub(super) const RUNS: &[CourseRun] = &[
    CourseRun {
        id: "R5.1",
        title: "a retry counts twice",
        caption: "The increment arrives both times; only the acknowledgements get lost.",
        play: || Played::new(retried_increment().text(), likes_style(&["client", "DB"])),
    },
    CourseRun {
        id: "R5.2",
        title: "a retry brings back what was removed",
        caption: "Client 2 has seen the like before it removes it. Adding to a set is idempotent, and yet the retry undoes the \
                  removal.",
        play: || Played::new(retried_like().text(), likes_style(&["client 1", "DB", "client 2"])),
    },
    CourseRun {
        id: "R5.3a",
        title: "removed here, still there",
        caption: "The removal reaches only A. In the end x is at B and not at A.",
        play: || Played::new(still_there().text(), likes_style(NAMES)),
    },
    CourseRun {
        id: "R5.3b",
        title: "added there, not yet here",
        caption: "The addition reaches only B. In the end x is at B and not at A, as in R5.3a.",
        play: || Played::new(not_yet_here().text(), likes_style(NAMES)),
    },
    CourseRun {
        id: "R5.4",
        title: "tombstones",
        caption: "Both writes carry a timestamp, and the removal leaves a tombstone at A. What A and B have is no longer the \
                  same in both cases.",
        play: || Played::new(tombstone().text(), drawn(NAMES)),
    },
    CourseRun {
        id: "R5.5",
        title: "anti-entropy",
        caption: "A and B find out that they differ, and both keep the record with the greater timestamp.",
        play: || Played::new(reconciled().text(), drawn(&["A", "B"])),
    },
    CourseRun {
        id: "R5.6",
        title: "concurrent writes arrive in opposite orders",
        caption: "A gets the write of client 2 first, B that of client 1. Both keep v2, whose timestamp is the greater one: \
                  numbers are equal, and names of nodes break the tie.",
        play: || Played::new(concurrent().text(), drawn(&["client 1", "A", "B", "client 2"])),
    },
];

/// How R5.4 to R5.6 are drawn.
fn drawn(names: &[&str]) -> Style {
    Style { label: words, ..style(names) }
}

/// In the words of the lecture: there is one key, and timestamps are t1 and t2.
fn words(text: &str) -> String {
    if text.contains("Hashes(") {
        return "hashes".to_string();
    }
    let short = [
        ("LastWriterWins { stamp: (1, A), value:", "t1:"),
        ("LastWriterWins { stamp: (2, A), value:", "t2:"),
        ("LastWriterWins { stamp: (1, D), value:", "t2:"),
        ("Part([12]),", ""),
        ("values:", ""),
        ("value:", ""),
        ("key: 'x',", "x"),
        ("'x',", "x"),
        ("None", "removed"),
        ("Some", ""),
    ];
    let text = short.iter().fold(text.to_string(), |text, (from, to)| text.replace(from, to));
    let words = text.split(|c: char| c.is_whitespace() || "()[]{}\"".contains(c));
    words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// The columns of R5.3 and R5.4.
const NAMES: &[&str] = &["client", "A", "B"];

type Word = &'static str;
/// A node of R5.4 to R5.6.
type Store = AntiEntropy<char, LastWriterWins<Word>>;

/// These are asked for this, each at that time in milliseconds; until then.
fn asking(
    nodes: Vec<Retry>,
    script: Script,
    asked: &[(u64, NodeId, Act)],
    until: u64,
) -> Trace<Retry> {
    let mut world = World::new(0, nodes).with_script(script);
    for (ms, node, act) in asked {
        world.request_at(ms * MILLIS, *node, *act);
    }
    let _ended = world.run_until(until * MILLIS);
    world.trace()
}

/// R5.1: the client is A, the database B.
pub fn retried_increment() -> Trace<Retry> {
    let script =
        arrivals(&[(A, B, 1, Some(4)), (B, A, 1, None), (A, B, 2, Some(24)), (B, A, 2, None)]);
    let node = Retry::new([B], Semantics::AtLeastOnce, 20 * MILLIS).liked(12_300);
    asking(vec![node; 2], script, &[(0, A, Act::Increment)], 35)
}

/// R5.2: client 1 is A, the database B, client 2 C.
pub fn retried_like() -> Trace<Retry> {
    let script = arrivals(&[
        (A, B, 1, Some(4)),
        (B, A, 1, None),
        (B, C, 1, Some(14)),
        (C, B, 1, Some(21)),
        (B, C, 2, Some(27)),
        (B, C, 3, None),
        (A, B, 2, Some(27)),
        (B, A, 2, Some(34)),
        (B, C, 4, Some(36)),
    ]);
    let node = Retry::new([B], Semantics::AtLeastOnce, 23 * MILLIS).watched_by(C);
    let asked = [(0, A, Act::Like('c')), (17, C, Act::Unlike('c'))];
    asking(vec![node; 3], script, &asked, 40)
}

/// The client asks A and B for this, and crashes.
fn two_databases(script: Script, asked: &[(u64, NodeId, Act)]) -> Trace<Retry> {
    let crash = asked.last().map_or(0, |(ms, ..)| ms + 3) * MILLIS;
    let script = Script { faults: Some(vec![(crash, Fault::Crash(A))]), ..script };
    let node = Retry::new([C, B], Semantics::AtMostOnce, SECONDS);
    asking(vec![node; 3], script, asked, 35)
}

/// R5.3a.
pub fn still_there() -> Trace<Retry> {
    let script = arrivals(&[
        (A, C, 1, Some(8)),
        (A, B, 1, Some(10)),
        (B, A, 1, Some(11)),
        (C, A, 1, Some(11)),
        (A, C, 2, None),
        (A, B, 2, Some(22)),
        (B, A, 2, Some(30)),
    ]);
    two_databases(script, &[(0, A, Act::Like('x')), (12, A, Act::Unlike('x'))])
}

/// R5.3b.
pub fn not_yet_here() -> Trace<Retry> {
    let script = arrivals(&[(A, C, 1, Some(8)), (A, B, 1, None), (C, A, 1, Some(16))]);
    two_databases(script, &[(0, A, Act::Like('x'))])
}

/// These are asked to write this to x, each at that time in milliseconds; until then.
fn writing(
    nodes: Vec<Store>,
    script: Script,
    asked: &[(u64, NodeId, Option<Word>)],
    until: u64,
) -> Trace<Store> {
    let mut world = World::new(0, nodes).with_script(script);
    for (ms, node, value) in asked {
        world.request_at(ms * MILLIS, *node, MapRequest::Set { key: 'x', value: *value });
    }
    let _ended = world.run_until(until * MILLIS);
    world.trace()
}

/// R5.4: the client is A; the lecture's A and B are B and C.
pub fn tombstone() -> Trace<Store> {
    let script =
        arrivals(&[(A, C, 1, Some(8)), (A, B, 1, Some(12)), (A, C, 2, None), (A, B, 2, Some(32))]);
    let script = Script { faults: Some(vec![(23 * MILLIS, Fault::Crash(A))]), ..script };
    let node = AntiEntropy::new([C, B], 0);
    writing(vec![node; 3], script, &[(0, A, Some("true")), (20, A, None)], 35)
}

/// R5.5: A has the tombstone, B the older record.
pub fn reconciled() -> Trace<Store> {
    use crate::replication::register::Register;
    let added = LastWriterWins::default().write(A, 0, Some("true"));
    let removed = added.write(A, 0, None);
    let node = |record, every| AntiEntropy::new([A, B], every).holding([('x', record)].into());
    let nodes = vec![node(removed, 40 * MILLIS), node(added, 10 * SECONDS)];
    writing(nodes, Script::calm(), &[], 115)
}

/// R5.6: client 1 is A, client 2 is D; the lecture's A and B are B and C.
pub fn concurrent() -> Trace<Store> {
    let script = arrivals(&[
        (A, C, 1, Some(12)),
        (A, B, 1, Some(17)),
        (D, B, 1, Some(12)),
        (D, C, 1, Some(17)),
    ]);
    let node = AntiEntropy::new([C, B], 0);
    writing(vec![node; 4], script, &[(0, A, Some("v1")), (0, D, Some("v2"))], 30)
}
