//! Systematic changes of a run: not some of what can go wrong, but every single one.
//!
//! Most bugs of timing need no more than one message that is late, lost or comes twice, or one
//! crash (TaxDC: Leesatapornwongsa and others 2016); so all runs with one change are tried before
//! any with two.

mod places;

use crate::model::{Links, Nodes};
use crate::node::{MILLIS, NodeId, Time};
use crate::sim::event::{EventId, PacketId};
use crate::sim::fault::Fault;
use crate::sim::script::Fate;
use crate::sim::trace::{Text, Trace};
use crate::subject::{Report, Run, Subject};
pub use places::crash_points;
use places::{Arrival, gaps_after, sent};
use std::collections::VecDeque;
use std::fmt;

/// Which changes of a run to enumerate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Systematic {
    /// How many changes at most, each to something else.
    pub changes: u32,
    /// Every packet that arrives is late: it arrives after each later event of its receiver.
    pub delays: bool,
    /// Every packet is lost; and a second copy of it arrives, at once and after each later event of
    /// its receiver.
    pub losses: bool,
    /// Every node crashes at every point, and comes back after each of these times; `None` is never.
    pub crashes: Vec<Option<Time>>,
    /// How many runs are enumerated at most.
    pub most: usize,
}

/// One change of a run.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Change {
    /// This is what happens to a packet.
    Packet(PacketId, Fate),
    /// The node crashes within an event, after so many of its effects, and comes back after a time.
    Crash(NodeId, EventId, u32, Option<Time>),
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let ms = crate::spec::ms;
        match self {
            Change::Packet(packet, Fate::Lost) => write!(f, "{packet} is lost"),
            Change::Packet(packet, Fate::After(times) | Fate::At(times)) => {
                let times: Vec<_> = times.iter().map(|&time| ms(time)).collect();
                let comes = if times.len() == 1 { "is late and comes" } else { "comes" };
                write!(f, "{packet} {comes} at {}", times.join(" and at "))
            }
            Change::Crash(node, event, done, back) => {
                write!(f, "{node} crashes after {done} effects of {event}")?;
                back.map_or(Ok(()), |back| write!(f, ", back {} later", ms(back)))
            }
        }
    }
}

/// A run, and what it differs in from the one at the beginning.
#[derive(Clone, Debug)]
pub struct Variation {
    /// The run.
    pub run: Run,
    /// The changes, in the order in which they come about.
    pub changes: Vec<Change>,
    /// The record of the trace with which the last change begins to matter.
    onset: Option<usize>,
}

/// The runs that [`Systematic`] enumerates: first the one with which it begins, then all with one
/// change, then all with two, and so on.
pub struct Variations<'a> {
    plan: Systematic,
    subject: &'a Subject,
    /// What comes next.
    ready: VecDeque<Variation>,
    /// What has come, and is to be changed once more.
    parents: VecDeque<Variation>,
    given: usize,
    cut_off: bool,
}

/// Later than this many events of its receiver, no packet is delayed.
const MOST_EVENTS: usize = 40;
/// Of one run, this many packets are changed at most.
const MOST_PACKETS: usize = 40;

impl Systematic {
    /// All changes that stay within the model of the subject. A node comes back at once, before
    /// what is under way has arrived, or half a second later.
    pub fn of(subject: &Subject, changes: u32) -> Self {
        let back = [MILLIS, 500 * MILLIS].map(Some);
        Systematic {
            changes,
            delays: true,
            losses: subject.model.links >= Links::FairLoss,
            crashes: match subject.model.nodes {
                Nodes::CrashStop => vec![None],
                Nodes::CrashRecovery | Nodes::Byzantine => back.to_vec(),
            },
            most: usize::MAX,
        }
    }

    /// Only crashes, after which nodes come back so much later.
    pub fn crashes(changes: u32, back: Time) -> Self {
        let (delays, losses, crashes) = (false, false, vec![Some(back)]);
        Systematic { changes, delays, losses, crashes, most: usize::MAX }
    }

    /// With at most so many runs.
    pub fn at_most(self, most: usize) -> Self {
        Systematic { most, ..self }
    }

