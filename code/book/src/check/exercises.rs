//! Whether every exercise that has a program runs and finds its properties kept.

use std::process::Command;

use crate::check::Verdict;
use crate::course::EXERCISES;
use crate::exercise;
use crate::problem::Problem;
use crate::project::Project;

/// Runs each program without options.
pub(crate) fn check(project: &Project) -> Result<Verdict, String> {
    let mut passed = 0;
    let mut problems = Vec::new();
    for program in EXERCISES.iter().filter_map(|exercise| exercise.program) {
        let output = Command::new(exercise::compiled(project, program)?)
            .output()
            .map_err(|error| format!("cannot start {program}: {error}"))?;
        if output.status.success() {
            passed += 1;
        } else {
            let said =
                String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
            let what = format!("fails: {}\n{}", output.status, said.trim_end());
            problems.push(Problem::new(&format!("code/examples/{program}.rs"), what));
        }
    }
    Ok(Verdict::Checked(passed, problems))
}
