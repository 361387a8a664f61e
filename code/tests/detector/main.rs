//! Failure detectors.
