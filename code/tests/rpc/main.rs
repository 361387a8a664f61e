//! Remote procedure calls.
