//! Generals, chapter 2.

use super::CourseRun;

/// The runs.
pub(super) const RUNS: &[CourseRun] = &[];
