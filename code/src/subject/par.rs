//! The search through seeds, on all cores.

use crate::subject::run::with_either_end;
use crate::subject::{Report, Run, Subject};
use rayon::prelude::*;

/// What [`search`](crate::subject::search) finds, the first run with one of these seeds whose report
/// is `wanted`, found on as many cores as there are.
///
/// Runs know nothing of each other, so it is the same run, and the same error if a run does not fit
/// the subject. Of the seeds after it, some may be tried as well.
pub fn search_in_parallel(
    subject: &Subject,
    run: &Run,
    seeds: impl IntoIterator<Item = u64>,
    wanted: impl Fn(&Report) -> bool + Sync,
) -> Result<Option<(Run, Report)>, String> {
    let mut seeds = seeds.into_iter();
    loop {
        let some: Vec<u64> = seeds.by_ref().take(SEEDS_AT_ONCE).collect();
        if some.is_empty() {
            return Ok(None);
        }
        let with =
            |&seed: &u64| with_either_end(subject, &run.with_seed(seed), &wanted).transpose();
        if let Some(found) = some.par_iter().find_map_first(with) {
            return found.map(Some);
        }
    }
}

/// How many seeds are handed out at once: enough to keep all cores busy, and few enough that not
/// many are tried in vain when one of the first is found.
const SEEDS_AT_ONCE: usize = 256;
