//! What transactions with timestamps promise (notes, section 8.2).

use crate::history::{History, Operation};
use crate::node::{Reading, Time};
use crate::service::{Invoke, Key, Return, Tx, TxResult};
use crate::sim::clock::EPOCH;
use crate::sim::trace::{Terms, Trace, What};
use crate::spec::{Verdict, Violation, ms};
use std::collections::BTreeMap;

/// One transaction.
type Op = Operation<Tx, TxResult>;

// ANCHOR: external_consistency
/// External consistency: a transaction that ended before another began has the smaller timestamp;
/// which of them a user can have seen before asking for the other. It does not matter where they
/// ran.
///
/// A snapshot has to be later than the updates that ended before it; how it compares with other
/// snapshots, nobody can see. Nothing is promised of one of another time than now.
pub fn external_consistency<V>(trace: &Trace<V>) -> Verdict
where
    V: Terms<Request = Invoke<Tx>, Indication = Return<TxResult>>,
{
    let operations = operations(trace)?;
    for first in &operations {
        let (Some(t1), Some(end), Tx::Update { .. }) = (stamp(first), first.returned, &first.call)
        else {
            continue;
        };
        for second in operations.iter().filter(|it| it.invoked.position > end.position) {
            let Some(t2) = stamp(second).filter(|_| !is_of_another_time(second)) else { continue };
            let is_later = match second.call {
                Tx::Update { .. } => t1 < t2,
                Tx::Snapshot { .. } => t1 <= t2,
            };
            if !is_later {
                let explanation = format!(
                    "a transaction ends at {} with the timestamp {}; then, at {}, another begins, and gets {}",
                    ms(end.at),
                    of_day(t1),
                    ms(second.invoked.at),
                    of_day(t2)
                );
                return Err(Violation { explanation, records: positions(&[first, second]) });
            }
        }
    }
    Ok(())
}
// ANCHOR_END: external_consistency

// ANCHOR: stamped_while_open
/// The timestamp of an update is a moment of true time at which the update was open: it was asked
/// for, and not yet over.
pub fn stamped_while_open<V>(trace: &Trace<V>) -> Verdict
where
    V: Terms<Request = Invoke<Tx>, Indication = Return<TxResult>>,
{
    for it in &operations(trace)? {
        let (Some(at), Some(end), Tx::Update { .. }) = (stamp(it), it.returned, &it.call) else {
            continue;
        };
        if at < EPOCH + it.invoked.at || at >= EPOCH + end.at {
            let explanation = format!(
                "a transaction from {} to {} gets the timestamp {}",
                ms(it.invoked.at),
                ms(end.at),
                of_day(at)
            );
            return Err(Violation { explanation, records: positions(&[it]) });
        }
    }
    Ok(())
}
// ANCHOR_END: stamped_while_open

// ANCHOR: in_timestamp_order
/// Timestamps explain everything: carried out one after the other in the order of their timestamps,
/// all transactions would have read what they did read. So what a snapshot leaves out it leaves out
/// for good, and with it everything later.
///
/// Of a transaction that has not ended nobody knows the timestamp: what it wrote may be read
/// anywhere. It takes values to tell writes apart.
pub fn in_timestamp_order<V>(trace: &Trace<V>) -> Verdict
where
    V: Terms<Request = Invoke<Tx>, Indication = Return<TxResult>>,
{
    let operations = operations(trace)?;
    let mut in_order: Vec<(Time, bool, &Op)> = Vec::new();
    for it in &operations {
        // An update comes before snapshots of its own time.
        let is_snapshot = matches!(it.call, Tx::Snapshot { .. });
        in_order.extend(stamp(it).map(|at| (at, is_snapshot, it)));
    }
    in_order.sort_by_key(|(at, is_snapshot, _)| (*at, *is_snapshot));
    let mut content: BTreeMap<Key, (u64, &Op)> = BTreeMap::new();
    for (at, _, it) in in_order {
        let Some(TxResult::Committed { read, .. }) = &it.result else { continue };
        for (key, got) in read {
            let there = content.get(key);
            if *got == there.map(|(value, _)| *value) || is_of_open(&operations, *key, *got) {
                continue;
            }
            let of = |value: Option<u64>| value.map_or("nothing".to_string(), |v| v.to_string());
            let explanation = format!(
                "the transaction of {} reads {} in {key}, where {} was then",
                of_day(at),
                of(*got),
                of(there.map(|(value, _)| *value))
            );
            let both: Vec<_> = there.map(|(_, writer)| *writer).into_iter().chain([it]).collect();
            return Err(Violation { explanation, records: positions(&both) });
        }
        if let Tx::Update { writes, .. } = &it.call {
            content.extend(writes.iter().map(|(key, value)| (*key, (*value, it))));
        }
    }
    Ok(())
}

