//! The tool as people and mdBook start it.

use std::io::Write as _;
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};

fn book(arguments: &[&str]) -> Output {
    let mut tool = Command::new(env!("CARGO_BIN_EXE_book"));
    tool.args(arguments).output().expect("the tool starts")
}

/// What the tool answers to mdBook.
fn preprocess(input: &str) -> Output {
    let mut tool = Command::new(env!("CARGO_BIN_EXE_book"))
        .arg("preprocess")
        .env("DISTSYS_SOLUTIONS", "hidden")
        .env("DISTSYS_SEED", "23")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the tool starts");
    let mut stdin = tool.stdin.take().expect("the input is piped");
    stdin.write_all(input.as_bytes()).expect("the tool reads");
    drop(stdin);
    tool.wait_with_output().expect("the tool ends")
}

#[test]
fn without_a_command_it_says_what_there_is() {
    let output = book(&[]);
    assert!(output.status.success());
    assert!(String::from_utf8_lossy(&output.stdout).contains("cargo book serve --open"));
}

#[test]
fn a_mistake_is_named_and_help_is_offered() {
    for (arguments, message) in [
        (&["tset"][..], "there is no command `tset`; did you mean `cargo book test`?"),
        (&["qqq"], "there is no command `qqq`; `cargo book help` lists them"),
        (&["serve", "--prot", "1"], "invalid option '--prot'; try `cargo book help`"),
        (&["serve", "--port", "x"], "--port takes a number from 0 to 65535: "),
        (&["build", "all"], "unexpected argument \"all\"; try `cargo book help`"),
        (&["exercise", "four"], "an exercise has a number from 1 to 22, not \"four\""),
        (&["exercise", "23"], "there is no exercise 23: they run from 1 to 22"),
    ] {
        let output = book(arguments);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success(), "{arguments:?}");
        assert!(said.starts_with(&format!("error: {message}")), "{arguments:?}: {said}");
    }
}

#[test]
fn exercise_without_a_number_lists_all_of_them() {
    let output = book(&["exercise"]);
    let said = String::from_utf8_lossy(&output.stdout);
    assert_eq!(said.lines().count(), 1 + 22);
    assert!(said.contains("cargo book exercise 4"));
}

#[test]
fn a_page_is_prepared_for_its_readers() {
    let chapter = |content: &str| json!({ "Chapter": { "content": content, "source_path": "a.md", "sub_items": [] } });
    let snippet = "```rust\nprintln!(\"{}\", {{seed}});\n```\n";
    let solution = "<details class=\"solution\">secret</details>\n";
    let book = json!({ "items": [chapter(snippet), chapter(solution), "Separator"] });
    let output = preprocess(&json!([{ "renderer": "html" }, book]).to_string());
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let book: Value = serde_json::from_slice(&output.stdout).expect("JSON and nothing else");
    let first = book["items"][0]["Chapter"]["content"].as_str().expect("a page");
    assert!(first.starts_with("```rust\nprintln!(\"{}\", 23);\n```\n"), "{first}");
    assert!(first.contains("<script>"), "its Run button needs a script");
    assert_eq!(book["items"][1]["Chapter"]["content"], "\n", "the solution is hidden");
    assert_eq!(book["items"][2], "Separator");
}

#[test]
fn whatever_is_not_a_book_is_refused() {
    let output = preprocess("no JSON");
    assert!(!output.status.success() && output.stdout.is_empty());
    assert!(String::from_utf8_lossy(&output.stderr).contains("sends a book as JSON"));
}
