//! Remote calls, chapter 1.

use super::CourseRun;

/// The runs.
pub(super) const RUNS: &[CourseRun] = &[];
