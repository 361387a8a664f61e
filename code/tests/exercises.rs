//! The programs of the exercises, run as a reader runs them.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::path::Path;
use std::process::Output;
use tests::programs::{run, text};
use tests::{golden, mutants};

#[test]
fn exercise_4_prints_three_scenes_and_keeps_its_promises() {
    let output = run("ex04_fifo_link", &[]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    golden::check("ex04.txt", &text(&output));
    for options in [
        ["--seed", "2", "--loss", "0"],
        ["--seed", "77", "--loss", "60"],
        ["--nodes", "4", "--messages", "3"],
    ] {
        let output = run("ex04_fifo_link", &options);
        assert!(output.status.success(), "{options:?}\n{}", text(&output));
        assert!(!text(&output).contains("BROKEN"));
    }
}

#[test]
fn exercise_5_crashes_at_every_point() {
    let output = run("ex05_fifo_recovery", &[]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    golden::check("ex05.txt", &text(&output));
}

#[test]
fn a_twin_is_shown_with_its_broken_promise_and_status_1() {
    for twin in mutants::topic("links").twins {
        let program =
            if twin.name.starts_with("durable") { "ex05_fifo_recovery" } else { "ex04_fifo_link" };
        let output = run(program, &["--zoo", twin.name]);
        assert_eq!(output.status.code(), Some(1), "{}", twin.name);
        let broken = format!("BROKEN  {}", twin.breaks);
        assert!(text(&output).contains(&broken), "{}:\n{}", twin.name, text(&output));
    }
}

#[test]
fn json_can_be_read_and_svg_is_written() {
    let output = run("ex04_fifo_link", &["--json", "--scene", "1"]);
    let scenes: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(scenes[0]["trace"]["records"].as_array().unwrap().len() > 10);
    let run_again: distsys::subject::Run =
        serde_json::from_value(scenes[0]["run"].clone()).unwrap();
    assert_eq!(run_again.subject, "fifo-link");

    let file = std::env::temp_dir().join(format!("distsys-{}.svg", std::process::id()));
    let path = file.to_str().unwrap();
    assert!(run("ex04_fifo_link", &["--scene", "1", "--svg", path]).status.success());
    let svg = std::fs::read_to_string(&file).unwrap();
    std::fs::remove_file(&file).unwrap();
    assert!(svg.starts_with("<svg") && svg.contains("deliver alfa"));
}

#[test]
fn a_run_can_be_replayed_from_a_file() {
    let zoo = include_str!("golden/zoo-links.txt");
    let run = zoo.lines().find(|line| line.contains("fifo-if-for-while") && line.contains('{'));
    let file = std::env::temp_dir().join(format!("distsys-{}.json", std::process::id()));
    std::fs::write(&file, run.unwrap()).unwrap();
    let output = run_file(&file);
    std::fs::write(&file, "{}").unwrap();
    let refused = run_file(&file);
    std::fs::remove_file(&file).unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output).contains("BROKEN  reliable_link::delivery"), "{}", text(&output));
    assert_eq!(refused.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("is no run"));
}

fn run_file(file: &Path) -> Output {
    run("ex04_fifo_link", &["--replay", file.to_str().unwrap()])
}

#[test]
fn a_menu_of_faults_can_be_given_in_one_line_and_what_came_of_it_is_told() {
    let menu = "loss=30% partitions=1 pauses=1";
    let told = text(&run("ex04_fifo_link", &["--scene", "1", "--faults", menu]));
    assert!(told.contains("packet lost") && told.contains("both directions cut 1 ×"), "{told}");
    let json = text(&run("ex04_fifo_link", &["--scene", "1", "--faults", menu, "--json"]));
    assert!(json.contains("\"pauses\": 1"), "{json}");
    assert!(text(&run("ex04_fifo_link", &["--faults", "list"])).contains("stale-duplicate"));
}

#[test]
fn options_that_make_no_sense_are_refused_with_status_2() {
    for (options, says) in [
        (vec!["--loss", "100"], "--loss takes 0 to 90"),
        (vec!["--nodes", "1"], "nodes must be from 2 to 26"),
        (vec!["--seed", "many"], "many"),
        (vec!["--faults", "lost=3%"], "there is no fault \"lost\""),
        (vec!["--faults", "torn-writes=1"], "without recovery"),
        (vec!["--zoo", "dodo"], "there is no twin"),
        (vec!["--scene", "9"], "--scene takes 1 to 3"),
        (vec!["--frobnicate"], "--frobnicate"),
        (vec!["--svg", "/nowhere/at/all.svg"], "cannot write"),
    ] {
        let output = run("ex04_fifo_link", &options);
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{options:?}: {error}");
        assert!(error.contains(says), "{options:?}: {error}");
    }
}
