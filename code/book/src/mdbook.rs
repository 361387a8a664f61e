//! The `mdbook` program: the reader's own where its version fits, else one that is built once below
//! `code/target`.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::project::Project;
use crate::settings::Settings;

/// The version to install.
const VERSION: &str = "0.5.4";
/// What a version that fits begins with.
const SERIES: &str = "0.5.";

/// The program to use, if there is one already.
pub(crate) fn find(project: &Project) -> Option<PathBuf> {
    [PathBuf::from("mdbook"), installed(project)].into_iter().find(|program| fits(program))
}

/// The program to use, installed first if need be.
pub(crate) fn find_or_install(project: &Project) -> Result<PathBuf, String> {
    match find(project) {
        Some(program) => Ok(program),
        None => install(project),
    }
}

/// Builds the notebook in `destination`.
pub(crate) fn build(project: &Project, program: &Path, destination: &Path) -> Result<(), String> {
    let status = command(project, program, destination)?
        .status()
        .map_err(|error| format!("cannot start {}: {error}", program.display()))?;
    if status.success() { Ok(()) } else { Err("mdbook could not build the notebook".into()) }
}

/// The command that builds the notebook in `destination`.
pub(crate) fn command(
    project: &Project,
    program: &Path,
    destination: &Path,
) -> Result<Command, String> {
    let mut mdbook = Command::new(program);
    mdbook.arg("build").arg(project.root()).arg("--dest-dir").arg(destination);
    mdbook.envs(Settings::read(project)?.for_mdbook());
    Ok(mdbook)
}

/// Where this tool installs programs.
fn tools(project: &Project) -> PathBuf {
    project.target().join("tools")
}

fn installed(project: &Project) -> PathBuf {
    tools(project).join("bin").join(format!("mdbook{}", env::consts::EXE_SUFFIX))
}

fn fits(program: &Path) -> bool {
    let output = Command::new(program).arg("--version").output();
    output.is_ok_and(|output| version_fits(&String::from_utf8_lossy(&output.stdout)))
}

/// Whether `mdbook --version` said a version that the notebook is written for.
fn version_fits(said: &str) -> bool {
    let version = said.trim().trim_start_matches("mdbook").trim_start().trim_start_matches('v');
    version.starts_with(SERIES)
}

/// The PATH with `folder` in it: else cargo warns that what it installs there cannot be run.
fn path_with(folder: &Path) -> OsString {
    let path = env::var_os("PATH").unwrap_or_default();
    let folders = env::split_paths(&path).chain([folder.to_path_buf()]);
    env::join_paths(folders).unwrap_or(path)
}

/// Builds the pinned version. What a cut-off install has compiled already, the next one finds.
fn install(project: &Project) -> Result<PathBuf, String> {
    eprintln!("There is no mdbook {SERIES}x on the PATH: building {VERSION} below code/target.");
    eprintln!("This takes two to four minutes, once.");
    let built = tools(project).join("build");
    let status = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(["install", "mdbook", "--version", VERSION, "--locked", "--force"])
        .args(["--no-default-features", "--features", "search", "--root"])
        .arg(tools(project))
        .arg("--target-dir")
        .arg(&built)
        .env("PATH", path_with(&tools(project).join("bin")))
        .status()
        .map_err(|error| format!("cannot start cargo: {error}"))?;
    if !status.success() || !fits(&installed(project)) {
        return Err(format!(
            "mdbook {VERSION} could not be installed (see above). The first start needs the network; \
             any mdbook {SERIES}x on the PATH will do instead."
        ));
    }
    // Only the program is needed from now on; a rest left behind does no harm.
    let _ = fs::remove_dir_all(built);
    Ok(installed(project))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_series_the_notebook_is_written_for_fits() {
        assert!(version_fits("mdbook v0.5.4\n") && version_fits("mdbook 0.5.0"));
        assert!(!version_fits("mdbook v0.4.52\n") && !version_fits("") && !version_fits("0.50.1"));
    }
}
