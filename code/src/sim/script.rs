//! What is decided in advance about a run: what a person, a test or the shrinker wrote down.

use crate::choices::Choice;
use crate::model::{Links, Model, Nodes, Timing};
use crate::node::{NodeId, Time};
use crate::sim::event::{EventId, PacketId};
use crate::sim::fault::{self, Fault};
use crate::sim::forge::Forgery;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Decisions about a run. Whatever is not decided here is drawn from the seed, or calm.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Script {
    /// Nothing is left to the seed. What is not decided here is calm: every packet takes 10 ms, no
    /// other fault happens, every choice is 0, and every timer runs for the shortest time that the
    /// node asked for.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub calm: bool,
    /// Requests of the workload that are left out, by their ordinals.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub without: BTreeSet<u32>,
    /// Nodes that take no part.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub absent: BTreeSet<NodeId>,
    /// The faults, each with its time, instead of those that the menu and the seed would give.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub faults: Option<Vec<(Time, Fault)>>,
    /// What happens to single packets.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub fates: BTreeMap<PacketId, Fate>,
    /// Crashes within an event: after how many of its effects.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub crashes: BTreeMap<EventId, u32>,
    /// Crashes that tear what an event writes to stable storage: at which place among those where
    /// that can happen.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub torn: BTreeMap<EventId, u32>,
    /// What an adversary does to single packets. Where it does nothing and no fate is given, the
    /// menu decides.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub forged: BTreeMap<PacketId, Forgery>,
    /// What nodes choose in single events.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub choices: BTreeMap<EventId, Vec<Choice>>,
    /// How long timers run, on the clocks of their nodes; or as nearly so as the node asked for.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub timers: BTreeMap<EventId, Time>,
}

impl Script {
    /// Nothing is left to the seed, and nothing happens.
    pub fn calm() -> Self {
        Script { calm: true, ..Script::default() }
    }

    /// The mildest model in which what is decided here can happen.
    pub fn model(&self) -> Model {
        let lossy = |fate: &Fate| match fate {
            Fate::Lost => true,
            Fate::After(times) | Fate::At(times) => times.len() != 1,
        };
        let links = match self.forged.is_empty() {
            false => Links::Arbitrary,
            true if self.fates.values().any(lossy) => Links::FairLoss,
            true => Links::Reliable,
        };
        let model = Model { links, nodes: Nodes::CrashStop, timing: Timing::Synchronous };
        model.join(fault::model(self.faults.as_deref().unwrap_or_default()))
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
