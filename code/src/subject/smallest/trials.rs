//! Trying runs: does the promise still break, and what did it cost to find out?

use super::Smallest;
use crate::sim::menu::FaultMenu;
use crate::sim::script::Script;
use crate::sim::trace::{Text, Trace};
use crate::spec::Violation;
use crate::subject::{AnyWorld, Heal, Run, Subject};

/// Runs that are known to keep the promise.
#[expect(clippy::disallowed_types, reason = "only asked whether a run is in it: no order shows")]
type Known = std::collections::HashSet<Run>;

/// How many records are simulated at most.
const MOST_RECORDS: u64 = 2_000_000;
/// Runs with more decisions than this are not remembered: they are too large.
const MOST_REMEMBERED: usize = 200;

/// The search for a smaller run under way.
pub(super) struct Trials<'a> {
    pub(super) subject: &'a Subject,
    /// The smallest run so far.
    pub(super) best: Run,
    promise: &'a str,
    promised: bool,
    /// How many records the best run has.
    length: usize,
    /// How many records a run may have.
    longest: usize,
    /// How many records may still be simulated.
    left: u64,
    tried: u32,
    known: Known,
}

/// A run that breaks the promise.
pub(super) struct Broken {
    pub(super) trace: Trace<Text>,
    pub(super) violation: Violation,
}

impl<'a> Trials<'a> {
    pub(super) fn new(subject: &'a Subject, run: &Run, promise: &'a str) -> Result<Self, String> {
        let nodes = subject.parameters(&run.parameters)?.nodes();
        let mut world = subject.open(run)?;
        let over = run.finish(&mut *world).is_ok();
        if world.breaks(promise, over).is_none() {
            return Err(format!("this run of {} keeps {promise}", subject.name));
        }
        Ok(Trials {
            subject,
            best: run.clone(),
            promise,
            promised: run.promised(subject, nodes),
            length: world.records(),
            longest: world.records(),
            left: MOST_RECORDS,
            tried: 0,
            known: Known::default(),
        })
    }

    pub(super) fn end(self) -> Smallest {
        let Trials { best: run, tried, left, .. } = self;
        Smallest { run, tried, simulated: MOST_RECORDS - left, cut_off: left == 0 }
    }

    /// How many records have been simulated, and how many the first run had.
    pub(super) fn cost(&self) -> (u64, u64) {
        (MOST_RECORDS - self.left, self.longest as u64)
    }

    /// How many nodes and requests a run has, those left out included.
    pub(super) fn size(&self, run: &Run) -> Option<(u32, u32)> {
        let parameters = self.subject.parameters(&run.parameters).ok()?;
        Some((parameters.nodes(), (self.subject.requests)(&parameters).ok()?))
    }

    /// The requests of the best run that are not left out.
    pub(super) fn requests(&self) -> Vec<u32> {
        let (_, all) = self.size(&self.best).unwrap_or_default();
        (0..all).filter(|request| !self.best.script.without.contains(request)).collect()
    }

    /// Goes on from this run if it breaks the promise.
    pub(super) fn smaller(&mut self, candidate: Run) -> bool {
        self.accept(candidate, self.longest)
    }

    /// Goes on from this run if it breaks the promise, and is not longer than the best one.
    pub(super) fn simpler(&mut self, candidate: Run) -> bool {
        self.accept(candidate, self.length)
    }

    /// As [`smaller`](Trials::smaller), for the best run with another script.
    pub(super) fn smaller_script(&mut self, script: Script) -> bool {
        self.smaller(Run { script, ..self.best.clone() })
    }

    fn accept(&mut self, candidate: Run, most: usize) -> bool {
        if candidate == self.best || (is_small(&candidate) && self.known.contains(&candidate)) {
            return false;
        }
        match self.outcome(&candidate, most) {
            Some((length, _)) => {
                (self.best, self.length) = (candidate, length);
                true
            }
            None => {
                if is_small(&candidate) && most == self.longest {
                    self.known.insert(candidate);
                }
                false
            }
        }
    }

    /// The run, with its length, if it breaks the promise within so many records.
    fn outcome(&mut self, run: &Run, most: usize) -> Option<(usize, Box<dyn AnyWorld>)> {
        if self.left == 0 {
            return None;
        }
        let nodes = self.subject.parameters(&run.parameters).ok()?.nodes();
        if run.promised(self.subject, nodes) != self.promised {
            return None;
        }
        let mut world = self.subject.open(run).ok()?;
        world.limit(most);
        let over = run.finish(&mut *world).is_ok();
        let length = world.records();
        self.tried += 1;
        self.left = self.left.saturating_sub(length as u64);
        let breaks = length <= most && world.breaks(self.promise, over).is_some();
        breaks.then_some((length, world))
    }

    /// What happens in the best run.
    pub(super) fn broken(&mut self) -> Option<Broken> {
        let run = self.best.clone();
        let (_, world) = self.outcome(&run, usize::MAX)?;
        let violation = world.breaks(self.promise, true)?;
        Some(Broken { trace: world.trace(), violation })
    }

    /// Writes down everything that was drawn in the best run, so that nothing depends on the seed;
    /// what cannot be written down stays as it is.
    pub(super) fn write_down(&mut self) {
        let Some(Broken { trace, .. }) = self.broken() else { return };
        let run = self.best.clone();
        let script = run.script.recorded(&trace, run.plan(trace.nodes));
        let faults = FaultMenu { synchrony: run.faults.synchrony, ..FaultMenu::default() };
        self.accept(Run { faults, heal: Heal::All, script, seed: 0, ..run }, usize::MAX);
    }
}

/// Whether it is worth while to remember a run.
fn is_small(run: &Run) -> bool {
    let Script { fates, choices, timers, .. } = &run.script;
    fates.len() + choices.len() + timers.len() <= MOST_REMEMBERED
}
