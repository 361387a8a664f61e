//! What atomic commitment promises (notes, section 7.1).

use crate::node::NodeId;
use crate::service::{CommitEvent, CommitRequest, Outcome};
use crate::sim::trace::{Terms, Trace};
use crate::spec::Verdict;
use crate::spec::commits::Commits;

// ANCHOR: agreement
/// Agreement: a transaction has one outcome. Nobody commits what another aborts, not even a node
/// that crashes later.
pub fn agreement<V>(trace: &Trace<V>) -> Verdict
where
    V: Terms<Request = CommitRequest, Indication = CommitEvent>,
{
    let commits = Commits::of(trace);
    for (place, tx, outcome) in commits.outcomes() {
        let other = commits.outcomes().find(|it| it.1 == tx && it.2 != outcome);
        if let Some((first, _, otherwise)) = other.filter(|it| it.0.record < place.record) {
            let what =
                format!("had {outcome:?} for {tx:?}, and node {} had {otherwise:?}", first.node);
            return Err(place.violates(&what, &[first.record]));
        }
    }
    Ok(())
}
// ANCHOR_END: agreement

// ANCHOR: validity
/// Validity: a transaction commits only if its client has asked for it, and all its participants
/// have voted yes.
pub fn validity<V>(trace: &Trace<V>) -> Verdict
where
    V: Terms<Request = CommitRequest, Indication = CommitEvent>,
{
    let commits = Commits::of(trace);
    for (place, tx, outcome) in commits.outcomes() {
        if outcome == Outcome::Abort {
            continue;
        }
        if commits.asked.get(&tx).is_none_or(|asked| asked.record > place.record) {
            return Err(place.violates(&format!("committed {tx:?} unasked"), &[]));
        }
        let voted = |node| commits.ready(node, tx).is_some_and(|it| it.record < place.record);
        if let Some(node) = commits.participants(tx).find(|&node| !voted(node)) {
            let what = format!("committed {tx:?}, for which {node} had not voted yes");
            return Err(place.violates(&what, &[]));
        }
    }
    Ok(())
}
// ANCHOR_END: validity

// ANCHOR: once
/// Once: at no participant does a transaction end twice, and nobody votes on what is over. (A node
/// that comes back from a crash says again what is over.)
pub fn once<V>(trace: &Trace<V>) -> Verdict
where
    V: Terms<Request = CommitRequest, Indication = CommitEvent>,
{
    let commits = Commits::of(trace);
    for (place, event) in &commits.told {
        let (tx, again) = match *event {
            CommitEvent::Ready(tx) => (tx, "voted on what was over"),
            CommitEvent::Ended(tx, _) => (tx, "ended once more"),
            CommitEvent::Decided(..) | CommitEvent::WasOver(..) => continue,
        };
        let earlier = commits.ended(place.node, tx).filter(|it| it.record < place.record);
        if let Some(first) = earlier {
            return Err(place.violates(&format!("{again}: {tx:?}"), &[first.record]));
        }
    }
    Ok(())
}
// ANCHOR_END: once

// ANCHOR: durability
/// Durability: a participant that commits is ready to, and has said so since it last came back from
/// a crash. So what it writes was not lost.
pub fn durability<V>(trace: &Trace<V>) -> Verdict
where
    V: Terms<Request = CommitRequest, Indication = CommitEvent>,
{
    let commits = Commits::of(trace);
    for (place, event) in &commits.told {
        let CommitEvent::Ended(tx, Outcome::Commit) = *event else { continue };
        let last = commits.readies(place.node, tx).filter(|it| it.record < place.record).last();
        if let Some(ready) = last
            && commits.crashes_between(place.node, ready.record, place.record)
        {
            let what = format!("committed {tx:?}, which a crash had made it forget");
            return Err(place.violates(&what, &[ready.record]));
        }
    }
    Ok(())
}
// ANCHOR_END: durability

