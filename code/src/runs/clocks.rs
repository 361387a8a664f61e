//! Physical clocks, chapter 3.

use super::CourseRun;

/// The runs.
pub(super) const RUNS: &[CourseRun] = &[];