    /// The variations of this run, in a fixed order, each once.
    ///
    /// The second change is one of the run that followed from the first, and comes after it. A
    /// packet is changed once only, and only if it arrives once without that. Faults aimed at a
    /// leader strike whoever led in the given run.
    pub fn of_run<'a>(&self, subject: &'a Subject, run: &Run) -> Variations<'a> {
        let first = Variation { run: run.clone(), changes: Vec::new(), onset: None };
        Variations {
            plan: self.clone(),
            subject,
            ready: [first].into(),
            parents: VecDeque::new(),
            given: 0,
            cut_off: false,
        }
    }

    /// All runs that differ from this one in one change more, and whether some were left out.
    fn expand(&self, subject: &Subject, parent: &Variation) -> Result<Expanded, String> {
        let nodes = subject.parameters(&parent.run.parameters)?.nodes();
        let (run, report) = settled(subject, &parent.run, nodes)?;
        let parent = &Variation { run, ..parent.clone() };
        let mut expanded = Expanded { runs: VecDeque::new(), cut_off: report.error.is_some() };
        if expanded.cut_off {
            return Ok(expanded);
        }
        let is_new = |onset: usize| parent.onset.is_none_or(|last| onset > last);
        let decided = &parent.run.script;
        let mut changes: Vec<(usize, Change)> = Vec::new();
        let sent = sent(&report.trace, |id| !decided.fates.contains_key(&id));
        let sent = sent.filter(|(index, _)| is_new(*index) && (self.delays || self.losses));
        for (i, (index, id)) in sent.enumerate() {
            if i == MOST_PACKETS {
                expanded.cut_off = true;
                break;
            }
            let (of_packet, cut_off) = self.of_packet(subject, &parent.run, &report.trace, id)?;
            expanded.cut_off |= cut_off;
            changes.extend(of_packet.into_iter().map(|fate| (index, Change::Packet(id, fate))));
        }
        for (index, event, node, done) in crash_points(&report.trace, &parent.run.plan(nodes)) {
            if is_new(index) && !decided.crashes.contains_key(&event) {
                let crash = |&back| (index, Change::Crash(node, event.clone(), done, back));
                changes.extend(self.crashes.iter().map(crash));
            }
        }
        changes.sort_by_key(|(onset, _)| *onset);
        for (onset, change) in changes {
            let at = report.trace.records[onset].at;
            expanded.runs.push_back(parent.with(change, onset, at, nodes));
        }
        Ok(expanded)
    }

    /// All that can happen to one packet, and whether some of it was left out.
    fn of_packet(
        &self,
        subject: &Subject,
        run: &Run,
        trace: &Trace<Text>,
        id: PacketId,
    ) -> Result<(Vec<Fate>, bool), String> {
        let Some(arrival) = Arrival::of(trace, id) else { return Ok((Vec::new(), false)) };
        let (mut fates, mut cut_off) = (Vec::new(), false);
        if self.losses && arrival.is_received {
            fates.push(Fate::Lost);
        }
        if self.delays {
            // Until it arrives, a late packet is as good as lost.
            let mut lost = run.clone();
            lost.script.fates.insert(id, Fate::Lost);
            let lost = lost.report(subject)?.trace;
            let gaps = gaps_after(&lost, id.to, arrival.at);
            // Arriving in the first gap makes no difference, unless something else comes between.
            let other = gaps.iter().skip(usize::from(!arrival.is_followed_at_once));
            fates.extend(other.take(MOST_EVENTS).flatten().map(|&at| Fate::At(vec![at])));
            cut_off |= gaps.len() > MOST_EVENTS;
        }
        if self.losses && arrival.is_received {
            let gaps = gaps_after(trace, id.to, arrival.at);
            let again = gaps.iter().take(MOST_EVENTS).flatten();
            fates.extend(again.map(|&at| Fate::At(vec![arrival.at, at])));
            cut_off |= gaps.len() > MOST_EVENTS;
        }
        Ok((fates, cut_off))
    }
}

/// The run and how it went; if faults in it are aimed at a leader, with those that they became: only
/// then has every recovery a name, and what is changed does not change whom faults strike.
fn settled(subject: &Subject, run: &Run, nodes: u32) -> Result<(Run, Report), String> {
    let (plan, report) = (run.plan(nodes), run.report(subject)?);
    if !plan.iter().any(|(_, fault)| matches!(fault, Fault::AtLeader(..))) {
        return Ok((run.clone(), report));
    }
    let run = run.clone().with_script(run.script.settled(&report.trace, plan));
    let report = run.report(subject)?;
    Ok((run, report))
}

/// The runs with one change more.
struct Expanded {
    runs: VecDeque<Variation>,
    cut_off: bool,
}

impl Variation {
    /// With one change more, which begins to matter with the record `onset`, at the time `at`.
    fn with(&self, change: Change, onset: usize, at: Time, nodes: u32) -> Variation {
        let mut run = self.run.clone();
        match &change {
            Change::Packet(packet, fate) => {
                run.script.fates.insert(*packet, fate.clone());
            }
            Change::Crash(node, event, done, back) => {
                let mut faults = run.plan(nodes);
                faults.extend(back.map(|back| (at.saturating_add(back), Fault::Recover(*node))));
                run.script.faults = Some(faults);
                run.script.crashes.insert(event.clone(), *done);
            }
        }
        let changes = self.changes.iter().cloned().chain([change]).collect();
        Variation { run, changes, onset: Some(onset) }
    }
}

impl Variations<'_> {
    /// Whether runs were left out: there were more than wanted, or one of them had too many packets
    /// or events to change each, or was endless.
    pub fn cut_off(&self) -> bool {
        self.cut_off
    }

    /// How many runs there are with one change at most, the one at the beginning included. Known
    /// before they are run; that of the others only shows on the way.
    pub fn with_one_change(&self) -> Result<usize, String> {
        let first = self.ready.iter().chain(&self.parents).find(|run| run.changes.is_empty());
        let Some(first) = first.filter(|_| self.plan.changes > 0) else {
            return Ok(self.ready.len());
        };
        Ok(1 + self.plan.expand(self.subject, first)?.runs.len())
    }
}

impl Iterator for Variations<'_> {
    type Item = Result<Variation, String>;

    fn next(&mut self) -> Option<Self::Item> {
        while self.ready.is_empty() {
            let parent = self.parents.pop_front()?;
            match self.plan.expand(self.subject, &parent) {
                Ok(Expanded { runs, cut_off }) => {
                    self.ready = runs;
                    self.cut_off |= cut_off;
                }
                Err(error) => return Some(Err(error)),
            }
        }
        if self.given == self.plan.most {
            self.cut_off = true;
            return None;
        }
        let next = self.ready.pop_front()?;
        self.given += 1;
        if next.changes.len() < self.plan.changes as usize {
            self.parents.push_back(next.clone());
        }
        Some(Ok(next))
    }
}