// ANCHOR: isolation
/// Isolation, as far as commitment sees to it: while a node is ready to commit a transaction that
/// is not over, it is not ready for another one that writes the same.
pub fn isolation<V>(trace: &Trace<V>) -> Verdict
where
    V: Terms<Request = CommitRequest, Indication = CommitEvent>,
{
    let commits = Commits::of(trace);
    for (place, event) in &commits.told {
        let CommitEvent::Ready(tx) = *event else { continue };
        for &other in commits.begun.keys().filter(|&&other| other != tx) {
            let Some(held) = commits.ready(place.node, other) else { continue };
            let over = commits.ended(place.node, other);
            let is_open =
                held.record < place.record && over.is_none_or(|over| over.record > place.record);
            let keys = commits.keys(place.node, tx);
            if is_open && let Some(key) = keys.intersection(&commits.keys(place.node, other)).next()
            {
                let what =
                    format!("was ready for {tx:?}, and {other:?}, not over, writes {key} too");
                return Err(place.violates(&what, &[held.record]));
            }
        }
    }
    Ok(())
}
// ANCHOR_END: isolation

// ANCHOR: commits_when_calm
/// Commits when calm: in a run in which nothing is lost, nobody crashes and no packet takes more
/// than 50 ms, a transaction for which all participants are ready is not aborted.
///
/// Without this, to abort everything would be allowed.
pub fn commits_when_calm<V>(trace: &Trace<V>) -> Verdict
where
    V: Terms<Request = CommitRequest, Indication = CommitEvent>,
{
    let commits = Commits::of(trace);
    if !commits.is_calm() {
        return Ok(());
    }
    for (place, tx, outcome) in commits.outcomes() {
        let ready = |node| commits.ready(node, tx).is_some_and(|it| it.record < place.record);
        if outcome == Outcome::Abort && commits.participants(tx).all(ready) {
            let what =
                format!("aborted {tx:?}, for which all had voted yes, and nothing was wrong");
            return Err(place.violates(&what, &[]));
        }
    }
    Ok(())
}
// ANCHOR_END: commits_when_calm

// ANCHOR: termination
/// Termination: a participant that never crashes ends every transaction for which it is ready, and
/// every one that anybody has ended.
///
/// A liveness property: judge it only when faults have stopped and the run is over.
pub fn termination<V>(trace: &Trace<V>) -> Verdict
where
    V: Terms<Request = CommitRequest, Indication = CommitEvent>,
{
    let commits = Commits::of(trace);
    for (place, event) in &commits.told {
        let (CommitEvent::Ready(tx)
        | CommitEvent::Decided(tx, _)
        | CommitEvent::Ended(tx, _)
        | CommitEvent::WasOver(tx, _)) = *event;
        let alone = matches!(event, CommitEvent::Ready(_));
        let concerned = commits.nodes().filter(|&node| !alone || node == place.node);
        for node in concerned.filter(|&node| commits.is_correct(node) || commits.all_are_up()) {
            let takes_part = commits.participants(tx).any(|it| it == node);
            if takes_part && commits.ended(node, tx).is_none() {
                let what = match event {
                    CommitEvent::Ready(_) => {
                        format!("voted yes on {tx:?}, and never heard the end")
                    }
                    _ => format!("knew the end of {tx:?}, of which {node} never heard"),
                };
                return Err(place.violates(&what, &[]));
            }
        }
    }
    Ok(())
}
// ANCHOR_END: termination

/// [Termination](termination), for algorithms that need everybody to come back: judged only of runs
/// at whose end all nodes are up.
///
/// A liveness property.
pub fn termination_after_recovery<V>(trace: &Trace<V>) -> Verdict
where
    V: Terms<Request = CommitRequest, Indication = CommitEvent>,
{
    if Commits::of(trace).all_are_up() { termination(trace) } else { Ok(()) }
}

/// [Termination](termination), for algorithms that stand on a broadcast which node A orders: judged
/// only of runs in which A does not crash.
///
/// A liveness property.
pub fn termination_while_ordered<V>(trace: &Trace<V>) -> Verdict
where
    V: Terms<Request = CommitRequest, Indication = CommitEvent>,
{
    if Commits::of(trace).is_correct(NodeId(0)) { termination(trace) } else { Ok(()) }
}
