//! The promises of a clock that is kept right by asking others (notes, section 3.2), beside what
//! the node's own clocks really did, which only the trace knows.

use crate::clock::{Correction, Estimate, Told, difference};
use crate::node::{MILLIS, NodeId, SECONDS, Time};
use crate::sim::clock::{EPOCH, LocalClock};
use crate::sim::event::PacketId;
use crate::sim::trace::{Record, Terms, Trace, What};
use crate::spec::{Verdict, Violation, ms};
use std::collections::{BTreeMap, BTreeSet};

/// Clocks that drift by more than this are out of the model, in parts per million.
const MOST_DRIFT: u32 = 50;

// ANCHOR: half
/// Half the delay: what a client takes the server's clock to say, and the skew of its own, are wrong
/// by at most half of the time for which request and answer were under way, but for what clocks
/// drift in that time.
///
/// For clocks that nobody sets on the way.
pub fn half_the_delay<V>(trace: &Trace<V>) -> Verdict
where
    V: Terms<Indication = Told>,
{
    let clocks = Clocks::of(trace);
    for (index, record) in numbered(trace) {
        let What::Deliver { indication: Told::Estimate(Estimate { server, time, skew, .. }) } =
            record.what
        else {
            continue;
        };
        let [own, served] = [record.node, server].map(|node| clocks.steady(node, index));
        let (Some(own), Some(served)) = (own, served) else { continue };
        let [own, served] = [own, served].map(|clock| clock.read(record.at).earliest);
        let off = served.abs_diff(time).max(difference(served, own).abs_diff(skew));
        let (under_way, since) = exchange(trace, index);
        let allowed = under_way / 2 + drift(2 * u64::from(MOST_DRIFT), record.at - since) + 2;
        if off > allowed {
            return Err(Violation {
                explanation: format!(
                    "at {} node {} was wrong by {} about {server}'s clock, but request and answer were under way \
                     for {} only",
                    ms(record.at),
                    record.node,
                    ms(off),
                    ms(under_way)
                ),
                records: vec![index],
            });
        }
    }
    Ok(())
}
// ANCHOR_END: half

// ANCHOR: bounded
/// The error is bounded: the time of day is as right as it is said to be, if a majority of the other
/// nodes has clocks that are right.
pub fn error_is_bounded<V>(trace: &Trace<V>) -> Verdict
where
    V: Terms<Indication = Told>,
{
    let clocks = Clocks::of(trace);
    for (index, record) in numbered(trace) {
        let What::Deliver { indication: Told::Clocks { time_of_day, error: Some(error), .. } } =
            record.what
        else {
            continue;
        };
        let right = EPOCH + record.at;
        if clocks.steady(record.node, index).is_some()
            && clocks.majority_is_right(record.node, index)
            && right.abs_diff(time_of_day) > error
        {
            return Err(Violation {
                explanation: format!(
                    "at {} the clock of {} was wrong by {}, and was said to be right within {}",
                    ms(record.at),
                    record.node,
                    ms(right.abs_diff(time_of_day)),
                    ms(error)
                ),
                records: vec![index],
            });
        }
    }
    Ok(())
}
// ANCHOR_END: bounded

// ANCHOR: rule
/// The correction is by the rule: less than 125 ms is slewed, from there on to 1,000 s it is
/// stepped, and beyond that nothing is done. Only a step makes the time of day jump, and by the skew.
pub fn correction_by_the_rule<V>(trace: &Trace<V>) -> Verdict
where
    V: Terms<Indication = Told>,
{
    // How far the time of day is ahead of the monotonic clock, as told last, and stepped since.
    let mut ahead: BTreeMap<NodeId, i64> = BTreeMap::new();
    for (index, record) in numbered(trace) {
        let wrong = |what: String| {
            let explanation = format!("at {} node {} {what}", ms(record.at), record.node);
            Err(Violation { explanation, records: vec![index] })
        };
        match record.what {
            What::Crash { .. } => {
                ahead.remove(&record.node);
            }
            What::Deliver { indication: Told::Corrected { skew, correction } } => {
                if correction != by_the_rule(skew) {
                    return wrong(format!("found itself {} off: {correction:?}", signed(skew)));
                }
                if let Some(ahead) = ahead.get_mut(&record.node)
                    && correction == Correction::Step
                {
                    *ahead += skew;
                }
            }
            What::Deliver { indication: Told::Clocks { time_of_day, monotonic, .. } } => {
                let now = difference(time_of_day, monotonic);
                let before = *ahead.entry(record.node).or_insert(now);
                if before != now {
                    return wrong(format!("had its time of day jump by {}", signed(now - before)));
                }
            }
            _ => {}
        }
    }
    Ok(())
}

fn by_the_rule(skew: i64) -> Correction {
    match skew.unsigned_abs() {
        small if small < 125 * MILLIS => Correction::Slew,
        large if large >= 1_000 * SECONDS => Correction::Panic,
        _ => Correction::Step,
    }
}
// ANCHOR_END: rule

