//! Helpers for tests.

pub mod toys;
