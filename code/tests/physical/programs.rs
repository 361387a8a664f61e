//! The programs of exercises 6 and 7, run as a reader runs them.

use std::process::Output;
use tests::golden;
use tests::programs::run;

/// What a program printed that did its work.
fn text(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    tests::programs::text(output)
}

#[test]
fn exercise_6_shows_negative_latencies() {
    let told = text(&run("ex06_smearing", &[]));
    golden::check("ex06.txt", &told);
    assert!(told.contains("-495.0"), "{told}");
    assert!(text(&run("ex06_smearing", &["--latency", "600", "--at", "-3h"])).contains("600.0"));
}

#[test]
fn exercise_7_finds_half_the_delay() {
    let told = text(&run("ex07_ntp_error", &[]));
    golden::check("ex07.txt", &told);
    let other = text(&run("ex07_ntp_error", &["--delay", "7", "--splits", "2"]));
    assert!(other.contains("worst error: 3.5 ms"), "{other}");
}

#[test]
fn options_that_make_no_sense_are_refused_with_status_2() {
    for (program, options, says) in [
        ("ex06_smearing", vec!["--at", "noon"], "--at takes"),
        ("ex06_smearing", vec!["--latency", "-1"], "--latency takes 0 to 100000"),
        ("ex06_smearing", vec!["--frobnicate"], "--frobnicate"),
        ("ex07_ntp_error", vec!["--delay", "ten"], "--delay takes 0 to 100000"),
        ("ex07_ntp_error", vec!["--splits", "0"], "--splits takes 1 to 100"),
    ] {
        let output = run(program, &options);
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{options:?}: {error}");
        assert!(error.contains(says), "{options:?}: {error}");
    }
}
