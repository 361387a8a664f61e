//! Every fault of the menu against every algorithm: what came about, and which promises held. The
//! table that comes of it is on the page about faults.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use distsys::layer::{MILLIS, SECONDS};
use distsys::sim::marks::*;
use distsys::sim::{Fault, FaultMenu, Partitions, Rate, Record, Text, What};
use distsys::subject::links::subjects;
use distsys::subject::{Heal, Run, Subject, Tally};
use std::fmt::Write;
use tests::golden;

/// A menu with one kind of fault, and the situation that it is for; `None` if no algorithm of these
/// can show it yet.
const ROWS: &[(&str, Option<&str>)] = &[
    ("none", None),
    ("loss=20%", Some(LOST)),
    ("duplicate=20%", Some(DUPLICATE_AFTER_DELIVERY)),
    ("late-duplicate=20%", Some(LATE_DUPLICATE)),
    ("stale-duplicate=20%", Some(STALE_DUPLICATE)),
    ("reorder=20%", Some(OVERTAKEN)),
    ("spikes=10%", Some(HELD_UP)),
    ("delay=heavy:10ms", Some(HELD_UP)),
    ("partitions=2", Some(BOTH_WAYS)),
    ("one-way=2", Some(ONE_WAY)),
    ("cannot-send=2", Some(UNHEARD)),
    ("cannot-receive=2", Some(DEAF)),
    ("flapping=1", Some(FLAPPING)),
    ("crashes=2", Some(CRASH_WITHIN)),
    ("crashes=6 recovery", Some(RECOVERY)),
    ("crashes=6 recovery delay=heavy:40ms until=300ms", Some(FORMER_LIFE)),
    ("pauses=3", Some(ZOMBIE)),
    ("slow=3", Some(SLOW)),
    ("clock-offset=1s clock-drift=1000ppm", Some(CLOCK)),
    ("clock-steps=3 clock-step=1s", Some(CLOCK_STEP)),
    ("spikes=10% timing=synchronous:15ms", Some(OVERTAKEN)),
    ("spikes=10% timing=partial:15ms@300ms", Some(HELD_UP)),
    ("tamper=10%", Some(TAMPERED)),
    ("spoof=10%", Some(SPOOFED)),
    ("replay=10%", Some(STALE_DUPLICATE)),
    ("byzantine=1", Some(TRAITOR)),
    (
        "loss=30% duplicate=20% stale-duplicate=10% reorder=30% spikes=5% partitions=2 flapping=1 crashes=6 recovery pauses=3 slow=2 swarm",
        Some(STORED_NOT_SENT),
    ),
];

/// How many seeds each menu gets, each with both ends.
const SEEDS: u64 = 15;

/// Three nodes that all send to all, in three rounds: one while the faults go on, one as they end, and
/// one after that, so that something is asked of whoever is left.
fn run(subject: &Subject, menu: &str) -> Run {
    let mut faults: FaultMenu = menu.parse().unwrap();
    faults.until = faults.until.min(500 * MILLIS);
    let run = Run::new(subject, 0).with_faults(faults);
    run.with("nodes", 3).with("everyone", 1).with("messages", 2).with("rounds", 3)
}

#[test]
fn the_bare_majority_that_is_left_has_work_to_do() {
    for subject in subjects() {
        for menu in ["none", "loss=20%", "crashes=6", "partitions=2 pauses=2"] {
            for seed in 0..SEEDS {
                let run = run(&subject, menu).with_seed(seed).with_heal(Heal::Majority);
                let report = run.report(&subject).unwrap();
                let after = |record: &&Record<Text>| record.at > run.faults.until;
                let late = report.trace.records.iter().filter(after);
                let delivered = late.filter(|record| matches!(record.what, What::Deliver { .. }));
                assert!(delivered.count() >= 2, "{} under {menu}, seed {seed}", subject.name);
            }
        }
    }
}

