//! How far a search goes, and whether it would have gone further.

use crate::check::{Condition, Explorable, Explored, Situation};
use crate::facts::{FactValue, TERM};
use crate::layer::*;
use std::fmt;
use std::sync::atomic::{AtomicU32, Ordering};

/// How far a search goes. What lies beyond is not looked at, and the [`Report`](super::Report) says
/// so.
///
/// How often nodes crash is no bound but part of the question: it is in [`Explored`].
#[derive(Clone, Debug)]
pub struct Bounds<N: Explorable> {
    /// The length of runs, from where the search begins.
    pub steps: Option<u32>,
    /// How many packets are sent; over fair-loss links, how many different ones.
    pub sent: Option<u32>,
    /// How many packets are under way at a time; over fair-loss links that is all that were sent.
    pub under_way: Option<u32>,
    /// The highest [`TERM`] of any node that is up.
    pub term: Option<u64>,
    /// How many steps are taken in all, from whatever situation. The search ends soon after.
    pub work: Option<u64>,
    /// Other limits, with their names: the search goes on where all of them hold.
    pub within: Vec<(&'static str, Condition<N>)>,
}

impl<N: Explorable> Default for Bounds<N> {
    fn default() -> Self {
        Bounds { steps: None, sent: None, under_way: None, term: None, work: None, within: vec![] }
    }
}

/// What cut a search off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Bound {
    /// [`Bounds::steps`].
    Steps,
    /// [`Bounds::sent`].
    Sent,
    /// [`Bounds::under_way`].
    UnderWay,
    /// [`Bounds::term`].
    Term,
    /// [`Explored::timeouts`].
    Timeouts,
    /// [`Bounds::work`].
    Work,
    /// One of [`Bounds::within`].
    Within(&'static str),
}

impl fmt::Display for Bound {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(match self {
            Bound::Steps => "steps",
            Bound::Sent => "packets sent",
            Bound::UnderWay => "packets under way",
            Bound::Term => "terms",
            Bound::Timeouts => "timeouts",
            Bound::Work => "work",
            Bound::Within(name) => name,
        })
    }
}

/// All bounds that have no name of their own.
const PLAIN: [Bound; 6] =
    [Bound::Steps, Bound::Sent, Bound::UnderWay, Bound::Term, Bound::Timeouts, Bound::Work];

/// Which bounds have kept the search from going on, as bits: those of `PLAIN`, then those of
/// [`Bounds::within`]. It is only ever added to, so it does not matter which thread comes first.
#[derive(Debug, Default)]
pub(super) struct Cut(AtomicU32);

impl Cut {
    pub(super) fn clear(&self) {
        self.0.store(0, Ordering::Relaxed);
    }
    fn add(&self, bit: usize) {
        self.0.fetch_or(1 << bit.min(31), Ordering::Relaxed);
    }
}

impl<N: Explorable> Explored<N> {
    /// Notes that this bound cut the search off.
    pub(super) fn cut_by(&self, bound: Bound) {
        let bit = PLAIN.iter().position(|&plain| plain == bound);
        self.cut.add(bit.unwrap_or(PLAIN.len()));
    }
    /// What cut the search off until now.
    pub(super) fn cuts(&self) -> Vec<Bound> {
        let bits = self.cut.0.load(Ordering::Relaxed);
        let named = self.bounds.within.iter().map(|(name, _)| Bound::Within(name));
        let all = PLAIN.into_iter().chain(named).enumerate();
        all.filter(|(bit, _)| bits & 1 << (*bit).min(31) != 0).map(|(_, bound)| bound).collect()
    }
    /// Whether the search goes on from here; if not, notes what cut it off.
    pub(super) fn is_within(&self, now: &Situation<N>) -> bool {
        let bounds = &self.bounds;
        if now.sent > bounds.sent {
            self.cut_by(Bound::Sent);
            return false;
        }
        if bounds.under_way.is_some_and(|most| now.packets.total() > u64::from(most)) {
            self.cut_by(Bound::UnderWay);
            return false;
        }
        if bounds.term.is_some_and(|most| now.hosts.nodes().any(|node| now.term(node) > most)) {
            self.cut_by(Bound::Term);
            return false;
        }
        let beyond = bounds.within.iter().position(|(_, holds)| !holds(self, now));
        if let Some(beyond) = beyond {
            self.cut.add(PLAIN.len() + beyond);
        }
        beyond.is_none()
    }
}

impl<N: Explorable> Situation<N> {
    /// The [`TERM`] that the node reports; 0 if it is down or reports none.
    pub fn term(&self, node: NodeId) -> u64 {
        let facts = self.hosts[node].state.as_ref().map(Layer::facts).unwrap_or_default();
        let terms = facts.into_iter().filter(|fact| fact.name == TERM);
        let number = |fact: Fact| match fact.value {
            FactValue::Number(term) => term,
            _ => 0,
        };
        terms.map(number).max().unwrap_or(0)
    }
}
