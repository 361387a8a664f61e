//! What runs on physical clocks, as subjects.

use crate::subject::Subject;

/// The algorithms as the notebook explains them.
pub fn subjects() -> Vec<Subject> {
    Vec::new()
}
