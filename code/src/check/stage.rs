//! Searches in stages: reach a goal first, search on from there.
//!
//! What goes wrong late needs long runs, and there are too many of them. Most begin alike: a leader
//! is elected, a value is written. So let the first search find how that comes about, and begin the
//! second one there (as DSLabs does; Michael et al., EuroSys 2019).

use crate::check::shared::hash;
use crate::check::{Action, Bound, Condition, Explorable, Explored, Situation, Steps};
use stateright::Model;
use std::collections::BTreeSet;
use std::fmt;

/// Where a search begins, and the run that leads there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Start<N: Explorable> {
    /// From the very beginning. That nodes start is left out, but where they choose.
    pub run: Vec<Action<N>>,
    /// Where it leads.
    pub situation: Situation<N>,
}

/// From how many of the situations that reach a goal the search goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Goals {
    /// The first: the one with the shortest run, and of these the first in the order of actions.
    First,
    /// The first so many.
    AtMost(u32),
    /// All that are the first on their runs to reach it.
    All,
}

/// No run reaches the goal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreached {
    /// The goal.
    pub goal: &'static str,
    /// How many situations were looked at.
    pub situations: u64,
    /// What cut the search off; if nothing did, the goal cannot be reached.
    pub cut: Vec<Bound>,
}

impl fmt::Display for Unreached {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let Unreached { goal, situations, cut } = self;
        match cut.as_slice() {
            [] => write!(f, "{goal:?} holds in none of all {situations} situations"),
            cut => write!(
                f,
                "{goal:?} holds in none of {situations} situations; the search was cut off by {cut:?}"
            ),
        }
    }
}
impl std::error::Error for Unreached {}

impl<N: Explorable> Explored<N> {
    /// The same system, begun where `holds` first holds: this is one stage of a search, and more
    /// can follow. Properties and bounds of the next stage can be set afterwards; what is bounded
    /// counts from its start. The runs that are found still begin at the very beginning.
    ///
    /// In error if the goal is reached nowhere within the bounds.
    pub fn reach(
        mut self,
        goal: &'static str,
        holds: Condition<N>,
        goals: Goals,
    ) -> Result<Self, Unreached> {
        self.cut.clear();
        let mut search = Breadth { known: BTreeSet::new(), met: Vec::new(), work: 0 };
        let reached = search.reach(&self, holds, goals);
        if reached.is_empty() {
            let situations = search.met.len() as u64;
            return Err(Unreached { goal, situations, cut: self.cuts() });
        }
        self.reached = reached;
        self.stages.push(goal);
        Ok(self)
    }

    /// Where the search begins: counted from there, nothing has been sent and no timer run out.
    pub(super) fn starts(&self) -> Vec<Start<N>> {
        let starts = if self.reached.is_empty() { self.beginnings() } else { self.reached.clone() };
        let fresh = |Start { run, situation }| {
            let (sent, timeouts) = (self.bounds.sent.map(|_| 0), self.timeouts);
            let situation = Situation { sent, timeouts, steps: Steps(0), ..situation };
            Start { run, situation: self.classed(situation) }
        };
        starts.into_iter().map(fresh).collect()
    }
}

impl<N: Explorable> Start<N> {
    /// One step further.
    pub(super) fn and(&self, explored: &Explored<N>, action: Action<N>) -> Self {
        let situation = explored.after(&self.situation, &action);
        let mut run = self.run.clone();
        run.extend((!action.is_plain_start()).then_some(action));
        Start { run, situation }
    }
}

/// A search by steps: shorter runs first, in the order of actions.
struct Breadth<N: Explorable> {
    known: BTreeSet<u64>,
    met: Vec<Met<N>>,
    work: u64,
}
/// A situation, and how it was met: from which other, by what action.
struct Met<N: Explorable> {
    situation: Situation<N>,
    from: Option<(usize, Action<N>)>,
}

impl<N: Explorable> Breadth<N> {
    /// The situations that reach the goal, with their runs.
    fn reach(
        &mut self,
        explored: &Explored<N>,
        holds: Condition<N>,
        goals: Goals,
    ) -> Vec<Start<N>> {
        let most = match goals {
            Goals::First => 1,
            Goals::AtMost(most) => most as usize,
            Goals::All => usize::MAX,
        };
        let starts = explored.starts();
        for start in &starts {
            self.meet(explored, start.situation.clone(), None);
        }
        let (mut reached, mut place) = (Vec::new(), 0);
        while place < self.met.len() && reached.len() < most {
            if holds(explored, &self.met[place].situation) {
                reached.push(self.run(&starts, place));
            } else if explored.bounds.work.is_some_and(|most| self.work >= most) {
                explored.cut_by(Bound::Work);
                break;
            } else {
                self.go_on(explored, place);
            }
            place += 1;
        }
        reached
    }
    fn go_on(&mut self, explored: &Explored<N>, place: usize) {
        let now = self.met[place].situation.clone();
        let mut actions = Vec::new();
        explored.actions(&now, &mut actions);
        for action in actions {
            self.work += 1;
            if let Some(next) = explored.next_state(&now, action.clone()) {
                self.meet(explored, next, Some((place, action)));
            }
        }
    }
    fn meet(
        &mut self,
        explored: &Explored<N>,
        situation: Situation<N>,
        from: Option<(usize, Action<N>)>,
    ) {
        if explored.within_boundary(&situation) && self.known.insert(hash(&situation)) {
            self.met.push(Met { situation, from });
        }
    }
    /// The run that leads to this place.
    fn run(&self, starts: &[Start<N>], place: usize) -> Start<N> {
        let (mut met, mut steps) = (&self.met[place], Vec::new());
        while let Some((from, action)) = &met.from {
            steps.push(action.clone());
            met = &self.met[*from];
        }
        steps.reverse();
        let run = [run_to(starts, &met.situation), steps].concat();
        Start { run, situation: self.met[place].situation.clone() }
    }
}

/// The run that leads to this start.
pub(super) fn run_to<N: Explorable>(starts: &[Start<N>], at: &Situation<N>) -> Vec<Action<N>> {
    let start = starts.iter().find(|start| start.situation == *at);
    start.map(|start| start.run.clone()).unwrap_or_default()
}
