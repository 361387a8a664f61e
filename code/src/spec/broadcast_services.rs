//! What each broadcast service allows, as one predicate over a trace.

use crate::layer::Value;
use crate::service::{Broadcast, Deliver};
use crate::sim::trace::{Terms, Trace};
use crate::spec::{causal_broadcast, fifo_broadcast, reliable_broadcast, total_order};

/// The broadcast services of the course, by their names in [`hierarchy`](crate::service::hierarchy),
/// that allow this run, judged at its end.
///
/// Best effort allows everything in which messages are neither made up nor doubled.
pub fn allowing<V, M: Value>(trace: &Trace<V>) -> Vec<&'static str>
where
    V: Terms<Request = Broadcast<M>, Indication = Deliver<M>>,
{
    let mut services = Vec::new();
    let sane = reliable_broadcast::no_creation(trace)
        .and_then(|()| reliable_broadcast::no_duplication(trace));
    if sane.is_err() {
        return services;
    }
    services.push("BestEffortBroadcast");
    let reliable =
        reliable_broadcast::validity(trace).and_then(|()| reliable_broadcast::agreement(trace));
    if reliable.is_err() {
        return services;
    }
    services.push("ReliableBroadcast");
    let fifo = fifo_broadcast::order(trace).is_ok();
    let total = total_order::same_order(trace).is_ok();
    for (service, allows) in [
        ("FifoBroadcast", fifo),
        ("CausalBroadcast", causal_broadcast::order(trace).is_ok()),
        ("TotalOrderBroadcast", total),
        ("FifoTotalOrderBroadcast", fifo && total),
    ] {
        if allows {
            services.push(service);
        }
    }
    services
}
