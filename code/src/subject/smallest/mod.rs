//! From a run that breaks a promise to a small one that does.
//!
//! Source: delta debugging (Zeller and Hildebrandt 2002), over the decisions of a run; that
//! numbers shrink towards the first of their kind is from QuickCheck (Claessen and Hughes 2000).

mod decisions;
mod earlier;
mod leave_out;
mod parameters;
mod renumber;
mod simplify;
mod trials;

use crate::subject::{Report, Run, Subject};
use trials::Trials;

/// What came of making a run smaller.
#[derive(Clone, Debug)]
pub struct Smallest {
    /// The smallest run found.
    pub run: Run,
    /// How many runs were tried on the way.
    pub tried: u32,
    /// How many records all of them had together: what the search cost.
    pub simulated: u64,
    /// Whether the search was cut off: it had cost too much. Then a smaller run may be near.
    pub cut_off: bool,
}

/// The smallest run found that breaks the promise of that name, starting from one that does, and
/// how it went.
///
/// Everything that happens in it is written down or calm, so that nothing depends on the seed. No
/// single request, decision or node can be left out of it, unless that makes for a run longer than
/// the first one, or the search was cut off. If the first run was within the model of the subject,
/// so is the smallest.
pub fn smallest(subject: &Subject, run: &Run, promise: &str) -> Result<(Run, Report), String> {
    let Smallest { run, .. } = shrink(subject, run, promise)?;
    let report = run.report(subject)?;
    Ok((run, report))
}

/// As [`smallest`], and says what it cost.
///
/// Deterministic. In error if the run does not fit the subject, or keeps the promise.
pub fn shrink(subject: &Subject, run: &Run, promise: &str) -> Result<Smallest, String> {
    let mut trials = Trials::new(subject, run, promise)?;
    parameters::search(&mut trials);
    trials.write_down();
    loop {
        let before = trials.best.clone();
        leave_out::after_violation(&mut trials);
        leave_out::kinds(&mut trials);
        leave_out::all_but_the_last(&mut trials);
        leave_out::decisions(&mut trials);
        earlier::earlier(&mut trials);
        leave_out::after_violation(&mut trials);
        leave_out::requests(&mut trials);
        renumber::requests(&mut trials);
        leave_out::nodes(&mut trials);
        parameters::lower(&mut trials);
        simplify::simplify(&mut trials);
        if trials.best == before {
            return Ok(trials.end());
        }
    }
}
