//! The tests of the crates, as `cargo test` runs them.

use std::process::Stdio;

use crate::check::Verdict;
use crate::problem::Problem;
use crate::project::Project;

/// Runs the tests of `packages`; their output is shown only where one fails.
pub(crate) fn check(
    project: &Project,
    packages: &[&str],
    thorough: bool,
) -> Result<Verdict, String> {
    let test = || {
        let mut cargo = project.cargo("test");
        cargo.args(packages.iter().flat_map(|package| ["-p", package])).arg("--no-fail-fast");
        if thorough {
            cargo.env("DISTSYS_THOROUGH", "1");
        }
        cargo
    };
    let cannot_start = |error| format!("cannot start cargo: {error}");
    // First by itself, so that cargo shows its progress; as JSON, the list of programs stays away.
    let compiled = test()
        .args(["--no-run", "--message-format=json-render-diagnostics"])
        .stdout(Stdio::null())
        .status()
        .map_err(cannot_start)?;
    if !compiled.success() {
        return Err("the tests do not compile: see above".into());
    }
    eprintln!("     Testing {}", packages.join(", "));
    let output = test().stdin(Stdio::null()).output().map_err(cannot_start)?;
    let stdout = String::from_utf8_lossy(&output.stdout);
    let (passed, mut problems) = read_report(&stdout);
    if !output.status.success() {
        print!("{stdout}");
        if problems.is_empty() {
            let said = String::from_utf8_lossy(&output.stderr);
            problems.push(Problem::new("cargo test", said.trim_end()));
        }
    }
    Ok(Verdict::Checked(passed, problems))
}

/// How many tests passed, and which failed.
fn read_report(report: &str) -> (usize, Vec<Problem>) {
    let mut passed = 0;
    let mut problems = Vec::new();
    for line in report.lines() {
        if let Some(test) = line.strip_prefix("test ") {
            if test.ends_with("... ok") || test.ends_with(" - should panic ... ok") {
                passed += 1;
            } else if let Some(name) = test.strip_suffix(" ... FAILED") {
                problems.push(Problem::new(name, "this test fails: see above"));
            }
        }
    }
    (passed, problems)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tests_are_counted_and_failures_named() {
        let report = "running 2 tests\ntest a::b ... ok\ntest a::c ... FAILED\n\
                      test result: FAILED. 1 passed; 1 failed\n";
        let (passed, problems) = read_report(report);
        assert_eq!(passed, 1);
        assert_eq!(problems, [Problem::new("a::c", "this test fails: see above")]);
    }
}
