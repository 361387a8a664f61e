//! Searching, with Stateright, and what a search has to say.

use crate::check::stage::run_to;
use crate::check::{Action, Bound, Explorable, Explored, Situation};
use stateright::{Checker, Expectation, HasDiscoveries, Model};
use std::collections::BTreeMap;
use std::fmt;

/// In which order situations are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// Shorter runs first. On one thread, what is found is shortest.
    BreadthFirst,
    /// Each run to its end first: faster, and with less memory.
    DepthFirst,
}

/// What a search found, and what it left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report<N: Explorable> {
    /// How many situations were looked at.
    pub situations: u64,
    /// How many steps were taken: more than one may lead to a situation.
    pub steps: u64,
    /// The length of the longest run that was followed, from where the search began.
    pub depth: u64,
    /// What is claimed to hold always and does not, each with a run from the very beginning that
    /// breaks it.
    pub broken: BTreeMap<&'static str, Vec<Action<N>>>,
    /// What is claimed to hold sometimes and does, each with a run from the very beginning that
    /// shows it.
    pub shown: BTreeMap<&'static str, Vec<Action<N>>>,
    /// What is claimed to hold sometimes, and was not seen.
    pub unseen: Vec<&'static str>,
    /// The bounds that cut the search off.
    pub cut: Vec<Bound>,
    /// The goals that were reached before the search began: nothing is known of runs beside them.
    pub stages: Vec<&'static str>,
    /// The search ended early, since every claim was decided.
    pub decided: bool,
}

impl<N: Explorable> Report<N> {
    /// Whether every situation that any run can reach was looked at.
    pub fn is_exhaustive(&self) -> bool {
        self.cut.is_empty() && self.stages.is_empty() && !self.decided
    }
    /// Whether every claim holds, as far as the search went.
    pub fn holds(&self) -> bool {
        self.broken.is_empty() && self.unseen.is_empty()
    }
}

impl<N: Explorable> fmt::Display for Report<N> {
    /// One line, which never lets a search that was cut off look like one that was not.
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match (self.broken.keys().copied().collect::<Vec<_>>().as_slice(), self.unseen.as_slice()) {
            ([], []) => write!(f, "holds")?,
            ([], unseen) => write!(f, "never seen: {}", unseen.join(", "))?,
            (broken, _) => write!(f, "broken: {}", broken.join(", "))?,
        }
        let all = if self.is_exhaustive() { "all " } else { "" };
        write!(f, " in {all}{} situations", self.situations)?;
        for goal in &self.stages {
            write!(f, ", from where \"{goal}\" holds")?;
        }
        if self.decided {
            write!(f, ", then every claim was decided")?;
        }
        match self.cut.iter().map(ToString::to_string).collect::<Vec<_>>().as_slice() {
            [] => Ok(()),
            cut => write!(f, ", cut off by: {}", cut.join(", ")),
        }
    }
}

impl<N: Explorable> Explored<N>
where
    Self: Send + Sync,
    Situation<N>: Send + Sync,
{
    /// Looks at everything, shorter runs first, on one thread.
    pub fn search(self) -> Report<N> {
        self.search_by(Order::BreadthFirst, 1)
    }

    /// Looks at everything in this order. Unless bounds cut it off, the numbers are the same
    /// whatever the order and the threads; which run shows something may differ.
    ///
    /// Where steps are bounded, it is always breadth-first and on one thread: a situation must be
    /// met by its shortest run first, or the bound would leave out more than longer runs.
    pub fn search_by(self, order: Order, threads: usize) -> Report<N> {
        self.cut.clear();
        let by_steps = self.bounds.steps.is_some();
        let work = self.bounds.work;
        let checker = self.checker().threads(if by_steps { 1 } else { threads });
        let checker = match work {
            Some(work) => checker.target_state_count(usize::try_from(work).unwrap_or(usize::MAX)),
            None => checker,
        };
        let checker = checker.finish_when(HasDiscoveries::All);
        if order == Order::BreadthFirst || by_steps {
            report(&checker.spawn_bfs().join())
        } else {
            report(&checker.spawn_dfs().join())
        }
    }

    /// The shortest run that breaks a property, or that shows what happens only sometimes.
    ///
    /// Looks for this one property with one thread: with more of either, Stateright may find a
    /// longer run.
    pub fn shortest(mut self, name: &'static str) -> Option<Vec<Action<N>>> {
        self.properties = vec![self.property(name)];
        let Report { broken, shown, .. } = self.search();
        broken.into_values().chain(shown.into_values()).next()
    }
}

fn report<N: Explorable>(checker: &impl Checker<Explored<N>>) -> Report<N> {
    let explored = checker.model();
    let mut found = checker.discoveries();
    let decided = found.len() == explored.properties.len();
    let steps = checker.state_count() as u64;
    if !decided && explored.bounds.work.is_some_and(|most| steps >= most) {
        explored.cut_by(Bound::Work);
    }
    let (cut, starts) = (explored.cuts(), explored.starts());
    let mut runs = |expectation: Expectation| {
        let wanted = explored.properties.iter().filter(|p| p.expectation == expectation);
        let names: Vec<_> = wanted.map(|property| property.name).collect();
        let run = |name| {
            let path = found.remove(name)?.into_vec();
            let begin = run_to(&starts, &path[0].0);
            let steps = path.into_iter().filter_map(|(_, action)| action);
            Some((name, begin.into_iter().chain(steps).collect()))
        };
        names.into_iter().filter_map(run).collect::<BTreeMap<_, _>>()
    };
    let (broken, shown) = (runs(Expectation::Always), runs(Expectation::Sometimes));
    let sometimes = explored.properties.iter().filter(|p| p.expectation == Expectation::Sometimes);
    let unseen = sometimes.map(|p| p.name).filter(|name| !shown.contains_key(name)).collect();
    Report {
        situations: checker.unique_state_count() as u64,
        steps,
        depth: checker.max_depth() as u64 - 1,
        broken,
        shown,
        unseen,
        cut,
        stages: explored.stages.clone(),
        decided,
    }
}
