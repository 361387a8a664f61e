//! What is decided in advance about a run: what a person, a test or the shrinker wrote down.

use crate::model::{Links, Model, Nodes, Timing};
use crate::node::{NodeId, Time};
use crate::sim::event::{EventId, PacketId};
use crate::sim::fault::Fault;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Decisions about a run. Whatever is not decided here is drawn from the seed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Script {
    /// Requests of the workload that are left out, by their ordinals.
    pub without: BTreeSet<u32>,
    /// Nodes that take no part.
    pub absent: BTreeSet<NodeId>,
    /// The faults, each with its time, instead of those that the menu and the seed would give.
    pub faults: Option<Vec<(Time, Fault)>>,
    /// What happens to single packets.
    pub fates: BTreeMap<PacketId, Fate>,
    /// Crashes within an event: after how many of its effects.
    pub crashes: BTreeMap<EventId, u32>,
}

impl Script {
    /// The mildest model in which what is decided here can happen.
    pub fn model(&self) -> Model {
        let lossy = |fate: &Fate| match fate {
            Fate::Lost => true,
            Fate::After(times) | Fate::At(times) => times.len() != 1,
        };
        let links = if self.fates.values().any(lossy) { Links::FairLoss } else { Links::Reliable };
        let model = Model { links, nodes: Nodes::CrashStop, timing: Timing::Asynchronous };
        self.faults.iter().flatten().fold(model, |model, (_, fault)| model.join(fault.model()))
    }
}

/// What happens to one packet.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Fate {
    /// It is lost.
    Lost,
    /// A copy arrives after each of these times since it was sent.
    After(Vec<Time>),
    /// A copy arrives at each of these times of the run, or at once if that is past.
    At(Vec<Time>),
}
