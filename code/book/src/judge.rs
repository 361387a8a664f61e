//! `cargo book check` and `cargo book replay`: compiles the program that judges histories, or the one that replays
//! recordings, and starts it.

use std::ffi::OsString;
use std::process::{self, Command};

use crate::externs::compile;
use crate::project::Project;

/// Starts the program of that name with the arguments, and ends with its exit status.
pub(crate) fn run(project: &Project, name: &str, arguments: &[OsString]) -> Result<(), String> {
    // For speed: a check may be hard, and its budget is counted in steps; and a replay is timed.
    let artifacts = compile(project, &["-p", "judge", "--release", "--bin", name])?;
    let program = artifacts.iter().find_map(|artifact| artifact["executable"].as_str());
    let program = program.ok_or("cargo did not say where the program is")?;
    let status = Command::new(program).args(arguments).status();
    let status = status.map_err(|error| format!("cannot start {program}: {error}"))?;
    process::exit(status.code().unwrap_or(NOT_JUDGED))
}

/// The exit status where there is no verdict.
pub(crate) const NOT_JUDGED: i32 = 3;
