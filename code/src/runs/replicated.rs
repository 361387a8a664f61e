//! Replication using broadcast, section 5.3.

use super::{CourseRun, Played, arrivals};
use crate::draw::Style;
use crate::layer::Layer;
use crate::link::{self, Fifo};
use crate::node::MILLIS;
use crate::node::names::{A, B, C, D};
use crate::replication::PrimaryBackup;
use crate::replication::primary_backup::Packet;
use crate::service::Work;
use crate::sim::{Trace, World};
use crate::stack::Stack;
use crate::subject::replicated::database_style;

/// The runs.
pub(super) const RUNS: &[CourseRun] = &[CourseRun {
    id: "R5.10",
    title: "the order of commits at leader and follower",
    caption: "T2 begins later than T1 and commits earlier. The follower commits in the order in which the leader did: T2, \
              T1.",
    play: || Played::new(leader_database().text(), drawn()),
}];

/// How R5.10 is drawn.
fn drawn() -> Style {
    Style { label: words, ..database_style(&["client 1", "client 2", "L", "F"]) }
}

/// In the words of the lecture: the transactions are T1 and T2.
fn words(text: &str) -> String {
    let mut numbers = text.split(|c: char| !c.is_ascii_digit()).filter(|it| !it.is_empty());
    let name = numbers.next().unwrap_or_default();
    let what = [
        ("Committed", " is committed"),
        ("Commit", " commits"),
        ("Ok", ": ok"),
        ("Done", " is done"),
    ];
    let what = what
        .iter()
        .find(|(word, _)| text.starts_with(word) || text.starts_with(&format!("({word}")));
    format!("T{name}{}", what.map_or("", |(_, says)| says))
}

/// A node of the database, where the links lose nothing.
type Database = Stack<PrimaryBackup, Stack<Fifo<Packet>, link::Direct<(Packet, u64)>>>;

/// R5.10: the clients are A and B, the leader is C and the follower D.
pub fn leader_database() -> Trace<Database> {
    let script = arrivals(&[
        (A, C, 1, Some(8)),
        (B, C, 1, Some(14)),
        (C, B, 1, Some(34)),
        (C, D, 1, Some(36)),
        (C, A, 1, Some(46)),
        (C, D, 2, Some(48)),
    ]);
    let links = Fifo::new(4).over(link::Direct::new());
    let node = PrimaryBackup::new(C, [D]).over(links);
    let mut world = World::new(0, vec![node; 4]).with_script(script);
    let work = |name, takes, keys: &str| Work { name, takes, keys: keys.chars().collect() };
    world.request_at(0, A, work(1, 30 * MILLIS, "xy"));
    world.request_at(6 * MILLIS, B, work(2, 12 * MILLIS, "yz"));
    let _ended = world.run_until(60 * MILLIS);
    world.trace()
}
