//! Failure detectors: who seems to have crashed.
