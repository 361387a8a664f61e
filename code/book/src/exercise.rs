//! `cargo book exercise`: lists the exercises, or runs the program of one.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::{self, Command};

use crate::course::{EXERCISES, Exercise, RUNS, chapter_of};
use crate::externs::compile;
use crate::project::Project;
use crate::settings::Settings;

/// Prints all exercises.
pub(crate) fn list() {
    println!(
        "{:>2}  {:>7}  {:<50} {:<12} {:<13} Command",
        "", "Chapter", "Exercise", "Kind", "Status"
    );
    for exercise in EXERCISES {
        let chapter = chapter_of(exercise.section).unwrap_or_default();
        let command = exercise.command().unwrap_or_default();
        let (number, title) = (exercise.number, exercise.title);
        let (kind, status) = (exercise.kind.name(), exercise.status());
        let line =
            format!("{number:>2}  {chapter:>7}  {title:<50} {kind:<12} {status:<13} {command}");
        println!("{}", line.trim_end());
    }
}

/// Runs the program of exercise `number` and ends with its exit status.
pub(crate) fn run(project: &Project, number: u8, options: &[OsString]) -> Result<(), String> {
    let exercise = Exercise::find(number).ok_or_else(|| {
        format!("there is no exercise {number}: they run from 1 to {}", EXERCISES.len())
    })?;
    let Some(program) = exercise.program else {
        println!("Exercise {number} ({}) has no program yet.", exercise.title);
        println!("`cargo book exercise` lists those that have one.");
        return Ok(());
    };
    let seed = Settings::read(project)?.seed;
    let status = Command::new(compiled(project, program)?)
        .args(with_seed(options, seed))
        .status()
        .map_err(|error| format!("cannot start {program}: {error}"))?;
    process::exit(status.code().unwrap_or(1))
}

/// Prints all runs of the lectures.
pub(crate) fn list_runs() {
    for run in RUNS {
        let status = if run.written { "cargo book run " } else { "not yet" };
        for id in run.ids {
            let command = if run.written { format!("{status}{id}") } else { status.to_owned() };
            println!("{id:<6} {:>5}  {:<56} {command}", run.section, run.title);
        }
    }
}

/// Shows a run of the lectures and ends with the exit status of the program that does so.
pub(crate) fn show_run(project: &Project, options: &[OsString]) -> Result<(), String> {
    let status = Command::new(compiled(project, "run")?)
        .args(options)
        .status()
        .map_err(|error| format!("cannot start run: {error}"))?;
    process::exit(status.code().unwrap_or(1))
}

/// Where `program` is, compiled; cargo shows its progress when it has to compile.
pub(crate) fn compiled(project: &Project, program: &str) -> Result<PathBuf, String> {
    let artifacts = compile(project, &["-p", "distsys", "--example", program])?;
    let mut executables = artifacts.iter().filter(|artifact| artifact["target"]["name"] == program);
    let executable = executables.find_map(|artifact| artifact["executable"].as_str());
    executable.map(PathBuf::from).ok_or_else(|| format!("cargo did not say where {program} is"))
}

/// `options`, with the teacher's seed where they name none. A `--` before them, as cargo itself wants
/// it, is dropped.
fn with_seed(options: &[OsString], seed: Option<u64>) -> Vec<OsString> {
    let names_seed = |option: &OsString| option.to_string_lossy().starts_with("--seed");
    let options = options.strip_prefix(&[OsString::from("--")]).unwrap_or(options);
    let mut options = options.to_vec();
    if let Some(seed) = seed.filter(|_| !options.iter().any(names_seed)) {
        options.extend(["--seed".into(), seed.to_string().into()]);
    }
    options
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_caller_s_seed_goes_before_the_teacher_s() {
        assert_eq!(with_seed(&[], Some(3)), ["--seed", "3"]);
        assert_eq!(with_seed(&["--seed=5".into()], Some(3)), ["--seed=5"]);
        assert_eq!(with_seed(&["--".into(), "--loss".into()], None), ["--loss"]);
        assert!(with_seed(&[], None).is_empty());
    }
}
