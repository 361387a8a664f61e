//! What weaker designs do to transactions: the checker, which looks at no timestamp, says what it is called.

use tests::golden;
use tests::mutants;

const PROMISE: &str = "transactions::strictly_serializable";

#[test]
fn the_checker_names_what_weaker_designs_allow() {
    let (mut table, mut runs) = (String::new(), 0);
    let mut names = std::collections::BTreeSet::new();
    let twins = mutants::topic("transactions").twins.iter();
    for twin in twins.filter(|twin| twin.subject == "small-spanner") {
        let subject = twin.subject().unwrap();
        let mut found = std::collections::BTreeMap::<String, u32>::new();
        runs = 0;
        for run in subject.hunts() {
            for seed in 0..if super::thorough() { 12 } else { 4 } {
                let report = run.with_seed(seed).report(&subject).unwrap();
                runs += 1;
                if let Some(violation) = report.breaks(PROMISE) {
                    let name = violation.explanation.split(':').next().unwrap_or_default();
                    *found.entry(name.to_string()).or_default() += 1;
                }
            }
        }
        names.extend(found.keys().cloned());
        let found: Vec<_> = found.iter().map(|(name, runs)| format!("{name} × {runs}")).collect();
        // Some are wrong in other ways.
        if !found.is_empty() {
            table += &format!("| {} | {} |\n", twin.bug, found.join(", "));
        }
    }
    for name in ["lost update (G-single)", "write skew (G2)", "read skew (G-single)"] {
        assert!(names.contains(name), "{name} is not among {names:?}\n{table}");
    }
    if !super::thorough() {
        golden::check("spanner-anomalies.md", table.trim_end());
        golden::check("spanner-anomalies-runs.txt", &runs.to_string());
    }
}
