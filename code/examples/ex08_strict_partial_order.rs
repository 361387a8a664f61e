//! Exercise 8: happens-before is a strict partial order.
//!
//! The proof is on the page. Here it is tried: all drawings of a few events are made, those in which
//! a message arrives before it is sent among them, and it is counted where the claims hold.

#[path = "shared/scope.rs"]
mod scope;

use distsys::spec::causality::{Relation, directly_before};
use scope::{Claims, Scope, plain};
use std::process::ExitCode;

fn main() -> ExitCode {
    let scope = match Scope::read("Exercise 8: happens-before is a strict partial order.") {
        Ok(scope) => scope,
        Err(status) => return status,
    };
    let all = scope.drawings();

    // ANCHOR: claims
    println!("In those that can happen, as proved:");
    let mut possible = Claims::new(all.iter().filter(|it| it.can_happen));
    possible.claim("nothing happens before itself", |it| it.before.is_irreflexive());
    possible.claim("a -> b and b -> c give a -> c", |it| it.before.is_transitive());
    possible.claim("a -> b excludes b -> a", |it| it.before.is_asymmetric());
    // ANCHOR_END: claims

    println!(
        "\nIn those that cannot, because in a circle of messages each would have to come before it is sent:"
    );
    let mut impossible = Claims::new(all.iter().filter(|it| !it.can_happen));
    impossible.claim("something happens before itself", |it| !it.before.is_irreflexive());
    impossible.claim("a -> b and b -> c give a -> c", |it| it.before.is_transitive());

    println!("\nBroken twins of the statement, each with the smallest case against it:");
    let mut drawn = Claims::new(&all);
    drawn.twin("it is irreflexive even if messages may travel back in time", plain, |it| {
        it.before.is_irreflexive()
    });
    possible.twin("it is transitive even without rule 3", plain, |it| {
        directly_before(&it.events).is_transitive()
    });
    possible.twin("it is total: of two events, one happens before the other", plain, |it| {
        it.before.is_total()
    });
    possible.twin(
        "it stays irreflexive if \"earlier at the node\" includes \"at once\"",
        plain,
        |it| {
            Relation::new(it.events.len(), |a, b| a == b || it.before.holds(a, b)).is_irreflexive()
        },
    );
    let expected = possible.as_expected && impossible.as_expected && drawn.as_expected;
    if expected { ExitCode::SUCCESS } else { ExitCode::from(1) }
}