/// Whether a transaction that has not ended writes this.
fn is_of_open(operations: &[Op], key: Key, got: Option<u64>) -> bool {
    let mut open = operations.iter().filter(|it| it.returned.is_none());
    let writes = |it: &Op| match &it.call {
        Tx::Update { writes, .. } => writes.get(&key).copied(),
        Tx::Snapshot { .. } => None,
    };
    got.is_some() && open.any(|it| writes(it) == got)
}
// ANCHOR_END: in_timestamp_order

// ANCHOR: strictly_serializable
/// Strict serializability: there is an order of all transactions that explains what they read, and
/// that is their order in time where they do not overlap. No timestamp is looked at. If there is
/// none, the violation says what the anomaly is called.
#[cfg(feature = "txn")]
pub fn strictly_serializable<V>(trace: &Trace<V>) -> Verdict
where
    V: Terms<Request = Invoke<Tx>, Indication = Return<TxResult>>,
{
    let operations = operations(trace)?;
    match crate::txn::anomaly(&operations, crate::txn::STEPS) {
        None => Ok(()),
        Some((name, why)) => {
            let lines = why.lines().skip(1).map(|line| line.trim().trim_end_matches('.'));
            let why: Vec<_> = lines.collect();
            let explanation = format!("{name}: {}", why.join(". "));
            Err(Violation { explanation, records: Vec::new() })
        }
    }
}
// ANCHOR_END: strictly_serializable

// ANCHOR: interval
/// An interval that a clock tells contains true time.
pub fn interval_holds_true_time<V: Terms<Indication = Reading>>(trace: &Trace<V>) -> Verdict {
    for (index, record) in (0..).zip(&trace.records) {
        let What::Deliver { indication: Reading { earliest, latest, .. } } = record.what else {
            continue;
        };
        let right = EPOCH + record.at;
        if right < earliest || right > latest {
            let explanation = format!(
                "at {} the clock of {} says that it is from {} to {}",
                ms(record.at),
                record.node,
                of_day(earliest),
                of_day(latest)
            );
            return Err(Violation { explanation, records: vec![index] });
        }
    }
    Ok(())
}
// ANCHOR_END: interval

/// The timestamp of a transaction that has happened.
fn stamp(operation: &Op) -> Option<Time> {
    match operation.result {
        Some(TxResult::Committed { at, .. }) => Some(at),
        _ => None,
    }
}

fn is_of_another_time(operation: &Op) -> bool {
    matches!(operation.call, Tx::Snapshot { at: Some(_), .. })
}

/// The transactions of a run.
fn operations<V>(trace: &Trace<V>) -> Result<Vec<Op>, Violation>
where
    V: Terms<Request = Invoke<Tx>, Indication = Return<TxResult>>,
{
    let broken = |error: crate::history::HistoryError| Violation {
        explanation: error.to_string(),
        records: Vec::new(),
    };
    Ok(History::of(trace).map_err(broken)?.operations)
}

/// Where they end.
fn positions(operations: &[&Op]) -> Vec<u64> {
    operations.iter().filter_map(|it| Some(it.returned?.position)).collect()
}

/// A timestamp, counted like the times of a run.
fn of_day(at: Time) -> String {
    if at < EPOCH { format!("−{}", ms(EPOCH - at)) } else { ms(at - EPOCH) }
}
