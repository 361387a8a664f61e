//! What causal broadcast promises beyond a reliable one (notes, section 4.2).

use crate::layer::Value;
use crate::service::{Broadcast, Deliver};
use crate::sim::trace::{Terms, Trace};
use crate::spec::Verdict;
use crate::spec::broadcasts::{Broadcasts, Step};

// ANCHOR: order
/// Causal order: when a node delivers a message, it has delivered all that the
/// message's broadcaster had broadcast or delivered before it broadcast the message.
///
/// What the broadcaster had only received, and not delivered, does not count.
pub fn order<V, M: Value>(trace: &Trace<V>) -> Verdict
where
    V: Terms<Request = Broadcast<M>, Indication = Deliver<M>>,
{
    let view = Broadcasts::of(trace);
    let deps = deps(&view);
    for &node in view.nodes.keys() {
        let mut before = vec![false; view.sent.len()];
        for got in view.delivered(node) {
            let Some(number) = got.sent else { continue }; // another property says so
            if let Some(&missing) = deps[number].iter().find(|&&it| !before[it]) {
                let why = match view.sent[missing].by == got.from {
                    true => "which was broadcast before it",
                    false => "which its broadcaster had delivered before it broadcast this",
                };
                return Err(view.skipped(node, got, missing, why));
            }
            before[number] = true;
        }
    }
    Ok(())
}

/// For each broadcast, those that its broadcaster had broadcast or delivered before.
fn deps<M: Value>(view: &Broadcasts<M>) -> Vec<Vec<usize>> {
    let mut deps = vec![Vec::new(); view.sent.len()];
    for steps in view.nodes.values() {
        let mut known = Vec::new();
        for step in steps {
            match step {
                Step::Broadcast(number) => {
                    deps[*number].clone_from(&known);
                    known.push(*number);
                }
                Step::Deliver(got) => known.extend(got.sent),
            }
        }
    }
    deps
}
// ANCHOR_END: order
