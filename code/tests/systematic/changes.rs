//! Every small change of a run.

use distsys::layer::MILLIS;
use distsys::layer::names::{A, B};
use distsys::sim::{EventId, Fault, Script, What};
use distsys::subject::{
    Parameter, Parameters, Run, Subject, Systematic, Variation, Workload, links,
};
use std::collections::BTreeSet;
use tests::toys::puppet::{Do, Puppet};
use tests::{golden, mutants};
use zoo::Twin;

const NODES: &[Parameter] =
    &[Parameter { name: "nodes", about: "how many nodes", default: 2, least: 2, most: 2 }];

/// A sends B a packet at 1 ms and another at 3 ms, and B says which it got.
fn two_packets() -> Subject {
    fn workload(_: &Parameters) -> Result<Workload<Puppet>, String> {
        let send = |number| vec![Do::Send(B, vec![Do::Say(number)])];
        Ok(vec![(MILLIS, A, send(1)), (3 * MILLIS, A, send(2))])
    }
    let build = |parameters: &Parameters| Puppet::troupe(parameters.nodes());
    Subject::new("two-packets", "Two packets", NODES, Vec::new, build, workload)
}

fn calm(subject: &Subject) -> Run {
    Run::new(subject, 0).with_script(Script::calm())
}

fn all(systematic: &Systematic, subject: &Subject) -> Vec<Variation> {
    let variations = systematic.of_run(subject, &calm(subject));
    variations.map(Result::unwrap).collect()
}

/// What B says in a run: 1 and 2, each as often as it came.
fn said(subject: &Subject, run: &Run) -> String {
    let trace = run.report(subject).unwrap().trace;
    let told = trace.records.iter().filter_map(|record| match &record.what {
        What::Deliver { indication } => {
            Some(indication.replace(['S', 'a', 'i', 'd', '(', ')'], ""))
        }
        _ => None,
    });
    told.collect()
}

#[test]
fn each_change_of_two_packets_is_made_exactly_once() {
    let subject = two_packets();
    let packets = Systematic { crashes: Vec::new(), ..Systematic::of(&subject, 2) };
    let variations = all(&packets, &subject);
    let words = |changes: usize| {
        let wanted = variations.iter().filter(|next| next.changes.len() == changes);
        let mut words: Vec<_> = wanted.map(|next| said(&subject, &next.run)).collect();
        words.sort();
        words
    };
    assert_eq!(words(0), ["12"]);
    // 1 is lost, late, or doubled before or after 2; 2 is lost or doubled.
    assert_eq!(words(1), ["1", "112", "121", "122", "2", "21"]);
    // 1 lost: then 2 is lost or doubled. 1 late: then 2 is lost, still later, or doubled before or
    // after 1. 1 doubled before 2: then 2 is lost or doubled. 1 doubled after 2: then 2 is lost,
    // later, or doubled before or after the second 1.
    let pairs = ["", "22", "1", "12", "212", "221", "11", "1122", "11", "112", "1212", "1221"];
    let mut expected = pairs.map(str::to_string);
    expected.sort();
    assert_eq!(words(2), expected);
    let runs: Vec<_> =
        variations.iter().map(|next| serde_json::to_string(&next.run).unwrap()).collect();
    assert_eq!(runs.iter().collect::<BTreeSet<_>>().len(), runs.len(), "some run comes twice");
    let one = Systematic { changes: 1, ..packets };
    assert_eq!(one.of_run(&subject, &calm(&subject)).with_one_change(), Ok(7));
}

#[test]
fn a_node_crashes_at_each_of_its_points_exactly_once() {
    let subject = two_packets();
    let crashes = Systematic::crashes(1, 500 * MILLIS);
    let points: Vec<_> = all(&crashes, &subject)
        .into_iter()
        .skip(1)
        .flat_map(|next| next.run.script.crashes)
        .map(|(event, done)| format!("{event} {done}"))
        .collect();
    let expected = [
        "A! 0", "B! 0", "?0 0", "?0 1", "?1 0", "?1 1", "A>B#1 0", "A>B#1 1", "A>B#2 0", "A>B#2 1",
    ];
    assert_eq!(points, expected);
    // The second crash is at a point of what followed the first, a recovery among it.
    let twice = all(&Systematic { changes: 2, ..crashes }, &subject);
    let within = |next: &&Variation| next.run.script.crashes.contains_key(&EventId::Fault(0));
    assert_eq!(twice.iter().filter(within).count(), expected.len());
}

