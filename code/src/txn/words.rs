//! Verdicts in words.

use super::graph::{Edge, Kind};
use super::{Anomaly, Clash, Seen, Store, Verdict};
use crate::draw::cycle::Step;
use crate::layer::Value;

/// The name of an anomaly: that of the literature, and the short one of Adya where there is one.
pub fn name<K: Value, V: Value>(anomaly: &Anomaly<K, V>) -> &'static str {
    match anomaly {
        Anomaly::Cycle(edges) => of_cycle(edges),
        Anomaly::AbortedRead(_) => "aborted read (G1a)",
        Anomaly::IntermediateRead(_) => "intermediate read (G1b)",
        Anomaly::Unwritten(_) => "a read of what nobody wrote",
        Anomaly::Internal(_) => "a transaction that does not see its own writes",
        Anomaly::Duplicate(_) => "a write that took effect twice",
        Anomaly::Incompatible(..) => "incompatible orders",
        Anomaly::NoOrder { .. } => "no order of the writes fits",
    }
}

fn of_cycle<K: Value, V: Value>(edges: &[Edge<K, V>]) -> &'static str {
    let count = |is: fn(&Kind<K, V>) -> bool| edges.iter().filter(|edge| is(&edge.kind)).count();
    let overwritten = count(|kind| matches!(kind, Kind::ReadWrite(..)));
    let read = count(|kind| matches!(kind, Kind::WriteRead(..)));
    let timed = count(|kind| matches!(kind, Kind::RealTime)) > 0;
    match (overwritten, read, timed) {
        (0, 0, false) => "dirty write (G0)",
        (0, 0, true) => "writes against real time (G0-realtime)",
        (0, _, false) => "circular information flow (G1c)",
        (0, _, true) => "a read from the future (G1c-realtime)",
        // Of registers the order of the two writes may be open; either makes it G-single.
        (1 | 2, 0, false) if is_lost_update(edges) => "lost update (G-single)",
        (1, _, false) => "read skew (G-single)",
        (1, _, true) => "stale read (G-single-realtime)",
        (2, 0, false) if edges.len() == 2 => "write skew (G2)",
        (_, _, false) => "anti-dependency cycle (G2)",
        (_, _, true) => "anti-dependency cycle against real time (G2-realtime)",
    }
}

/// The transactions that an anomaly is about: their indices, each once.
pub fn involved<K, V>(anomaly: &Anomaly<K, V>) -> Vec<usize> {
    let of = |seen: &Seen<K, V>| {
        let writer = seen.of.as_ref().map(|(_, writer)| *writer);
        writer.into_iter().chain([seen.reader]).collect::<Vec<_>>()
    };
    let mut involved = match anomaly {
        Anomaly::Cycle(edges) => edges.iter().map(|edge| edge.from).collect(),
        Anomaly::AbortedRead(seen)
        | Anomaly::IntermediateRead(seen)
        | Anomaly::Unwritten(seen)
        | Anomaly::Internal(seen)
        | Anomaly::Duplicate(seen) => of(seen),
        Anomaly::Incompatible(one, other) => [of(one), of(other)].concat(),
        Anomaly::NoOrder { clash, .. } => vec![clash.writer, clash.reader, clash.other],
    };
    involved.sort_unstable();
    involved.dedup();
    involved
}

/// Whether of two transactions one overwrote what the other had written under the key it had read.
fn is_lost_update<K: Value, V: Value>(edges: &[Edge<K, V>]) -> bool {
    let key = |edge: &Edge<K, V>| match &edge.kind {
        Kind::ReadWrite(key, _) | Kind::WriteWrite(key, ..) => Some(key.clone()),
        Kind::WriteRead(..) | Kind::RealTime => None,
    };
    matches!(edges, [first, second] if key(first).is_some() && key(first) == key(second))
}

/// The verdict in words: a first line that says it, then why, a sentence a line. `call` says what
/// to call a transaction.
pub fn explain<K: Value, V: Value>(
    store: Store,
    promise: &str,
    verdict: &Verdict<K, V>,
    call: impl Fn(usize) -> String,
) -> String {
    match verdict {
        Verdict::Serializable(order) => {
            let mut text = format!("{promise}: all {} transactions have an order\n", order.len());
            let first: Vec<String> = order.iter().take(12).map(|&index| call(index)).collect();
            let more = if order.len() > first.len() { ", …" } else { "" };
            if !first.is_empty() {
                text += &format!("For example {}{more}.\n", first.join(", "));
            }
            text
        }
        Verdict::NotSerializable(anomaly) => {
            let told = Told { store, call: &call };
            let sentences = told.sentences(anomaly);
            let lines: String = sentences.iter().map(|line| format!("  {line}\n")).collect();
            format!("not {promise}: {}\n{lines}", name(anomaly))
        }
        Verdict::NotDecided(lack) => lack.explain(""),
    }
}

