//! The programs of exercises 21 and 22, run as a reader runs them.

use tests::golden;
use tests::programs::{run, text};

#[test]
fn exercise_21_finds_that_the_map_converges_and_its_twins_do_not() {
    let output = run("ex21_map_converges", &[]);
    assert!(output.status.success(), "{}", text(&output));
    golden::check("ex21.txt", &text(&output));
    for (options, says) in [
        (vec!["--updates", "8"], "--updates takes 1 to 7, not 8"),
        (vec!["--frobnicate"], "--frobnicate"),
    ] {
        let output = run("ex21_map_converges", &options);
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{options:?}: {error}");
        assert!(error.contains(says), "{options:?}: {error}");
    }
}

#[test]
fn exercise_22_keeps_concurrent_values_and_its_promises() {
    let output = run("ex22_multi_value_map", &[]);
    assert!(output.status.success(), "{}", text(&output));
    assert_eq!(text(&output).matches("C holds  ").count(), 3);
    // The shortest, for the page.
    let output = run("ex22_multi_value_map", &["--scene", "1", "--nodes", "2"]);
    golden::check("ex22.txt", &text(&output));
    let output = run("ex22_multi_value_map", &["--seed", "7", "--loss", "60"]);
    assert!(output.status.success(), "{}", text(&output));
    let output = run("ex22_multi_value_map", &["--zoo", "multi-value-newest-only"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output).contains("BROKEN  shared_map::all_kept"), "{}", text(&output));
}
