//! What adversaries make of packets: tampering, spoofing and replay.
//!
//! On arbitrary links any packet may be forged; a Byzantine node forges what it sends itself. For
//! adversaries with a plan there is [`Adversary`](crate::sim::adversary::Adversary).

use crate::node::{MILLIS, NodeId, SECONDS, Time};
use crate::sim::event::PacketId;
use crate::sim::network::Rate;
use crate::sim::random::{Draws, Purpose, below, draws, link};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::sync::Arc;

/// Changes a packet: what comes out should still be one that a node could have sent, or the nodes
/// would hardly look at it. Depends on nothing but the packet and the draws.
#[derive(Clone)]
pub struct Mutator<P>(Arc<Change<P>>);

type Change<P> = dyn Fn(&P, &mut Draws) -> P + Send + Sync;

impl<P, F: Fn(&P, &mut Draws) -> P + Send + Sync + 'static> From<F> for Mutator<P> {
    fn from(change: F) -> Self {
        Mutator(Arc::new(change))
    }
}

impl<P> fmt::Debug for Mutator<P> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("Mutator")
    }
}

/// What an adversary on the links does to packets: the links are arbitrary.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Forging {
    /// The chance that a packet is changed.
    pub tampering: Rate,
    /// The chance that a packet names another sender than its own.
    pub spoofing: Rate,
    /// The chance that a packet is sent again by the adversary, up to ten seconds later.
    pub replay: Rate,
}

/// What an adversary did to one packet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Forgery {
    /// It was changed by the mutator, with the draws that this number begins.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tampered: Option<u64>,
    /// It names this sender.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sender: Option<NodeId>,
}

/// What becomes of one packet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Plot {
    pub(crate) forgery: Forgery,
    /// It is not sent at all.
    pub(crate) silent: bool,
    /// It comes once more after this time.
    pub(crate) replay: Option<Time>,
}

/// What a Byzantine node does to its own packets. It cannot speak for others: links that let it do
/// so are arbitrary.
const BYZANTINE: Forging =
    Forging { tampering: Rate::percent(50), spoofing: Rate::NEVER, replay: Rate::percent(20) };
/// How often a Byzantine node sends nothing where it should.
const SILENCE: Rate = Rate::percent(20);

impl Forging {
    /// Whether nothing is ever forged.
    pub fn is_never(&self) -> bool {
        *self == Forging::default()
    }

    /// What becomes of this packet in a world of `nodes` nodes, if its sender is a `traitor` or not.
    pub(crate) fn plot(self, seed: u64, id: PacketId, nodes: u32, traitor: bool) -> Plot {
        let mut draws = draws(seed, Purpose::Forgery, link(id.from, id.to), id.ordinal);
        let by_links = self.draw(&mut draws, id, nodes);
        let by_sender = BYZANTINE.draw(&mut draws, id, nodes);
        let silent = SILENCE.strikes(&mut draws);
        if !traitor {
            return by_links;
        }
        let Forgery { tampered, sender } = by_sender.forgery;
        let forgery = Forgery {
            tampered: tampered.or(by_links.forgery.tampered),
            sender: sender.or(by_links.forgery.sender),
        };
        Plot { forgery, silent, replay: by_sender.replay.or(by_links.replay) }
    }

    /// Draws the same number of times whatever happens.
    fn draw(self, draws: &mut Draws, id: PacketId, nodes: u32) -> Plot {
        let tampers = self.tampering.strikes(draws);
        let spoofs = self.spoofing.strikes(draws);
        let replays = self.replay.strikes(draws);
        let number = below(draws, u64::from(u32::MAX));
        let other = below(draws, u64::from(nodes.saturating_sub(1))) as u32;
        let later = MILLIS + below(draws, 10 * SECONDS);
        // Any node but the sender itself.
        let other = NodeId(if other >= id.from.0 { other + 1 } else { other });
        Plot {
            forgery: Forgery {
                tampered: tampers.then_some(number),
                sender: (spoofs && nodes > 1).then_some(other),
            },
            silent: false,
            replay: replays.then_some(later),
        }
    }
}

impl Forgery {
    /// The packet as the mutator changed it, if it did.
    pub(crate) fn tampered<P: PartialEq>(
        self,
        packet: &P,
        mutator: Option<&Mutator<P>>,
    ) -> Option<P> {
        let mut draws = draws(self.tampered?, Purpose::Forgery, 0, 0);
        Some((mutator?.0)(packet, &mut draws)).filter(|changed| changed != packet)
    }
}
