//! The programs of exercises 1 to 3, run as a reader runs them.

use tests::golden;
use tests::programs::{run, text};

#[track_caller]
fn prints(program: &str, file: &str) -> String {
    let output = run(program, &[]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    golden::check(file, &text(&output));
    text(&output)
}

#[test]
fn exercise_1_finds_the_messages_and_measures_who_waits() {
    prints("ex01_shared_connection", "ex01.txt");
    let lossy = run("ex01_shared_connection", &["--loss", "40", "--seed", "9"]);
    assert!(lossy.status.success() && text(&lossy).contains("jam"));
}

#[test]
fn exercise_2_shows_worlds_that_look_alike() {
    let told = prints("ex02_remote_or_local", "ex02.txt");
    assert_eq!(told.matches("the same").count(), 6);
    assert_eq!(told.matches("something else").count(), 1);
}

#[test]
fn exercise_3_executes_no_call_twice_with_a_table() {
    let told = prints("ex03_deduplication", "ex03.txt");
    let with_table = told.split("Remote call, at most once").skip(1);
    for part in with_table {
        let part = part.split("Remote call, tried again").next().unwrap();
        assert!(!part.contains(" 2 ×"), "{part}");
    }
    assert!(told.contains("executed 2 ×"));
    // The page names these numbers.
    for part in ["at most once: 8 points", "3 calls   executed 0 ×", "1 calls   executed 1 ×"] {
        assert!(told.contains(part), "{part}");
    }
}

#[test]
fn options_that_make_no_sense_are_refused_with_status_2() {
    for (program, options, says) in [
        ("ex01_shared_connection", ["--nodes", "3"], "exercise 1 takes"),
        ("ex02_remote_or_local", ["--slow", "5"], "--slow takes 40"),
        ("ex02_remote_or_local", ["--fast", "5"], "--fast"),
        ("ex03_deduplication", ["--messages", "3"], "exercise 3 takes"),
        ("ex03_deduplication", ["--loss", "100"], "--loss takes 0 to 90"),
    ] {
        let output = run(program, &options);
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{program} {options:?}: {error}");
        assert!(error.contains(says), "{program} {options:?}: {error}");
    }
}

#[test]
fn a_twin_is_shown_with_its_broken_promise() {
    let output = run("ex03_deduplication", &["--zoo", "dedup-table-in-memory"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output).contains("BROKEN  rpc::at_most_once"));
}
