//! What every exercise prints, and every trace in it.

use crate::sha256;
use tests::{golden, programs};

/// The hash of what an exercise prints.
fn printed(exercise: &str, options: &[&str]) -> String {
    let output = programs::run(exercise, options);
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{exercise} {options:?}: {error}");
    sha256(programs::text(&output))
}

#[test]
fn hash_of_what_every_exercise_prints_is_the_pinned_one_twice() {
    let mut table = String::new();
    for exercise in programs::exercises() {
        let plain = vec![];
        let with_seed = vec!["--seed", "7", "--json"];
        // Not every exercise has seeds and traces: one that has none refuses them.
        let takes_both = programs::run(&exercise, &with_seed).status.code() != Some(2);
        for options in std::iter::once(plain).chain(takes_both.then_some(with_seed)) {
            let hash = printed(&exercise, &options);
            assert_eq!(hash, printed(&exercise, &options), "{exercise} {options:?}, once more");
            table += &format!("{exercise} {} {hash}\n", options.join(" "));
        }
    }
    golden::check("determinism-exercises.txt", &table);
}
