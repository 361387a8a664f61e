//! Rebuilds the book when what it is made of changes.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::sleep;
use std::time::{Duration, SystemTime};

use super::BuildPages;
use super::server::Notebook;

/// How often the files are looked at.
const LOOK: Duration = Duration::from_secs(1);
/// Folders that hold what tools make, not what the book is made of.
const MADE: [&str; 2] = ["target", "node_modules"];

/// Builds into two folders in turn, so that the old pages stay whole while the new ones are made,
/// and stay altogether when a build fails.
pub(super) struct Builder {
    folders: [PathBuf; 2],
    build: Box<BuildPages>,
}

impl Builder {
    /// A builder that uses folders below `folder`.
    pub(super) fn new(folder: &Path, build: Box<BuildPages>) -> Self {
        Builder { folders: [folder.join("a"), folder.join("b")], build }
    }

    /// Builds the pages and says in which folder they are now.
    pub(super) fn build(&mut self) -> Result<PathBuf, String> {
        (self.build)(&self.folders[0])?;
        self.folders.swap(0, 1);
        Ok(self.folders[1].clone())
    }
}

/// Looks after the files for ever. A build that fails leaves the old pages in place.
pub(super) fn rebuild_on_change(root: &Path, builder: &mut Builder, notebook: &Arc<Notebook>) {
    let mut built = look(root);
    loop {
        sleep(LOOK);
        let seen = look(root);
        if seen == built {
            continue;
        }
        println!("Files have changed: building again …");
        if seen.code != built.code {
            notebook.prepare_library();
        }
        match builder.build() {
            Ok(pages) => notebook.show(pages),
            Err(error) => eprintln!("{error}. The pages stay as they were."),
        }
        built = seen;
    }
}

/// All files of the notes and of the code, with times and lengths.
#[derive(PartialEq, Eq)]
struct Seen {
    notes: Vec<File>,
    code: Vec<File>,
}

type File = (PathBuf, Option<SystemTime>, u64);

fn look(root: &Path) -> Seen {
    let mut seen = Seen { notes: Vec::new(), code: Vec::new() };
    list(&root.join("book.toml"), &mut seen.notes);
    list(&root.join("src"), &mut seen.notes);
    list(&root.join("code"), &mut seen.code);
    seen
}

/// Adds a file, or all files in a folder. What cannot be read counts as not there.
fn list(path: &Path, files: &mut Vec<File>) {
    let Ok(metadata) = fs::metadata(path) else { return };
    if metadata.is_file() {
        files.push((path.to_owned(), metadata.modified().ok(), metadata.len()));
        return;
    }
    for entry in fs::read_dir(path).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let is_made = MADE.iter().any(|made| name == *made);
        if !is_made && !name.to_string_lossy().starts_with('.') {
            list(&entry.path(), files);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_build_leaves_the_old_pages_in_place() {
        let folder = std::env::temp_dir().join(format!("watch-{}", std::process::id()));
        let is_broken = Arc::new(std::sync::atomic::AtomicBool::new(false));
        let flag = Arc::clone(&is_broken);
        let build = move |into: &Path| {
            fs::create_dir_all(into).unwrap();
            fs::write(into.join("index.html"), "").unwrap();
            if flag.load(std::sync::atomic::Ordering::SeqCst) {
                Err("broken".to_owned())
            } else {
                Ok(())
            }
        };
        let mut builder = Builder::new(&folder, Box::new(build));
        let (first, second) = (builder.build().unwrap(), builder.build().unwrap());
        assert_ne!(first, second);
        is_broken.store(true, std::sync::atomic::Ordering::SeqCst);
        // The broken build goes where nobody looks, however often it is repeated.
        for _ in 0..2 {
            fs::remove_dir_all(&first).unwrap();
            assert!(builder.build().is_err());
            assert!(first.exists() && second.exists());
        }
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn a_change_is_seen_in_the_notes_and_in_the_code_but_not_in_what_tools_make() {
        let root = std::env::temp_dir().join(format!("look-{}", std::process::id()));
        for folder in ["src", "code/src", "code/target", "code/book/browser/node_modules"] {
            fs::create_dir_all(root.join(folder)).unwrap();
        }
        let empty = look(&root);
        for made in ["code/target/x", "code/book/browser/node_modules/x", "src/.swap", "x"] {
            fs::write(root.join(made), "").unwrap();
        }
        assert!(look(&root) == empty);
        fs::write(root.join("src/page.md"), "").unwrap();
        let with_page = look(&root);
        assert!(with_page.notes != empty.notes && with_page.code == empty.code);
        fs::write(root.join("src/page.md"), "longer").unwrap();
        assert!(look(&root).notes != with_page.notes);
        fs::write(root.join("code/src/lib.rs"), "").unwrap();
        assert!(look(&root).code != with_page.code);
        fs::remove_dir_all(root).unwrap();
    }
}
