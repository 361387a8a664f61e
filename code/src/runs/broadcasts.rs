//! Broadcasts, sections 4.2 and 4.3.

use super::CourseRun;

/// The runs.
pub(super) const RUNS: &[CourseRun] = &[];
