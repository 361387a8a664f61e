//! Logs side by side, as the page shows them.

use distsys::draw::logs::{Log, figure};
use distsys::layer::NodeId;
use distsys::node::names::{A, B, C, D, E};
use distsys::runs::raft::puzzle::{logs, past, repair};
use distsys::runs::raft::{Run, elect, world};
use distsys::sim::Fault;
use tests::golden;

/// The logs with their terms.
fn entries(run: &Run, node: NodeId) -> Vec<(String, u64)> {
    logs(run)[node.0 as usize].entries.clone()
}

fn log(entries: &[(&str, u64)]) -> Vec<(String, u64)> {
    entries.iter().map(|(msg, term)| (msg.to_string(), *term)).collect()
}

#[test]
fn three_messages_of_one_term() {
    let mut run = Run::new(world(3, &[(A, "m1"), (A, "m2"), (A, "m3")]));
    elect(&mut run, A, &[B]).unwrap();
    run.lose_all().unwrap();
    for request in 0..2 {
        run.ask(request).unwrap();
        run.exchange(A, B).unwrap();
        run.exchange(A, C).unwrap();
    }
    run.ask(2).unwrap();
    assert!(run.pass(A, B).unwrap());
    let caption = "Three messages of term 1. A leads, B has all of its log, and C has not got m3 yet. Line: what the node knows to \
                   be committed. The number above is the index, the one below a message its term.";
    golden::check("raft-logs.html", &figure("raft-logs", caption, &logs(&run)));
}

#[test]
fn what_a_leader_does_not_have_goes() {
    let before: Vec<Log> = logs(&past().unwrap()).split_off(1);
    let after: Vec<Log> = logs(&repair().unwrap()).split_off(1);
    let html = figure(
        "raft-truncation-before",
        "Before: B and C agree on two entries, and each has more.",
        &before,
    );
    let caption = "After: B has been elected in term 4. C's m7, which is on no other node and was never committed, has made \
                   room for B's m5 and m6.";
    golden::check("raft-truncation.html", &(html + &figure("raft-truncation", caption, &after)));
}

/// Figure 8 of the paper, up to where x of term 2 is on three of five nodes.
fn figure_8(requests: &[(NodeId, &'static str)]) -> Run {
    let mut run = Run::new(world(5, requests));
    // All have one entry of term 1.
    elect(&mut run, A, &[B, C]).unwrap();
    run.lose_all().unwrap();
    run.ask(0).unwrap();
    for node in [B, C, D, E] {
        run.exchange(A, node).unwrap();
    }
    run.lose_all().unwrap();
    // A leads term 2 and gets x to B only.
    restart(&mut run, A);
    elect(&mut run, A, &[B, C]).unwrap();
    run.lose_all().unwrap();
    run.ask(1).unwrap();
    run.exchange(A, B).unwrap();
    run.lose_all().unwrap();
    restart(&mut run, A);
    // E wins term 3, and y gets to nobody.
    elect_in(&mut run, E, 3, &[C, D]);
    run.ask(2).unwrap();
    run.lose_all().unwrap();
    run.strike(Fault::Crash(E)).unwrap();
    // A wins term 4 and copies x to C.
    elect_in(&mut run, A, 4, &[B, C]);
    run.time_out(A, "Heartbeat").unwrap();
    while run.pass(A, C).unwrap() | run.pass(C, A).unwrap() {}
    run.lose_all().unwrap();
    run
}

fn restart(run: &mut Run, node: NodeId) {
    run.strike(Fault::Crash(node)).unwrap();
    run.strike(Fault::Recover(node)).unwrap();
}

/// The node stands for election until it is elected in that term.
fn elect_in(run: &mut Run, node: NodeId, term: u64, voters: &[NodeId]) {
    let next = |run: &Run| logs(run)[node.0 as usize].term.unwrap() + 1;
    while next(run) < term {
        run.time_out(node, "Election").unwrap();
        run.lose_all().unwrap();
    }
    elect(run, node, voters).unwrap();
    run.lose_all().unwrap();
    assert_eq!(logs(run)[node.0 as usize].role.as_deref(), Some("leader"), "{:?}", logs(run));
}

#[test]
fn figure_8_of_the_paper() {
    let run = figure_8(&[(A, "m"), (A, "x"), (E, "y"), (A, "z")]);
    for node in [A, B, C] {
        assert_eq!(entries(&run, node), log(&[("m", 1), ("x", 2)]), "{node}");
    }
    assert!(logs(&run).iter().all(|log| log.commit_length <= Some(1)), "x is not committed");
    let html = [
        (
            "raft-old-entry-a",
            "x, of term 2, is on three of five nodes. Committed? A, the leader of term 4, must not say so.",
            logs(&run),
        ),
        (
            "raft-old-entry-b",
            "A has crashed. E, whose last term is 3, has the votes of B, C and D and writes y over x.",
            replaced(run.clone()),
        ),
        (
            "raft-old-entry-c",
            "Instead: A first gets z, of term 4, to B and C, so that it commits x and z together. Now E asks in \
                             vain: B and C have a later last term.",
            committed(run),
        ),
    ];
    let html: String = html.iter().map(|(id, caption, logs)| figure(id, caption, logs)).collect();
    golden::check("raft-old-entry.html", &html);
}

/// A crashes, and E replaces x by y.
fn replaced(mut run: Run) -> Vec<Log> {
    run.strike(Fault::Crash(A)).unwrap();
    run.strike(Fault::Recover(E)).unwrap();
    elect_in(&mut run, E, 5, &[B, C, D]);
    run.time_out(E, "Heartbeat").unwrap();
    for node in [B, C, D] {
        while run.pass(E, node).unwrap() | run.pass(node, E).unwrap() {}
        assert_eq!(entries(&run, node), log(&[("m", 1), ("y", 3)]), "{node}");
    }
    logs(&run)
}

/// With z of term 4 on the same three nodes, x is committed, and E is not elected.
fn committed(mut run: Run) -> Vec<Log> {
    run.ask(3).unwrap();
    for node in [B, C] {
        while run.pass(A, node).unwrap() | run.pass(node, A).unwrap() {}
    }
    assert_eq!(logs(&run)[0].commit_length, Some(3));
    run.strike(Fault::Crash(A)).unwrap();
    run.strike(Fault::Recover(E)).unwrap();
    run.lose_all().unwrap();
    for _ in 0..3 {
        run.time_out(E, "Election").unwrap();
        for node in [B, C, D] {
            run.exchange(E, node).unwrap();
        }
        run.lose_all().unwrap();
        assert_eq!(logs(&run)[4].role.as_deref(), Some("candidate"));
    }
    logs(&run)
}
