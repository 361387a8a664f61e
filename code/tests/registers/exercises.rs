//! The programs of exercises 19 and 20, run as a reader runs them.

use tests::golden;
use tests::programs::{run, text};

#[test]
fn exercise_19_is_linearizable_and_its_twins_are_not() {
    let output = run("ex19_abd", &[]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(!text(&output).contains("BROKEN"));
    let output = run("ex19_abd", &["--scene", "2", "--loss", "0", "--duplicate", "0"]);
    golden::check("ex19.txt", &text(&output));
    for name in ["abd-no-write-back", "multi-writer-no-question", "swap-get-is-local"] {
        let output = run("ex19_abd", &["--zoo", name]);
        assert_eq!(output.status.code(), Some(1), "{name}");
        assert!(text(&output).contains("BROKEN  registers::linearizable"), "{}", text(&output));
    }
}

#[test]
fn exercise_20_finds_the_operation_that_cannot_be_placed() {
    let output = run("ex20_linearizable", &[]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    golden::check("ex20.txt", &text(&output));
    assert!(text(&output).contains("Without B: read → 2: linearizable."), "{}", text(&output));
    for (options, says) in
        [(vec!["--frobnicate"], "--frobnicate"), (vec!["--svg", "/nowhere/at/all"], "cannot write")]
    {
        let output = run("ex20_linearizable", &options);
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{options:?}: {error}");
        assert!(error.contains(says), "{options:?}: {error}");
    }
}
