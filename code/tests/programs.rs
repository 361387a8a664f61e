//! The programs of the exercises, run as a reader runs them.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::LazyLock;

/// Where the programs are, compiled as this test is.
static FOLDER: LazyLock<PathBuf> = LazyLock::new(|| {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("../Cargo.toml");
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["build", "--quiet", "--package", "distsys", "--examples", "--manifest-path"]);
    cargo.arg(manifest);
    if !cfg!(debug_assertions) {
        cargo.arg("--release");
    }
    assert!(cargo.status().expect("cargo starts").success(), "the exercises do not compile");
    let test = std::env::current_exe().expect("a test is a program");
    let folder = test.parent().and_then(Path::parent).expect("it is in a target folder");
    folder.join("examples")
});

/// Runs a program with these options.
pub fn run(program: &str, options: &[&str]) -> Output {
    let path = FOLDER.join(format!("{program}{}", std::env::consts::EXE_SUFFIX));
    Command::new(path).args(options).output().expect("the program starts")
}

/// What a program printed.
pub fn text(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("it prints text").replace("\r\n", "\n")
}

/// The names of the programs of all exercises.
pub fn exercises() -> Vec<String> {
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples");
    let files = std::fs::read_dir(examples).expect("the examples are there");
    let names = files.filter_map(|file| file.ok()?.file_name().into_string().ok());
    let exercises = names.filter_map(|name| name.strip_suffix(".rs").map(str::to_string));
    let mut exercises: Vec<_> = exercises.filter(|name| name.starts_with("ex")).collect();
    exercises.sort();
    exercises
}
