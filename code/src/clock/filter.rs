//! One estimate out of many: of each server the answer that took the least time, of the servers
//! those that agree, of these the average.
//!
//! Source: notes, section 3.2: ask several servers, drop outliers, average, repeat. The largest set
//! of intervals with a common point is due to K. Marzullo ("Maintaining the Time in a Distributed
//! System", 1984), as in NTP.

use crate::node::{NodeId, Time};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What one answer says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Sample {
    /// Who gave it.
    pub server: NodeId,
    /// How far the server's clock is ahead of this node's counter …
    pub offset: i64,
    /// … give or take this.
    pub error: Time,
    /// What the counter said when it came.
    pub taken: Time,
}

/// What many answers say together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Combined {
    /// How far true time is ahead of this node's counter …
    pub offset: i64,
    /// … give or take this, if a majority of the servers is right.
    pub error: Time,
    /// When the oldest of the answers came that count.
    pub taken: Time,
}

// ANCHOR: combine
/// What these samples say together; nothing, if no majority of so many servers
/// agrees.
pub fn combine(samples: &[Sample], servers: usize) -> Option<Combined> {
    let agreeing = agreeing(&quickest(samples));
    if agreeing.len() <= servers / 2 {
        return None;
    }
    let offsets = || agreeing.iter().map(|sample| sample.offset);
    let (least, most) = (offsets().min()?, offsets().max()?);
    let average = offsets().map(i128::from).sum::<i128>() / agreeing.len() as i128;
    Some(Combined {
        offset: average as i64,
        error: agreeing.iter().map(|sample| sample.error).max()? + most.abs_diff(least),
        taken: agreeing.iter().map(|sample| sample.taken).min()?,
    })
}

/// Of each server the sample with the least error: the one whose messages were the
/// quickest.
fn quickest(samples: &[Sample]) -> Vec<Sample> {
    let mut quickest: BTreeMap<NodeId, Sample> = BTreeMap::new();
    for sample in samples {
        let best = quickest.entry(sample.server).or_insert(*sample);
        if sample.error < best.error {
            *best = *sample;
        }
    }
    quickest.into_values().collect()
}

/// The largest set of samples that can all be right, since their intervals have a
/// common point. Such a point can always be found at the lower end of one of them.
fn agreeing(samples: &[Sample]) -> Vec<Sample> {
    let with = |point: i64| {
        let holds = |sample: &&Sample| sample.offset.abs_diff(point) <= sample.error;
        samples.iter().filter(holds).copied().collect::<Vec<_>>()
    };
    let lower_ends = samples.iter().map(|it| it.offset.saturating_sub_unsigned(it.error));
    // The first of the largest: the others have no better claim.
    lower_ends.map(with).rev().max_by_key(Vec::len).unwrap_or_default()
}
// ANCHOR_END: combine
