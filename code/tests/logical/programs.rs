//! The programs of exercises 8 to 14, as a reader runs them.

use tests::golden;
use tests::programs::{run, text};

/// What a program complained about.
fn complaint(output: &std::process::Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn the_programs_print_what_the_pages_show() {
    for (golden, program) in [
        ("ex08.txt", "ex08_strict_partial_order"),
        ("ex09.txt", "ex09_before_after_concurrent"),
        ("ex10.txt", "ex10_lamport_timestamps"),
        ("ex11.txt", "ex11_lamport_order"),
        ("ex12.txt", "ex12_vector_timestamps"),
        ("ex13.txt", "ex13_what_timestamps_tell"),
        ("ex14.txt", "ex14_which_clock"),
    ] {
        let output = run(program, &[]);
        assert!(output.status.success(), "{program}: {}{}", text(&output), complaint(&output));
        golden::check(golden, &text(&output));
        let refused = run(program, &["--frobnicate"]);
        assert_eq!(refused.status.code(), Some(2), "{program}");
        assert!(complaint(&refused).contains("frobnicate"), "{program}");
        let help = run(program, &["--help"]);
        assert!(help.status.success() && text(&help).contains("--help"), "{program}");
    }
}

#[test]
fn how_far_the_programs_go_can_be_chosen() {
    let small = run("ex08_strict_partial_order", &["--nodes", "2", "--events", "4"]);
    assert!(small.status.success(), "{}", complaint(&small));
    assert!(text(&small).contains("holds in all"));
    let refused = run("ex08_strict_partial_order", &["--nodes", "5"]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(complaint(&refused).contains("--nodes takes 1 to 4, not 5"));
}

#[test]
fn the_run_with_its_timestamps_is_drawn_into_a_file() {
    let file = std::env::temp_dir().join(format!("distsys-ex12-{}.svg", std::process::id()));
    let path = file.to_str().unwrap();
    assert!(run("ex12_vector_timestamps", &["--svg", path]).status.success());
    let svg = std::fs::read_to_string(&file).unwrap();
    std::fs::remove_file(&file).unwrap();
    assert!(svg.starts_with("<svg") && svg.contains("⟨2,3,5,0⟩"), "{svg}");
    let refused = run("ex10_lamport_timestamps", &["--svg", "/nowhere/at/all.svg"]);
    assert_eq!(refused.status.code(), Some(2));
}
