//! Where things are: the root of the notebook, and the programs that came with `cargo`.

use std::env;
use std::ffi::OsString;
use std::path::{Component, Path, PathBuf};
use std::process::Command;

/// One copy of the notebook on disk.
#[derive(Clone, Debug)]
pub(crate) struct Project {
    root: PathBuf,
}

impl Project {
    /// The notebook that this tool belongs to, wherever it is called from.
    pub(crate) fn find() -> Result<Self, String> {
        // `cargo run` says where the package is now; the folder it was built in is only a fallback.
        let package = env::var_os("CARGO_MANIFEST_DIR")
            .map(PathBuf::from)
            .filter(|dir| dir.join("src/course.rs").is_file())
            .unwrap_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")));
        match package.ancestors().nth(2) {
            Some(root) if root.join("book.toml").is_file() => Ok(Self::at(root)),
            _ => Err(format!(
                "no book.toml two folders above {}: start the tool as `cargo book` inside the notebook",
                package.display()
            )),
        }
    }

    /// The notebook in the folder `root`.
    pub(crate) fn at(root: &Path) -> Self {
        Self { root: root.to_path_buf() }
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// The folder of the notes.
    pub(crate) fn src(&self) -> PathBuf {
        self.root.join("src")
    }

    /// The folder of the Rust workspace.
    pub(crate) fn code(&self) -> PathBuf {
        self.root.join("code")
    }

    /// Where everything that is built goes.
    pub(crate) fn target(&self) -> PathBuf {
        match env::var_os("CARGO_TARGET_DIR") {
            Some(dir) => self.root.join(dir),
            None => self.code().join("target"),
        }
    }

    /// `path` as a reader writes it: from the root, with forward slashes.
    pub(crate) fn name_of(&self, path: &Path) -> String {
        let relative = path.strip_prefix(&self.root).unwrap_or(path);
        relative.display().to_string().replace('\\', "/")
    }

    /// The cargo that started this tool, told to work on this workspace.
    pub(crate) fn cargo(&self, subcommand: &str) -> Command {
        let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        command.arg(subcommand).arg("--manifest-path").arg(self.code().join("Cargo.toml"));
        command
    }

    /// The rustdoc beside that cargo.
    pub(crate) fn rustdoc() -> OsString {
        env::var_os("RUSTDOC").unwrap_or_else(|| "rustdoc".into())
    }
}

/// `path` without `.` and `..`, by its spelling alone.
pub(crate) fn clean(path: &Path) -> PathBuf {
    let mut cleaned = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                cleaned.pop();
            }
            other => cleaned.push(other),
        }
    }
    cleaned
}