#[test]
fn crashes_for_good_leave_a_majority_whatever_the_end() {
    let subject = subject("fifo-link");
    for (seed, heal) in (0..60).flat_map(|seed| Heal::BOTH.map(|heal| (seed, heal))) {
        for (nodes, dead) in [(3, 1), (5, 2)] {
            let menu = "crashes=9 aimed=50%".parse().unwrap();
            let run = Run::new(&subject, seed).with("nodes", nodes).with_faults(menu);
            let trace = run.with_heal(heal).report(&subject).unwrap().trace;
            let crashed = |record: &&Record<Text>| matches!(record.what, What::Crash { .. });
            assert_eq!(trace.records.iter().filter(crashed).count(), dead, "seed {seed}");
        }
    }
}

#[test]
fn slow_networks_are_given_the_time_they_need() {
    let subject = subject("reliable-link");
    for menu in ["delay=20s", "delay=heavy:1s", "loss=90%"] {
        for seed in 0..10 {
            let run = Run::new(&subject, seed).with_faults(menu.parse().unwrap());
            let report = run.report(&subject).unwrap();
            assert!(report.promised);
            assert_eq!(report.broken(), None, "{menu}, seed {seed}");
        }
    }
}

fn subject(name: &str) -> Subject {
    subjects().into_iter().find(|subject| subject.name == name).unwrap()
}

/// What a cell of the table says.
fn cell(tally: &Tally, mark: Option<&str>) -> String {
    let times = mark.map(|mark| tally.marks.get(mark).map_or(0, |(_, times)| *times));
    let seen = times.map_or(String::new(), |times| format!("{times} ×, "));
    let beyond = tally.runs - tally.promised;
    let (_, worst) = tally.broken_runs;
    match (beyond, worst) {
        (0, _) => format!("{seen}kept"),
        (_, 0) => format!("{seen}(kept)"),
        (_, worst) => format!("{seen}*broken in {worst}*"),
    }
}

#[test]
fn every_fault_comes_about_and_no_promise_is_broken_within_the_model() {
    let subjects = subjects();
    let mut table = String::from("| menu | what it is for |");
    subjects.iter().for_each(|subject| write!(table, " {} |", subject.title).unwrap());
    table += &format!("\n| --- | --- |{}\n", " --- |".repeat(subjects.len()));
    for (menu, mark) in ROWS {
        write!(table, "| `{menu}` | {} |", mark.unwrap_or("nothing")).unwrap();
        for subject in &subjects {
            let tally = Tally::of(subject, &run(subject, menu), 0..SEEDS).unwrap();
            assert_eq!(tally.runs, 2 * SEEDS);
            assert_eq!(tally.errors, 0, "{} under {menu}", subject.name);
            let broken = tally.broken.iter().find(|(_, (within, _))| *within > 0);
            assert_eq!(broken, None, "{} under {menu}", subject.name);
            // A node that keeps nothing stores nothing before it sends, and one that does not come
            // back has no former life; all else every algorithm can show.
            let owed: Vec<_> =
                mark.iter().copied().filter(|mark| *mark != STORED_NOT_SENT).collect();
            tally.require(&owed).unwrap_or_else(|e| panic!("{} under {menu}: {e}", subject.name));
            write!(table, " {} |", cell(&tally, *mark)).unwrap();
        }
        table += "\n";
    }
    golden::check("faults.md", &table);
    golden::check("faults-runs.txt", &(2 * SEEDS).to_string());
}

#[test]
fn the_table_of_knobs_is_that_of_the_menu() {
    let mut table = String::from("| word | what it says |\n| --- | --- |\n");
    for (name, about) in FaultMenu::knobs() {
        writeln!(table, "| `{name}` | {about} |").unwrap();
    }
    golden::check("knobs.md", &table);
    let mut table = String::from("| mark | what happened |\n| --- | --- |\n");
    for (name, about) in SITUATIONS {
        writeln!(table, "| {name} | {about} |").unwrap();
    }
    golden::check("marks.md", &table);
}

