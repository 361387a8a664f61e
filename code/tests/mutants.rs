//! What is asked of every twin, whatever its topic.

use crate::golden;
use distsys::draw::figure;
use distsys::sim::{Text, Trace};
use distsys::spec::Kind;
use distsys::subject::{Report, Run, Subject, search, smallest, subjects};
use zoo::{TOPICS, Topic, Twin};

/// The topic of that name.
pub fn topic(name: &str) -> &'static Topic {
    TOPICS.iter().find(|topic| topic.name == name).expect("a topic of the zoo")
}

/// The subject of that name.
pub fn subject(name: &str) -> Subject {
    subjects().into_iter().find(|subject| subject.name == name).expect("a subject")
}

/// The first run, of 100 seeds, in which the twin breaks its property.
pub fn found(twin: &Twin) -> (Run, Report) {
    let found = twin.hunt(100).expect("its runs can be run");
    found.unwrap_or_else(|| panic!("{} survives 100 seeds", twin.name))
}

/// Each twin of the topic breaks its property within 100 seeds, and the smallest run of that is the
/// one in `zoo-TOPIC.txt`; the page may include its picture, `zoo-TWIN.html`.
pub fn each_breaks_its_property(topic: &Topic) {
    let mut table = String::new();
    for twin in topic.twins {
        let (run, _) = found(twin);
        let (small, report) = twin.smallest(&run).expect("its runs can be run");
        let violation =
            report.breaks(twin.breaks).expect("the smallest run breaks the same property");
        assert!(report.promised, "{}: the smallest run stays within the model", twin.name);
        let records = report.trace.records.len();
        table += &format!(
            "{}\n  breaks {}, seed {}, {records} records\n  {}\n  {}\n",
            twin.name,
            twin.breaks,
            run.seed,
            violation.explanation,
            serde_json::to_string(&small).expect("a run is plain data")
        );
        let (trace, explanation) = beginning(report.trace.clone(), &violation.explanation);
        let caption = format!("{}: {explanation}", capitalised(twin.bug));
        let (name, style) = (format!("zoo-{}", twin.name), subject(twin.subject).style);
        golden::check(&format!("{name}.html"), &figure(&name, &caption, &trace, &style));
    }
    golden::check(&format!("zoo-{}.txt", topic.name), &table);
    golden::check(&format!("zoo-{}-count.txt", topic.name), &topic.twins.len().to_string());
}

/// As [`each_breaks_its_property`], for twins whose runs take long to find and to make small: that
/// is done when the golden file is written; else the runs in the file are taken.
///
/// The table says of each whether a script finds it, and which seed is the first to do so. What a
/// script finds is left as it is, and so are runs in which something never happens: where chance is
/// taken out of them, even an original may try for ever. The pictures end where the property is
/// broken.
pub fn each_pinned_run_breaks_its_property(topic: &Topic) {
    if std::env::var_os("BLESS").is_some() {
        golden::check(&format!("zoo-{}.txt", topic.name), &table_of_hunts(topic));
        golden::check(&format!("zoo-{}-count.txt", topic.name), &topic.twins.len().to_string());
    }
    for (twin, small) in topic.twins.iter().zip(smallest_runs(topic)) {
        let report = small.report(&twin.subject().expect("it is built")).expect("it can be run");
        let violation =
            report.breaks(twin.breaks).unwrap_or_else(|| panic!("{} survives", twin.name));
        assert!(report.promised, "{}: the smallest run stays within the model", twin.name);
        let safety = !is_liveness(&report, twin.breaks);
        let mut trace = report.trace.clone();
        let mut explanation = format!("{}.", violation.explanation);
        match violation.records.iter().max() {
            Some(&last) if safety => trace.records.truncate(last as usize + 1),
            _ => {
                trace.records.truncate(120);
                explanation += " It goes on like this.";
            }
        }
        let caption = format!("{}: {explanation}", capitalised(twin.bug));
        let (name, style) = (format!("zoo-{}", twin.name), subject(twin.subject).style);
        golden::check(&format!("{name}.html"), &figure(&name, &caption, &trace, &style));
    }
}

