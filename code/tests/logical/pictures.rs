//! What the pages of sections 3.3 and 4.1 include beside the runs of the lectures.

use distsys::clock::{Lamport, Vector};
use distsys::draw::Style;
use distsys::node::names::{A, B};
use distsys::runs::practice::{drawn, practice_drawn, practice_style};
use distsys::spec::causality::{Event, happens_before};
use distsys::spec::executions::executions;
use tests::golden;

#[test]
fn exercise_10_is_drawn_with_its_lamport_timestamps() {
    let caption = "The run of exercises 10, 12 and 13, with the Lamport timestamp of each event.";
    let trace = practice_drawn(&Lamport::new());
    golden::check_run("ex10-lamport", caption, &trace, &practice_style());
}

#[test]
fn exercise_12_is_drawn_with_its_vector_timestamps() {
    let caption = "The same run with vector timestamps; the entries are those of A, B, C and D.";
    let trace = practice_drawn(&Vector::new(4));
    golden::check_run("ex12-vectors", caption, &trace, &practice_style());
}

#[test]
fn concurrent_is_not_transitive_and_this_is_the_smallest_execution_that_shows_it() {
    // The program of exercise 9 finds it; here it is drawn.
    let event = |node, received| Event { node, received };
    let events = [event(A, None), event(A, None), event(B, None)];
    let concurrent = happens_before(&events).concurrent();
    assert!(concurrent.holds(0, 2) && concurrent.holds(2, 1) && !concurrent.holds(0, 1));
    let smaller = |events: Vec<Event>| happens_before(&events).concurrent();
    for size in 1..3 {
        for relation in (1..=2).flat_map(|nodes| executions(nodes, size)).map(smaller) {
            assert!(relation.missing_step().is_none_or(|(x, _, y)| x == y));
        }
    }
    let trace = drawn(2, &events, |_| String::new()).unwrap();
    let caption = "a || c and c || b, but a → b.";
    golden::check_run("ex09-not-transitive", caption, &trace, &Style::default());
}
