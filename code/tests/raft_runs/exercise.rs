//! Exercise 18.

use distsys::draw::{Show, Style};
use distsys::node::names::{A, B, C};
use distsys::runs::raft::puzzle;
use distsys::runs::raft::shown::{only, roles};
use distsys::sim::What;
use distsys::subject::raft::style;
use tests::golden;
use tests::programs::{run, text};

#[test]
fn exercise_18_is_answered() {
    let output = run("ex18_raft_logs", &[]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    golden::check("ex18.txt", &text(&output));
}

#[test]
fn the_logs_of_exercise_18_are_reached() {
    let past = puzzle::past().unwrap();
    assert!(puzzle::is_reached(&past));
    golden::check(
        "ex18-logs.html",
        &distsys::draw::logs::figure(
            "ex18-logs",
            "The state that the run ends in.",
            &puzzle::logs(&past),
        ),
    );
    let style = style();
    let style = Style { show: Show { facts: true, ..style.show }, ..style };
    let caption = "A past that leads to these logs. Crosses: lost packets.";
    golden::check_run("ex18-past", caption, &roles(past.trace().text()), &style);
}

#[test]
fn the_repair_takes_three_requests() {
    let of_term_4 = |packet: &str| {
        packet.contains("LogRequest { term: 4") || packet.contains("LogResponse { term: 4")
    };
    let mut delivered = 0;
    let trace = only(puzzle::repair().unwrap().trace().text(), |record| match &record.what {
        What::Send { id, packet } | What::Receive { id, packet } => {
            [(B, C), (C, B)].contains(&(id.from, id.to)) && of_term_4(packet)
        }
        // C's only: what B has delivered it did in term 2.
        What::Deliver { .. } => {
            delivered += u32::from(record.node == C);
            record.node == C
        }
        _ => false,
    });
    let sent = trace.records.iter().filter(|it| matches!(it.what, What::Send { .. })).count();
    assert_eq!((sent, delivered), (6, 2));
    let caption = "What B, elected in term 4, and C exchange: two refusals, each of which makes B try with a shorter prefix, \
                   and then C takes over m5 and m6 in the place of m7.";
    golden::check_run("ex18-repair", caption, &trace, &Style { quiet: |_| false, ..style() });
}

#[test]
fn b_and_c_can_win_and_a_cannot() {
    let elected = [A, B, C].map(|node| puzzle::is_elected(node).unwrap());
    assert_eq!(elected, [false, true, true]);
}
