//! Small notebooks on disk for the tests of the checks.

use std::env;
use std::fs;
use std::process;
use std::sync::atomic::{AtomicU32, Ordering};

use crate::page::Page;
use crate::project::Project;

/// A notebook that is gone when its test is over.
pub(crate) struct Fixture(Project);

impl Fixture {
    /// A notebook of these files, named from its root.
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let root = env::temp_dir().join(format!("notebook-{}-{number}", process::id()));
        for (name, text) in files {
            let path = root.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        // Every notebook has these.
        fs::create_dir_all(root.join("src")).unwrap();
        fs::create_dir_all(root.join("code/examples")).unwrap();
        Self(Project::at(&root))
    }

    pub(crate) fn project(&self) -> &Project {
        &self.0
    }

    pub(crate) fn pages(&self) -> Vec<Page> {
        Page::all(&self.0).unwrap()
    }
}

impl Drop for Fixture {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(self.0.root());
    }
}