// ANCHOR: monotonic
/// The monotonic clock keeps its rate: it never goes back, and between two readings it runs by what
/// drift and slewing allow, not more and not less.
pub fn monotonic_keeps_its_rate<V>(trace: &Trace<V>) -> Verdict
where
    V: Terms<Indication = Told>,
{
    let clocks = Clocks::of(trace);
    let mut last: BTreeMap<NodeId, (Time, Time, u64)> = BTreeMap::new();
    for (index, record) in numbered(trace) {
        match record.what {
            What::Crash { .. } => {
                last.remove(&record.node);
            }
            What::Deliver { indication: Told::Clocks { monotonic, .. } } => {
                let new = (record.at, monotonic, index);
                let Some((at, before, earlier)) = last.insert(record.node, new) else { continue };
                let (passed, ran) = (record.at - at, difference(monotonic, before));
                let off = difference(passed, 0).abs_diff(ran);
                if clocks.steady(record.node, index).is_some()
                    && (ran < 0 || off > drift(SLEWED, passed) + 2)
                {
                    return Err(Violation {
                        explanation: format!(
                            "from {} to {} the monotonic clock of {} ran by {}",
                            ms(at),
                            ms(record.at),
                            record.node,
                            signed(ran)
                        ),
                        records: vec![earlier, index],
                    });
                }
            }
            _ => {}
        }
    }
    Ok(())
}
// ANCHOR_END: monotonic

// ANCHOR: corrected
/// Corrected in the end: a node that was asked for the time has corrected its clock before the run
/// ends, if all nodes are up then, and a majority of the others has clocks that are right.
///
/// A liveness property: judge it only when faults have stopped and the run is over.
pub fn corrected_in_the_end<V>(trace: &Trace<V>) -> Verdict
where
    V: Terms<Indication = Told>,
{
    let (clocks, last) = (Clocks::of(trace), trace.records.len() as u64);
    // Who has asked for the time, and whose clock has been corrected, since they started last.
    let mut waiting: BTreeMap<NodeId, u64> = BTreeMap::new();
    let (mut corrected, mut down) = (BTreeSet::new(), BTreeSet::new());
    for (index, record) in numbered(trace) {
        let node = record.node;
        match record.what {
            What::Crash { .. } | What::Pause => {
                down.insert(node);
            }
            What::Start | What::Recover => {
                waiting.remove(&node);
                corrected.remove(&node);
                down.remove(&node);
            }
            What::Resume => {
                down.remove(&node);
            }
            What::Deliver { indication: Told::Corrected { .. } } => {
                corrected.insert(node);
            }
            What::Deliver { indication: Told::Clocks { .. } } => {
                waiting.insert(node, index);
            }
            _ => {}
        }
    }
    let promised = |node: NodeId| {
        down.is_empty() && !corrected.contains(&node) && clocks.majority_is_right(node, last)
    };
    match waiting.into_iter().find(|&(node, _)| promised(node)) {
        None => Ok(()),
        Some((node, index)) => Err(Violation {
            explanation: format!("the clock of {node} was not corrected before the run ended"),
            records: vec![index],
        }),
    }
}
// ANCHOR_END: corrected

/// The records with their indices.
fn numbered<V: Terms>(trace: &Trace<V>) -> impl Iterator<Item = (u64, &Record<V>)> {
    (0..).zip(&trace.records)
}

/// For how long the request and the answer that led to this record were under way together, and
/// when the request was sent.
fn exchange<V: Terms>(trace: &Trace<V>, index: u64) -> (Time, Time) {
    let record = |index: u64| trace.records.get(index as usize);
    let Some(told) = record(index) else { return (0, 0) };
    let (mut under_way, mut at) = (0, told.cause);
    while let Some(record) = at.and_then(record) {
        if let What::Receive { id, .. } = &record.what {
            let sent = sending(trace, *id).unwrap_or(record.at);
            under_way += record.at - sent;
            if record.node != told.node {
                return (under_way, sent);
            }
        }
        at = record.cause;
    }
    (under_way, told.at)
}

/// When a packet was sent.
fn sending<V: Terms>(trace: &Trace<V>, packet: PacketId) -> Option<Time> {
    let original = PacketId { copy: 0, ..packet };
    let is_it = |it: &&Record<V>| matches!(&it.what, What::Send { id, .. } if *id == original);
    trace.records.iter().find(is_it).map(|record| record.at)
}

/// The nodes' own clocks, wherever they were set: from which record on each node has which.
struct Clocks {
    set: BTreeMap<NodeId, Vec<(u64, LocalClock)>>,
    nodes: u32,
}

impl Clocks {
    fn of<V: Terms>(trace: &Trace<V>) -> Self {
        let mut set = BTreeMap::<_, Vec<_>>::new();
        for (index, record) in numbered(trace) {
            if let What::Clock { clock } = record.what {
                set.entry(record.node).or_default().push((index, clock));
            }
        }
        Clocks { set, nodes: trace.nodes }
    }
    /// What this node's clock has been up to that record, if nobody set it on the way, and if its
    /// quartz is as good as the model says.
    fn steady(&self, node: NodeId, index: u64) -> Option<LocalClock> {
        let set = self.set.get(&node).map_or(&[][..], Vec::as_slice);
        let mut set = set.iter().take_while(|(from, _)| *from <= index);
        let clock = set.next().map_or(LocalClock::default(), |it| it.1);
        let fits = clock.drift_ppm.unsigned_abs() <= MOST_DRIFT;
        (set.next().is_none() && fits).then_some(clock)
    }
    /// Whether more than half of the nodes other than this one are right.
    fn majority_is_right(&self, node: NodeId, index: u64) -> bool {
        let others = NodeId::all(self.nodes).filter(|&other| other != node);
        let right = others.filter(|&it| self.steady(it, index) == Some(LocalClock::default()));
        right.count() > (self.nodes as usize - 1) / 2
    }
}

/// Drift of a clock that is slewed, in parts per million, and a little for what is rounded.
const SLEWED: u64 = MOST_DRIFT as u64 + 500 + 2;

fn drift(ppm: u64, span: Time) -> Time {
    (u128::from(span) * u128::from(ppm) / 1_000_000) as Time
}

/// A span that may be negative.
fn signed(span: i64) -> String {
    format!("{}{}", if span < 0 { "-" } else { "" }, ms(span.unsigned_abs()))
}
