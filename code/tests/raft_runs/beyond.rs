//! Raft beyond the course: each option by itself and all together keep every promise, and do what they are for.

use distsys::node::names::{A, B, C};
use distsys::raft::{Options, Raft};
use distsys::runs::raft::puzzle::logs;
use distsys::runs::raft::{Run, Word, elect, world_of};
use distsys::sim::{Fault, What};
use distsys::subject::{Subject, raft};
use std::fmt::Write;
use tests::golden;

fn thorough() -> bool {
    std::env::var_os("DISTSYS_THOROUGH").is_some()
}

fn pipelined<M>() -> Options<M> {
    Options { window: 2, batch: 2, ..Options::default() }
}
fn announced<M>() -> Options<M> {
    Options { window: 3, batch: 1, announce: true, ..Options::default() }
}
fn backed_off<M>() -> Options<M> {
    Options { back_off: true, ..Options::default() }
}
fn pre_voted<M>() -> Options<M> {
    Options { pre_vote: true, ..Options::default() }
}

/// Each with its name.
fn subjects() -> Vec<Subject> {
    vec![
        raft::replicated("pipelined", |n| Raft::new(n).with(pipelined())),
        raft::replicated("announced", |n| Raft::new(n).with(announced())),
        raft::replicated("backed off", |n| Raft::new(n).with(backed_off())),
        raft::replicated("pre-voted", |n| Raft::new(n).with(pre_voted())),
        raft::replicated("all", |n| {
            Raft::new(n).with(Options { window: 2, batch: 3, ..Options::all() })
        }),
    ]
}

#[test]
fn options_keep_every_promise_in_every_hunt_and_with_either_end() {
    let seeds = if thorough() { 6 } else { 2 };
    let mut runs = 0;
    for subject in subjects() {
        for hunt in subject.hunts() {
            let nodes = subject.parameters(&hunt.parameters).unwrap().nodes();
            for run in (0..seeds).flat_map(|seed| hunt.with_seed(seed).endings(nodes)) {
                let report = run.report(&subject).unwrap();
                let replay = serde_json::to_string(&run).unwrap();
                assert!(report.promised && report.error.is_none(), "{}: {replay}", subject.name);
                // A pre-vote may be under way when it is lost, so that the node stands again at once.
                let asks_first = ["pre-voted", "all"].contains(&subject.name);
                let needless = |name: &str| asks_first && name == "raft::no_needless_election";
                let broken = report.broken().filter(|(promise, _)| !needless(promise.name));
                let broken = broken.map(|(promise, violation)| {
                    format!("{} breaks {}: {}", subject.name, promise.name, violation.explanation)
                });
                assert_eq!(broken, None, "in the run {replay}");
                runs += 1;
            }
        }
    }
    println!("{runs} runs");
}

/// C is alone for five of its timeouts. Which term are the others in when it is back and has asked for votes?
fn term_after_a_return(options: Options<Word>) -> (u64, bool) {
    let mut run = Run::new(world_of(Raft::new(3).with(options), 3, &[]));
    elect_if_asked(&mut run);
    for node in [B, C] {
        run.exchange(A, node).unwrap();
    }
    for _ in 0..5 {
        run.time_out(C, "Election").unwrap();
        run.lose_all().unwrap();
    }
    run.time_out(C, "Election").unwrap();
    for node in [A, B] {
        run.exchange(C, node).unwrap();
    }
    let logs = logs(&run);
    (logs[0].term.unwrap(), logs[0].role.as_deref() == Some("leader"))
}

/// Makes A lead, whatever it asks before.
fn elect_if_asked(run: &mut Run) {
    elect(run, A, &[B, C]).unwrap();
    let leads = |run: &Run| logs(run)[0].role.as_deref() == Some("leader");
    while !leads(run) && (run.pass(A, B).unwrap() | run.pass(B, A).unwrap()) {}
    assert!(leads(run));
    while run.under_way(A, B).len() > 1 {
        run.pass(A, B).unwrap();
    }
    while run.under_way(A, C).len() > 1 {
        run.pass(A, C).unwrap();
    }
    run.lose(B, A).unwrap();
    run.lose(C, A).unwrap();
}

#[test]
fn with_pre_vote_a_node_that_returns_deposes_nobody() {
    assert_eq!(term_after_a_return(Options::default()), (7, false));
    assert_eq!(term_after_a_return(pre_voted()), (1, true));
}

const MANY: u64 = 40;

