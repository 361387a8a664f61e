//! Systematic faults: not some crashes, but every one.

use crate::node::NodeId;
use crate::node::Time;
use crate::sim::event::EventId;
use crate::sim::fault::Fault;
use crate::sim::trace::{Record, Text, Trace, What};
use crate::subject::{Run, Subject};

/// Every point of a run with these faults at which a node can crash within an event, its recovery
/// among them: before its first effect, between any two, and after the last.
pub fn crash_points(trace: &Trace<Text>, faults: &[(Time, Fault)]) -> Vec<(EventId, NodeId, u32)> {
    let recovery = |record: &Record<Text>| {
        let mut faults = (0..).zip(faults);
        let is_it =
            |(at, fault): &(Time, Fault)| *at == record.at && *fault == Fault::Recover(record.node);
        faults.find(|(_, fault)| is_it(fault)).map(|(ordinal, _)| EventId::Fault(ordinal))
    };
    let mut points = Vec::new();
    for (index, record) in (0..).zip(&trace.records) {
        let event = match record.what {
            What::Recover => recovery(record),
            _ => record.event(),
        };
        let Some(event) = event else { continue };
        let effects = trace.records.iter().filter(|r| r.cause == Some(index) && r.is_effect());
        for done in 0..=effects.count() as u32 {
            points.push((event.clone(), record.node, done));
        }
    }
    points
}

/// All runs like `run`, but with a crash at each possible point, or with up to `crashes` crashes at
/// each combination of points, the second one at a point of what followed the first, and so on. At
/// each of the times `back`, every node that is down comes back.
pub fn with_crashes(
    subject: &Subject,
    run: &Run,
    crashes: u32,
    back: &[Time],
) -> Result<Vec<Run>, String> {
    let nodes = subject.parameters(&run.parameters)?.nodes();
    let mut run = run.clone();
    let at = |&time: &Time| NodeId::all(nodes).map(move |node| (time, Fault::Recover(node)));
    let recoveries = back.iter().flat_map(at);
    run.script.faults.get_or_insert_default().extend(recoveries);
    let (mut all, mut latest) = (Vec::new(), vec![run]);
    for _ in 0..crashes {
        let mut next = Vec::new();
        for run in &latest {
            let faults = run.plan(nodes);
            for (event, _, done) in crash_points(&run.report(subject)?.trace, &faults) {
                if run.script.crashes.contains_key(&event) {
                    continue;
                }
                let mut crashing = run.clone();
                crashing.script.crashes.insert(event, done);
                next.push(crashing);
            }
        }
        all.extend(next.iter().cloned());
        latest = next;
    }
    Ok(all)
}
