//! What a check found wrong, and where.

use std::fmt;

/// One thing that is wrong, with the place where it is to be mended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Problem {
    /// A path from the root of the notebook.
    pub(crate) file: String,
    /// Counted from 1; none if the whole file is meant.
    pub(crate) line: Option<usize>,
    pub(crate) what: String,
}

impl Problem {
    pub(crate) fn new(file: &str, what: impl Into<String>) -> Self {
        Self { file: file.to_owned(), line: None, what: what.into() }
    }

    pub(crate) fn at(file: &str, line: usize, what: impl Into<String>) -> Self {
        Self { file: file.to_owned(), line: Some(line), what: what.into() }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}: {}", self.file, self.what),
            None => write!(f, "{}: {}", self.file, self.what),
        }
    }
}
