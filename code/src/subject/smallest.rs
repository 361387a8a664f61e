//! From a run that breaks a promise to a small one that does.

use crate::sim::menu::FaultMenu;
use crate::sim::network::Network;
use crate::sim::script::Script;
use crate::sim::shrink::{fates, forged, shrink};
use crate::subject::{Report, Run, Subject, search};

/// The smallest run found that breaks the promise of that name, starting from one that does.
///
/// What happens to packets, requests and nodes is written down in it, and what it does not mention
/// is calm; only what nodes choose, and how long timers run, still comes from the seed. If the
/// first run was within the model of the subject, so is the smallest.
pub fn smallest(subject: &Subject, run: &Run, promise: &str) -> Result<(Run, Report), String> {
    let run = with_smaller_parameters(subject, run, promise)?;
    let report = run.report(subject)?;
    let nodes = subject.parameters(&run.parameters)?.nodes();
    let requests = subject.open(&run)?.requests();
    let script = Script {
        faults: Some(run.plan(nodes)),
        fates: fates(&report.trace),
        forged: forged(&report.trace),
        ..run.script.clone()
    };
    let calm = FaultMenu {
        network: Network::calm(),
        synchrony: run.faults.synchrony,
        until: 0,
        ..FaultMenu::default()
    };
    let as_run =
        |script: &Script| Run { faults: calm.clone(), script: script.clone(), ..run.clone() };
    // A run that goes on and on is no smaller, however short its script.
    let mut shortest = report.trace.records.len();
    let mut fails = |script: &Script| {
        let Ok(candidate) = as_run(script).report(subject) else { return false };
        let length = candidate.trace.records.len();
        let smaller = candidate.breaks(promise).is_some()
            && candidate.promised == report.promised
            && length <= shortest;
        if smaller {
            shortest = length;
        }
        smaller
    };
    if !fails(&script) {
        return Ok((run, report));
    }
    let run = as_run(&shrink(script, requests, nodes, fails));
    let report = run.report(subject)?;
    Ok((run, report))
}

/// A run with parameters as small as possible that still breaks the promise, with some other seed
/// perhaps.
fn with_smaller_parameters(subject: &Subject, run: &Run, promise: &str) -> Result<Run, String> {
    let mut best = run.clone();
    let values = subject.parameters(&run.parameters)?;
    for parameter in subject.parameters {
        for value in (parameter.least..values.get(parameter.name)).take(VALUES_FOR_SMALLER) {
            let smaller = best.clone().with(parameter.name, value);
            let seeds = (0..SEEDS_FOR_SMALLER).map(|i| run.seed.wrapping_add(i));
            let breaks = |report: &Report| report.breaks(promise).is_some();
            // A script that does not fit the smaller run is no reason to stop.
            if let Ok(Some((found, _))) = search(subject, &smaller, seeds, breaks) {
                best = found;
                break;
            }
        }
    }
    Ok(best)
}

/// How many smaller values of a parameter are tried …
const VALUES_FOR_SMALLER: usize = 20;
/// … with so many seeds each.
const SEEDS_FOR_SMALLER: u64 = 100;