#[test]
fn a_mark_that_is_required_and_never_seen_is_an_error_that_names_it() {
    let fifo = subject("fifo-link");
    let tally = Tally::of(&fifo, &run(&fifo, "loss=20%"), 0..3).unwrap();
    assert_eq!(tally.require(&[LOST]), Ok(()));
    assert_eq!(
        tally.require(&[LOST, TORN_WRITE, PAUSE]),
        Err("in 6 runs there was never: torn write, pause".to_string())
    );
    assert!(tally.require(&["unicorn"]).unwrap_err().contains("no mark \"unicorn\""));
    let told = tally.to_string();
    assert!(told.contains("6 runs, 6 within the model") && told.contains("packet lost"), "{told}");
}

#[test]
fn a_run_of_three_nodes_has_two_ends_and_in_one_of_them_a_bare_majority_is_left() {
    let fifo = subject("fifo-link");
    for seed in 0..30 {
        let ends = run(&fifo, "loss=20%").with_seed(seed).endings(3);
        assert_eq!(ends.iter().map(|run| run.heal).collect::<Vec<_>>(), Heal::BOTH);
        let crashes = ends.map_crashes(&fifo);
        assert_eq!(crashes, [0, 1], "seed {seed}");
    }
    assert_eq!(run(&fifo, "none").with("nodes", 2).endings(2).len(), 1, "two of two are all");
    let dead: std::collections::BTreeSet<_> = (0..30)
        .filter_map(|seed| {
            let run = run(&fifo, "none").with_seed(seed).with_heal(Heal::Majority);
            let (_, fault) = run.plan(3).pop().unwrap();
            assert!(matches!(fault, Fault::LeaveMajority(_)), "{fault:?}");
            fault.nodes().pop()
        })
        .collect();
    assert_eq!(dead.len(), 3, "not always the same one dies");
}

/// How many nodes crashed in each of these runs.
trait Crashes {
    fn map_crashes(&self, subject: &Subject) -> Vec<u64>;
}
impl Crashes for Vec<Run> {
    fn map_crashes(&self, subject: &Subject) -> Vec<u64> {
        let crashes = |run: &Run| run.report(subject).unwrap().marks().get(CRASH).copied();
        self.iter().map(|run| crashes(run).unwrap_or(0)).collect()
    }
}

#[test]
fn liveness_is_judged_within_a_bound_after_the_last_fault() {
    let fifo = subject("fifo-link");
    let menu = FaultMenu { partitions: Partitions::symmetric(1), ..FaultMenu::default() };
    let report = run(&fifo, "none").with_faults(menu).report(&fifo).unwrap();
    let requests = 3 * 2 * 2 * 3;
    let patience = 10 * SECONDS + 2 * 20 * MILLIS;
    assert_eq!(report.bound, patience * (1 + requests));
    assert!(report.broken().is_none() && report.went_on <= report.bound);
    // Of what is never delivered, the run does not wait for as long as the bound says.
    let cut = Fault::Cut(vec![distsys::layer::NodeId(0)], vec![distsys::layer::NodeId(1)]);
    let script = distsys::sim::Script { faults: Some(vec![(0, cut)]), ..Default::default() };
    let stuck = |until| {
        let menu = FaultMenu { until, ..FaultMenu::default() };
        let run = run(&fifo, "none").with_faults(menu).with_script(script.clone());
        run.report(&fifo).unwrap()
    };
    let soon = stuck(0);
    assert!(soon.breaks("reliable_link::delivery").is_some() && !soon.promised);
    assert!(soon.went_on < 30 * SECONDS, "{}", soon.went_on);
    // The wait begins when the menu says that its faults are over.
    let late = stuck(60 * SECONDS);
    assert!(late.went_on > 9 * SECONDS && late.went_on < 30 * SECONDS, "{}", late.went_on);
    assert!(late.trace.records.last().unwrap().at > 69 * SECONDS);
}

#[test]
fn hostile_messages_make_no_algorithm_panic() {
    for subject in subjects() {
        for seed in 0..150 {
            let mut menu: FaultMenu =
                "tamper=40% spoof=30% replay=20% byzantine=1".parse().unwrap();
            menu.network.loss = Rate::percent(10);
            let run = run(&subject, "none").with_faults(menu).with_seed(seed);
            assert_eq!(run.report(&subject).unwrap().error, None, "{} {seed}", subject.name);
        }
    }
}