#[test]
fn a_node_crashes_also_in_a_recovery_that_was_aimed_at_the_leader() {
    fn workload(_: &Parameters) -> Result<Workload<Puppet>, String> {
        let answer = vec![Do::Say(1), Do::Send(A, vec![Do::Say(2)])];
        Ok(vec![(MILLIS, B, vec![Do::Lead(Some(1))]), (50 * MILLIS, A, vec![Do::Send(B, answer)])])
    }
    let build = |parameters: &Parameters| Puppet::troupe(parameters.nodes());
    let subject = Subject::new("led", "A leader", NODES, Vec::new, build, workload);
    let variations = |faults: Vec<_>| {
        let script = Script { faults: Some(faults), ..Script::default() };
        let run = calm(&subject).with_script(Script { calm: true, ..script });
        let all = Systematic::of(&subject, 2).of_run(&subject, &run).map(Result::unwrap).skip(1);
        all.map(|next| (next.changes, next.run)).collect::<Vec<_>>()
    };
    let spell = |node| vec![(0, Fault::Crash(node)), (10 * MILLIS, Fault::Recover(node))];
    let aimed = variations(vec![(20 * MILLIS, Fault::AtLeader(A, spell(A)))]);
    let plain = spell(B).into_iter().map(|(after, fault)| (20 * MILLIS + after, fault));
    assert!(aimed == variations(plain.collect()), "it is as if they had not been aimed");
    let within = |run: &&(_, Run)| run.1.script.crashes.contains_key(&EventId::Fault(1));
    assert!(aimed.iter().filter(within).count() > 10);
}

#[test]
fn whoever_stops_early_says_so() {
    let subject = two_packets();
    let systematic = Systematic::of(&subject, 2);
    let run = calm(&subject);
    let mut cut = systematic.clone().at_most(5).of_run(&subject, &run);
    assert_eq!(cut.by_ref().count(), 5);
    assert!(cut.cut_off());
    let mut whole = systematic.of_run(&subject, &run);
    assert!(whole.by_ref().count() > 5);
    assert!(!whole.cut_off());
}

#[test]
fn which_twins_die_by_one_change_and_which_by_two() {
    let header = "| Twin | Changes | Runs tried | What was changed | At random |";
    let mut table = format!("{header}\n|---|---|---|---|---|\n");
    let mut found = [0; 4];
    for twin in mutants::topic("links").twins {
        let hunt = twin.hunt_by_changes(2, usize::MAX).unwrap();
        let (run, _) = twin.hunt(100).unwrap().unwrap();
        let (changes, what) = match &hunt.found {
            None if hunt.cut_off => ("not found".to_string(), "cut off".to_string()),
            None => ("more than 2".to_string(), String::new()),
            Some(first) => {
                let what: Vec<_> = first.changes.iter().map(ToString::to_string).collect();
                let what = if what.is_empty() { "nothing".to_string() } else { what.join("; ") };
                (first.changes.len().to_string(), format!("{what} ({})", scene(&first.run)))
            }
        };
        found[hunt.found.map_or(3, |first| first.changes.len())] += 1;
        let Twin { name, .. } = twin;
        table += &format!("| {name} | {changes} | {} | {what} | seed {} |\n", hunt.tried, run.seed);
    }
    let [none, one, two, more] = found;
    let all = mutants::topic("links").twins.len();
    table += &format!(
        "\nOf {all} twins, {none} fail without any change, {one} by one, {two} by two, and {more} by no two changes.\n"
    );
    golden::check("systematic.txt", &table);
}

/// The parameters of a run, as an option a line.
fn scene(run: &Run) -> String {
    let parameters = run.parameters.iter().map(|(name, value)| format!("{name} {value}"));
    parameters.collect::<Vec<_>>().join(", ")
}

#[test]
fn the_originals_survive_every_change() {
    let thorough = std::env::var_os("DISTSYS_THOROUGH").is_some();
    let most = if thorough { 20_000 } else { 500 };
    for subject in links::subjects() {
        for run in subject.scenes() {
            for next in Systematic::of(&subject, 2).at_most(most).of_run(&subject, &run) {
                let next = next.unwrap();
                let broken = next.run.broken(&subject).unwrap();
                let replay = || serde_json::to_string(&next.run).unwrap();
                assert!(broken.is_empty(), "{} breaks {broken:?} in {}", subject.name, replay());
                // More is not changed than the algorithm has to bear.
                let model = next.run.model(subject.parameters(&run.parameters).unwrap().nodes());
                assert!(subject.model.covers(model), "{}", replay());
            }
        }
    }
}
