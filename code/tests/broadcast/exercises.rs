//! The programs of exercises 15 and 16, run as a reader runs them.

use tests::golden;
use tests::programs::{run, text};

#[test]
fn exercise_15_confirms_every_arrow_and_draws_what_shows_it_to_be_strict() {
    let output = run("ex15_which_implies_which", &[]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    golden::check("ex15.txt", &text(&output));
    for (options, says) in [
        (vec!["--nodes", "5"], "--nodes takes 1 to 4, not 5"),
        (vec!["--messages", "many"], "many"),
        (vec!["--nodes", "4", "--messages", "4"], "hundreds of millions"),
        (vec!["--frobnicate"], "--frobnicate"),
        (vec!["--svg", "/nowhere/at/all", "--nodes", "2", "--messages", "1"], "cannot write"),
    ] {
        let output = run("ex15_which_implies_which", &options);
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{options:?}: {error}");
        assert!(error.contains(says), "{options:?}: {error}");
    }
}

#[test]
fn exercise_16_prints_three_scenes_and_keeps_its_promises() {
    let output = run("ex16_lamport_total_order", &[]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(text(&output).matches("C delivered  ").count(), 3);
    // The shortest, for the page.
    let output = run("ex16_lamport_total_order", &["--scene", "3", "--messages", "1"]);
    golden::check("ex16.txt", &text(&output));
    for options in [["--seed", "7", "--loss", "60"], ["--nodes", "5", "--messages", "2"]] {
        let output = run("ex16_lamport_total_order", &options);
        assert!(output.status.success(), "{options:?}\n{}", text(&output));
        assert!(!text(&output).contains("BROKEN"));
    }
}

#[test]
fn twins_are_shown_by_exercise_16_with_their_broken_promise_and_status_1() {
    for name in ["lamport-order-ties-by-arrival", "causal-only-own-entry", "eager-no-relay"] {
        let twin = zoo::Twin::named(name).unwrap();
        let output = run("ex16_lamport_total_order", &["--zoo", name]);
        assert_eq!(output.status.code(), Some(1), "{name}");
        let broken = format!("BROKEN  {}", twin.breaks);
        assert!(text(&output).contains(&broken), "{name}:\n{}", text(&output));
    }
}
