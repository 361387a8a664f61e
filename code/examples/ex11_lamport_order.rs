//! Exercise 11: the order that Lamport timestamps give is a causal order.
//!
//! The proof is on the page. Here all executions of a few events are tried, with the very clocks of
//! section 4.1; and it is shown that each part of the rule is needed.

#[path = "shared/scope.rs"]
mod scope;

use distsys::clock::Lamport;
use distsys::clock::logical::{Timestamps, stamp};
use distsys::layer::Layer;
use distsys::service::FairLossLink;
use distsys::spec::causality::Relation;
use scope::{Claims, Scope, Small};
use std::process::ExitCode;
use zoo::broken;

fn main() -> ExitCode {
    let scope = match Scope::read("Exercise 11: the Lamport order is a causal order.") {
        Ok(scope) => scope,
        Err(status) => return status,
    };
    let all = scope.drawings();
    let mut claims = Claims::new(all.iter().filter(|it| it.can_happen));
    println!(
        "In those that can happen, as proved, for the order by number and then by name of the node:"
    );
    // ANCHOR: claims
    claims.claim("a -> b gives L(a) < L(b)", |it| {
        let times = times(Lamport::new(), it);
        it.before.pairs().into_iter().all(|(a, b)| times[a] < times[b])
    });
    claims.claim("it is irreflexive", |it| order(Lamport::new(), it).is_irreflexive());
    claims.claim("it is transitive", |it| order(Lamport::new(), it).is_transitive());
    claims.claim("it is total", |it| order(Lamport::new(), it).is_total());
    claims.claim("it contains happens-before", |it| order(Lamport::new(), it).contains(&it.before));
    // ANCHOR_END: claims
    twins(&mut claims);
    claims.end()
}

fn twins(claims: &mut Claims) {
    println!(
        "\nBroken twins of the statement, each with the smallest case against it and its numbers:"
    );
    claims.twin("the numbers alone order all events", number, |it| {
        let times = times(Lamport::new(), it);
        Relation::new(it.events.len(), |a, b| times[a] < times[b]).is_total()
    });
    claims.twin("first by name, then by number, it is causal too", number, |it| {
        let times = times(Lamport::new(), it);
        let named = |e: usize| (it.events[e].node, times[e]);
        Relation::new(it.events.len(), |a, b| named(a) < named(b)).contains(&it.before)
    });
    claims.twin("whatever comes first in the order happened before", number, |it| {
        it.before.contains(&order(Lamport::new(), it))
    });
    let note = |it: &Small, e: usize| {
        format!("={}", times(broken::lamport_no_increment::Lamport::new(), it)[e])
    };
    claims.twin("maximum without increment: L(a) < L(b) for a -> b", note, |it| {
        let times = times(broken::lamport_no_increment::Lamport::new(), it);
        it.before.pairs().into_iter().all(|(a, b)| times[a] < times[b])
    });
    let note = |it: &Small, e: usize| {
        format!("={}", times(broken::lamport_increment_first::Lamport::new(), it)[e])
    };
    claims.twin("increment before maximum: L(a) < L(b) for a -> b", note, |it| {
        let times = times(broken::lamport_increment_first::Lamport::new(), it);
        it.before.pairs().into_iter().all(|(a, b)| times[a] < times[b])
    });
    let note = |it: &Small, e: usize| {
        format!("={}", times(broken::lamport_no_maximum::Lamport::new(), it)[e])
    };
    claims.twin("increment without maximum: it contains happens-before", note, |it| {
        order(broken::lamport_no_maximum::Lamport::new(), it).contains(&it.before)
    });
}

/// What the clocks say of each event.
fn times<C>(clock: C, it: &Small) -> Vec<u64>
where
    C: Layer<Implements = Timestamps<u64, ()>, Uses = FairLossLink<(u64, ())>>,
{
    stamp(vec![clock; it.nodes as usize], &it.events).unwrap_or_default()
}

// ANCHOR: order
/// The order by number, and where numbers are equal, by the name of the node.
fn order<C>(clock: C, it: &Small) -> Relation
where
    C: Layer<Implements = Timestamps<u64, ()>, Uses = FairLossLink<(u64, ())>>,
{
    let times = times(clock, it);
    let named = |e: usize| (times[e], it.events[e].node);
    Relation::new(it.events.len(), |a, b| named(a) < named(b))
}
// ANCHOR_END: order

/// The number of the event.
fn number(it: &Small, event: usize) -> String {
    format!("={}", times(Lamport::new(), it)[event])
}
