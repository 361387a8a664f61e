//! What every exercise prints, and every trace in it.

use crate::sha256;
use std::path::{Path, PathBuf};
use std::process::Command;
use tests::golden;

fn code() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The names of all exercises.
fn exercises() -> Vec<String> {
    let files = std::fs::read_dir(code().join("examples")).unwrap();
    let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
    let exercises = names.filter_map(|name| name.strip_suffix(".rs").map(str::to_string));
    let mut exercises: Vec<_> = exercises.filter(|name| name.starts_with("ex")).collect();
    exercises.sort();
    exercises
}

/// The hash of what an exercise prints, compiled as this test is.
fn printed(exercise: &str, options: &[&str]) -> String {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["run", "--quiet", "--package", "distsys", "--example", exercise]);
    if !cfg!(debug_assertions) {
        cargo.arg("--release");
    }
    cargo.arg("--manifest-path").arg(code().join("Cargo.toml")).arg("--").args(options);
    let output = cargo.output().unwrap();
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{exercise} {options:?}: {error}");
    sha256(String::from_utf8(output.stdout).unwrap().replace("\r\n", "\n"))
}

#[test]
fn hash_of_what_every_exercise_prints_is_the_pinned_one_twice() {
    let mut table = String::new();
    for exercise in exercises() {
        for options in [&[][..], &["--seed", "7", "--json"]] {
            let hash = printed(&exercise, options);
            assert_eq!(hash, printed(&exercise, options), "{exercise} {options:?}, once more");
            table += &format!("{exercise} {} {hash}\n", options.join(" "));
        }
    }
    golden::check("determinism-exercises.txt", &table);
}
