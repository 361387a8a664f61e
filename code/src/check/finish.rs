//! How a run ends when nothing goes wrong any more.

use crate::check::{Explorable, Explored, Packets, Situation};
use crate::layer::*;
use std::fmt;
use std::sync::Arc;

/// [`Explored::finish`] gives up after everything that can happen has happened this often.
const MOST_ROUNDS: u64 = 100;

/// A run that goes on without faults, and does not come to rest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unsettled {
    /// How often everything that could happen had happened.
    pub rounds: u64,
    /// The nodes that still changed in the last round.
    pub changing: Vec<NodeId>,
}

impl fmt::Display for Unsettled {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "the run does not come to rest: after {} rounds without faults, ", self.rounds)?;
        match self.changing.as_slice() {
            [] => write!(f, "packets are still sent"),
            nodes => write!(f, "nodes still change: {nodes:?}"),
        }?;
        write!(f, "; nodes that count for ever need a bound, or a property that does not wait")
    }
}
impl std::error::Error for Unsettled {}

impl<N: Explorable> Explored<N> {
    /// How a run ends that goes on from here without faults and with everything happening again and
    /// again: nodes that are down come back, all requests are made, timers run out, packets are
    /// received; until nothing changes any more.
    ///
    /// What fair-loss links carry now may still be lost, all of it, and here it is. So if a promise
    /// is kept at the end of every situation, then no run is ever stuck for want of a packet that
    /// nobody sends again. Bounds do not matter here.
    ///
    /// In error if the run does not come to rest. A promise about the end is not kept there.
    pub fn finish(&self, now: &Situation<N>) -> Result<Situation<N>, Unsettled> {
        let mut end = Situation { timeouts: None, sent: None, ..now.clone() };
        if self.packets == Packets::FairLoss {
            end.packets = Arc::default();
        }
        for round in 0..MOST_ROUNDS {
            let before = end.clone();
            // Packets sent in this round wait for the next one: timers are not starved.
            for (event, (node, input)) in (0..).zip(self.inputs(&before)) {
                if end.admits(node, &input) {
                    let choices = Choices::drawn(round, u64::from(node.0), event);
                    let outcome = self.outcome(&end, node, &input, choices);
                    self.happen(&mut end, node, &input, outcome, None);
                }
            }
            if end == before {
                return Ok(end);
            }
            if round + 1 == MOST_ROUNDS {
                let changes = |node: &NodeId| end.hosts[*node] != before.hosts[*node];
                let changing = end.hosts.nodes().filter(changes).collect();
                return Err(Unsettled { rounds: MOST_ROUNDS, changing });
            }
        }
        Ok(end)
    }
}
