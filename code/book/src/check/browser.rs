//! The tests in a headless browser, where there is one.

use std::process::{Command, Stdio};

use crate::check::Verdict;
use crate::problem::Problem;
use crate::project::Project;

/// Runs the browser tests with `npm`.
pub(crate) fn check(project: &Project) -> Result<Verdict, String> {
    let dir = project.code().join("book").join("browser");
    if Command::new("npm").arg("--version").stdout(Stdio::null()).status().is_err() {
        return Ok(Verdict::Skipped("there is no npm on the PATH".into()));
    }
    let npm = |arguments: &[&str]| {
        let npm = Command::new("npm").args(arguments).current_dir(&dir).output();
        npm.map_err(|error| format!("cannot start npm: {error}"))
    };
    if !npm(&["ci", "--no-audit", "--no-fund"])?.status.success() {
        return Ok(Verdict::Skipped("`npm ci` fails: is there a network?".into()));
    }
    let output = npm(&["test", "--silent"])?;
    let said = String::from_utf8_lossy(&output.stdout);
    if let Some(why) = said.lines().find_map(|line| line.strip_prefix("skipped: browser tests: ")) {
        return Ok(Verdict::Skipped(why.to_owned()));
    }
    let passed = said.lines().rev().find_map(|line| line.split_once(" passed, "));
    let passed = passed.and_then(|(passed, _)| passed.parse().ok()).unwrap_or(0);
    let problems = if output.status.success() {
        Vec::new()
    } else {
        vec![Problem::new("code/book/browser", said.trim_end())]
    };
    Ok(Verdict::Checked(passed, problems))
}
