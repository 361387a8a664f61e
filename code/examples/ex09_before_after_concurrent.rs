//! Exercise 9: of two events, one happened before the other, or they are concurrent; never two of
//! these at once.
//!
//! The proof is on the page. Here all executions of a few events are tried; and some statements that
//! are easily mixed up with it are refuted.

#[path = "shared/scope.rs"]
mod scope;

use distsys::spec::causality::{Relation, directly_before};
use scope::{Claims, Scope, Small, plain};
use std::process::ExitCode;

fn main() -> ExitCode {
    let scope = match Scope::read("Exercise 9: before, after, or concurrent.") {
        Ok(scope) => scope,
        Err(status) => return status,
    };
    let all = scope.drawings();
    let mut claims = Claims::new(all.iter().filter(|it| it.can_happen));
    println!("In those that can happen, as proved:");
    // ANCHOR: claims
    claims.claim("of two events exactly one: a -> b, b -> a, a || b", |it| {
        let concurrent = it.before.concurrent();
        let ways = |a, b| [it.before.holds(a, b), it.before.holds(b, a), concurrent.holds(a, b)];
        pairs(it).all(|(a, b)| ways(a, b).into_iter().filter(|&holds| holds).count() == 1)
    });
    // ANCHOR_END: claims
    claims.claim("a || b says the same as b || a", |it| {
        let concurrent = it.before.concurrent();
        pairs(it).all(|(a, b)| concurrent.holds(a, b) == concurrent.holds(b, a))
    });
    claims.claim("concurrent events are at different nodes", |it| {
        let concurrent = it.before.concurrent().pairs();
        concurrent.into_iter().all(|(a, b)| it.events[a].node != it.events[b].node)
    });

    twins(&mut claims);
    claims.end()
}

fn twins(claims: &mut Claims) {
    println!("\nBroken twins of the statement, each with the smallest case against it:");
    claims.twin("concurrent is transitive: a || b and b || c give a || c", plain, |it| {
        is_transitive_between_three(&it.before.concurrent())
    });
    claims.twin("events at nodes without a message between them are concurrent", plain, |it| {
        let talk = |a: usize, b: usize| {
            let (of_a, of_b) = (it.events[a].node, it.events[b].node);
            it.events.iter().any(|event| {
                let from = event.received.map(|send| it.events[send].node);
                (from, event.node) == (Some(of_a), of_b)
            })
        };
        it.before
            .pairs()
            .into_iter()
            .all(|(a, b)| it.events[a].node == it.events[b].node || talk(a, b))
    });
    claims.twin("a || b wherever rules 1 and 2 relate neither to the other", plain, |it| {
        directly_before(&it.events).concurrent() == it.before.concurrent()
    });
}

/// Every two different events.
fn pairs(it: &Small) -> impl Iterator<Item = (usize, usize)> {
    let n = it.events.len();
    (0..n).flat_map(move |a| (0..n).filter(move |&b| a != b).map(move |b| (a, b)))
}

/// Whether it holds from `a` to `c` wherever it holds from `a` to `b` and from `b` to `c`, for three
/// different events.
fn is_transitive_between_three(relation: &Relation) -> bool {
    let steps = relation.pairs();
    let chain = |&(a, b): &(usize, usize)| {
        (0..relation.size()).any(|c| c != a && relation.holds(b, c) && !relation.holds(a, c))
    };
    !steps.iter().any(chain)
}
