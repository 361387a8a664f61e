//! The compiled crates that a snippet may use: `distsys` and `rand`, by their exact files, since a
//! search path alone finds several once a feature, a profile or the compiler changed.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use serde_json::Value;

use crate::project::Project;

/// The crates a snippet may name.
const CRATES: [&str; 2] = ["distsys", "rand"];

/// What to tell `rustc` or `rustdoc` so that it finds the crates.
pub(crate) struct Externs {
    /// Each crate with its file.
    pub(crate) crates: Vec<(&'static str, PathBuf)>,
}

impl Externs {
    /// Builds the crates, showing cargo's progress, and asks cargo where they are.
    pub(crate) fn build(project: &Project) -> Result<Self, String> {
        let artifacts = compile(project, &["--lib", "-p", "distsys"])?;
        let crates = CRATES.map(|name| library(&artifacts, name).map(|path| (name, path)));
        let crates = crates.into_iter().collect::<Result<_, _>>()?;
        Ok(Self { crates })
    }

    /// The arguments for `rustc` and `rustdoc`.
    pub(crate) fn arguments(&self) -> Vec<String> {
        let mut arguments = Vec::new();
        for (name, path) in &self.crates {
            arguments.push("--extern".into());
            arguments.push(format!("{name}={}", path.display()));
        }
        for dir in self.crates.iter().filter_map(|(_, path)| dependencies_of(path)) {
            arguments.push("-L".into());
            arguments.push(format!("dependency={}", dir.display()));
        }
        arguments
    }
}

/// The folder that holds the crates that the library `path` was built from.
fn dependencies_of(path: &Path) -> Option<PathBuf> {
    let dir = path.parent()?;
    Some(if dir.ends_with("deps") { dir.to_path_buf() } else { dir.join("deps") })
}

/// Compiles what `arguments` select, showing cargo's progress; gives cargo's report of each artifact.
pub(crate) fn compile(project: &Project, arguments: &[&str]) -> Result<Vec<Value>, String> {
    let output = project
        .cargo("build")
        .args(arguments)
        .arg("--message-format=json-render-diagnostics")
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| format!("cannot start cargo: {error}"))?;
    if !output.status.success() {
        return Err(format!("`cargo build {}` fails: see above", arguments.join(" ")));
    }
    Ok(artifacts(&String::from_utf8_lossy(&output.stdout)))
}

fn artifacts(messages: &str) -> Vec<Value> {
    let messages = messages.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    messages.filter(|message| message["reason"] == "compiler-artifact").collect()
}

/// The library of the crate `name` among what cargo made.
fn library(artifacts: &[Value], name: &str) -> Result<PathBuf, String> {
    let mut files = artifacts
        .iter()
        .filter(|artifact| artifact["target"]["name"] == name)
        .filter_map(|artifact| {
            let files = artifact["filenames"].as_array()?.iter().filter_map(Value::as_str);
            files.map(PathBuf::from).find(|file| file.extension().is_some_and(|e| e == "rlib"))
        });
    files.next().ok_or_else(|| format!("cargo did not say where the crate {name} is"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const REPORT: &str = concat!(
        r#"{"reason":"compiler-artifact","target":{"name":"rand"},"#,
        r#""filenames":["/t/deps/librand-1.rlib","/t/deps/librand-1.rmeta"]}"#,
        "\n{\"reason\":\"build-finished\",\"success\":true}\n"
    );

    #[test]
    fn the_library_that_cargo_names_is_taken() {
        let artifacts = artifacts(REPORT);
        assert_eq!(library(&artifacts, "rand"), Ok(PathBuf::from("/t/deps/librand-1.rlib")));
        assert!(library(&artifacts, "distsys").is_err());
    }

    #[test]
    fn dependencies_are_looked_for_in_the_folder_deps() {
        for path in ["/t/debug/libdistsys.rlib", "/t/debug/deps/librand-1.rlib"] {
            assert_eq!(dependencies_of(Path::new(path)), Some("/t/debug/deps".into()));
        }
    }
}
