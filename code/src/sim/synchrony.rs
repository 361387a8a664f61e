//! Timing models with their numbers: by when a packet that is not lost has arrived.

use crate::model::Timing;
use crate::node::Time;
use serde::{Deserialize, Serialize};

/// A timing model, by the name that the course gives it.
///
/// Source: notes, section 2.3; the stabilisation time is that of Dwork, Lynch and Stockmeyer (1988).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Synchrony {
    /// No bound at all.
    #[default]
    Asynchronous,
    /// Asynchronous until a stabilisation time that no node knows, synchronous from then on.
    PartiallySynchronous {
        /// The longest delay from then on.
        bound: Time,
        /// The stabilisation time.
        stable_from: Time,
    },
    /// A packet that is not lost reaches its node within a known bound, and no node stands still for
    /// longer than that.
    Synchronous {
        /// The longest delay.
        bound: Time,
    },
}

impl Synchrony {
    /// The model without its numbers.
    pub fn timing(self) -> Timing {
        match self {
            Synchrony::Asynchronous => Timing::Asynchronous,
            Synchrony::PartiallySynchronous { .. } => Timing::PartiallySynchronous,
            Synchrony::Synchronous { .. } => Timing::Synchronous,
        }
    }
    /// When something is over that begins at `begin` and would be over at `end`: a packet is under
    /// way, a node stands still.
    pub fn latest(self, begin: Time, end: Time) -> Time {
        match self {
            Synchrony::Asynchronous => end,
            Synchrony::PartiallySynchronous { bound, stable_from } => {
                end.min(begin.max(stable_from).saturating_add(bound))
            }
            Synchrony::Synchronous { bound } => end.min(begin.saturating_add(bound)),
        }
    }
    /// By how much a node may lag at most.
    pub(crate) fn longest_lag(self) -> Time {
        match self {
            Synchrony::Asynchronous => Time::MAX,
            Synchrony::PartiallySynchronous { bound, .. } | Synchrony::Synchronous { bound } => {
                bound
            }
        }
    }
}
