//! What of a run is drawn.

use crate::facts::{Fact, FactValue, ROLE, TERM};
use crate::node::Time;
use crate::sim::{Record, Text, Trace, What};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Only these records. What was led to by another one was led to by nothing.
pub fn only(trace: Trace<Text>, mut wanted: impl FnMut(&Record<Text>) -> bool) -> Trace<Text> {
    let mut places = BTreeMap::new();
    let mut records = Vec::new();
    for (place, mut record) in (0..).zip(trace.records) {
        if wanted(&record) {
            record.cause = record.cause.and_then(|cause| places.get(&cause).copied());
            places.insert(place, records.len() as u64);
            records.push(record);
        }
    }
    Trace { records, ..trace }
}

/// The run from then on, as if it had begun there.
pub fn later(trace: Trace<Text>, from: Time) -> Trace<Text> {
    let mut trace = only(trace, |record| record.at >= from);
    for record in &mut trace.records {
        record.at -= from;
    }
    trace
}

/// The run with each node's role and term wherever they change, and no other facts.
pub fn roles(mut trace: Trace<Text>) -> Trace<Text> {
    let mut last = BTreeMap::new();
    for record in &mut trace.records {
        if let What::Facts { facts } = &mut record.what {
            let now = role(facts);
            let is_new = last.insert(record.node, now.clone()) != Some(now.clone());
            *facts = now.into_iter().filter(|_| is_new).collect();
        }
    }
    only(trace, |record| !matches!(&record.what, What::Facts { facts } if facts.is_empty()))
}

/// `leader of term 3`.
fn role(facts: &[Fact]) -> Option<Fact> {
    let role = facts.iter().find(|fact| fact.name == ROLE)?;
    let term = facts.iter().find(|fact| fact.name == TERM)?;
    let FactValue::Text(role) = &role.value else { return None };
    Some(Fact { name: Cow::Owned(format!("{role} in term")), value: term.value.clone() })
}