/// C misses many entries, and has as many others. How many requests of the new leader does it take to repair its log?
fn requests_of_a_repair(options: Options<Word>) -> usize {
    let mut asked = vec![(C, "lost"); MANY as usize];
    asked.extend(vec![(A, "kept"); MANY as usize]);
    let mut run = Run::new(world_of(Raft::new(3).with(options), 3, &asked));
    elect(&mut run, C, &[B]).unwrap();
    run.lose_all().unwrap();
    for request in 0..MANY as u32 {
        run.ask(request).unwrap();
    }
    run.lose_all().unwrap();
    // In term 1, B has voted for C.
    run.time_out(A, "Election").unwrap();
    run.lose_all().unwrap();
    elect(&mut run, A, &[B]).unwrap();
    run.lose_all().unwrap();
    for request in MANY as u32..2 * MANY as u32 {
        run.ask(request).unwrap();
        run.lose(A, C).unwrap();
        run.exchange(A, B).unwrap();
    }
    // Elected once more, A takes C to have all that it has itself.
    run.strike(Fault::Crash(A)).unwrap();
    run.strike(Fault::Recover(A)).unwrap();
    elect(&mut run, A, &[B]).unwrap();
    run.lose_all().unwrap();
    let before = run.trace().records.len();
    run.time_out(A, "Heartbeat").unwrap();
    run.lose(A, B).unwrap();
    while run.pass(A, C).unwrap()
        | run.find(C, A, "LogResponse").is_some_and(|id| run.receive(id).is_ok())
    {}
    assert_eq!(logs(&run)[2].entries, logs(&run)[0].entries);
    let is_request = |what: &What<distsys::sim::Text>| match what {
        What::Send { id, packet } => id.to == C && packet.contains("LogRequest"),
        _ => false,
    };
    run.trace().text().records[before..].iter().filter(|it| is_request(&it.what)).count()
}

/// The entries that a leader sends to one follower for so many messages in a row, before any answer comes and until all is done.
fn entries_sent(options: Options<Word>) -> usize {
    let asked = vec![(A, "m"); MANY as usize];
    let mut run = Run::new(world_of(Raft::new(3).with(options), 3, &asked));
    elect(&mut run, A, &[B]).unwrap();
    run.lose_all().unwrap();
    for request in 0..MANY as u32 {
        run.ask(request).unwrap();
    }
    while run.pass(A, B).unwrap() | run.pass(B, A).unwrap() {}
    assert_eq!(logs(&run)[0].commit_length, Some(MANY));
    let sent = run.trace().text().records.into_iter().filter_map(|record| match record.what {
        What::Send { id, packet } if id.to == B => Some(packet.matches("Entry {").count()),
        _ => None,
    });
    sent.sum()
}

#[test]
fn options_save_what_they_are_for() {
    let entries = [
        entries_sent(Options::default()),
        entries_sent(Options { window: 4, ..Options::default() }),
    ];
    let requests = [requests_of_a_repair(Options::default()), requests_of_a_repair(backed_off())];
    assert!(entries[1] < 3 * MANY as usize && requests[1] < 5, "{entries:?} {requests:?}");
    let mut table = String::from(
        "| option | | as in the notes | with the option |\n| --- | --- | --: | --: |\n",
    );
    writeln!(table, "| `window: 4` | entries sent to a follower for {MANY} messages in a row, of which no answer has come yet | {} | {} |", entries[0], entries[1]).unwrap();
    writeln!(table, "| `back_off` | requests until a follower is repaired that has {MANY} wrong entries in the place of {MANY} others | {} | {} |", requests[0], requests[1]).unwrap();
    let (terms, pre) = (term_after_a_return(Options::default()), term_after_a_return(pre_voted()));
    writeln!(table, "| `pre_vote` | term after a node returns that was alone for five timeouts; the leader had term 1 | {} | {} |", terms.0, pre.0).unwrap();
    golden::check("raft-options.md", &table);
}

#[test]
fn with_a_no_op_old_entries_are_committed_without_a_new_message() {
    // A leads, gets m to B, and dies; B leads, and has m of an old term. A has a no-op of its own before m.
    let lengths = |options: Options<Word>| {
        let mut run = Run::new(world_of(Raft::new(3).with(options), 3, &[(A, "m")]));
        elect(&mut run, A, &[B]).unwrap();
        run.lose_all().unwrap();
        run.ask(0).unwrap();
        assert!(run.pass(A, B).unwrap());
        run.lose_all().unwrap();
        run.strike(Fault::Crash(A)).unwrap();
        elect(&mut run, B, &[C]).unwrap();
        for _ in 0..5 {
            run.time_out(B, "Heartbeat").unwrap();
            while run.pass(B, C).unwrap() | run.pass(C, B).unwrap() {}
        }
        logs(&run)[1].commit_length
    };
    assert_eq!(lengths(Options::default()), Some(0));
    assert_eq!(lengths(Options { no_op: Some("no-op"), ..Options::default() }), Some(3));
}
