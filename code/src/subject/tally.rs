//! Many runs, counted: which situations came about, and which promises were broken.

use crate::sim::marks::SITUATIONS;
use crate::subject::{Run, Subject};
use std::collections::BTreeMap;
use std::fmt;

/// What was seen in many runs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// How many runs there were.
    pub runs: u64,
    /// How many of them stayed within the model of the algorithm.
    pub promised: u64,
    /// For each situation that came about: in how many runs, and how often in all.
    pub marks: BTreeMap<&'static str, (u64, u64)>,
    /// For each promise that was broken: in how many runs within the model, and in how many beyond
    /// it, where nothing is promised.
    pub broken: BTreeMap<&'static str, (u64, u64)>,
    /// In how many runs some promise was broken: within the model, and beyond it.
    pub broken_runs: (u64, u64),
    /// How many runs could not be finished.
    pub errors: u64,
}

impl Tally {
    /// Of the runs like this one with each of these seeds, and with either end.
    ///
    /// Says what about the runs does not fit the subject.
    pub fn of(
        subject: &Subject,
        run: &Run,
        seeds: impl IntoIterator<Item = u64>,
    ) -> Result<Tally, String> {
        let nodes = subject.parameters(&run.parameters)?.nodes();
        let mut tally = Tally::default();
        for run in seeds.into_iter().flat_map(|seed| run.with_seed(seed).endings(nodes)) {
            tally.add(subject, &run)?;
        }
        Ok(tally)
    }

    fn add(&mut self, subject: &Subject, run: &Run) -> Result<(), String> {
        let report = run.report(subject)?;
        self.runs += 1;
        self.promised += u64::from(report.promised);
        self.errors += u64::from(report.error.is_some());
        for (mark, times) in report.marks() {
            let (runs, all) = self.marks.entry(mark).or_default();
            (*runs, *all) = (*runs + 1, *all + times);
        }
        let (within, beyond) = &mut self.broken_runs;
        let broken = u64::from(report.broken().is_some());
        *(if report.promised { within } else { beyond }) += broken;
        for (promise, _) in report.verdicts.iter().filter(|(_, violation)| violation.is_some()) {
            let (within, beyond) = self.broken.entry(promise.name).or_default();
            *(if report.promised { within } else { beyond }) += 1;
        }
        Ok(())
    }

    /// In error, with their names, if some of these situations never came about: then the runs say
    /// nothing about them.
    pub fn require(&self, marks: &[&str]) -> Result<(), String> {
        let unknown = |mark: &&&str| SITUATIONS.iter().all(|(name, _)| *name != **mark);
        if let Some(unknown) = marks.iter().find(unknown) {
            return Err(format!("there is no mark {unknown:?}"));
        }
        let missing: Vec<_> =
            marks.iter().filter(|&&mark| !self.marks.contains_key(mark)).copied().collect();
        if missing.is_empty() {
            return Ok(());
        }
        Err(format!("in {} runs there was never: {}", self.runs, missing.join(", ")))
    }
}

/// A line for each situation and for each broken promise.
impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        writeln!(f, "{} runs, {} within the model", self.runs, self.promised)?;
        for (mark, (runs, times)) in &self.marks {
            writeln!(f, "{mark:<36} {times} times in {runs} runs")?;
        }
        for (promise, (within, beyond)) in &self.broken {
            writeln!(f, "BROKEN {promise:<29} in {within} runs, in {beyond} beyond the model")?;
        }
        Ok(())
    }
}
