//! Smaller parameters: fewer nodes, messages, rounds.

use super::trials::Trials;
use crate::sim::script::Script;
use crate::subject::Run;

/// Searches for a run with smaller parameters that breaks the promise too, with some other seed
/// perhaps. Only while the seed decides everything.
pub(super) fn search(trials: &mut Trials) {
    if trials.best.script != Script::default() {
        return;
    }
    for name in names(trials) {
        for value in smaller_values(trials, name) {
            let smaller = trials.best.clone().with(name, value);
            let (before, first) = trials.cost();
            let seed = smaller.seed;
            let seeds = (0..SEEDS).map(|i| seed.wrapping_add(i));
            let found = seeds.into_iter().any(|seed| {
                let (now, _) = trials.cost();
                now - before <= 2 * first + ENOUGH_RECORDS
                    && now <= MOST_RECORDS
                    && trials.smaller(smaller.with_seed(seed))
            });
            if found {
                break;
            }
        }
    }
}

/// How many seeds are tried with each value …
const SEEDS: u64 = 100;
/// … unless that takes more records than this, and twice those of the first run …
const ENOUGH_RECORDS: u64 = 20_000;
/// … or all of it more than this.
const MOST_RECORDS: u64 = 500_000;

/// Lowers parameters as far as the run still breaks the promise and has all that its script names.
pub(super) fn lower(trials: &mut Trials) {
    for name in names(trials) {
        let _ = smaller_values(trials, name).into_iter().any(|value| {
            let mut smaller = trials.best.clone().with(name, value);
            let Some((nodes, requests)) = trials.size(&smaller) else { return false };
            smaller.script.without.retain(|&request| request < requests);
            smaller.script.absent.retain(|node| node.0 < nodes);
            trials.smaller(smaller)
        });
    }
}

fn names(trials: &Trials) -> impl Iterator<Item = &'static str> + use<> {
    trials.subject.parameters.iter().map(|parameter| parameter.name)
}

/// Values of a parameter to try instead: the smallest ones, then halves of the way to what it is.
fn smaller_values(trials: &Trials, name: &str) -> Vec<u64> {
    let parameter = trials.subject.parameters.iter().find(|parameter| parameter.name == name);
    let values = trials.subject.parameters(&trials.best.parameters);
    let (Some(parameter), Ok(values)) = (parameter, values) else { return Vec::new() };
    let (least, now) = (parameter.least, values.get(name));
    let few = (least..now).take(VALUES);
    let halves = (1..64).map(|power| now - (now.saturating_sub(least) >> power));
    let more = halves.take_while(|&value| value < now).filter(|&v| v >= least + VALUES as u64);
    few.chain(more).collect()
}

/// How many of the smallest values of a parameter are tried.
const VALUES: usize = 20;

impl Run {
    /// Parameters that are as by default need not be said.
    pub(super) fn without_defaults(mut self, subject: &crate::subject::Subject) -> Self {
        for parameter in subject.parameters {
            if self.parameters.get(parameter.name) == Some(&parameter.default) {
                self.parameters.remove(parameter.name);
            }
        }
        self
    }
}