/// The steps of a cycle for a picture, each with what `text` says of its transaction.
pub fn steps<K: Value, V: Value>(
    store: Store,
    edges: &[Edge<K, V>],
    call: impl Fn(usize) -> String,
    text: impl Fn(usize) -> String,
) -> Vec<Step> {
    let told = Told { store, call: &call };
    let step = |edge: &Edge<K, V>| Step {
        name: call(edge.from),
        text: text(edge.from),
        why: told.edge(edge),
    };
    edges.iter().map(step).collect()
}

struct Told<'a> {
    store: Store,
    call: &'a dyn Fn(usize) -> String,
}

impl Told<'_> {
    fn sentences<K: Value, V: Value>(&self, anomaly: &Anomaly<K, V>) -> Vec<String> {
        match anomaly {
            Anomaly::Cycle(edges) => edges.iter().map(|edge| self.edge(edge)).collect(),
            Anomaly::AbortedRead(seen) => {
                let but = format!(
                    "{}, which wrote {}, did not happen.",
                    self.writer(seen),
                    value_of(seen)
                );
                vec![self.read(seen), but]
            }
            Anomaly::IntermediateRead(seen) => {
                let but = format!("{} wrote there again before it ended.", self.writer(seen));
                vec![self.read(seen), but]
            }
            Anomaly::Unwritten(seen) => {
                vec![self.read(seen), format!("Nobody wrote {}.", value_of(seen))]
            }
            Anomaly::Internal(seen) => {
                vec![self.read(seen), "That does not fit what it wrote there itself.".to_string()]
            }
            Anomaly::Duplicate(seen) => {
                let but = format!("{} wrote {} only once.", self.writer(seen), value_of(seen));
                vec![self.read(seen), but]
            }
            Anomaly::Incompatible(one, other) => {
                let neither = "Neither can have become the other by appending.".to_string();
                vec![self.read(one), self.read(other), neither]
            }
            Anomaly::NoOrder { tried: 1, clash } => {
                let known = "What follows from the reads already leads to a cycle.".to_string();
                vec![known, self.clash(clash)]
            }
            Anomaly::NoOrder { tried, clash } => vec![
                format!(
                    "Each of the {tried} ways to order the writes that the reads leave open leads to a cycle."
                ),
                format!("In the first, {}", self.clash(clash)),
            ],
        }
    }

    fn clash<K: Value>(&self, Clash { key, writer, reader, other }: &Clash<K>) -> String {
        let [writer, reader, other] = [writer, reader, other].map(|index| (self.call)(*index));
        format!(
            "{other} would have to write {key:?} after {writer} and before {reader}, which read what {writer} wrote there."
        )
    }

    fn edge<K: Value, V: Value>(&self, edge: &Edge<K, V>) -> String {
        let (from, to) = ((self.call)(edge.from), (self.call)(edge.to));
        let wrote = match self.store {
            Store::Lists => "appended",
            Store::Registers => "wrote",
        };
        match &edge.kind {
            Kind::WriteWrite(key, before, after) => {
                format!("{from} {wrote} {before:?} to {key:?} before {to} {wrote} {after:?}.")
            }
            Kind::WriteRead(key, value) => {
                format!("{from} {wrote} {value:?} to {key:?} before {to} read it.")
            }
            Kind::ReadWrite(key, value) => {
                format!("{from} read {key:?} before {to} {wrote} {value:?} to it.")
            }
            Kind::RealTime => format!("{from} had ended before {to} began."),
        }
    }

    fn read<K: Value, V: Value>(&self, seen: &Seen<K, V>) -> String {
        let content = match (self.store, seen.content.as_slice()) {
            (Store::Registers, []) => "nothing".to_string(),
            (Store::Registers, [value]) => format!("{value:?}"),
            (_, content) => format!("{content:?}"),
        };
        format!("{} read {content} from {:?}.", (self.call)(seen.reader), seen.key)
    }

    fn writer<K, V>(&self, seen: &Seen<K, V>) -> String {
        (self.call)(seen.of.as_ref().map_or(seen.reader, |(_, writer)| *writer))
    }
}

fn value_of<K, V: Value>(seen: &Seen<K, V>) -> String {
    seen.of.as_ref().map(|(value, _)| format!("{value:?}")).unwrap_or_default()
}
