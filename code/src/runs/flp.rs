//! An adversary that keeps nodes electing for as long as it likes (section 6.1).
//!
//! It does nothing that an asynchronous system forbids: it loses no packet and crashes nobody. It
//! only chooses when things happen, and every packet is received and every timer runs out in the
//! round in which it was sent or set.

use crate::facts::Fact;
use crate::node::NodeId;
use crate::sim::{EventId, Hand, Move, Node, Trace, What, World};
use std::collections::BTreeSet;

/// How a round ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Round {
    /// The term of each node.
    pub terms: Vec<u64>,
    /// How many packets were received in the round.
    pub received: usize,
    /// Whether some node leads.
    pub has_leader: bool,
    /// Whether packets are still on their way.
    pub under_way: bool,
}

impl Round {
    /// What the adversary preserves: at the end of the round nobody leads, nothing is on its way,
    /// and all nodes are in the same term. So the next round can go the same way.
    pub fn is_as_before(&self) -> bool {
        let one_term = self.terms.windows(2).all(|pair| pair[0] == pair[1]);
        one_term && !self.has_leader && !self.under_way
    }
}

// ANCHOR: adversary
/// Lets so many elections fail, one after the other.
pub fn keep_electing<N: Node>(
    world: World<N>,
    rounds: u32,
) -> Result<(Trace<N>, Vec<Round>), String> {
    let (mut hand, mut all) = (Hand::new(world), Vec::new());
    for _ in 0..rounds {
        // Before any vote can arrive, every other node suspects the leader as well …
        for node in hand.world().nodes() {
            take(&mut hand, |id| is_timer(id, node, true))?;
        }
        // … then everything is received that was sent, the answers too, and nobody is held up.
        for node in hand.world().nodes() {
            take(&mut hand, |id| is_timer(id, node, false))?;
        }
        let mut received = 0;
        while take(&mut hand, |id| matches!(id, EventId::Packet(_)))? {
            received += 1;
        }
        all.push(ended(&hand, received));
    }
    Ok((hand.world().trace(), all))
}
// ANCHOR_END: adversary

fn is_timer(id: &EventId, node: NodeId, of_elections: bool) -> bool {
    let EventId::Timer { node: of, timer, .. } = id else { return false };
    *of == node && timer.contains("Election") == of_elections
}

/// Lets the first pending event of that kind happen; false if there is none.
fn take<N: Node>(hand: &mut Hand<N>, is_meant: impl Fn(&EventId) -> bool) -> Result<bool, String> {
    match hand.pending().into_iter().find(|event| is_meant(&event.id)) {
        Some(event) => hand.play(Move::Take(event.id)).map(|()| true),
        None => Ok(false),
    }
}

fn ended<N: Node>(hand: &Hand<N>, received: usize) -> Round {
    let term = |node| hand.facts(node).iter().find_map(Fact::term).unwrap_or(0);
    let leads = |node| hand.facts(node).iter().any(Fact::is_leader);
    let mut nodes = hand.world().nodes();
    Round {
        terms: nodes.clone().map(term).collect(),
        received,
        has_leader: nodes.any(leads),
        under_way: hand.pending().iter().any(|event| matches!(event.id, EventId::Packet(_))),
    }
}

// ANCHOR: fair
/// Whether an asynchronous system without faults can do this and has been fair so far: each packet
/// was received, once; nobody crashed or was held up, and nothing was lost, forged or doubled.
pub fn is_fair<N: Node>(trace: &Trace<N>) -> bool {
    let mut under_way = BTreeSet::new();
    let no_fault = trace.records.iter().all(|record| match record.what {
        What::Send { id, .. } => under_way.insert(id),
        What::Receive { id, .. } => under_way.remove(&id),
        What::Start
        | What::Request { .. }
        | What::Timeout { .. }
        | What::Choose { .. }
        | What::Facts { .. } => true,
        _ => record.is_effect(),
    });
    no_fault && under_way.is_empty()
}
// ANCHOR_END: fair
