//! Links: reliable, FIFO, and FIFO across crashes.

use distsys::subject::{Run, subjects};
use zoo::{TWINS, hunts};

#[test]
fn links_keep_their_promises_in_every_hunt() {
    for subject in subjects() {
        for hunt in hunts(&subject) {
            for seed in 0..300 {
                let run: Run = hunt.with_seed(seed);
                let report = run.report(&subject).unwrap();
                assert!(report.promised, "{}", subject.name);
                assert_eq!(report.error, None, "{} seed {seed} {:?}", subject.name, run.faults);
                if let Some((promise, violation)) = report.broken() {
                    panic!(
                        "{} {run:?} breaks {promise:?}: {violation:?}\n{}",
                        subject.name, report.trace
                    );
                }
            }
        }
    }
}

#[test]
fn every_twin_breaks_its_property() {
    let mut failed = vec![];
    for twin in TWINS {
        match twin.hunt(300).unwrap() {
            None => failed.push(twin.name),
            Some((run, _)) => {
                let (small, report) = twin.smallest(&run).unwrap();
                println!(
                    "{} seed {} {:?} records {} {}",
                    twin.name,
                    run.seed,
                    run.parameters,
                    report.trace.records.len(),
                    serde_json::to_string(&small.script).unwrap()
                );
                println!("{}", report.breaks(twin.breaks).unwrap().explanation);
            }
        }
    }
    assert!(failed.is_empty(), "{failed:?}");
}
