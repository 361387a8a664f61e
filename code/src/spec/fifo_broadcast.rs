//! What FIFO broadcast promises beyond a reliable one (notes, section 4.2).

use crate::layer::Value;
use crate::service::{Broadcast, Deliver};
use crate::sim::trace::{Terms, Trace};
use crate::spec::Verdict;
use crate::spec::broadcasts::Broadcasts;

// ANCHOR: order
/// FIFO order: when a node delivers a message, it has delivered all that the same
/// broadcaster had broadcast before.
pub fn order<V, M: Value>(trace: &Trace<V>) -> Verdict
where
    V: Terms<Request = Broadcast<M>, Indication = Deliver<M>>,
{
    let view = Broadcasts::of(trace);
    for &node in view.nodes.keys() {
        let mut before = vec![false; view.sent.len()];
        for got in view.delivered(node) {
            let Some(number) = got.sent else { continue }; // another property says so
            let same_sender = |&it: &usize| view.sent[it].by == got.from;
            if let Some(missing) = (0..number).filter(same_sender).find(|&it| !before[it]) {
                return Err(view.skipped(node, got, missing, "which was broadcast before it"));
            }
            before[number] = true;
        }
    }
    Ok(())
}
// ANCHOR_END: order