/// Whether it is a promise that something happens in the end.
fn is_liveness(report: &Report, name: &str) -> bool {
    let mut promises = report.verdicts.iter().map(|(promise, _)| promise);
    promises.any(|promise| promise.name == name && promise.kind == Kind::Liveness)
}

fn table_of_hunts(topic: &Topic) -> String {
    topic.twins.iter().map(row_of_hunts).collect()
}

/// How many seeds are tried with each hunt of a twin that a script finds.
const SEEDS: u64 = 30;

fn row_of_hunts(twin: &Twin) -> String {
    let twins = twin.subject().expect("it is built");
    let breaks = |report: &Report| report.breaks(twin.breaks).is_some();
    let (scripts, drawn): (Vec<_>, Vec<_>) =
        twins.hunts().into_iter().partition(|hunt| hunt.script.calm);
    let look = |run: &Run, seed| search(&twins, run, [seed], breaks).expect("it can be run");
    let script = scripts.iter().find_map(|run| look(run, 0));
    let most = if script.is_some() { SEEDS } else { 100 };
    let by_seed = (0..most).find_map(|seed| drawn.iter().find_map(|run| look(run, seed)));
    let seed = match &by_seed {
        Some((run, _)) => format!("seed {}", run.seed),
        None => format!("none of {SEEDS} seeds"),
    };
    let (small, report, by) = match (script, by_seed) {
        (Some((run, report)), _) => (run, report, format!("a script, {seed}")),
        (None, Some((run, report))) if is_liveness(&report, twin.breaks) => (run, report, seed),
        (None, Some((run, _))) => {
            let (small, report) = smallest(&twins, &run, twin.breaks).expect("it can be run");
            (small, report, seed)
        }
        (None, None) => panic!("{} survives {most} seeds", twin.name),
    };
    let violation = report.breaks(twin.breaks).expect("it breaks the same property");
    let records = report.trace.records.len();
    let (name, why) = (twin.name, &violation.explanation);
    let run = serde_json::to_string(&small).expect("a run is plain data");
    format!("{name}\n  breaks {}, {by}, {records} records\n  {why}\n  {run}\n", twin.breaks)
}

/// What a picture has room for of a run that goes on and on, and what to say then.
fn beginning(mut trace: Trace<Text>, explanation: &str) -> (Trace<Text>, String) {
    if trace.records.len() <= 150 {
        return (trace, format!("{explanation}."));
    }
    trace.records.truncate(40);
    (trace, format!("{explanation}. It goes on like this until then."))
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|c| c.to_uppercase().collect::<String>()).unwrap_or_default();
    first + letters.as_str()
}

/// The smallest runs of the twins of a topic, as the golden file has them.
pub fn smallest_runs(topic: &Topic) -> Vec<Run> {
    if topic.twins.is_empty() {
        return Vec::new();
    }
    let path = format!("{}/golden/zoo-{}.txt", env!("CARGO_MANIFEST_DIR"), topic.name);
    let golden = std::fs::read_to_string(path).expect("the golden file is there");
    let run = |line: &str| serde_json::from_str(line).expect("a run");
    let runs: Vec<_> = golden.lines().filter(|line| line.starts_with("  {")).map(run).collect();
    assert_eq!(runs.len(), topic.twins.len(), "a run for each twin");
    runs
}

/// In the smallest run of each twin of the topic, the original keeps the property.
pub fn the_originals_survive(topic: &Topic) {
    for (twin, small) in topic.twins.iter().zip(smallest_runs(topic)) {
        let run = Run { subject: twin.subject.to_string(), ..small };
        let report = run.report(&subject(twin.subject)).expect("its runs can be run");
        assert!(report.breaks(twin.breaks).is_none(), "{}: it is the run that is wrong", twin.name);
    }
}

/// Each promise of these subjects is broken by some twin of the topic, but for those that are
/// tested `elsewhere`.
pub fn each_promise_rejects_some_twin(topic: &Topic, subjects: &[Subject], elsewhere: &[&str]) {
    for subject in subjects {
        for promise in &subject.promises {
            let known = topic.twins.iter().any(|twin| twin.breaks == promise.name);
            assert!(known || elsewhere.contains(&promise.name), "no twin breaks {}", promise.name);
        }
    }
}
